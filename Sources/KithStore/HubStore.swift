import KithCore

/// The hub's database: SQLite in a file or in memory, or a schema in PostgreSQL, with the same tables. One writer and many
/// readers, each reader on a consistent snapshot; what was acknowledged is on the disk, unless the hub lies in memory.
public final class HubStore: Sendable {
  public let location: HubLocation
  let engine: any StoreEngine
  let memory: MemoryBudget

  /// Opens the database, creating it and bringing its schema up to date when needed. `busySeconds` is how long a write
  /// waits for another program's.
  public init(
    _ location: HubLocation, memory: MemoryBudget = .standard, busySeconds: Double = 60
  ) throws(KithError) {
    self.location = location
    self.memory = memory
    switch location {
    case .file(let path): engine = try SQLiteEngine(path: path, memory: memory, busySeconds: busySeconds)
    case .postgres(let url): engine = try PostgresEngine(url, busySeconds: busySeconds)
    case .memory(let name): engine = try MemoryEngine(name: name)
    }
  }

  public convenience init(
    path: String, memory: MemoryBudget = .standard, busySeconds: Double = 60
  ) throws(KithError) {
    try self.init(.file(path), memory: memory, busySeconds: busySeconds)
  }

  /// Ends all connections.
  public func close() throws(KithError) { try engine.close() }

  func read<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T { try engine.read(body) }

  func write<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T { try engine.write(body) }

  /// Takes the source's lease, which lasts as long as the returned value lives. Throws a transient error when another
  /// run of the source holds it.
  public func acquireLease(source: String) throws(KithError) -> SourceLease {
    guard let lease = try engine.lease(source: source) else { throw SourceLease.isTaken(source) }
    return lease
  }

  /// The same; nil when another run holds it.
  public func leaseIfFree(source: String) throws(KithError) -> SourceLease? { try engine.lease(source: source) }
}
