import Foundation
import KithCore
import KithStore

/// Rows as CSV (RFC 4180, LF line ends) or NDJSON.
public struct DelimitedWriter: TableWriter {
  private let columns: [ColumnSpecification]
  /// Each name as a JSON key, with its colon and what parts it from the value before.
  private let keys: [[UInt8]]
  private let isJSON: Bool
  private let isGuarded: Bool
  private let file: any ByteSink
  private var bytes: [UInt8] = []

  private static let bufferSize = 1 << 16

  /// - Parameter isGuarded: whether spreadsheets are kept from running texts of a CSV.
  public init(_ columns: [ColumnSpecification], isJSON: Bool, isGuarded: Bool, to file: any ByteSink) {
    self.columns = columns
    self.isJSON = isJSON
    self.isGuarded = isGuarded
    self.file = file
    keys = columns.enumerated().map { Array((($0 == 0 ? "{\"" : ",\"") + $1.name + "\":").utf8) }
    if isJSON { return }
    bytes = Array(columns.map(\.name).joined(separator: ",").utf8) + [0x0A]
  }

  public mutating func row(_ row: TableRow) throws(KithError) {
    for column in columns.indices {
      if isJSON {
        bytes.append(contentsOf: keys[column])
        json(row, column)
      } else {
        if column > 0 { bytes.append(UInt8(ascii: ",")) }
        csv(row, column)
      }
    }
    if isJSON { bytes.append(UInt8(ascii: "}")) }
    bytes.append(0x0A)
    if bytes.count > DelimitedWriter.bufferSize { try flush() }
  }

  public mutating func finish() throws(KithError) {
    try flush()
    try file.close()
  }

  private mutating func flush() throws(KithError) {
    try file.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func csv(_ row: TableRow, _ column: Int) {
    switch row.value(column, textIn: { text in csv(text) }) {
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .real(let number): bytes.append(contentsOf: Self.decimal(number).utf8)
    case .blob(let blob): hex(blob)
    case .null, .text: break
    }
  }

  private mutating func csv(_ text: UnsafeRawBufferPointer) {
    let isFormula = isGuarded && Self.looksLikeFormula(text)
    let isQuoted = text.contains(where: Self.isSpecial)
    guard isFormula || isQuoted else {
      bytes.append(contentsOf: text)
      return
    }
    if isQuoted { bytes.append(0x22) }
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(0x22) }
  }

  /// Whether a field with this byte stands in quotes.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x2C, 0x0A, 0x0D: true
    default: false
    }
  }

  private mutating func json(_ row: TableRow, _ column: Int) {
    switch row.value(column, textIn: { text in JSONQuoting.append(text, to: &bytes) }) {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .real(let number): bytes.append(contentsOf: Self.decimal(number).utf8)
    case .blob(let blob):
      bytes.append(0x22)
      hex(blob)
      bytes.append(0x22)
    case .text: break
    }
  }

  private mutating func hex(_ blob: [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    for byte in blob {
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }

  /// The shortest decimal; whole numbers without `.0`, and never an exponent.
  static func decimal(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    let text = "\(number)"
    return text.contains("e") ? String(format: "%.9f", number) : text
  }

  /// Whether a spreadsheet would run the text: it begins, perhaps behind blanks, with = + - @, a tab or a return, and
  /// is no plain (phone) number.
  static func looksLikeFormula(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let first = text.first else { return false }
    if first == 0x09 || first == 0x0D { return true }
    guard let place = text.firstIndex(where: { $0 > 0x20 }), "=+-@".utf8.contains(text[place]) else { return false }
    let rest = text[(place + 1)...]
    let isNumber = !rest.isEmpty && rest.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return !((text[place] == UInt8(ascii: "+") || text[place] == UInt8(ascii: "-")) && isNumber)
  }
}
