/// All tables and views of the hub.
public enum Schema {
  public static let tables: [TableSpecification] =
    operationTables + profileTables + customerTables + recordTables + sumTables + dimensionTables + alertTables
    + bookkeepingTables

  /// The facts of the star: records that are not deleted, each with its customer (but for traffic, which is counted and
  /// not known), its source's name and its day.
  public static let views: [ViewSpecification] = [
    ViewSpecification(name: "fact_touchpoints", meaning: "Touchpoints with their customer.", table: "touchpoints"),
    ViewSpecification(name: "fact_orders", meaning: "Purchases and returns with their customer.", table: "orders"),
    ViewSpecification(
      name: "fact_order_lines", meaning: "Lines of orders with their customer.", table: "order_lines",
      parent: "orders"),
    ViewSpecification(
      name: "fact_survey_responses", meaning: "Survey responses with their customer.", table: "survey_responses"),
    ViewSpecification(name: "fact_tickets", meaning: "Tickets with their customer.", table: "tickets"),
    ViewSpecification(
      name: "fact_traffic", meaning: "Visitors, visits and page views by day and origin; of no customer.",
      table: "traffic"),
  ]

  /// By table and column the table that the column points to, by its primary key. What may point to something that is
  /// no more, as lineage does, is not here.
  static let references: [String: [String: String]] = [
    "streams": ["source_id": "sources"],
    "runs": ["source_id": "sources"],
    "profiles": ["stream_id": "streams", "customer_id": "customers"],
    "identifiers": ["profile_id": "profiles"],
    "consents": ["profile_id": "profiles"],
    "customer_attributes": ["customer_id": "customers", "profile_id": "profiles"],
    "customer_channels": ["customer_id": "customers"],
    "matches": ["left_profile_id": "profiles", "right_profile_id": "profiles"],
    "touchpoints": ["stream_id": "streams", "profile_id": "profiles"],
    "orders": ["stream_id": "streams", "profile_id": "profiles"],
    "order_lines": ["order_id": "orders"],
    "products": ["stream_id": "streams"],
    "survey_responses": ["stream_id": "streams", "profile_id": "profiles"],
    "tickets": ["stream_id": "streams", "profile_id": "profiles"],
    "traffic": ["stream_id": "streams"],
  ]

  /// Columns that name a person, or that hold what a person wrote: left out of what BI roles see by default. Tables
  /// that are nothing else are left out whole.
  static func isPersonal(_ column: String, of table: String) -> Bool {
    if column.hasSuffix("_delivered") || contactColumns.contains(column) { return true }
    return personal[table]?.contains(column) ?? false
  }

  static let personalTables: Set<String> = ["identifiers", "profile_traits"]

  private static let contactColumns: Set<String> = [
    "display_name", "given_name", "family_name", "full_name", "email", "phone", "birth_date", "street", "house_number",
  ]

  /// A profile's key may be its address; matches and attributes repeat values.
  private static let personal: [String: Set<String>] = [
    "profiles": ["key"],
    "customer_attributes": ["value"],
    "matches": ["value", "note"],
    "decisions": ["decided_by", "note"],
    "survey_responses": ["comment"],
    "tickets": ["subject", "comment"],
  ]

  /// The table of that name. Asking for one that is not in `tables` is a mistake in this module, so it is met by tests.
  static func table(_ name: String) -> TableSpecification? { tables.first { $0.name == name } }

  /// Columns that a view shows: the customer's id, the source's name and the day, then the table's own.
  static func viewColumns(_ view: ViewSpecification) -> [ColumnSpecification] {
    var owner: [ColumnSpecification] = [.optional("source", .text, "The source's name in connectors.yml.")]
    if view.hasCustomer {
      owner.insert(.optional("customer_id", .integer, "The customer whose profile this belongs to."), at: 0)
    }
    if let day = table(view.table)?.dayColumn { owner.append(.optional(day, .date, "The UTC day, as in dim_date.")) }
    if view.parent != nil { owner.append(.optional("currency", .text, "The currency of the amounts, ISO 4217.")) }
    return owner + (table(view.table)?.columns ?? [])
  }
}

/// SQL for SQLite out of the specifications.
enum SQLiteDDL {
  static func create(_ table: TableSpecification, isTemporary: Bool = false) -> [String] {
    let rowIDKey = table.storage == .rowID && table.primaryKey.count == 1 ? table.primaryKey.first : nil
    var lines = table.columns.map { column in
      var line = "  \(column.name) \(column.type.rawValue)"
      if column.name == rowIDKey, column.type == .integer { return line + " PRIMARY KEY" }
      if !column.isNullable { line += " NOT NULL" }
      if let value = column.defaultValue { line += " DEFAULT \(value)" }
      return line
    }
    let keyIsInline = table.columns.contains { $0.name == rowIDKey && $0.type == .integer }
    if !keyIsInline, !table.primaryKey.isEmpty {
      lines.append("  PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))")
    }
    if let day = dayColumn(table) { lines.insert("  " + day, at: table.columns.count) }
    let suffix = table.storage == .withoutRowID ? " WITHOUT ROWID" : ""
    let head = isTemporary ? "CREATE TEMP TABLE IF NOT EXISTS" : "CREATE TABLE"
    return ["\(head) \(table.name) (\n\(lines.joined(separator: ",\n"))\n)\(suffix)"]
      + table.indexes.map { create($0, on: table, isTemporary: isTemporary) }
  }

  static func create(
    _ index: IndexSpecification, on table: TableSpecification, isTemporary: Bool = false
  ) -> String {
    let unique = index.isUnique ? "UNIQUE " : ""
    let condition = index.condition.map { " WHERE \($0)" } ?? ""
    return "CREATE \(unique)INDEX IF NOT EXISTS \(isTemporary ? "temp." : "")\(name(index, table)) ON \(table.name) "
      + "(\(index.columns.joined(separator: ", ")))\(condition)"
  }

  static func name(_ index: IndexSpecification, _ table: TableSpecification) -> String {
    "\(table.name)_by_\(index.columns.joined(separator: "_"))"
  }

  /// The day of a row as a column of its own, which takes no room: a view shows it with its type.
  static func dayColumn(_ table: TableSpecification) -> String? {
    guard let day = table.dayColumn, let time = table.timeColumn else { return nil }
    return "\(day) DATE GENERATED ALWAYS AS (substr(\(time), 1, 10)) VIRTUAL"
  }

  static func create(_ view: ViewSpecification) -> String {
    let table = Schema.table(view.table)
    let own = (table?.columns ?? []).map { "t.\($0.name)" }.joined(separator: ", ")
    let day = table?.dayColumn.map { "t.\($0), " } ?? ""
    return """
      CREATE VIEW \(view.name) AS
      SELECT \(view.hasCustomer ? "p.customer_id, " : "")s.name AS source, \(day)\(view.parent == nil ? "" : "o.currency, ")\(own)
      \(view.joins { $0 })
      WHERE NOT t.is_deleted\(view.parent == nil ? "" : " AND NOT o.is_deleted")
      """
  }
}
