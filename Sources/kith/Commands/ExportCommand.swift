import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A table as CSV or NDJSON.",
    discussion: """
      Texts that a spreadsheet would take for a formula (beginning with = + - @, also behind blanks) get a ' in front in
      CSV; numbers and phone numbers are left alone. --unguarded leaves all as they are, for programs.

      EXAMPLES
        kith export                                 the tables there are
        kith export customers > customers.csv
        kith export touchpoints --format jsonl --output touchpoints.jsonl
        kith export customers --columns customer_id,email,revenue
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, jsonl }

  @OptionGroup var options: HubOptions

  @Argument(help: "The table; none lists them.")
  var table: String?

  @Option(name: .long, help: "csv or jsonl.")
  var format = Format.csv

  @Option(name: .shortAndLong, help: "A file to write; standard output otherwise.")
  var output: String?

  @Option(name: .long, help: "Names of columns, separated by commas; all otherwise.")
  var columns: String?

  @Option(name: .long, help: "At most so many rows.")
  var limit: Int?

  @Flag(name: .long, help: "CSV for programs: no guard against formulas.")
  var unguarded = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is not allowed: \(limit); allowed: 0 and more") }
  }

  func run() throws {
    let store = try options.hub().store
    guard let name = table else { return try list(store) }
    let chosen = columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let all = try HubStore.columns(of: name)
    let sink = try OutputFile(output)
    var writer = TableWriter(format: format, isGuarded: !unguarded)
    if format == .csv { writer.header(chosen ?? all.map(\.name)) }
    try store.rows(of: name, columns: chosen, limit: limit) { row throws(KithError) in
      writer.row(row)
      if writer.bytes.count > 1 << 16 { try sink.write(writer.take()) }
    }
    try sink.write(writer.take())
    try sink.close()
  }

  private func list(_ store: HubStore) throws {
    var listing = TextTable([("table", .left), ("rows", .right), ("what", .left)])
    listing.widest = 90
    for table in try store.tables() { listing.add([table.name, grouped(table.rowCount), table.meaning]) }
    print(listing.text())
  }
}

/// Rows as bytes of CSV (RFC 4180, LF line ends) or NDJSON.
struct TableWriter {
  let format: ExportCommand.Format
  let isGuarded: Bool
  var bytes: [UInt8] = []

  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  mutating func header(_ names: [String]) {
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      csv(name)
    }
    bytes.append(0x0A)
  }

  mutating func row(_ row: TableRow) {
    if format == .jsonl { bytes.append(UInt8(ascii: "{")) }
    for (index, value) in row.values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch format {
      case .csv: csv(value)
      case .jsonl: json(row.columns[index].name, value)
      }
    }
    if format == .jsonl { bytes.append(UInt8(ascii: "}")) }
    bytes.append(0x0A)
  }

  private mutating func csv(_ value: TableValue) {
    switch value {
    case .null: break
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .real(let number): bytes.append(contentsOf: Self.decimal(number).utf8)
    case .text(let text): csv(isGuarded && Self.looksLikeFormula(text) ? "'" + text : text)
    case .blob(let blob): csv(blob.map { String($0, radix: 16) }.joined())
    }
  }

  private mutating func csv(_ text: String) {
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(0x22)
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  private mutating func json(_ name: String, _ value: TableValue) {
    json(name)
    bytes.append(UInt8(ascii: ":"))
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .real(let number): bytes.append(contentsOf: Self.decimal(number).utf8)
    case .text(let text): json(text)
    case .blob(let blob): json(blob.map { String($0, radix: 16) }.joined())
    }
  }

  private mutating func json(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: bytes.append(contentsOf: "\\\"".utf8)
      case 0x5C: bytes.append(contentsOf: "\\\\".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// The shortest decimal; whole numbers without `.0`, and never an exponent.
  static func decimal(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    let text = "\(number)"
    return text.contains("e") ? String(format: "%.9f", number) : text
  }

  /// Whether a spreadsheet would run the text: it begins, perhaps behind blanks, with = + - @, a tab or a return, and
  /// is no plain (phone) number.
  static func looksLikeFormula(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    if first == 0x09 || first == 0x0D { return true }
    guard let start = text.utf8.first(where: { $0 > 0x20 }), "=+-@".utf8.contains(start) else { return false }
    let rest = text.utf8.drop(while: { $0 <= 0x20 }).dropFirst()
    let isNumber = !rest.isEmpty && rest.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return !((start == UInt8(ascii: "+") || start == UInt8(ascii: "-")) && isNumber)
  }
}

/// Where an export goes.
struct OutputFile {
  private let handle: FileHandle
  private let path: String

  init(_ path: String?) throws(KithError) {
    self.path = path ?? "standard output"
    guard let path else {
      handle = .standardOutput
      return
    }
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw KithError(.configuration, "the file cannot be written", seen: path) }
    handle = file
  }

  func write(_ bytes: [UInt8]) throws(KithError) {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw KithError(.transient, "the export cannot be written", place: path, seen: error.localizedDescription)
    }
  }

  func close() throws(KithError) {
    if path == "standard output" { return }
    do {
      try handle.synchronize()
      try handle.close()
    } catch {
      throw KithError(.transient, "the export cannot be written", place: path, seen: error.localizedDescription)
    }
  }
}
