import KithCore

/// Rows as lines of PostgreSQL's text format for COPY
/// (https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2), with the hash of what they say.
struct CopyLines {
  private let columns: [ColumnSpecification]
  private(set) var hash = TableHash()
  let bytes = RawBytes()
  /// NUL characters, which PostgreSQL cannot hold: each became U+FFFD.
  private(set) var replaced = 0

  init(_ columns: [ColumnSpecification]) { self.columns = columns }

  mutating func add(_ row: TableRow) {
    for column in columns.indices {
      if column > 0 { bytes.append(0x09) }
      if row.isNull(column) {
        CopyLines.appendNull(to: bytes)
        hash.null()
        continue
      }
      switch columns[column].type {
      case .integer:
        let value = row.int64(column)
        bytes.append(number: value)
        hash.integer(value)
      case .boolean:
        let value = row.int64(column)
        bytes.append(UInt8(ascii: value == 0 ? "f" : "t"))
        hash.integer(value == 0 ? 0 : 1)
      case .real, .quantity:
        let value = row.double(column)
        bytes.append(text: "\(value)")
        hash.number(value)
      case .money:
        let value = CopyLines.amount(row.double(column))
        bytes.append(text: "\(value)")
        hash.number(value)
      case .text, .date, .dateTime: row.withText(column) { addText($0) }
      case .blob:
        bytes.append(text: "\\\\x")
        row.withBlob(column) { blob in
          bytes.append(hex: blob)
          hash.bytes(blob)
        }
      }
    }
    bytes.append(0x0A)
    hash.endRow()
  }

  /// An amount with the four digits that it has in PostgreSQL, without the noise of binary fractions behind them.
  static func amount(_ value: Double) -> Double { abs(value) < 1e14 ? (value * 10_000).rounded() / 10_000 : value }

  private mutating func addText(_ text: UnsafeRawBufferPointer) {
    if text.contains(0) {
      replaced += text.count { $0 == 0 }
      return CopyLines.withoutNUL(text).withUnsafeBytes { addText($0) }
    }
    hash.bytes(text)
    CopyLines.append(text, to: bytes)
  }

  /// The same with U+FFFD for each NUL.
  static func withoutNUL(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    text.flatMap { $0 == 0 ? Array("\u{FFFD}".utf8) : [$0] }
  }

  static func appendNull(to bytes: RawBytes) {
    let room = bytes.room(2)
    room[0] = 0x5C
    room[1] = UInt8(ascii: "N")
    bytes.advance(2)
  }

  /// A text without NUL, escaped.
  @inline(__always)
  static func append(_ text: UnsafeRawBufferPointer, to bytes: RawBytes) {
    var special: UInt8 = 0
    // Without a branch, so that many bytes are looked at in one step.
    for byte in text { special |= (byte < 0x0E ? 1 : 0) | (byte == 0x5C ? 1 : 0) }
    if special == 0 { return bytes.append(text) }
    for byte in text {
      switch byte {
      case 0x5C: bytes.append(text: "\\\\")
      case 0x09: bytes.append(text: "\\t")
      case 0x0A: bytes.append(text: "\\n")
      case 0x0D: bytes.append(text: "\\r")
      default: bytes.append(byte)
      }
    }
  }
}

/// Reads such lines again.
struct CopyLineReader {
  enum Field {
    case null
    case integer(Int64)
    case number(Double)
    case text([UInt8])
    case blob([UInt8])
  }

  private let columns: [ColumnSpecification]
  private(set) var hash = TableHash()

  init(_ columns: [ColumnSpecification]) { self.columns = columns }

  /// How a table's columns are asked for, so that they come as `row` reads them.
  static func list(_ columns: [ColumnSpecification]) -> String {
    columns.map { column in
      column.type == .dateTime ? "(\"\(column.name)\" AT TIME ZONE 'UTC')" : "\"\(column.name)\""
    }.joined(separator: ", ")
  }

  mutating func row(_ line: UnsafeRawBufferPointer) throws(KithError) -> [Field] {
    var fields: [Field] = []
    fields.reserveCapacity(columns.count)
    var start = 0
    let end = line.last == 0x0A ? line.count - 1 : line.count
    for (index, column) in columns.enumerated() {
      var stop = start
      while stop < end, line[stop] != 0x09 { stop += 1 }
      fields.append(try field(UnsafeRawBufferPointer(rebasing: line[start..<stop]), column))
      start = stop + 1
      if stop == end, index < columns.count - 1 { throw damaged(column, "a line that ends too early") }
    }
    hash.endRow()
    return fields
  }

  private mutating func field(
    _ raw: UnsafeRawBufferPointer, _ column: ColumnSpecification
  ) throws(KithError) -> Field {
    if raw.count == 2, raw[0] == 0x5C, raw[1] == UInt8(ascii: "N") {
      hash.null()
      return .null
    }
    switch column.type {
    case .integer:
      guard let value = Int64(String(decoding: raw, as: UTF8.self)) else { throw damaged(column, raw) }
      hash.integer(value)
      return .integer(value)
    case .boolean:
      let value: Int64 = raw.first == UInt8(ascii: "t") ? 1 : 0
      hash.integer(value)
      return .integer(value)
    case .real, .money, .quantity:
      guard let value = Double(String(decoding: raw, as: UTF8.self)) else { throw damaged(column, raw) }
      hash.number(value)
      return .number(value)
    case .text, .date, .dateTime:
      let text = CopyLineReader.unescaped(raw)
      text.withUnsafeBytes { hash.bytes($0) }
      return .text(text)
    case .blob:
      let digits = CopyLineReader.unescaped(raw).dropFirst(2)
      guard let blob = CopyLineReader.bytes(hex: Array(digits)) else { throw damaged(column, raw) }
      blob.withUnsafeBytes { hash.bytes($0) }
      return .blob(blob)
    }
  }

  private static func unescaped(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
    guard raw.contains(0x5C) else { return Array(raw) }
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var isEscaped = false
    for byte in raw {
      if isEscaped {
        switch byte {
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "v"): text.append(0x0B)
        default: text.append(byte)
        }
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else {
        text.append(byte)
      }
    }
    return text
  }

  static func bytes(hex: [UInt8]) -> [UInt8]? {
    guard hex.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hex.count / 2)
    for place in stride(from: 0, to: hex.count, by: 2) {
      guard let high = Character(Unicode.Scalar(hex[place])).hexDigitValue,
        let low = Character(Unicode.Scalar(hex[place + 1])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }

  private func damaged(_ column: ColumnSpecification, _ raw: UnsafeRawBufferPointer) -> KithError {
    damaged(column, String(decoding: raw.prefix(100), as: UTF8.self))
  }

  private func damaged(_ column: ColumnSpecification, _ seen: String) -> KithError {
    KithError(
      .bug, "PostgreSQL gave what does not fit the column", place: column.name, seen: seen,
      allowed: column.type.rawValue)
  }
}
