import KithCore
import KithEngine
import KithStore

/// The published tables, whole.
extension APIContents {
  private static let column = Shape.object(
    ObjectShape(
      "Column", "A column of a table.",
      [
        Property("name", .text(), "Its name."), Property("type", .text(), "Its declared type."),
        Property("meaning", .text(), "What it says."), Property("unit", .text(), "Its unit.", isNullable: true),
        Property("is_nullable", .boolean, "Whether it may be empty."),
      ]))

  private static let table = Shape.object(
    ObjectShape(
      "Table", "A published table, with the columns that the caller's role sees.",
      [
        Property("name", .text(), "Its name."), Property("meaning", .text(), "What one row is."),
        Property("time_column", .text(), "What `since` goes by.", isNullable: true),
        Property("columns", .list(column), "Its columns."),
      ]))

  private static let names = BIDescription(hasContacts: true).tables.map(\.name)

  static let tables: [Endpoint] = [
    Endpoint(
      "list_tables", .get, "\(root)/tables", "The tables that can be exported, with their columns.",
      roles: matchReaders,
      success: .json(
        status: 200, .object(ObjectShape("Tables", "Tables.", [Property("tables", .list(table), "The tables.")]))),
      .waiting { call in
        .json(.of(("tables", BIDescription(hasContacts: call.caller.role.seesContacts).tables.map(json))))
      }),
    Endpoint(
      "export_table", .get, "\(root)/tables/{table}/rows",
      "All rows of a table, written as they are read. Columns with contact data are left out for roles that see none.",
      roles: matchReaders,
      parameters: [
        .path("table", .word(names), "The table."),
        .query("format", .word(["csv", "jsonl"]), "csv when it is left out."),
        .query(
          "columns", .list(.text(.init(least: 1, most: 64)), most: 200),
          "Names of columns; all that the role sees otherwise."),
        .query("since", .dateTime, "Only rows of this time or later."),
        .query("limit", .integer(1...1_000_000_000), "At most so many rows."),
        .query("unguarded", .boolean, "true for CSV without the ' before texts that a spreadsheet would run."),
      ], success: .stream(mediaTypes: ["text/csv", "application/x-ndjson"]), problems: [.invalid, .notFound],
      .blocking { call in try export(call) }),
  ]

  private static func export(_ call: Call) throws -> Answer {
    let name = try call.required("table")
    let all = try HubStore.columns(of: name)
    let visible = BIDescription(hasContacts: call.caller.role.seesContacts).tables.first { $0.name == name }
    guard let visible else {
      throw Problem(
        .forbidden, "the role may not see this table", place: "table", seen: name,
        allowed: Role.names(contactReaders))
    }
    let seen = visible.columns.map(\.name)
    let asked = call.values["columns"]?.items?.compactMap(\.string) ?? []
    let chosen = asked.isEmpty ? seen : asked
    let hidden = chosen.filter { column in !seen.contains(column) && all.contains { $0.name == column } }
    if let column = hidden.first {
      throw Problem(
        .forbidden, "the role may not see this column", place: "columns", seen: column,
        allowed: seen.joined(separator: ", "))
    }
    let selection = RowSelection(
      columns: chosen, limit: call.int("limit").map { Int($0) }, since: call.text("since").flatMap(Shape.time))
    try call.store.check(name, selection)
    let columns = chosen.compactMap { column in all.first { $0.name == column } }
    let isJSON = call.text("format") == "jsonl"
    let isGuarded = call.values["unguarded"]?.bool != true
    let store = call.store
    return .stream(
      mediaType: isJSON ? "application/x-ndjson" : "text/csv; charset=utf-8",
      fileName: "\(name).\(isJSON ? "jsonl" : "csv")"
    ) { sink in
      var writer = DelimitedWriter(columns, isJSON: isJSON, isGuarded: isGuarded, to: sink)
      try store.rows(of: name, selection) { row throws(KithError) in try writer.row(row) }
      try writer.finish()
    }
  }

  private static func json(_ table: BIDescription.Table) -> JSON {
    let columns = table.columns.map {
      JSON.of(
        ("name", $0.name), ("type", $0.type.rawValue), ("meaning", $0.meaning), ("unit", $0.unit),
        ("is_nullable", $0.isNullable))
    }
    return .of(
      ("name", table.name), ("meaning", table.meaning), ("time_column", table.timeColumn), ("columns", columns))
  }
}
