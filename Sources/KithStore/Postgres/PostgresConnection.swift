import CPostgres
import KithCore

/// One connection to PostgreSQL, by libpq (https://www.postgresql.org/docs/15/libpq.html). UTF-8, UTC. Not safe to be
/// used by two tasks at a time.
final class PostgresConnection {
  private let connection: OpaquePointer
  /// For errors.
  private let place: String

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
    try run("SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET extra_float_digits = 1")
  }

  deinit { PQfinish(connection) }

  /// Runs statements that return no rows.
  func run(_ sql: String) throws(KithError) { _ = try query(sql) }

  /// Rows as texts, nil for NULL; of several statements those of the last.
  @discardableResult
  func query(_ sql: String) throws(KithError) -> [[String?]] {
    guard let result = PQexec(connection, sql) else { throw lost() }
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { throw error(result, sql) }
    return (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        PQgetisnull(result, row, column) == 1 ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
      }
    }
  }

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
      // The first error says what went wrong; when the connection is lost the server rolls back by itself.
      try? run("ROLLBACK")
      throw error
    }
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

  private func lost() -> KithError {
    KithError(
      .transient, "the connection to PostgreSQL is lost", place: place,
      seen: PostgresConnection.message(PQerrorMessage(connection)), fix: "Nothing was changed; run the command again.")
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
    case "08", "40", "53", "55", "57", "58":
      return KithError(
        .transient, "PostgreSQL could not do it now", place: place, seen: seen, fix: "Run the command again.")
    case "25": return KithError(.authorisation, "the user may only read", place: place, seen: seen)
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
