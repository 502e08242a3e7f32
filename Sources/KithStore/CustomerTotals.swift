/// The SQL that counts and sums what each stale customer lived through. A customer's records hang on its profiles, so
/// each statement goes stale → profiles → records; nothing else is read.
enum CustomerTotals {
  private static let live = """
    FROM stale s JOIN profiles p ON p.customer_id = s.customer_id AND NOT p.is_deleted
    """

  static let statements = [profiles, touchpoints, orders, responses, tickets, consents]

  private static let profiles = """
    UPDATE customers SET
      kind = n.kind, profiles = n.profiles, sources = n.sources, source_names = n.names,
      first_seen_at = n.first_seen_at, last_seen_at = n.last_seen_at, currency = :currency
    FROM (
      SELECT s.customer_id AS id, MIN(p.kind) AS kind, COUNT(*) AS profiles, COUNT(DISTINCT src.source_id) AS sources,
        (SELECT GROUP_CONCAT(name, ', ') FROM (
          SELECT DISTINCT src2.name AS name FROM profiles p2 JOIN streams st2 USING (stream_id)
          JOIN sources src2 USING (source_id)
          WHERE p2.customer_id = s.customer_id AND NOT p2.is_deleted ORDER BY src2.name)) AS names,
        MIN(p.created_at) AS first_seen_at, MAX(COALESCE(p.updated_at, p.observed_at, p.created_at)) AS last_seen_at
      \(live) JOIN streams st USING (stream_id) JOIN sources src USING (source_id)
      GROUP BY s.customer_id
    ) n WHERE customers.customer_id = n.id
    """

  private static let touchpoints = """
    UPDATE customers SET
      touchpoints = n.touchpoints, web_touchpoints = n.web, email_touchpoints = n.email,
      commerce_touchpoints = n.commerce, survey_touchpoints = n.survey, support_touchpoints = n.support,
      event_touchpoints = n.event, other_touchpoints = n.touchpoints - n.web - n.email - n.commerce - n.survey
        - n.support - n.event,
      valence = n.valence,
      first_seen_at = MIN(COALESCE(first_seen_at, n.first), COALESCE(n.first, first_seen_at)),
      last_seen_at = MAX(COALESCE(last_seen_at, n.last), COALESCE(n.last, last_seen_at))
    FROM (
      SELECT s.customer_id AS id, COUNT(t.touchpoint_id) AS touchpoints,
        COUNT(CASE WHEN t.channel IN ('web', 'app') THEN 1 END) AS web,
        COUNT(CASE WHEN t.channel = 'email' THEN 1 END) AS email,
        COUNT(CASE WHEN t.channel IN ('commerce', 'store') THEN 1 END) AS commerce,
        COUNT(CASE WHEN t.channel = 'survey' THEN 1 END) AS survey,
        COUNT(CASE WHEN t.channel = 'support' THEN 1 END) AS support,
        COUNT(CASE WHEN t.channel = 'event' THEN 1 END) AS event,
        ROUND(AVG(t.valence), 4) AS valence, MIN(t.occurred_at) AS first, MAX(t.occurred_at) AS last
      \(live) LEFT JOIN touchpoints t ON t.profile_id = p.profile_id AND NOT t.is_deleted
      GROUP BY s.customer_id
    ) n WHERE customers.customer_id = n.id
    """

  /// What was paid back is given in the order's currency: it is taken off at the order's own rate.
  private static let orders = """
    UPDATE customers SET
      orders = n.orders, returns = n.returns, order_lines = n.lines, revenue = n.revenue,
      average_order_value = n.average, first_order_at = n.first, last_order_at = n.last
    FROM (
      SELECT s.customer_id AS id, COUNT(CASE WHEN o.kind = 'sale' THEN 1 END) AS orders,
        COUNT(CASE WHEN o.kind = 'return' THEN 1 END) AS returns,
        COALESCE(SUM(CASE WHEN o.kind = 'sale' THEN o.line_count END), 0) AS lines,
        ROUND(COALESCE(SUM(o.total_base - COALESCE(o.refunded, 0)
          * (CASE WHEN o.total <> 0 THEN o.total_base / o.total ELSE 0 END)), 0), 2) AS revenue,
        ROUND(AVG(CASE WHEN o.kind = 'sale' THEN o.total_base END), 2) AS average,
        MIN(CASE WHEN o.kind = 'sale' THEN o.placed_at END) AS first,
        MAX(CASE WHEN o.kind = 'sale' THEN o.placed_at END) AS last
      \(live) LEFT JOIN orders o ON o.profile_id = p.profile_id AND NOT o.is_deleted
      GROUP BY s.customer_id
    ) n WHERE customers.customer_id = n.id
    """

  /// Of answers given at one moment the one with the greater record number is the last.
  private static let responses = """
    UPDATE customers SET survey_responses = n.responses, last_nps = n.nps, last_csat = n.csat
    FROM (
      SELECT s.customer_id AS id, COUNT(r.response_id) AS responses,
        (SELECT r2.nps FROM profiles p2 JOIN survey_responses r2 ON r2.profile_id = p2.profile_id
         WHERE p2.customer_id = s.customer_id AND NOT p2.is_deleted AND NOT r2.is_deleted AND r2.nps IS NOT NULL
         ORDER BY r2.responded_at DESC, r2.response_id DESC LIMIT 1) AS nps,
        (SELECT ROUND(r2.csat / r2.csat_scale, 4) FROM profiles p2 JOIN survey_responses r2 ON r2.profile_id = p2.profile_id
         WHERE p2.customer_id = s.customer_id AND NOT p2.is_deleted AND NOT r2.is_deleted AND r2.csat / r2.csat_scale IS NOT NULL
         ORDER BY r2.responded_at DESC, r2.response_id DESC LIMIT 1) AS csat
      \(live) LEFT JOIN survey_responses r ON r.profile_id = p.profile_id AND NOT r.is_deleted
      GROUP BY s.customer_id
    ) n WHERE customers.customer_id = n.id
    """

  private static let tickets = """
    UPDATE customers SET tickets = n.tickets, open_tickets = n.open
    FROM (
      SELECT s.customer_id AS id, COUNT(k.ticket_id) AS tickets,
        COUNT(CASE WHEN k.ticket_id IS NOT NULL AND k.solved_at IS NULL
          AND COALESCE(LOWER(k.status), '') NOT IN ('solved', 'closed', 'resolved') THEN 1 END) AS open
      \(live) LEFT JOIN tickets k ON k.profile_id = p.profile_id AND NOT k.is_deleted
      GROUP BY s.customer_id
    ) n WHERE customers.customer_id = n.id
    """

  /// The latest word counts; without dates, or said at one moment, a no outweighs a yes.
  private static func consent(_ purpose: String) -> String {
    """
    (SELECT c.status FROM profiles p2 JOIN consents c USING (profile_id)
     WHERE p2.customer_id = customers.customer_id AND NOT p2.is_deleted AND c.purpose = '\(purpose)'
       AND c.status <> 'unknown'
     ORDER BY COALESCE(c.changed_at, '') DESC, c.status LIMIT 1)
    """
  }

  private static let consents = """
    UPDATE customers SET email_consent = \(consent("email")), phone_consent = \(consent("phone"))
    WHERE customer_id IN (SELECT customer_id FROM stale)
    """
}
