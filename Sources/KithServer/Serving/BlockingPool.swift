import KithCore
import NIOPosix
import Synchronization

/// Threads that may wait for the database, so that those that serve the network need not. What waits for them is limited.
final class BlockingPool: Sendable {
  private let pool: NIOThreadPool
  private let used = Atomic<Int>(0)
  private let most: Int

  /// - Parameter mostWaiting: beyond so many the next one is turned away.
  init(threads: Int, mostWaiting: Int) {
    pool = NIOThreadPool(numberOfThreads: threads)
    most = threads + mostWaiting
    pool.start()
  }

  /// Ends the threads; what waits is not begun any more.
  func shutDown() { pool.shutdownGracefully { _ in } }

  func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try enter()
    defer { used.subtract(1, ordering: .relaxed) }
    return try await pool.runIfActive(body)
  }

  /// Begins something whose end nobody waits for here.
  func start(_ body: @escaping @Sendable () -> Void) throws(Problem) {
    try enter()
    pool.submit { state in
      if state == .active { body() }
      self.used.subtract(1, ordering: .relaxed)
    }
  }

  private func enter() throws(Problem) {
    if used.add(1, ordering: .relaxed).newValue <= most { return }
    used.subtract(1, ordering: .relaxed)
    throw Problem(KithError(.transient, "too much is being asked at the same time", fix: "Ask again.", retryAfter: 1))
  }
}
