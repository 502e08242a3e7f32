import GRDB
import GRDBSQLite
import KithCore

/// Memory for the texts bound to a statement until it has run: SQLite reads them in place instead of copying each.
final class BindArena {
  private static let capacity = 1 << 16
  private var buffer = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private var used = 0

  deinit { buffer.deallocate() }

  func reset() { used = 0 }

  /// Room for `count` bytes, nil when the arena is full.
  @inline(__always)
  func take(_ count: Int) -> UnsafeMutableBufferPointer<UInt8>? {
    guard used + count <= BindArena.capacity else { return nil }
    if buffer.isEmpty { buffer = .allocate(capacity: BindArena.capacity) }
    defer { used += count }
    return UnsafeMutableBufferPointer(rebasing: buffer[used..<used + count])
  }
}

/// A prepared statement, used only inside the transaction that it was made in; parameters are bound in order. For SQLite
/// it is bound and run through the C functions: GRDB's own binding boxes every value.
final class FastStatement {
  /// Where the statement runs, if that is in PostgreSQL.
  let remote: PostgresStatement?
  private let statement: Statement?
  private let pointer: OpaquePointer?
  private let connection: OpaquePointer?
  private let arena: BindArena
  private var next: CInt = 1
  private var bindFailure: CInt = SQLITE_OK

  /// - Parameter hasManyRows: PostgreSQL is to send rows as they are asked for; SQLite always does.
  init(_ sql: String, in db: StoreConnection, arena: BindArena, hasManyRows: Bool = false) throws {
    self.arena = arena
    switch db.backend {
    case .sqlite(let db):
      let statement = try db.cachedStatement(sql: sql)
      self.statement = statement
      pointer = statement.sqliteStatement
      guard let connection = db.sqliteConnection else {
        throw KithError(.bug, "the database is closed while it is written")
      }
      self.connection = connection
      remote = nil
    case .postgres(let connection):
      remote = PostgresStatement(sql, in: connection, hasManyRows: hasManyRows)
      statement = nil
      pointer = nil
      self.connection = nil
    }
  }

  /// Binds all values, by order or by name.
  func bind(_ arguments: StoreArguments) throws {
    for (index, value) in arguments.values.enumerated() {
      if let name = arguments.names?[index] { move(to: try place(of: name)) }
      switch value {
      case .null: null()
      case .integer(let value): integer(value)
      case .real(let value): real(value)
      case .text(let value): text(value)
      case .blob(let value): blob(value)
      }
    }
  }

  private func place(of name: String) throws -> Int {
    let place = remote.map { $0.place(of: name) } ?? Int(sqlite3_bind_parameter_index(pointer, ":" + name))
    if place > 0 { return place }
    throw KithError(.bug, "a statement has no such parameter", seen: name)
  }

  var columnCount: CInt { remote.map { $0.columnCount } ?? sqlite3_column_count(pointer) }

  func columnName(_ column: CInt) -> String {
    if let remote { return remote.columnName(column) }
    return sqlite3_column_name(pointer, column).map { String(cString: $0) } ?? ""
  }

  /// Begins a new set of parameters; all of them are NULL until they are bound.
  @inline(__always)
  @discardableResult
  func begin() -> FastStatement {
    if let remote {
      remote.begin()
      return self
    }
    sqlite3_clear_bindings(pointer)
    next = 1
    return self
  }

  /// Goes on with the given parameter, counted from 1; those that are skipped stay NULL.
  @inline(__always)
  func move(to parameter: Int) {
    if let remote { return remote.move(to: parameter) }
    next = CInt(truncatingIfNeeded: parameter)
  }

  @inline(__always)
  @discardableResult
  func integer(_ value: Int64) -> FastStatement {
    if let remote {
      remote.integer(value)
      return self
    }
    note(sqlite3_bind_int64(pointer, next, value))
    return self
  }

  @inline(__always)
  @discardableResult
  func integer(_ value: Int64?) -> FastStatement {
    if let value { integer(value) } else { null() }
    return self
  }

  @inline(__always)
  @discardableResult
  func integer(_ value: Bool) -> FastStatement { integer(value ? 1 : 0) }

  @inline(__always)
  @discardableResult
  func real(_ value: Double?) -> FastStatement {
    guard let value else { return null() }
    if let remote { remote.real(value) } else { note(sqlite3_bind_double(pointer, next, value)) }
    return self
  }

