/// How a table of sums follows from its records: the groups and sums as SQL over the fact, and the columns of a record
/// that they are made of.
struct SumSpecification: Sendable {
  struct Column: Sendable {
    var name: String
    /// Over the fact.
    var sql: String
    var scale: SumScale = .whole
  }

  let table: String
  /// Where the records are, and which of their columns count: the first is the time.
  let records: RecordTable
  let used: [String]
  let fact: String
  let groups: [Column]
  let sums: [Column]

  /// Everything anew from the records.
  func query(_ dialect: SQLDialect) -> String {
    let columns = (groups + sums).map { "\($0.sql.replacing(Self.month, with: Self.month(dialect))) AS \($0.name)" }
    let places = groups.indices.map { "\($0 + 1)" }
    return """
      SELECT \(columns.joined(separator: ", ")) FROM \(fact) GROUP BY \(places.joined(separator: ", "))
      """
  }

  var columns: [String] { (groups + sums).map(\.name) }

  /// Adds to the group that is there.
  var merge: String {
    let updates = sums.map { column in
      let sum = "\(table).\(column.name) + excluded.\(column.name)"
      return "\(column.name) = \(column.scale.rounded(sum))"
    }
    return
      "ON CONFLICT (\(groups.map(\.name).joined(separator: ", "))) DO UPDATE SET \(updates.joined(separator: ", "))"
  }

  static func of(_ records: RecordTable) -> SumSpecification? { all.first { $0.records == records } }

  private static let month = "{month}"

  private static func month(_ dialect: SQLDialect) -> String {
    dialect == .sqlite ? "SUBSTR(placed_on, 1, 7) || '-01'" : "DATE_TRUNC('month', placed_on)::date"
  }

  private static func text(_ name: String) -> Column { Column(name: name, sql: "COALESCE(\(name), '')") }

  private static func amount(_ name: String, _ sql: String, _ scale: SumScale) -> Column {
    Column(name: name, sql: scale.sum(sql), scale: scale)
  }

  private static func count(_ name: String, _ condition: String) -> Column {
    Column(name: name, sql: "COUNT(CASE WHEN \(condition) THEN 1 END)")
  }

  static let all: [SumSpecification] = [
    SumSpecification(
      table: "touchpoints_daily", records: .touchpoints, used: ["occurred_at", "channel", "type", "valence"],
      fact: "fact_touchpoints",
      groups: [Column(name: "date", sql: "occurred_on"), text("source"), text("channel"), text("type")],
      sums: [
        Column(name: "touchpoints", sql: "COUNT(*)"), count("valence_count", "valence IS NOT NULL"),
        amount("valence_sum", "valence", .millionths),
      ]),
    SumSpecification(
      table: "orders_daily", records: .orders,
      used: ["placed_at", "channel", "kind", "currency", "line_count", "total", "total_base", "refunded"],
      fact: "fact_orders",
      groups: [
        Column(name: "date", sql: "placed_on"), text("source"), text("channel"), text("kind"), text("currency"),
      ],
      sums: [
        Column(name: "orders", sql: "COUNT(*)"), Column(name: "order_lines", sql: "COALESCE(SUM(line_count), 0)"),
        amount("total", "total", .tenThousandths), amount("total_base", "total_base", .tenThousandths),
        amount("refunded", "refunded", .tenThousandths),
      ]),
    SumSpecification(
      table: "survey_responses_daily", records: .responses,
      used: ["responded_at", "survey", "nps", "csat", "csat_scale", "ces", "ces_scale"], fact: "fact_survey_responses",
      groups: [Column(name: "date", sql: "responded_on"), text("source"), text("survey")],
      sums: [
        Column(name: "responses", sql: "COUNT(*)"), count("nps_count", "nps IS NOT NULL"),
        count("promoters", "nps >= 9"), count("detractors", "nps <= 6"),
        Column(name: "nps_sum", sql: "COALESCE(SUM(nps), 0)"),
        count("csat_count", "csat / NULLIF(csat_scale, 0) IS NOT NULL"),
        amount("csat_sum", "csat / NULLIF(csat_scale, 0)", .millionths),
        count("ces_count", "ces / NULLIF(ces_scale, 0) IS NOT NULL"),
        amount("ces_sum", "ces / NULLIF(ces_scale, 0)", .millionths),
      ]),
    SumSpecification(
      table: "order_lines_monthly", records: .orderLines,
      used: ["placed_at", "product_key", "name", "category", "quantity", "is_return"], fact: "fact_order_lines",
      groups: [
        Column(name: "month_start", sql: month), text("source"), text("product_key"), text("name"), text("category"),
      ],
      sums: [
        Column(name: "order_lines", sql: "COUNT(*)"),
        amount("sold", "CASE WHEN is_return THEN 0 ELSE quantity END", .tenThousandths),
        amount("returned", "CASE WHEN is_return THEN -quantity ELSE 0 END", .tenThousandths),
      ]),
  ]
}

/// In which parts of one a sum is counted: sums of whole numbers do not depend on their order, so that what was added
/// and taken away again leaves nothing behind.
enum SumScale: Double, Sendable {
  case whole = 1
  case tenThousandths = 10_000
  case millionths = 1_000_000

  /// Binary fractions lie beside the middle, decimal ones on it: the tiny surplus lets Swift and both databases round alike.
  private var factor: Double { rawValue * 1.000000000001 }

  /// What is larger is no amount that somebody paid, and is left out: sums must not overflow.
  private static let limit = 1e16

  func parts(_ value: Double) -> Int64 {
    let parts = (value * factor).rounded(.toNearestOrAwayFromZero)
    return abs(parts) < Self.limit ? Int64(parts) : 0
  }

  func value(_ parts: Int64) -> Double { Double(parts) / rawValue }

  private var digits: Int {
    switch self {
    case .whole: 0
    case .tenThousandths: 4
    case .millionths: 6
    }
  }

  /// The sum of an expression over a group.
  func sum(_ sql: String) -> String {
    let limit = Self.limit / rawValue
    return """
      COALESCE(SUM(CASE WHEN ABS(\(sql)) < \(Int64(limit)) THEN CAST(ROUND((\(sql)) * \(factor)) AS BIGINT) END), 0)
      / \(rawValue)
      """
  }

  /// An expression that is a number of such parts but for binary dust.
  func rounded(_ sql: String) -> String { self == .whole ? sql : "ROUND(CAST(\(sql) AS NUMERIC), \(digits))" }
}
