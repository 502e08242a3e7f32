import KithCore

/// A database that a hub lies in.
protocol StoreEngine: Sendable {
  /// Runs `body` on a consistent snapshot of the last committed state.
  func read<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T

  /// Runs `body` in one transaction; what it throws rolls everything back. There is one writer at a time, among all
  /// processes: numbers can be given out by looking for the largest.
  func write<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T

  /// Housekeeping after a write.
  func tidyUp()

  /// Housekeeping at the end of a run.
  func finish() throws(KithError)

  func close() throws(KithError)

  /// Copies a consistent snapshot of the hub into a new SQLite file.
  func copy(to path: String, memory: MemoryBudget) throws(KithError)

  /// The right to run a source; nil when another run of it holds it.
  func lease(source: String) throws(KithError) -> SourceLease?
}

/// Where a hub's tables lie.
public enum HubLocation: Sendable, Equatable, CustomStringConvertible {
  /// A SQLite file.
  case file(String)
  /// A schema of a PostgreSQL database.
  case postgres(PostgresURL)
  /// The memory of this process: whoever opens a hub of the same name while it is open has the same one.
  case memory(name: String)

  /// The file, or host, database and schema, or `memory`.
  public var description: String {
    switch self {
    case .file(let path): path
    case .postgres(let url): url.description
    case .memory: "memory"
    }
  }
}
