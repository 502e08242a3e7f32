import KithCore

extension HubStore {
  /// Fills the sums of a hub that has had none until now.
  static func makeSums(in db: StoreConnection) throws {
    for specification in SumSpecification.all { try specification.rebuild(in: db) }
    try db.execute(sql: "DELETE FROM customer_channels")
    try db.execute(sql: CustomerChannels(dialect: db.dialect).ofEverybody)
    try db.analyze("customer_channels")
    try db.execute(sql: CustomerTotals.digitalWeekdaysOfEverybody)
  }

  /// Sums that are not those of their records.
  static func wrongSums(in db: StoreConnection) throws -> [Inconsistency] {
    try SumSpecification.all.compactMap { specification in
      let wrong = try String.fetchAll(db, sql: specification.differences(db.dialect))
      guard let first = wrong.first else { return nil }
      return Inconsistency(
        what: "\(specification.table) does not say what \(specification.fact) comes to", count: Set(wrong).count,
        example: first,
        fix: "Something other than Kith changed the database, or Kith is wrong: restore a backup, then sync.")
    }
  }
}

extension SumSpecification {
  /// Computes the whole table anew.
  func rebuild(in db: StoreConnection) throws {
    try db.execute(sql: "DELETE FROM \(table)")
    try db.execute(sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) \(query(db.dialect))")
  }

  /// The groups, each as one text, that are not as the records say, or that no record belongs to.
  func differences(_ dialect: SQLDialect) -> String {
    let names = groups.map { "CAST(\($0.name) AS TEXT)" }.joined(separator: " || ' ' || ")
    // Amounts have a fixed number of digits in one database, and are doubles in the other.
    let right = (groups.map(\.name) + sums.map { $0.scale.compared($0.name) }).joined(separator: ", ")
    let wanted = "SELECT \(right) FROM (\(query(dialect))) AS wanted"
    let there = "SELECT \(right) FROM \(table)"
    return """
      SELECT \(names) FROM (
        SELECT * FROM (\(there) EXCEPT \(wanted)) AS extra UNION ALL SELECT * FROM (\(wanted) EXCEPT \(there)) AS missing
      ) AS different ORDER BY 1
      """
  }
}

extension SumScale {
  fileprivate func compared(_ column: String) -> String {
    self == .whole ? column : "CAST(ROUND(CAST(\(column) * \(rawValue) AS NUMERIC), 0) AS BIGINT) AS \(column)"
  }
}
