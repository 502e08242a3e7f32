import GRDB
import KithCore
import Synchronization

/// A hub that lies in memory and goes with its process: to try a connector or settings out, and for tests. Readers and the
/// writer take turns.
final class MemoryEngine: StoreEngine {
  private let name: String
  private let queue: DatabaseQueue
  /// Shared by all who open the same hub in this process.
  private let leases: MemoryLeases

  /// - Parameter name: who opens the same one while somebody has it open gets the same hub.
  init(name: String) throws(KithError) {
    self.name = name
    leases = MemoryLeases.of(name)
    queue = try StoreErrors.mapping(Self.place) {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      configuration.label = "kith"
      let queue = try DatabaseQueue(named: name, configuration: configuration)
      try SchemaMigrations.migrate(queue, place: Self.place)
      return queue
    }
  }

  private static let place = "memory"

  func read<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    try StoreErrors.mapping(Self.place) { try queue.read { db in try body(StoreConnection(.sqlite(db))) } }
  }

  func write<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    try StoreErrors.mapping(Self.place) { try queue.write { db in try body(StoreConnection(.sqlite(db))) } }
  }

  func tidyUp() {}

  func finish() {}

  func close() throws(KithError) { try StoreErrors.mapping(Self.place) { try queue.close() } }

  func copy(to path: String, memory: MemoryBudget) throws(KithError) {
    try queue.copy(to: path)
  }

  func lease(source: String) -> SourceLease? { leases.take(source) }
}

/// Which sources are being run.
private final class MemoryLeases: Sendable {
  private static let all = Mutex<[String: MemoryLeases]>([:])
  private let taken = Mutex<Set<String>>([])

  static func of(_ name: String) -> MemoryLeases {
    all.withLock { all in
      let leases = all[name] ?? MemoryLeases()
      all[name] = leases
      return leases
    }
  }

  func take(_ source: String) -> SourceLease? {
    let isFree = taken.withLock { $0.insert(source).inserted }
    if !isFree { return nil }
    return SourceLease(source: source) { [self] in _ = taken.withLock { $0.remove(source) } }
  }
}
