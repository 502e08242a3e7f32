import Foundation
import KithCore

/// A hub in a schema of PostgreSQL. Writers of all processes take turns, by a lock that ends with the transaction;
/// readers wait for nobody.
final class PostgresEngine: StoreEngine {
  private let url: PostgresURL
  /// How long a write waits for another worker's, in seconds: one of them may be a pass of identity over everybody.
  private let patience: Double
  private let connections: Connections

  init(_ url: PostgresURL, busySeconds: Double) throws(KithError) {
    self.url = url
    patience = busySeconds * 10
    let connection = try PostgresConnection(url)
    try PostgresSchema(connection, url).open()
    connections = Connections(writer: connection)
  }

  func copy(to path: String, memory: MemoryBudget) throws(KithError) {
    let copy = try HubStore(path: path, memory: memory)
    _ = try PostgresHub(url).give(to: copy)
    try copy.close()
  }

  func read<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    let connection = if let known = connections.takeReader() { known } else { try PostgresConnection(url) }
    defer { connections.giveBack(connection) }
    try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return try Self.finish(connection, body)
  }

  func write<T>(_ body: (StoreConnection) throws -> T) throws(KithError) -> T {
    connections.writing.lock()
    defer { connections.writing.unlock() }
    let connection = if let known = connections.soundWriter() { known } else { try PostgresConnection(url) }
    connections.keep(writer: connection)
    try begin(on: connection)
    return try Self.finish(connection, body)
  }

  /// Begins a transaction when it is this worker's turn.
  private func begin(on connection: PostgresConnection) throws(KithError) {
    let schema = PostgresSchema(connection, url)
    var waited = 0.0
    while true {
      try connection.run("BEGIN")
      do throws(KithError) {
        let part = min(Self.glance, patience - waited)
        try connection.run("SET LOCAL lock_timeout = \(max(Int(part * 1_000), 1))")
        try connection.run(schema.lock)
        // Who stands still in a transaction does not keep the others from writing for ever.
        return try connection.run(
          "SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '\(Self.idleSeconds)s'")
      } catch {
        connection.rollBack()
        waited += Self.glance
        guard error.seen?.contains("(55P03)") == true, waited < patience else { throw error }
        try schema.endStandstill(afterSeconds: Self.idleSeconds * 2)
      }
    }
  }

  /// After so many seconds it is looked at who keeps the others waiting.
  private static let glance: Double = 15
  /// How long a transaction may wait for its worker.
  private static let idleSeconds = 60

  /// Runs `body` in the transaction that has begun, and ends it.
  private static func finish<T>(
    _ connection: PostgresConnection, _ body: (StoreConnection) throws -> T
  ) throws(KithError) -> T {
    do throws(KithError) {
      let result = try StoreErrors.mapping("PostgreSQL") { try body(StoreConnection(.postgres(connection))) }
      try connection.run("COMMIT")
      return result
    } catch {
      connection.rollBack()
      throw error
    }
  }

  func tidyUp() {}

  func finish() throws(KithError) {}

  func close() throws(KithError) { connections.close() }

  func lease(source: String) throws(KithError) -> SourceLease? { try PostgresLease.take(source, url) }
}

/// The connections of an engine. The writer is used under `writing`, a reader by whoever took it.
// @unchecked: the compiler cannot see that the lists are only touched under `lock`, and the writer under `writing`.
private final class Connections: @unchecked Sendable {
  let writing = NSLock()
  private let lock = NSLock()
  private var writer: PostgresConnection?
  private var readers: [PostgresConnection] = []

  init(writer: PostgresConnection) { self.writer = writer }

  private static let mostReaders = 8

  func soundWriter() -> PostgresConnection? { writer.flatMap { $0.isSound ? $0 : nil } }

  func keep(writer: PostgresConnection) { self.writer = writer }

  func takeReader() -> PostgresConnection? { lock.withLock { readers.popLast() } }

  func giveBack(_ connection: PostgresConnection) {
    lock.withLock {
      if connection.isSound, readers.count < Connections.mostReaders { readers.append(connection) }
    }
  }

  func close() {
    writing.withLock { writer = nil }
    lock.withLock { readers.removeAll() }
  }
}
