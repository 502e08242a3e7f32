import Foundation
import KithCore
import KithStore

/// Descriptions of the tables as tools read them.
struct BIDescriptionWriter {
  let description: BIDescription
  /// Where the tables stand in the database.
  let schema: String

  // MARK: JSON

  func json() throws -> String {
    let tables = description.tables.map { table -> [String: Any] in
      var object: [String: Any] = [
        "name": table.name, "description": table.meaning, "kind": table.isView ? "view" : "table",
        "primary_key": table.primaryKey, "columns": table.columns.map(Self.object),
      ]
      object["time_column"] = table.timeColumn
      return object
    }
    let data = try JSONSerialization.data(
      withJSONObject: ["schema": schema, "tables": tables],
      options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private static func object(_ column: BIDescription.Column) -> [String: Any] {
    var object: [String: Any] = [
      "name": column.name, "type": column.type.rawValue, "description": column.meaning,
      "nullable": column.isNullable, "personal": column.isPersonal,
    ]
    object["unit"] = column.unit
    object["references"] = column.reference.map { "\($0.table).\($0.column)" }
    return object
  }

  // MARK: dbt

  /// A sources file, with tests of keys and relations that hold in every hub.
  func dbt() -> String {
    var lines = [
      "# Written by `kith bi describe --format dbt`.", "version: 2", "sources:", "  - name: kith",
      "    schema: \(schema)", "    description: \(Self.quoted("Customers and what they lived through, by Kith."))",
      "    tables:",
    ]
    for table in description.tables {
      lines += [
        "      - name: \(table.name)", "        description: \(Self.quoted(table.meaning))", "        columns:",
      ]
      for column in table.columns {
        lines += [
          "          - name: \(column.name)",
          "            description: \(Self.quoted(Self.text(column)))",
          "            data_type: \(column.type.postgresName)",
        ]
        let tests = Self.tests(column, table)
        if !tests.isEmpty { lines += ["            data_tests:"] + tests }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func tests(_ column: BIDescription.Column, _ table: BIDescription.Table) -> [String] {
    var tests: [String] = []
    if table.primaryKey == [column.name] { tests.append("              - unique") }
    if !column.isNullable { tests.append("              - not_null") }
    if let reference = column.reference, reference.table != "dim_date" {
      tests += [
        "              - relationships:", "                  arguments:",
        "                    to: source('kith', '\(reference.table)')",
        "                    field: \(reference.column)",
      ]
    }
    return tests
  }

  // MARK: Superset

  /// The files of an import: datasets with their words, and the database that they are in.
  func superset(database: String) -> [(path: String, text: String)] {
    let id = Self.identifier("database \(database) \(schema)")
    var files = [
      (
        "metadata.yaml",
        "version: 1.0.0\ntype: SqlaTable\ntimestamp: '2000-01-01T00:00:00+00:00'\n"
      ),
      (
        "databases/kith.yaml",
        """
        database_name: Kith
        sqlalchemy_uri: \(Self.quoted(database))
        expose_in_sqllab: true
        allow_run_async: false
        allow_dml: false
        extra: {}
        uuid: \(id)
        version: 1.0.0

        """
      ),
    ]
    for table in description.tables {
      var lines = [
        "table_name: \(table.name)", "schema: \(schema.isEmpty ? "null" : schema)",
        "description: \(Self.quoted(table.meaning))", "main_dttm_col: \(table.timeColumn ?? "null")",
        "uuid: \(Self.identifier("\(schema).\(table.name)"))", "database_uuid: \(id)", "version: 1.0.0", "metrics:",
        "  - metric_name: count", "    expression: COUNT(*)", "    verbose_name: Rows", "columns:",
      ]
      for column in table.columns {
        lines += [
          "  - column_name: \(column.name)", "    description: \(Self.quoted(Self.text(column)))",
          "    type: \(Self.quoted(column.type.rawValue))",
          "    is_dttm: \([.date, .dateTime].contains(column.type))", "    groupby: true", "    filterable: true",
        ]
      }
      files.append(("datasets/kith/\(table.name).yaml", lines.joined(separator: "\n") + "\n"))
    }
    return files
  }

  // MARK: words

  private static func text(_ column: BIDescription.Column) -> String {
    column.meaning + (column.unit.map { " Unit: \($0)." } ?? "")
  }

  /// A text as YAML and JSON have it.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A UUID that is the same for the same name, so that an import updates what an earlier one made.
  private static func identifier(_ name: String) -> String {
    var bytes: [UInt8] = []
    for seed in [UInt64(1), 2] {
      var hash = ContentHash(seed: seed)
      hash.combine(name)
      withUnsafeBytes(of: hash.value.bigEndian) { bytes.append(contentsOf: $0) }
    }
    // Version 8 of RFC 9562: of one's own making.
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { String(format: "%02x", $0) }.joined()
    let cuts = [0, 8, 12, 16, 20, 32].map { digits.index(digits.startIndex, offsetBy: $0) }
    return zip(cuts, cuts.dropFirst()).map { digits[$0..<$1] }.joined(separator: "-")
  }
}
