import KithCore
import KithEngine
import KithParquet
import KithStore

/// Rows as Parquet, each column with the type that it has in the hub.
struct ParquetTableWriter: TableWriter {
  private let columns: [ColumnSpecification]
  private let types: [ParquetType]
  private let file: OutputFile
  private let writer: ParquetWriter

  init(_ columns: [ColumnSpecification], to file: OutputFile) throws(KithError) {
    self.columns = columns
    self.file = file
    types = columns.map { ParquetType($0.type) }
    writer = try ParquetWriter(
      zip(columns, types).map { ParquetColumn($0.name, $1, isNullable: $0.isNullable) }
    ) { bytes throws(KithError) in try file.write(bytes) }
  }

  mutating func row(_ row: TableRow) throws(KithError) {
    for column in columns.indices {
      if row.isNull(column) {
        writer.null(column)
        continue
      }
      switch types[column] {
      case .boolean, .integer: writer.integer(column, row.int64(column))
      case .double: writer.double(column, row.double(column))
      case .decimal(_, let scale): writer.integer(column, try Self.decimal(row.double(column), scale, columns[column]))
      case .date: writer.integer(column, try time(row, column) / 86_400)
      case .dateTime: writer.integer(column, try time(row, column) * 1_000_000)
      case .text, .bytes: row.withText(column) { writer.text(column, $0) }
      }
    }
    try writer.endRow()
  }

  mutating func finish() throws(KithError) {
    try writer.finish()
    try file.close()
  }

  /// Seconds since 1970 of a date or a date-time.
  private func time(_ row: TableRow, _ column: Int) throws(KithError) -> Int64 {
    if let time = row.withText(column, SQLTime.seconds) { return time }
    throw KithError(
      .bug, "a column holds what is no time", place: columns[column].name,
      seen: row.withText(column) { String(decoding: $0, as: UTF8.self) }, allowed: "YYYY-MM-DD or YYYY-MM-DD HH:MM:SS")
  }

  private static func decimal(
    _ value: Double, _ scale: Int, _ column: ColumnSpecification
  ) throws(KithError) -> Int64 {
    let scaled = (0..<scale).reduce(value) { value, _ in value * 10 }.rounded()
    guard abs(scaled) < 1e18 else {
      throw KithError(
        .record, "an amount is too large for Parquet's decimal", place: column.name, seen: "\(value)",
        allowed: "18 digits, \(scale) of them behind the point", fix: "Leave the column out with --columns.")
    }
    return Int64(scaled)
  }
}

extension ParquetType {
  /// Amounts have four digits behind the point, as many as any currency has. Quantities and unit prices may have more:
  /// they stay what they are in the hub.
  init(_ type: ColumnType) {
    switch type {
    case .integer: self = .integer
    case .real, .quantity: self = .double
    case .text: self = .text
    case .date: self = .date
    case .dateTime: self = .dateTime
    case .money: self = .decimal(precision: 18, scale: 4)
    case .boolean: self = .boolean
    case .blob: self = .bytes
    }
  }
}

/// Times as the hub's tables write them.
enum SQLTime {
  /// Seconds since 1970 of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`; nil for anything else.
  static func seconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard text.count == 10 || text.count == 19, text[4] == 0x2D, text[7] == 0x2D,
      let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2),
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    let days = date.daysSince1970
    if text.count == 10 { return days * 86_400 }
    guard text[10] == 0x20, text[13] == 0x3A, text[16] == 0x3A, let hour = number(text, 11, 2),
      let minute = number(text, 14, 2), let second = number(text, 17, 2), hour < 24, minute < 60, second < 60
    else { return nil }
    return days * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
  }

  private static func number(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for byte in text[start..<(start + count)] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}
