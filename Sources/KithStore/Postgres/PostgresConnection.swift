import CPostgres
import KithCore

/// One connection to PostgreSQL, by libpq (https://www.postgresql.org/docs/15/libpq.html). UTF-8, UTC. Not safe to be
/// used by two tasks at a time.
final class PostgresConnection {
  private let connection: OpaquePointer
  /// For errors.
  private let place: String
  /// What has been translated and prepared, by SQL.
  private var translations: [String: PostgresSQL] = [:]
  private var prepared: [String: String] = [:]
  private var done: Set<String> = []
  private var cursors = 0
  /// Statements that were sent and whose answers were not taken yet.
  private var waiting: [String] = []
  private var changed = 0
  /// How often rows of a table are not copied straight into it, since some were there already.
  private var detours: [String: Int] = [:]

  init(_ url: PostgresURL) throws(KithError) {
    place = url.description
    guard let opened = PQconnectdb(url.connection) else {
      throw KithError(.bug, "there is no memory for a connection", place: url.description)
    }
    connection = opened
    guard PQstatus(opened) == CONNECTION_OK else {
      let message = PostgresConnection.message(PQerrorMessage(opened))
      let isRefused = ["password", "authentication", "role \"", "pg_hba"].contains { message.contains($0) }
      throw KithError(
        isRefused ? .authorisation : .transient, "PostgreSQL cannot be reached", place: url.description, seen: message,
        fix: isRefused
          ? "Check the user; passwords are taken from PGPASSWORD or ~/.pgpass."
          : "Check host, port and database, and that the server runs.")
    }
    PQsetNoticeProcessor(opened, { _, _ in }, nil)
    // Joins stay in the order in which they are written; a cursor is read to its end.
    try run(
      """
      SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET extra_float_digits = 1; SET search_path = \(url.schema);
      SET join_collapse_limit = 1; SET cursor_tuple_fraction = 1; SET jit = off;
      SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'
      """)
    // What runs for a worker that is gone ends soon, where the server's system can tell it: not all can.
    try? run("SET client_connection_check_interval = '10s'")
  }

  deinit { PQfinish(connection) }

  /// Runs statements that return no rows.
  func run(_ sql: String) throws(KithError) { _ = try query(sql) }

