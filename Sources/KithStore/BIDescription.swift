import KithCore

/// What BI tools are told about the published tables: names, meanings, types and relations, from the specifications.
public struct BIDescription: Sendable {
  public struct Column: Sendable {
    public var name: String
    public var type: ColumnType
    public var meaning: String
    public var unit: String?
    public var isNullable: Bool
    /// Names a person, or holds what a person wrote.
    public var isPersonal: Bool
    /// The table and column that it points to.
    public var reference: (table: String, column: String)?
  }

  public struct Table: Sendable {
    public var name: String
    public var meaning: String
    public var isView: Bool
    public var primaryKey: [String]
    /// When a row is from.
    public var timeColumn: String?
    public var columns: [Column]
  }

  public let tables: [Table]

  /// - Parameters:
  ///   - hasContacts: without them as the roles of BI tools see it by default.
  ///   - ofFile: what is to be read in SQLite, the snapshot above all: facts stand for the tables behind them.
  public init(hasContacts: Bool, ofFile: Bool = false) {
    let behind = ofFile ? Set(Schema.views.map(\.table)) : []
    let published = HubStore.published.filter {
      (hasContacts || !Schema.personalTables.contains($0.name)) && !behind.contains($0.name)
    }
    tables = published.map { name, meaning, columns in
      let view = Schema.views.first { $0.name == name }
      let table = Schema.table(view?.table ?? name)
      return Table(
        name: name, meaning: meaning, isView: view != nil, primaryKey: table?.primaryKey ?? [],
        timeColumn: table?.timeColumn,
        columns: columns.compactMap { column in
          let isPersonal = Schema.isPersonal(column.name, of: table?.name ?? name)
          if isPersonal, !hasContacts { return nil }
          return Column(
            name: column.name, type: column.type, meaning: column.meaning, unit: column.unit,
            isNullable: column.isNullable, isPersonal: isPersonal,
            reference: Self.reference(column.name, table, isView: view != nil))
        })
    }
  }

  private static func reference(
    _ column: String, _ table: TableSpecification?, isView: Bool
  ) -> (table: String, column: String)? {
    if isView || table.map({ Schema.sumTables.map(\.name).contains($0.name) || $0.name == "customer_channels" }) == true
    {
      if column == "customer_id" { return ("customers", "customer_id") }
      if column == table?.dayColumn || ["date", "month_start"].contains(column) { return ("dim_date", "date") }
      if column == "channel", table?.name != "tickets" { return ("dim_channel", "channel") }
    }
    guard let target = table?.references[column], let key = Schema.table(target)?.primaryKey.first else { return nil }
    return (target, key)
  }
}
