/// The SQL that counts and sums what each stale customer lived through. A customer's records hang on its profiles, so
/// each statement goes members → records; nothing else is read. CROSS JOIN is SQLite's way to fix that order,
/// which its planner would otherwise guess without knowing how few the stale customers are. Rows that stay as they are
/// are not written.
struct CustomerTotals {
  private let dialect: SQLDialect
  /// A condition for `stale` and `members`.
  private let which: String

  /// All of them. Parameters of their updates: `:now` and, where `hasCurrency`, the base currency as `:currency`.
  static func all(_ dialect: SQLDialect) -> [Total] {
    let whole = CustomerTotals(dialect: dialect, which: "is_whole")
    let records = [whole.orders, whole.responses, whole.tickets]
    let all = whole.ofProfiles + records
    let ofProfiles = CustomerTotals(dialect: dialect, which: "NOT is_whole").ofProfiles
    // SQLite writes a row in its place; PostgreSQL writes a new one each time.
    return dialect == .sqlite ? all + ofProfiles : [joined(all), joined(ofProfiles)]
  }

  /// What changes with what the profiles say.
  private var ofProfiles: [Total] { [profiles, touchpoints, consents] }

  private static func joined(_ totals: [Total]) -> Total {
    let names = totals.enumerated().flatMap { place, total in total.columns.map { "n\(place).\($0) AS \($0)" } }
    let queries = totals.enumerated().map { place, total in
      "(\(total.query)) n\(place)" + (place == 0 ? "" : " ON n\(place).id = n0.id")
    }
    return Total(
      columns: totals.flatMap(\.columns),
      query: "SELECT n0.id AS id, \(names.joined(separator: ", ")) FROM \(queries.joined(separator: " JOIN "))")
  }

  /// Columns of `customers`, and a query that gives them under the same names beside the customer's `id`.
  struct Total {
    let columns: [String]
    let query: String

    var hasCurrency: Bool { query.contains(":currency") }

    var update: String {
      let names = columns.joined(separator: ", ")
      let values = columns.map { "n.\($0)" }.joined(separator: ", ")
      let old = columns.map { "customers.\($0)" }.joined(separator: ", ")
      return """
        UPDATE customers SET (\(names)) = (\(values)), updated_at = :now FROM (\(query)) n
        WHERE customers.customer_id = n.id AND (\(old)) IS DISTINCT FROM (\(values))
        """
    }
  }

  /// Fills the temporary table of the stale customers' profiles: profiles are wide, and lie where they came in.
  static let members = """
    INSERT INTO members SELECT s.customer_id, p.profile_id, p.kind, p.source, p.created_at,
      COALESCE(p.updated_at, p.observed_at, p.created_at), s.is_whole
    FROM stale s CROSS JOIN profiles p ON p.customer_id = s.customer_id AND NOT p.is_deleted
    """

  private var profiles: Total {
    Total(
      columns: ["kind", "profiles", "sources", "source_names", "currency"],
      query: """
        SELECT p.customer_id AS id, MIN(p.kind) AS kind, COUNT(*) AS profiles,
          COUNT(DISTINCT p.source) AS sources, :currency AS currency,
          (SELECT \(dialect.joined("source", by: ", ")) FROM (
            SELECT DISTINCT other.source FROM members other
            WHERE other.customer_id = p.customer_id ORDER BY other.source) AS names) AS source_names
        FROM members p WHERE \(which) GROUP BY p.customer_id
        """)
  }

  private var touchpoints: Total {
    Total(
      columns: [
        "touchpoints", "web_touchpoints", "email_touchpoints", "commerce_touchpoints", "survey_touchpoints",
        "support_touchpoints", "event_touchpoints", "other_touchpoints", "valence", "first_seen_at", "last_seen_at",
        "digital_weekdays",
      ],
      query: """
        SELECT known.id AS id, COALESCE(touchpoints, 0) AS touchpoints, COALESCE(web, 0) AS web_touchpoints,
          COALESCE(email, 0) AS email_touchpoints, COALESCE(commerce, 0) AS commerce_touchpoints,
          COALESCE(survey, 0) AS survey_touchpoints, COALESCE(support, 0) AS support_touchpoints,
          COALESCE(event, 0) AS event_touchpoints,
          COALESCE(touchpoints - web - email - commerce - survey - support - event, 0) AS other_touchpoints, valence,
          \(dialect.least("COALESCE(known, lived)", "COALESCE(lived, known)")) AS first_seen_at,
          \(dialect.greatest("COALESCE(last_known, last_lived)", "COALESCE(last_lived, last_known)")) AS last_seen_at,
          digital_weekdays
        FROM (
          SELECT p.customer_id AS id, MIN(p.created_at) AS known, MAX(p.seen_at) AS last_known
          FROM members p WHERE \(which) GROUP BY p.customer_id
        ) AS known LEFT JOIN (
          SELECT s.customer_id AS id, SUM(c.touchpoints) AS touchpoints, \(Self.touchpoints("web", "app")) AS web,
            \(Self.touchpoints("email")) AS email, \(Self.touchpoints("commerce", "store")) AS commerce,
            \(Self.touchpoints("survey")) AS survey, \(Self.touchpoints("support")) AS support,
            \(Self.touchpoints("event")) AS event,
            \(dialect.rounded("SUM(c.valence_sum) / NULLIF(SUM(c.valence_count), 0)", 4)) AS valence,
            MIN(c.first_at) AS lived, MAX(c.last_at) AS last_lived,
            \(CustomerChannels.union("CASE WHEN \(Self.isDigital) THEN c.weekdays END")) AS digital_weekdays
          FROM stale s CROSS JOIN customer_channels c ON c.customer_id = s.customer_id WHERE \(which)
          GROUP BY s.customer_id
        ) AS lived ON lived.id = known.id
        """)
  }

