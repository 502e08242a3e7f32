import KithCore

/// The tables, keys, views and comments of a schema in PostgreSQL.
struct PostgresSchema {
  /// What a schema is to Kith, as its comment says.
  enum State: Equatable {
    /// Not there, or without tables of Kith.
    case empty
    /// Filled by `kith copy`; nil for one of a Kith that did not say so.
    case copy(version: Int?)
    /// A hub that is worked with.
    case hub(version: Int)
  }

  enum Mark: String { case copy, hub }

  /// The version of the tables; raised with each change of them.
  static let version = 14

  private let connection: PostgresConnection
  let schema: String
  private let place: String

  init(_ connection: PostgresConnection, _ url: PostgresURL) {
    self.connection = connection
    schema = url.schema
    place = url.description
  }

  /// Keeps all other writers out until the transaction ends.
  var lock: String { "SELECT pg_advisory_xact_lock(hashtextextended('kith \(schema)', 0))" }

  /// Ends the session of a worker that has the lock and has given the server nothing to do for so long: one that stands
  /// still in the middle of a COPY, which the server does not call idle.
  func endStandstill(afterSeconds seconds: Int) throws(KithError) {
    try connection.run(
      """
      SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('kith \(schema)', 0)
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND a.wait_event = 'ClientRead' AND a.state_change < clock_timestamp() - interval '\(seconds) s'
      """)
  }

  func state() throws(KithError) -> State {
    let comment = try connection.query(
      "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = '\(schema)'")
    let words = comment.first?.first.flatMap { $0 }?.split(separator: " ") ?? []
    if words.count == 4, words[0] == "Kith", let mark = Mark(rawValue: String(words[1])), let version = Int(words[3]) {
      return mark == .hub ? .hub(version: version) : .copy(version: version)
    }
    let tables = try connection.number(
      """
      SELECT count(*) FROM information_schema.tables WHERE table_schema = '\(schema)' AND table_name = 'profiles'
      """)
    return tables == 0 ? .empty : .copy(version: nil)
  }

  func mark(_ mark: Mark) throws(KithError) {
    try connection.run("COMMENT ON SCHEMA \(schema) IS 'Kith \(mark.rawValue) version \(PostgresSchema.version)'")
  }

  /// Makes a hub of an empty schema or of a copy; nothing is to be done where one works already.
  func open() throws(KithError) {
    if try state() == .hub(version: PostgresSchema.version) { return }
    try connection.transaction { () throws(KithError) in
      try connection.run(lock)
      switch try state() {
      case .hub(PostgresSchema.version): return
      case .copy(PostgresSchema.version): try writeDictionary()
      case .hub(let version) where version < PostgresSchema.version: try bringUp(from: version)
      case .hub(let version), .copy(.some(let version)):
        throw KithError(
          .configuration, "the hub there is of another version of Kith", place: place, seen: "version \(version)",
          allowed: "version \(PostgresSchema.version)",
          fix: version > PostgresSchema.version
            ? "Install the newer Kith." : "Copy it anew from where it came, with this version.")
      case .copy(nil):
        throw KithError(
          .configuration, "the tables there were copied by an older Kith", place: place,
          fix: "Copy the hub anew with this version: `kith copy --to`.")
      case .empty: try create()
      }
      try connection.run(PostgresSchema.leases(in: schema))
      try mark(.hub)
    }
  }

  /// Gives a hub of an earlier version what has come to the tables since: further tables, columns and words, today's views.
  private func bringUp(from version: Int) throws(KithError) {
    for table in Schema.tables {
      try connection.run(PostgresDDL.create(table, in: schema))
      for column in table.columns {
        try connection.run(
          "ALTER TABLE \(schema).\(table.name) ADD COLUMN IF NOT EXISTS \(PostgresDDL.definition(column))")
      }
    }
    if version < 14 {
      try connection.run(
        """
        ALTER TABLE \(schema).identifiers ALTER COLUMN display DROP NOT NULL;
        UPDATE \(schema).identifiers SET display = NULL WHERE display = value;
        """)
    }
    try StoreErrors.mapping(place) { try Schema.fillDimensions(StoreConnection(.postgres(connection))) }
    try writeDictionary()
    try finish()
    if version < 7 {
      try StoreErrors.mapping(place) { try HubStore.makeSums(in: StoreConnection(.postgres(connection))) }
    }
  }

  private func create() throws(KithError) {
    try connection.run("CREATE SCHEMA IF NOT EXISTS \(schema)")
    for table in Schema.tables { try connection.run(PostgresDDL.create(table, in: schema)) }
    try StoreErrors.mapping(place) { try Schema.fillDimensions(StoreConnection(.postgres(connection))) }
    try writeDictionary()
    try finish()
  }