  /// Rows as texts, nil for NULL; of several statements those of the last.
  @discardableResult
  func query(_ sql: String) throws(KithError) -> [[String?]] {
    let result = try result(sql)
    defer { PQclear(result) }
    return (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        PQgetisnull(result, row, column) == 1 ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
      }
    }
  }

  /// What a statement without parameters gives; the caller frees it.
  func result(_ sql: String) throws(KithError) -> OpaquePointer {
    try settle()
    return try checked(PQexec(connection, sql), sql)
  }

  private func checked(_ result: OpaquePointer?, _ sql: String) throws(KithError) -> OpaquePointer {
    guard let result else { throw lost() }
    let status = PQresultStatus(result)
    if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return result }
    defer { PQclear(result) }
    throw error(result, sql)
  }

  // MARK: prepared statements

  func translated(_ sql: String) -> PostgresSQL {
    if let known = translations[sql] { return known }
    if translations.count > PostgresConnection.cacheSize { translations.removeAll() }
    let translation = PostgresSQL(sql)
    translations[sql] = translation
    return translation
  }

  func cursorName() -> String {
    cursors += 1
    return "kith_\(cursors)"
  }

  private static let cacheSize = 500

  private func prepare(_ sql: String) throws(KithError) -> String {
    if let known = prepared[sql] { return known }
    try settle()
    if prepared.count > PostgresConnection.cacheSize {
      try run("DEALLOCATE ALL")
      prepared.removeAll()
    }
    let name = "s\(prepared.count)"
    PQclear(try checked(PQprepare(connection, name, sql, 0, nil), sql))
    prepared[sql] = name
    return name
  }

  /// Runs a statement and waits for what it gives; the caller frees it.
  func execute(
    _ sql: String, _ count: CInt, _ values: UnsafePointer<UnsafePointer<CChar>?>?
  ) throws(KithError) -> OpaquePointer {
    let name = try prepare(sql)
    try settle()
    return try checked(PQexecPrepared(connection, name, count, values, nil, nil, 0), sql)
  }

  /// The same for a statement that will not come again.
  func executeOnce(
    _ sql: String, _ count: CInt, _ values: UnsafePointer<UnsafePointer<CChar>?>?
  ) throws(KithError) -> OpaquePointer {
    try settle()
    return try checked(PQexecParams(connection, sql, count, nil, values, nil, nil, 0), sql)
  }

  /// Sends a statement that returns no rows, and goes on without its answer.
  func send(_ sql: String, _ count: CInt, _ values: UnsafePointer<UnsafePointer<CChar>?>?) throws(KithError) {
    let name = try prepare(sql)
    if waiting.isEmpty, PQenterPipelineMode(connection) != 1 { throw lost() }
    waiting.append(sql)
    if PQsendQueryPrepared(connection, name, count, values, nil, nil, 0) != 1 { throw lost() }
    // The server must never wait for its answers to be read.
    if waiting.count >= PostgresConnection.mostWaiting { try settle() }
  }

  private static let mostWaiting = 512

  /// Takes the answers to what was sent; throws the first that is an error.
  private func settle() throws(KithError) {
    if waiting.isEmpty { return }
    let sent = waiting
    waiting.removeAll(keepingCapacity: true)
    var failure: KithError?
    if PQpipelineSync(connection) != 1 { throw lost() }
    for sql in sent {
      while let result = PQgetResult(connection) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: changed = PostgresConnection.changes(result)
        case PGRES_PIPELINE_ABORTED: break
        default: if failure == nil { failure = error(result, sql) }
        }
        PQclear(result)
      }
    }
    // The end of the pipeline.
    if let result = PQgetResult(connection) { PQclear(result) }
    if PQexitPipelineMode(connection) != 1, failure == nil { throw lost() }
    if let failure { throw failure }
  }

  /// How many rows the last statement that was sent changed.
  func lastChanges() throws(KithError) -> Int {
    try settle()
    return changed
  }

  private static func changes(_ result: OpaquePointer) -> Int {
    PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// Runs a statement and tells how many rows it changed.
  func changes(of sql: String) throws(KithError) -> Int {
    let result = try result(sql)
    defer { PQclear(result) }
    return PostgresConnection.changes(result)
  }

  /// Runs a statement unless this connection has run it before.
  func once(_ sql: String) throws(KithError) {
    if done.contains(sql) { return }
    try run(sql)
    done.insert(sql)
  }

  /// Runs statements that lock a table, within a transaction; false when somebody else has it, and nothing was done.
  func runUnlessLocked(_ statements: [String]) throws(KithError) -> Bool {
    try run("SAVEPOINT alone; SET LOCAL lock_timeout = 500")
    do throws(KithError) {
      for statement in statements { try run(statement) }
    } catch {
      guard error.seen?.contains("(55P03)") == true else { throw error }
      try run("ROLLBACK TO SAVEPOINT alone; SET LOCAL lock_timeout = 0")
      return false
    }
    try run("SET LOCAL lock_timeout = 0; RELEASE SAVEPOINT alone")
    return true
  }

  /// Whether rows are likely to be new to a table.
  func expectsNoConflict(in table: String) -> Bool {
    guard let left = detours[table], left > 0 else { return true }
    detours[table] = left - 1
    return false
  }

  func noteConflict(in table: String) { detours[table] = PostgresConnection.detour }

  private static let detour = 32

  /// Whether an error says that a key is there already.
  func isDuplicate(_ error: KithError) -> Bool { error.seen?.contains("(23505)") == true }

  /// Whether the connection can be used for more.
  var isSound: Bool { PQstatus(connection) == CONNECTION_OK }

  // MARK: transactions and copies

  /// One number.
  func number(_ sql: String) throws(KithError) -> Int? {
    try query(sql).first?.first.flatMap { $0 }.flatMap { Int($0) }
  }

  /// Everything in `body` or nothing.
  func transaction<Result>(_ body: () throws(KithError) -> Result) throws(KithError) -> Result {
    try run("BEGIN")
    do throws(KithError) {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// After an error, which says what went wrong; when the connection is lost the server rolls back by itself.
  func rollBack() {
    try? settle()
    try? run("ROLLBACK")
    // A temporary table that was made in the transaction is gone.
    done.removeAll()
  }

  /// `COPY … FROM STDIN`: `body` hands lines of the text format to its argument.
  func copyIn(
    _ sql: String, _ body: ((UnsafeRawBufferPointer) throws(KithError) -> Void) throws(KithError) -> Void
  ) throws(KithError) {
    try begin(sql, PGRES_COPY_IN)
    do throws(KithError) {
      try body { bytes throws(KithError) in
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        if PQputCopyData(self.connection, start, Int32(bytes.count)) != 1 { throw self.lost() }
      }
    } catch {
      PQputCopyEnd(connection, "stopped")
      _ = try? end(sql)
      throw error
    }
    if PQputCopyEnd(connection, nil) != 1 { throw lost() }
    try end(sql)
  }

  /// `COPY … TO STDOUT`: `body` gets one line of the text format after the other, with its line end.
  func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws(KithError) -> Void) throws(KithError) {
    try begin(sql, PGRES_COPY_OUT)
    while true {
      var line: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(connection, &line, 0)
      if count == -1 { break }
      if count == -2 { throw lost() }
      defer { PQfreemem(line) }
      try body(UnsafeRawBufferPointer(start: line, count: Int(count)))
    }
    try end(sql)
  }

  private func begin(_ sql: String, _ expected: ExecStatusType) throws(KithError) {
    try settle()
    guard let result = PQexec(connection, sql) else { throw lost() }
    defer { PQclear(result) }
    if PQresultStatus(result) != expected { throw error(result, sql) }
  }

  /// Takes what comes after a copy.
  private func end(_ sql: String) throws(KithError) {
    var failure: KithError?
    while let result = PQgetResult(connection) {
      if PQresultStatus(result) == PGRES_FATAL_ERROR, failure == nil { failure = error(result, sql) }
      PQclear(result)
    }
    if let failure { throw failure }
  }

  // MARK: errors

  private func lost(_ seen: String? = nil) -> KithError {
    KithError(
      .transient, "the connection to PostgreSQL is lost", place: place,
      seen: seen ?? PostgresConnection.message(PQerrorMessage(connection)),
      fix: "What was stored stays; run the command again.")
  }

  private func error(_ result: OpaquePointer, _ sql: String) -> KithError {
    func field(_ code: Character) -> String? {
      code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
    }
    guard let state = field("C") else { return lost() }
    let message = field("M") ?? ""
    let detail = [field("D"), field("W").map { $0.split(separator: "\n").first.map(String.init) ?? "" }]
      .compactMap { $0 }.joined(separator: "; ")
    let seen = "\(message) (\(state))" + (detail.isEmpty ? "" : ": \(detail)")
    switch state.prefix(2) {
    case "57" where state != "57014": return lost(seen)
    case "08", "40", "53", "55", "57", "58":
      return KithError(
        .transient, "PostgreSQL could not do it now", place: place, seen: seen, fix: "Run the command again.")
    case "25" where state == "25006":
      return KithError(.authorisation, "the user may only read", place: place, seen: seen)
    case "25": return lost(seen)
    case "22":
      return KithError(.record, "a value does not fit PostgreSQL", place: place, seen: seen)
    case "28": return KithError(.authorisation, "PostgreSQL refuses the user", place: place, seen: seen)
    case "42" where state == "42501":
      return KithError(
        .authorisation, "the user may not do this", place: place, seen: seen,
        fix: "It must own the schema, or be allowed to create one: GRANT CREATE ON DATABASE … TO …")
    case "2B":
      return KithError(
        .configuration, "something of somebody else stands on these tables", place: place, seen: seen)
    default:
      return KithError(
        .bug, "PostgreSQL refuses a statement", place: place, seen: seen, allowed: String(sql.prefix(200)))
    }
  }

  private static func message(_ text: UnsafePointer<CChar>?) -> String {
    text.map { String(cString: $0).split(separator: "\n").joined(separator: " ") } ?? ""
  }
}
