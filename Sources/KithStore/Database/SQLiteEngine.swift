import CSQLiteTuning
import GRDB
import GRDBSQLite
import KithCore
import Synchronization

/// A hub in a file: SQLite in WAL mode, one writer and many readers, each reader on a consistent snapshot.
///
/// What `write` acknowledged is on the disk (`synchronous=FULL`). SQLite before 3.51.3 can corrupt a database when a
/// checkpoint of one connection meets a write of another, so no connection checkpoints by itself: the writer does,
/// while the write gate keeps all other processes' writers out.
final class SQLiteEngine: StoreEngine {
  private let path: String
  private let pool: DatabasePool
  private let locks: LockFolder
  private let gate: WriteGate
  private let wal: WALSize
  private let busySeconds: Double
  private let memory: MemoryBudget

  /// Opens the database, creating it and bringing its schema up to date when needed. `busySeconds` is how long a
  /// connection waits for another program's transaction.
  init(path: String, memory: MemoryBudget, busySeconds: Double) throws(KithError) {
    self.path = path
    self.memory = memory
    self.busySeconds = busySeconds
    locks = LockFolder(database: path)
    let gate = try WriteGate(locks)
    self.gate = gate
    let wal = WALSize()
    self.wal = wal
    _ = Self.tuning
    pool = try StoreErrors.mapping(path) {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      configuration.busyMode = .timeout(busySeconds)
      configuration.maximumReaderCount = 8
      configuration.label = "kith"
      configuration.prepareDatabase { db in
        try db.execute(
          sql: """
            PRAGMA page_size = 8192;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA cache_size = -\((db.configuration.readonly ? Self.readerCacheBytes : memory.cacheBytes) / 1_024);
            """)
      }
      try StoreErrors.checkHeader(path)
      // Opening writes as well: a WAL that is empty gets its first transaction.
      let pool = try gate.shared { try DatabasePool(path: path, configuration: configuration) }
      // GRDB turns this down to NORMAL for every WAL database: the last commits would be lost with the power.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try wal.follow(db)
        try Self.checkJournal(db, path)
      }
      try gate.shared { try SchemaMigrations.migrate(pool, place: path) }
      return pool
    }
  }

  /// Readers look things up, or go through a table once.
  private static let readerCacheBytes = 4 << 20
  /// The WAL is copied back into the database beyond this size, in bytes.
  private static let checkpointThreshold = 64 << 20
  /// Has an effect only before SQLite is used for the first time; afterwards nothing changes.
  private static let tuning = kith_sqlite_without_memory_statistics()

  /// When an fsync fails as a database is made, SQLite says that it keeps a WAL, and does not.
  private static func checkJournal(_ db: Database, _ path: String) throws {
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
    if mode != "wal" { throw StoreErrors.diskFailed(path, seen: "journal_mode \(mode)") }
  }

  /// Ends all connections. The WAL is emptied first when nobody else holds it.
  func close() throws(KithError) {
    try checkpoint(.truncate)
    try StoreErrors.mapping(path) { try pool.close() }
  }

  func read<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    try StoreErrors.mapping(path) { try pool.read { db in try body(StoreConnection(.sqlite(db))) } }
  }

  func write<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    // The gate is taken on the writer's queue: it has one lock per process, not one per caller.
    try StoreErrors.mapping(path) {
      try pool.writeWithoutTransaction { db in
        try gate.shared {
          var result: T?
          try db.inTransaction(.immediate) {
            result = try body(StoreConnection(.sqlite(db)))
            return .commit
          }
          guard let result else { throw KithError(.bug, "a transaction ended without its result", place: path) }
          return result
        }
      }
    }
  }

  /// Copies the WAL back when it has grown large. A reader that holds an old snapshot only delays it, and what cannot be
  /// copied now stays in the WAL for the checkpoint that ends the run, which tells when the disk fails: the batch before
  /// is stored.
  func tidyUp() {
    guard wal.bytes > Self.checkpointThreshold else { return }
    try? checkpoint(.passive)
  }

  func finish() throws(KithError) { try checkpoint(.truncate) }

  func copy(to path: String, memory: MemoryBudget) throws(KithError) {
    try pool.copy(to: path)
  }

  func lease(source: String) throws(KithError) -> SourceLease? { try locks.lease(source: source) }

  private enum CheckpointMode: String {
    case passive = "PASSIVE"
    case truncate = "TRUNCATE"
  }

  /// A checkpoint that others hold up (a reader, another process's writer) runs later, and no data depends on it. One
  /// that the disk refuses is an error, though what it was to copy stays in the WAL: the disk is full or failing.
  private func checkpoint(_ mode: CheckpointMode) throws(KithError) {
    try StoreErrors.mapping(path) {
      try pool.writeWithoutTransaction { db in
        try gate.exclusiveIfFree {
          if mode == .truncate { try db.execute(sql: "PRAGMA busy_timeout = 200") }
          // A pragma that sets a connection's own wait does not fail.
          defer {
            if mode == .truncate { try? db.execute(sql: "PRAGMA busy_timeout = \(Int(busySeconds * 1_000))") }
          }
          do {
            _ = try GRDB.Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(\(mode.rawValue))")
          } catch let error as DatabaseError {
            if error.resultCode != .SQLITE_BUSY, error.resultCode != .SQLITE_LOCKED { throw error }
          }
        }
      }
    }
  }
}

extension DatabaseWriter {
  /// Copies a consistent snapshot of the database into a new file.
  func copy(to path: String) throws(KithError) {
    try StoreErrors.mapping(path) {
      try writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }
  }
}

/// How much of the WAL is in use, as the writer's commits tell. The file itself tells nothing: it keeps its size when a
/// checkpoint lets the next commit begin at its start again.
private final class WALSize: Sendable {
  private let used = Atomic<Int>(0)
  private let pageSize = Atomic<Int>(0)

  /// In bytes, about; 0 before the first commit.
  var bytes: Int { used.load(ordering: .relaxed) * pageSize.load(ordering: .relaxed) }

  /// Lives as long as the store, which closes the connection before it ends.
  func follow(_ db: Database) throws {
    pageSize.store(try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096, ordering: .relaxed)
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<WALSize>.fromOpaque(context).takeUnretainedValue().used.store(Int(pages), ordering: .relaxed)
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