  @inline(__always)
  @discardableResult
  func null() -> FastStatement {
    if let remote { remote.null() }
    next += 1
    return self
  }

  @inline(__always)
  @discardableResult
  func text(_ value: String?) -> FastStatement {
    guard var value else { return null() }
    value.withUTF8 { bytes in
      if let remote {
        remote.text(UnsafeRawBufferPointer(bytes))
      } else if let room = arena.take(bytes.count), let source = bytes.baseAddress, let target = room.baseAddress {
        target.update(from: source, count: bytes.count)
        note(bind(target, bytes.count, destructor: nil))
      } else {
        // An empty text has no address; a long one does not fit: SQLite copies it.
        let empty: StaticString = ""
        note(bind(bytes.baseAddress ?? empty.utf8Start, bytes.count, destructor: Self.transient))
      }
    }
    return self
  }

  /// A text of a batch that stays where it is until the statement has run.
  @inline(__always)
  @discardableResult
  func text(_ value: EncodedBatch.Text, in view: BatchView) -> FastStatement {
    if value.isNone { return null() }
    let address = view.address(value.offset)
    if let remote {
      remote.text(UnsafeRawBufferPointer(start: address, count: Int(value.count)))
    } else {
      note(bind(address, Int(value.count), destructor: nil))
    }
    return self
  }

  /// The cells of a row of the batch, each in its column; the next value goes behind the row's last column.
  @inline(__always)
  @discardableResult
  func cells(_ slice: EncodedBatch.Slice, width: Int, in view: BatchView) -> FastStatement {
    if let remote {
      remote.cells(slice, width: width, in: view)
      return self
    }
    let first = next
    for cell in view.cells[slice] {
      next = first + CInt(cell.column)
      switch cell.kind {
      case .integer: note(sqlite3_bind_int64(pointer, next, cell.value))
      case .real: note(sqlite3_bind_double(pointer, next, Double(bitPattern: UInt64(bitPattern: cell.value))))
      case .text:
        let bytes = view.address(UInt32(truncatingIfNeeded: cell.value))
        note(bind(bytes, Int(cell.count), destructor: nil))
      }
    }
    next = first + CInt(truncatingIfNeeded: width)
    return self
  }

  @inline(__always)
  @discardableResult
  func time(_ value: Timestamp?) -> FastStatement {
    guard let value else { return null() }
    if let remote {
      remote.time(value)
      return self
    }
    guard let room = arena.take(19), let target = room.baseAddress else { return text(value.sqlText) }
    value.writeSQLText(into: room)
    note(bind(target, 19, destructor: nil))
    return self
  }

  @discardableResult
  func blob(_ bytes: [UInt8]) -> FastStatement {
    if let remote {
      remote.blob(bytes)
      return self
    }
    bytes.withUnsafeBytes { buffer in
      if bytes.isEmpty {
        note(sqlite3_bind_zeroblob(pointer, next, 0))
      } else {
        note(sqlite3_bind_blob64(pointer, next, buffer.baseAddress, UInt64(buffer.count), Self.transient))
      }
    }
    return self
  }

  /// Runs a statement that returns no rows.
  @inline(__always)
  func run() throws {
    if let remote { return try remote.run() }
    let code = sqlite3_step(pointer)
    let failure = code == SQLITE_DONE || code == SQLITE_ROW ? bindFailure : code
    if failure != SQLITE_OK { throw error(failure) }
    reset()
  }

  /// Steps to the next row; false at the end. `reset` must follow.
  @inline(__always)
  func step() throws -> Bool {
    if let remote { return try remote.step() }
    let code = sqlite3_step(pointer)
    if code == SQLITE_ROW, bindFailure == SQLITE_OK { return true }
    if code == SQLITE_DONE, bindFailure == SQLITE_OK { return false }
    throw error(bindFailure == SQLITE_OK ? code : bindFailure)
  }

  @inline(__always)
  func reset() {
    if let remote { return remote.reset() }
    sqlite3_reset(pointer)
    arena.reset()
  }

  /// Rows that the last `run` of any statement changed.
  @inline(__always)
  var changes: Int {
    get throws { try remote?.changes ?? Int(sqlite3_changes(connection)) }
  }

  @inline(__always)
  func int64(_ column: CInt) -> Int64 { remote?.int64(column) ?? sqlite3_column_int64(pointer, column) }

  @inline(__always)
  func optionalInt64(_ column: CInt) -> Int64? {
    isNull(column) ? nil : int64(column)
  }

