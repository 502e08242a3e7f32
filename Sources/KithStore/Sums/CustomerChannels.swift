/// SQL that sums up the touchpoints of customers by channel.
struct CustomerChannels {
  let dialect: SQLDialect

  /// Of the members of customers that are wholly stale.
  var ofMembers: String {
    insert(from: "members m CROSS JOIN touchpoints t ON t.profile_id = m.profile_id", where: "AND m.is_whole")
  }

  /// Of all customers.
  var ofEverybody: String {
    insert(
      from: "profiles m JOIN touchpoints t ON t.profile_id = m.profile_id",
      where: "AND NOT m.is_deleted AND m.customer_id IS NOT NULL")
  }

  private func insert(from source: String, where condition: String = "") -> String {
    """
    INSERT INTO customer_channels
      (customer_id, channel, touchpoints, valence_count, valence_sum, first_at, last_at, weekdays)
    SELECT m.customer_id, t.channel, COUNT(*), COUNT(t.valence), \(SumScale.millionths.sum("t.valence")),
      MIN(t.occurred_at), MAX(t.occurred_at), \(Self.text(ofBits: "SUM(DISTINCT \(weekdayBit))"))
    FROM \(source) WHERE NOT t.is_deleted \(condition) GROUP BY m.customer_id, t.channel
    """
  }

  /// A bit for each day of the week, that of Monday is 1.
  private var weekdayBit: String {
    dialect == .sqlite
      ? "1 << ((CAST(STRFTIME('%w', t.occurred_at) AS INTEGER) + 6) % 7)"
      : "1 << (EXTRACT(ISODOW FROM t.occurred_at AT TIME ZONE 'UTC')::int - 1)"
  }

  /// `12---6-`
  private static func text(ofBits bits: String) -> String {
    (1...7).map { "CASE WHEN (\(bits)) & \(1 << ($0 - 1)) <> 0 THEN '\($0)' ELSE '-' END" }.joined(separator: " || ")
  }

  /// All days of several such texts; a digit is greater than a dash.
  static func union(_ weekdays: String) -> String {
    (1...7).map { "MAX(SUBSTR(\(weekdays), \($0), 1))" }.joined(separator: " || ")
  }
}
