import KithCore

/// What can be given to a statement.
protocol StoreEncodable {
  var tableValue: TableValue { get }
}

/// What can be read from a column.
protocol StoreDecodable {
  /// Nil for a value of another kind.
  init?(tableValue: TableValue)
}

extension Int64: StoreEncodable, StoreDecodable {
  var tableValue: TableValue { .integer(self) }
  init?(tableValue: TableValue) {
    switch tableValue {
    case .integer(let value): self = value
    // PostgreSQL's sums of integers are decimals.
    case .real(let value): self.init(exactly: value)
    default: return nil
    }
  }
}

extension Int: StoreEncodable, StoreDecodable {
  var tableValue: TableValue { .integer(Int64(self)) }
  init?(tableValue: TableValue) {
    guard let value = Int64(tableValue: tableValue) else { return nil }
    self.init(exactly: value)
  }
}

extension Double: StoreEncodable, StoreDecodable {
  var tableValue: TableValue { .real(self) }
  init?(tableValue: TableValue) {
    switch tableValue {
    case .real(let value): self = value
    case .integer(let value): self = Double(value)
    default: return nil
    }
  }
}

extension Bool: StoreEncodable, StoreDecodable {
  var tableValue: TableValue { .integer(self ? 1 : 0) }
  init?(tableValue: TableValue) {
    guard case .integer(let value) = tableValue else { return nil }
    self = value != 0
  }
}

extension String: StoreEncodable, StoreDecodable {
  var tableValue: TableValue { .text(self) }
  init?(tableValue: TableValue) {
    guard case .text(let value) = tableValue else { return nil }
    self = value
  }
}

extension Array: StoreEncodable, StoreDecodable where Element == UInt8 {
  var tableValue: TableValue { .blob(self) }
  init?(tableValue: TableValue) {
    guard case .blob(let value) = tableValue else { return nil }
    self = value
  }
}

/// The values of a statement's parameters: in order, or by name.
struct StoreArguments: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  private(set) var values: [TableValue]
  /// Nil where the values go by their order.
  private(set) var names: [String]?

  init(arrayLiteral elements: (any StoreEncodable)?...) { values = elements.map { $0?.tableValue ?? .null } }

  init(dictionaryLiteral elements: (String, (any StoreEncodable)?)...) {
    values = elements.map { $0.1?.tableValue ?? .null }
    names = elements.map(\.0)
  }

  init(_ elements: [some StoreEncodable]) { values = elements.map(\.tableValue) }

  init(_ values: [TableValue]) { self.values = values }

  /// `?` for each of so many parameters.
  static func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

  static func + (one: StoreArguments, other: StoreArguments) -> StoreArguments {
    var sum = one
    sum.values += other.values
    return sum
  }
}

/// A row that has been read, for queries with few of them.
struct Row {
  private let columns: [String: Int]
  private let values: [TableValue]

  fileprivate init(columns: [String: Int], values: [TableValue]) {
    self.columns = columns
    self.values = values
  }

  subscript<Value: StoreDecodable>(index: Int) -> Value? {
    if case .null = values[index] { return nil }
    return read(index)
  }

  subscript<Value: StoreDecodable>(index: Int) -> Value { read(index) }

  subscript<Value: StoreDecodable>(name: String) -> Value? { self[place(name)] }

  subscript<Value: StoreDecodable>(name: String) -> Value { self[place(name)] }

  private func place(_ name: String) -> Int {
    guard let place = columns[name] else { preconditionFailure("a query has no column \(name)") }
    return place
  }

  private func read<Value: StoreDecodable>(_ index: Int) -> Value {
    guard let value = Value(tableValue: values[index]) else {
      preconditionFailure("column \(index) of a query is \(values[index]), which is no \(Value.self)")
    }
    return value
  }
}

extension Row {
  static func fetchAll(_ db: StoreConnection, sql: String, arguments: StoreArguments = []) throws -> [Row] {
    var rows: [Row] = []
    try each(db, sql: sql, arguments: arguments) { rows.append($0) }
    return rows
  }

  static func fetchOne(_ db: StoreConnection, sql: String, arguments: StoreArguments = []) throws -> Row? {
    var first: Row?
    try each(db, sql: sql, arguments: arguments) { if first == nil { first = $0 } }
    return first
  }

  private static func each(
    _ db: StoreConnection, sql: String, arguments: StoreArguments, _ body: (Row) throws -> Void
  ) throws {
    let statement = try db.statement(sql)
    try statement.begin().bind(arguments)
    defer { statement.reset() }
    var columns: [String: Int] = [:]
    var count: CInt = 0
    while try statement.step() {
      if count == 0 {
        count = statement.columnCount
        for index in 0..<count where columns[statement.columnName(index)] == nil {
          columns[statement.columnName(index)] = Int(index)
        }
      }
      try body(Row(columns: columns, values: (0..<count).map { statement.value($0) }))
    }
  }
}

extension StoreDecodable {
  /// The first column of all rows; where it is NULL the row is left out.
  static func fetchAll(_ db: StoreConnection, sql: String, arguments: StoreArguments = []) throws -> [Self] {
    let statement = try db.statement(sql)
    try statement.begin().bind(arguments)
    defer { statement.reset() }
    var values: [Self] = []
    while try statement.step() {
      if let value = Self(tableValue: statement.value(0)) { values.append(value) }
    }
    return values
  }

  /// The first column of the first row; nil for none and for NULL.
  static func fetchOne(_ db: StoreConnection, sql: String, arguments: StoreArguments = []) throws -> Self? {
    let statement = try db.statement(sql)
    try statement.begin().bind(arguments)
    defer { statement.reset() }
    return try statement.step() ? Self(tableValue: statement.value(0)) : nil
  }
}

extension StoreDecodable where Self: Hashable {
  static func fetchSet(_ db: StoreConnection, sql: String, arguments: StoreArguments = []) throws -> Set<Self> {
    try Set(fetchAll(db, sql: sql, arguments: arguments))
  }
}
