import CPostgres
import KithCore

/// A prepared statement of a connection to PostgreSQL. Values go and come as texts
/// (https://www.postgresql.org/docs/15/libpq-exec.html). What returns no rows is sent without waiting for its answer; an
/// error then comes with the next statement that waits, at the latest with the commit.
final class PostgresStatement {
  private let connection: PostgresConnection
  private let sql: PostgresSQL
  /// For statements with many rows: they are fetched through a cursor.
  private let cursor: String?
  private var isCursorOpen = false

  /// What is bound: texts with a NUL behind each.
  private let bytes = RawBytes(capacity: 256)
  /// By parameter: where its text begins and how long it is; -1 for NULL.
  private let places: UnsafeMutableBufferPointer<(start: Int, length: Int)>
  @exclusivity(unchecked) private var next = 0

  private var result: OpaquePointer?
  private var row: CInt = -1
  private var rows: CInt = 0
  private var types: [ColumnKind] = []

  private enum ColumnKind { case integer, number, boolean, blob, time, text }

  init(_ sql: String, in connection: PostgresConnection, hasManyRows: Bool) {
    self.connection = connection
    self.sql = connection.translated(sql)
    cursor = hasManyRows ? connection.cursorName() : nil
    places = .allocate(capacity: self.sql.parameters)
    places.initialize(repeating: (-1, 0))
  }

  deinit {
    PQclear(result)
    places.deallocate()
  }

  /// The number of a named parameter; 0 when there is none.
  func place(of name: String) -> Int { sql.names.firstIndex(of: name).map { $0 + 1 } ?? 0 }

  // MARK: binding

  func begin() {
    bytes.removeAll()
    places.update(repeating: (-1, 0))
    next = 0
  }

  func move(to parameter: Int) { next = parameter - 1 }

  func null() { next += 1 }

  func integer(_ value: Int64) { add { $0.append(number: value) } }

  func real(_ value: Double) { add { $0.append(text: "\(value)") } }

  func text(_ text: UnsafeRawBufferPointer) {
    // PostgreSQL holds no NUL.
    var hasNUL: UInt8 = 0
    for byte in text { hasNUL |= byte == 0 ? 1 : 0 }
    if hasNUL != 0 {
      return CopyLines.withoutNUL(text).withUnsafeBytes { self.text($0) }
    }
    add { $0.append(text) }
  }

  func time(_ time: Timestamp) {
    add { bytes in
      time.writeSQLText(into: UnsafeMutableBufferPointer(start: bytes.room(19), count: 19))
      bytes.advance(19)
    }
  }

  func blob(_ blob: [UInt8]) {
    add { bytes in
      bytes.append(text: "\\x")
      blob.withUnsafeBytes { bytes.append(hex: $0) }
    }
  }

  func cells(_ slice: EncodedBatch.Slice, width: Int, in view: BatchView) {
    let first = next
    for cell in view.cells[slice] {
      next = first + Int(cell.column)
      switch cell.kind {
      case .integer: integer(cell.value)
      case .real: real(Double(bitPattern: UInt64(bitPattern: cell.value)))
      case .text:
        text(
          UnsafeRawBufferPointer(
            start: view.address(UInt32(truncatingIfNeeded: cell.value)), count: Int(cell.count)))
      }
    }
    next = first + width
  }

  @inline(__always)
  private func add(_ body: (RawBytes) -> Void) {
    let start = bytes.count
    body(bytes)
    places[next] = (start, bytes.count - start)
    bytes.append(0)
    next += 1
  }

  /// What is bound as a line of COPY's text format.
  func appendCopyLine(to line: RawBytes) {
    for index in places.indices {
      if index > 0 { line.append(0x09) }
      let (start, length) = places[index]
      if start < 0 {
        CopyLines.appendNull(to: line)
      } else {
        CopyLines.append(UnsafeRawBufferPointer(start: bytes.base + start, count: length), to: line)
      }
    }
    line.append(0x0A)
  }

