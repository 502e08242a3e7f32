/// A column's declared type: what BI tools read in the schema.
public enum ColumnType: String, Sendable {
  case integer = "INTEGER"
  case real = "REAL"
  case text = "TEXT"
  /// `YYYY-MM-DD`.
  case date = "DATE"
  /// `YYYY-MM-DD HH:MM:SS`, UTC.
  case dateTime = "DATETIME"
  /// Money, numeric, in the currency of the column beside it.
  case money = "DECIMAL(14,2)"
  /// Quantities and unit prices.
  case quantity = "DECIMAL(14,4)"
  /// 0 or 1.
  case boolean = "BOOLEAN"
  case blob = "BLOB"
}

public struct ColumnSpecification: Sendable {
  public var name: String
  public var type: ColumnType
  /// One sentence for an analyst.
  public var meaning: String
  public var unit: String?
  public var isNullable: Bool
  /// An SQL literal.
  public var defaultValue: String?
}

public struct IndexSpecification: Sendable {
  public var columns: [String]
  public var isUnique: Bool
  /// An SQL condition: only these rows are indexed.
  public var condition: String?
  /// Built after the rows when the table is filled for the first time: three to four times faster.
  public var isDeferrable: Bool

  static func on(_ columns: String..., where condition: String? = nil) -> IndexSpecification {
    IndexSpecification(columns: columns, isUnique: false, condition: condition, isDeferrable: false)
  }
  static func unique(_ columns: String...) -> IndexSpecification {
    IndexSpecification(columns: columns, isUnique: true, condition: nil, isDeferrable: false)
  }
  static func deferredUnique(_ columns: String...) -> IndexSpecification {
    IndexSpecification(columns: columns, isUnique: true, condition: nil, isDeferrable: true)
  }
  static func deferred(_ columns: String..., where condition: String? = nil) -> IndexSpecification {
    IndexSpecification(columns: columns, isUnique: false, condition: condition, isDeferrable: true)
  }
}

/// A table as data: DDL, the data dictionary and the lists of columns all derive from it.
public struct TableSpecification: Sendable {
  /// How rows are found by their primary key.
  public enum Storage: Sendable { case rowID, withoutRowID }

  public var name: String
  /// What one row is.
  public var meaning: String
  public var columns: [ColumnSpecification]
  public var primaryKey: [String]
  public var storage: Storage
  public var indexes: [IndexSpecification]
  /// Published to BI tools and `kith export`; the others are the hub's own bookkeeping.
  public var isPublished: Bool
  /// When a row is from: what `kith export --since` goes by.
  public var timeColumn: String?

  /// For tables behind facts the column with the day of `timeColumn`: `occurred_at` → `occurred_on`.
  var dayColumn: String? {
    guard let time = timeColumn, time.hasSuffix("_at"), Schema.views.contains(where: { $0.table == name }) else {
      return nil
    }
    return time.dropLast(2) + "on"
  }

  /// The tables whose rows its columns point to, by column: foreign keys where a database can say so.
  public var references: [String: String] { Schema.references[name] ?? [:] }

  init(
    _ name: String, _ meaning: String, key: [String], storage: Storage = .rowID, indexes: [IndexSpecification] = [],
    published: Bool = true, time: String? = nil, columns: [ColumnSpecification]
  ) {
    self.name = name
    self.meaning = meaning
    self.columns = columns
    primaryKey = key
    self.storage = storage
    self.indexes = indexes
    isPublished = published
    timeColumn = time
  }
}

/// A query with a name, made only of plain columns, so that they keep their declared types.
public struct ViewSpecification: Sendable {
  public var name: String
  public var meaning: String
  /// The table behind it, whose columns it shows beside the customer's.
  public var table: String
  /// The table whose rows its rows are parts of, and which knows the profile.
  public var parent: String?

  /// Whether its rows, or what they are parts of, belong to profiles.
  var hasCustomer: Bool { Schema.table(parent ?? table)?.columns.contains { $0.name == "profile_id" } ?? false }

  /// What stands after FROM: the table as `t`, its parent as `o`, the profile as `p`, the source as `s`. Each row has its
  /// stream and source; joined from the left they are only looked up by who asks for them.
  ///
  /// - Parameter name: how a table is called.
  func joins(_ name: (String) -> String) -> String {
    let parts = parent.map { "\nJOIN \(name($0)) AS o ON o.order_id = t.order_id" } ?? ""
    let owner = parent == nil ? "t" : "o"
    let profile = "\nLEFT JOIN \(name("profiles")) AS p ON p.profile_id = \(owner).profile_id"
    return """
      FROM \(name(table)) AS t\(parts)
      LEFT JOIN \(name("streams")) AS st ON st.stream_id = \(owner).stream_id
      LEFT JOIN \(name("sources")) AS s ON s.source_id = st.source_id\(hasCustomer ? profile : "")
      """
  }
}

extension ColumnSpecification {
  static func column(
    _ name: String, _ type: ColumnType, _ meaning: String, unit: String? = nil, default value: String? = nil
  ) -> ColumnSpecification {
    ColumnSpecification(name: name, type: type, meaning: meaning, unit: unit, isNullable: false, defaultValue: value)
  }

  static func optional(
    _ name: String, _ type: ColumnType, _ meaning: String, unit: String? = nil
  ) -> ColumnSpecification {
    ColumnSpecification(name: name, type: type, meaning: meaning, unit: unit, isNullable: true, defaultValue: nil)
  }

  static func count(_ name: String, _ meaning: String) -> ColumnSpecification {
    .column(name, .integer, meaning, unit: "count", default: "0")
  }
}