  /// For hubs that had no such column.
  static let digitalWeekdaysOfEverybody = """
    UPDATE customers SET digital_weekdays = n.digital_weekdays FROM (
      SELECT c.customer_id AS id, \(CustomerChannels.union("c.weekdays")) AS digital_weekdays
      FROM customer_channels c WHERE \(isDigital) GROUP BY c.customer_id) n
    WHERE customers.customer_id = n.id
    """

  private static func touchpoints(_ channels: String...) -> String {
    let list = channels.map { "'\($0)'" }.joined(separator: ", ")
    return "SUM(CASE WHEN c.channel IN (\(list)) THEN c.touchpoints ELSE 0 END)"
  }

  private static let isDigital =
    "c.channel IN (\(Schema.digitalChannels.map { "'\($0)'" }.joined(separator: ", ")))"

  private static let paid = """
    COALESCE(SUM(o.total_base - COALESCE(o.refunded, 0)
      * (CASE WHEN o.total <> 0 THEN o.total_base / o.total ELSE 0 END)), 0)
    """

  /// What was paid back is given in the order's currency: it is taken off at the order's own rate.
  private var orders: Total {
    Total(
      columns: [
        "orders", "returns", "order_lines", "revenue", "average_order_value", "first_order_at", "last_order_at",
      ],
      query: """
        SELECT p.customer_id AS id, COUNT(CASE WHEN o.kind = 'sale' THEN 1 END) AS orders,
          COUNT(CASE WHEN o.kind = 'return' THEN 1 END) AS returns,
          COALESCE(SUM(CASE WHEN o.kind = 'sale' THEN o.line_count END), 0) AS order_lines,
          \(dialect.rounded(Self.paid, 2)) AS revenue,
          \(dialect.rounded("AVG(CASE WHEN o.kind = 'sale' THEN o.total_base END)", 2)) AS average_order_value,
          MIN(CASE WHEN o.kind = 'sale' THEN o.placed_at END) AS first_order_at,
          MAX(CASE WHEN o.kind = 'sale' THEN o.placed_at END) AS last_order_at
        FROM members p LEFT JOIN orders o ON o.profile_id = p.profile_id AND NOT o.is_deleted
        WHERE \(which) GROUP BY p.customer_id
        """)
  }

  /// The newest answer to one question. Of answers given at one moment the one with the greater key is the newer, so
  /// that it does not matter which came in first.
  private func newest(_ value: String) -> String {
    """
    (SELECT \(value) FROM members p2 CROSS JOIN survey_responses r2 ON r2.profile_id = p2.profile_id
     WHERE p2.customer_id = p.customer_id AND NOT r2.is_deleted AND \(value) IS NOT NULL
     ORDER BY r2.responded_at DESC, p2.source DESC, r2.key DESC LIMIT 1)
    """
  }

  private var responses: Total {
    Total(
      columns: ["survey_responses", "last_nps", "last_csat"],
      query: """
        SELECT p.customer_id AS id, COUNT(r.response_id) AS survey_responses, \(newest("r2.nps")) AS last_nps,
          \(newest(dialect.rounded("r2.csat / r2.csat_scale", 4))) AS last_csat
        FROM members p LEFT JOIN survey_responses r ON r.profile_id = p.profile_id AND NOT r.is_deleted
        WHERE \(which) GROUP BY p.customer_id
        """)
  }

  private var tickets: Total {
    Total(
      columns: ["tickets", "open_tickets"],
      query: """
        SELECT p.customer_id AS id, COUNT(k.ticket_id) AS tickets,
          COUNT(CASE WHEN k.ticket_id IS NOT NULL AND k.solved_at IS NULL
            AND COALESCE(LOWER(k.status), '') NOT IN ('solved', 'closed', 'resolved') THEN 1 END) AS open_tickets
        FROM members p LEFT JOIN tickets k ON k.profile_id = p.profile_id AND NOT k.is_deleted
        WHERE \(which) GROUP BY p.customer_id
        """)
  }

  /// The latest word counts; without dates, or said at one moment, a no outweighs a yes.
  private func consent(_ purpose: String) -> String {
    """
    (SELECT c.status FROM members m CROSS JOIN consents c ON c.profile_id = m.profile_id
     WHERE m.customer_id = s.customer_id AND c.purpose = '\(purpose)' AND c.status <> 'unknown'
     ORDER BY c.changed_at IS NULL, c.changed_at DESC, c.status LIMIT 1)
    """
  }

  private var consents: Total {
    Total(
      columns: ["email_consent", "phone_consent"],
      query: """
        SELECT s.customer_id AS id, \(consent("email")) AS email_consent, \(consent("phone")) AS phone_consent FROM stale s
        WHERE \(which)
        """)
  }
}
