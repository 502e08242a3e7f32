import KithCore

/// Brings many rows into a table of PostgreSQL by COPY. Where rows may be there already they go into a temporary table
/// first, and from there in one statement; as long as none was met they go straight to their table.
struct PostgresStaging {
  /// Fewer rows go one by one.
  static let worthwhile = 8

  private let table: String
  private let columns: String
  private let ending: String
  private let connection: PostgresConnection

  init(_ table: String, _ columns: [String], ending: String, connection: PostgresConnection) {
    self.table = table
    self.columns = PostgresDDL.quoted(columns)
    self.ending = ending
    self.connection = connection
  }

  /// Inserts `count` rows; `line` appends the row of an index to the bytes, as COPY wants it. Returns how many rows
  /// were inserted or changed.
  func insert(_ count: Int, _ line: (Int, RawBytes) -> Void) throws(KithError) -> Int {
    if ending.isEmpty {
      try copy(count, to: table, line)
      return count
    }
    if connection.expectsNoConflict(in: table), try copyStraight(count, line) { return count }
    let staging = "staging_\(table)"
    try connection.once("CREATE TEMP TABLE IF NOT EXISTS \(staging) AS SELECT \(columns) FROM \(table) LIMIT 0")
    try copy(count, to: staging, line)
    let changed = try connection.changes(
      of: "INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM \(staging) \(ending)")
    try connection.run("TRUNCATE \(staging)")
    return changed
  }

  /// False when a row was there already: then nothing has been inserted.
  private func copyStraight(_ count: Int, _ line: (Int, RawBytes) -> Void) throws(KithError) -> Bool {
    try connection.run("SAVEPOINT straight")
    do throws(KithError) {
      try copy(count, to: table, line)
    } catch {
      guard connection.isDuplicate(error) else { throw error }
      try connection.run("ROLLBACK TO SAVEPOINT straight")
      connection.noteConflict(in: table)
      return false
    }
    try connection.run("RELEASE SAVEPOINT straight")
    return true
  }

  private func copy(
    _ count: Int, to table: String, _ line: (Int, RawBytes) -> Void
  ) throws(KithError) {
    let bytes = RawBytes(capacity: PostgresStaging.bufferSize * 2)
    try connection.copyIn("COPY \(table) (\(columns)) FROM STDIN") { put throws(KithError) in
      for index in 0..<count {
        line(index, bytes)
        if bytes.count > PostgresStaging.bufferSize || index == count - 1 {
          try put(bytes.all)
          bytes.removeAll()
        }
      }
    }
  }

  private static let bufferSize = 1 << 16
}