  @inline(__always)
  func double(_ column: CInt) -> Double { remote?.double(column) ?? sqlite3_column_double(pointer, column) }

  @inline(__always)
  func isNull(_ column: CInt) -> Bool {
    remote?.isNull(column) ?? (sqlite3_column_type(pointer, column) == SQLITE_NULL)
  }

  @inline(__always)
  func isText(_ column: CInt) -> Bool {
    remote?.isText(column) ?? (sqlite3_column_type(pointer, column) == SQLITE_TEXT)
  }

  func value(_ column: CInt) -> TableValue {
    if let remote { return remote.value(column) }
    switch sqlite3_column_type(pointer, column) {
    case SQLITE_NULL: return .null
    case SQLITE_INTEGER: return .integer(int64(column))
    case SQLITE_FLOAT: return .real(double(column))
    case SQLITE_BLOB:
      let bytes = sqlite3_column_blob(pointer, column)
      return .blob(Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, column)))))
    default: return .text(optionalText(column) ?? "")
    }
  }

  func optionalDouble(_ column: CInt) -> Double? {
    isNull(column) ? nil : double(column)
  }

  func optionalText(_ column: CInt) -> String? {
    if let remote {
      return remote.isNull(column) ? nil : remote.withText(column) { String(decoding: $0, as: UTF8.self) }
    }
    guard let bytes = sqlite3_column_text(pointer, column) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, column))), as: UTF8.self)
  }

  /// The bytes of a column, valid inside `body`; none for NULL.
  func withText<Result>(_ column: CInt, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let remote { return remote.withText(column, body) }
    let bytes = sqlite3_column_text(pointer, column)
    return body(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, column))))
  }

  /// The same for a blob.
  func withBlob<Result>(_ column: CInt, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let remote { return remote.withBlob(column, body) }
    let bytes = sqlite3_column_blob(pointer, column)
    return body(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, column))))
  }

  /// Whether a column is the given text of a batch, or NULL for none.
  func isText(_ column: CInt, _ text: EncodedBatch.Text, in view: BatchView) -> Bool {
    if let remote {
      if remote.isNull(column) || text.isNone { return remote.isNull(column) && text.isNone }
      return remote.withText(column) {
        $0.elementsEqual(view.bytes[Int(text.offset)..<Int(text.offset) + Int(text.count)])
      }
    }
    guard let stored = sqlite3_column_text(pointer, column) else { return text.isNone }
    let count = Int(sqlite3_column_bytes(pointer, column))
    guard !text.isNone, count == Int(text.count) else { return false }
    return UnsafeBufferPointer(start: stored, count: count).elementsEqual(
      view.bytes[Int(text.offset)..<Int(text.offset) + count])
  }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  @inline(__always)
  private func bind(_ bytes: UnsafePointer<UInt8>, _ count: Int, destructor: sqlite3_destructor_type?) -> CInt {
    sqlite3_bind_text64(
      pointer, next, UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self), UInt64(count),
      destructor, UInt8(SQLITE_UTF8))
  }

  @inline(__always)
  private func note(_ code: CInt) {
    if code != SQLITE_OK { bindFailure = code }
    next += 1
  }

  private func error(_ code: CInt) -> DatabaseError {
    // A parameter that could not be bound is not the connection's last error any more.
    let isBinding = bindFailure != SQLITE_OK
    let message = isBinding ? "a parameter could not be bound" : sqlite3_errmsg(connection).map { String(cString: $0) }
    let error = DatabaseError(
      resultCode: ResultCode(rawValue: isBinding ? code : sqlite3_extended_errcode(connection)), message: message,
      sql: statement?.sql)
    bindFailure = SQLITE_OK
    reset()
    return error
  }
}

extension FastStatement: ColumnWriter {
  /// Binds what `body` puts, from the next parameter on.
  func columns(_ body: (inout FastStatement) -> Void) {
    var statement = self
    body(&statement)
  }

  func put(_ text: String?) { self.text(text) }
  func put(_ number: Int64?) { integer(number) }
  func put(_ number: Double?) { real(number) }
  func put(_ time: Timestamp?) { self.time(time) }
}

extension BatchView {
  /// Where a text begins. A batch without any text has no address; nothing of it is read then.
  @inline(__always)
  func address(_ offset: UInt32) -> UnsafePointer<UInt8> {
    let empty: StaticString = ""
    return bytes.baseAddress.map { $0 + Int(offset) } ?? empty.utf8Start
  }
}