  private func writeDictionary() throws(KithError) {
    try StoreErrors.mapping(place) { try Schema.writeDictionary(StoreConnection(.postgres(connection))) }
  }

  /// Who runs which source, and until when: a lease ends with its time, or with the connection that keeps it.
  private static func leases(in schema: String) -> String {
    """
    CREATE TABLE IF NOT EXISTS \(schema).leases (
      source text PRIMARY KEY, holder text NOT NULL, pid integer NOT NULL, session_start timestamptz NOT NULL,
      expires_at timestamptz NOT NULL);
    COMMENT ON TABLE \(schema).leases IS 'Which worker runs a source now.'
    """
  }

  /// Makes the table, or gives one of an earlier Kith the columns that it has today.
  func prepare(_ table: TableSpecification) throws(KithError) {
    try connection.run(PostgresDDL.create(table, in: schema))
    let rows = try connection.query(
      """
      SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = '\(schema).\(table.name)'::regclass AND attnum > 0 AND NOT attisdropped
      """)
    var there: [String: String] = [:]
    for row in rows { if let name = row[0], let type = row[1] { there[name] = type } }
    let wanted = Dictionary(
      uniqueKeysWithValues: table.columns.map { ($0.name, PostgresSchema.spelled(PostgresDDL.type($0.type))) })
    if there == wanted { return }
    // The views show all columns: they are made anew at the end, those of roles without contacts as well.
    for name in HubStore.published.map(\.name) { try connection.run("DROP VIEW IF EXISTS \(readersSchema).\(name)") }
    for view in Schema.views { try connection.run("DROP VIEW IF EXISTS \(schema).\(view.name)") }
    for name in there.keys.sorted() where wanted[name] != there[name] {
      try connection.run("ALTER TABLE \(schema).\(table.name) DROP COLUMN \"\(name)\"")
    }
    for column in table.columns where wanted[column.name] != there[column.name] {
      try connection.run("ALTER TABLE \(schema).\(table.name) ADD COLUMN \(PostgresDDL.definition(column))")
    }
    // A key that lost a column is no key any more.
    try connection.run("DELETE FROM \(schema).\(table.name)")
    let hasKey = try !connection.query(
      "SELECT 1 FROM pg_constraint WHERE conrelid = '\(schema).\(table.name)'::regclass AND contype = 'p'"
    ).isEmpty
    if !hasKey {
      try connection.run(
        "ALTER TABLE \(schema).\(table.name) ADD PRIMARY KEY (\(PostgresDDL.quoted(table.primaryKey)))")
    }
  }

  /// As the catalogue spells a type.
  private static func spelled(_ type: String) -> String {
    type == "timestamptz" ? "timestamp with time zone" : type
  }

  /// Keys, views and comments: what a BI tool finds.
  func finish() throws(KithError) {
    // Foreign keys are checked now: a table cannot be altered while checks wait.
    try connection.run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in Schema.tables {
      for index in PostgresDDL.indexes(table, in: schema) { try connection.run(index) }
      for key in PostgresDDL.foreignKeys(table, in: schema) {
        let isThere = try !connection.query(
          """
          SELECT 1 FROM pg_constraint
          WHERE conrelid = '\(schema).\(table.name)'::regclass AND conname = '\(key.name)'
          """
        ).isEmpty
        if !isThere { try connection.run(key.sql) }
      }
      try connection.run(PostgresDDL.comments(table, in: schema).joined(separator: "; "))
    }
    for view in Schema.views {
      for statement in PostgresDDL.create(view, in: schema) { try connection.run(statement) }
    }
    let readers = try connection.query(
      """
      SELECT DISTINCT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
      WHERE n.nspname = '\(readersSchema)' AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner
      """)
    if readers.isEmpty { return }
    try makeReadersViews()
    for role in readers.compactMap({ $0.first ?? nil }) {
      try connection.run("GRANT SELECT ON ALL TABLES IN SCHEMA \(readersSchema) TO \(PostgresDDL.quoted([role]))")
    }
  }

  /// Where the tables are without contact data.
  var readersSchema: String { schema + "_bi" }

  func makeReadersViews() throws(KithError) {
    for table in BIDescription(hasContacts: false).tables {
      let view = "\(readersSchema).\(table.name)"
      let columns = PostgresDDL.quoted(table.columns.map(\.name))
      let comments = table.columns.map {
        "COMMENT ON COLUMN \(view).\"\($0.name)\" IS \(PostgresDDL.literal($0.meaning))"
      }
      try connection.run(
        """
        CREATE OR REPLACE VIEW \(view) AS SELECT \(columns) FROM \(schema).\(table.name);
        COMMENT ON VIEW \(view) IS \(PostgresDDL.literal(table.meaning)); \(comments.joined(separator: "; "))
        """)
    }
  }
}