  private func withParameters<Result>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws(KithError) -> Result
  ) throws(KithError) -> Result {
    var outcome: Swift.Result<Result, KithError> = .failure(KithError(.bug, "a statement was not run"))
    let values = places.map { place in
      place.start < 0 ? nil : UnsafeRawPointer(bytes.base + place.start).assumingMemoryBound(to: CChar.self)
    }
    values.withUnsafeBufferPointer { values in
      do throws(KithError) {
        outcome = .success(try body(values.baseAddress))
      } catch {
        outcome = .failure(error)
      }
    }
    return try outcome.get()
  }

  // MARK: running

  func run() throws(KithError) {
    try withParameters { values throws(KithError) in
      try connection.send(sql.text, CInt(places.count), values)
    }
  }

  var changes: Int {
    get throws(KithError) { try connection.lastChanges() }
  }

  func step() throws(KithError) -> Bool {
    if result == nil { try open() }
    row += 1
    if row < rows { return true }
    guard isCursorOpen, rows > 0, let cursor else { return false }
    try take(connection.result("FETCH \(PostgresStatement.fetched) FROM \(cursor)"))
    row = 0
    return rows > 0
  }

  private static let fetched = 2_000

  private func open() throws(KithError) {
    guard let cursor else {
      let result = try withParameters { values throws(KithError) in
        try connection.execute(sql.text, CInt(places.count), values)
      }
      take(result)
      return
    }
    let declare = "DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql.text)"
    let result = try withParameters { values throws(KithError) in
      try connection.executeOnce(declare, CInt(places.count), values)
    }
    PQclear(result)
    isCursorOpen = true
    try take(connection.result("FETCH \(PostgresStatement.fetched) FROM \(cursor)"))
  }

  private func take(_ new: OpaquePointer) {
    PQclear(result)
    result = new
    rows = PQntuples(new)
    row = -1
    types = (0..<PQnfields(new)).map { column in
      switch PQftype(new, column) {
      case 20, 21, 23: .integer
      case 700, 701, 1_700: .number
      case 16: .boolean
      case 17: .blob
      case 1_184: .time
      default: .text
      }
    }
  }

  func reset() {
    if let result {
      PQclear(result)
      self.result = nil
    }
    if isCursorOpen, let cursor {
      isCursorOpen = false
      // A cursor that cannot be closed belongs to a transaction that has failed, and goes with it.
      try? connection.run("CLOSE \(cursor)")
    }
    row = -1
    rows = 0
  }

  // MARK: reading

  var columnCount: CInt { CInt(types.count) }

  func columnName(_ column: CInt) -> String { PQfname(result, column).map { String(cString: $0) } ?? "" }

  func isNull(_ column: CInt) -> Bool { PQgetisnull(result, row, column) == 1 }

  func isText(_ column: CInt) -> Bool {
    switch types[Int(column)] {
    case .text, .time: !isNull(column)
    default: false
    }
  }

  func int64(_ column: CInt) -> Int64 {
    let raw = self.raw(column)
    guard let first = raw.first else { return 0 }
    if types[Int(column)] == .boolean { return first == UInt8(ascii: "t") ? 1 : 0 }
    if types[Int(column)] == .number { return Int64(exactly: double(column).rounded(.towardZero)) ?? 0 }
    let isNegative = first == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in isNegative ? raw.dropFirst() : raw[...] {
      value = value &* 10 &- Int64(byte &- 0x30)
    }
    return isNegative ? value : 0 &- value
  }

  func double(_ column: CInt) -> Double { Double(String(decoding: raw(column), as: UTF8.self)) ?? 0 }

  func value(_ column: CInt) -> TableValue {
    if isNull(column) { return .null }
    switch types[Int(column)] {
    case .integer, .boolean: return .integer(int64(column))
    case .number: return .real(double(column))
    case .blob: return withBlob(column) { .blob(Array($0)) }
    case .time, .text: return withText(column) { .text(String(decoding: $0, as: UTF8.self)) }
    }
  }

  func withText<Result>(_ column: CInt, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let raw = raw(column)
    // All times are in UTC: +00.
    if types[Int(column)] == .time, raw.count > 3 { return body(UnsafeRawBufferPointer(rebasing: raw.dropLast(3))) }
    return body(raw)
  }

  func withBlob<Result>(_ column: CInt, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let digits = raw(column).dropFirst(2)
    return (CopyLineReader.bytes(hex: Array(digits)) ?? []).withUnsafeBytes(body)
  }

  private func raw(_ column: CInt) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
  }
}
