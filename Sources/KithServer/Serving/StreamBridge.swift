import Dispatch
import KithCore
import KithEngine
import Synchronization

/// Takes bytes from a thread that may wait to the network, a few pieces at a time: who reads slowly slows the writing
/// down, and who stands still for too long ends it.
final class StreamBridge: ByteSink, Sendable {
  private let room = DispatchSemaphore(value: 0)
  private let isAbandoned = Atomic<Bool>(false)
  private let sender: AsyncThrowingStream<[UInt8], any Error>.Continuation
  let pieces: AsyncThrowingStream<[UInt8], any Error>

  private static let mostPieces = 4
  private static let patience = DispatchTimeInterval.seconds(60)

  init() {
    (pieces, sender) = AsyncThrowingStream.makeStream()
    // From 0 up: a semaphore must not go with less than it was made with.
    for _ in 0..<Self.mostPieces { room.signal() }
  }

  func write(_ bytes: [UInt8]) throws(KithError) {
    guard room.wait(timeout: .now() + Self.patience) == .success, !isAbandoned.load(ordering: .acquiring) else {
      throw KithError(.transient, "nobody reads the answer any more")
    }
    sender.yield(bytes)
  }

  func close() {}

  /// The reader has taken a piece.
  func taken() { room.signal() }

  /// The reader is gone.
  func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    room.signal()
  }

  /// Lets `body` write all there is.
  func run(_ body: (any ByteSink) throws -> Void) -> KithError? {
    do {
      try body(self)
      sender.finish()
      return nil
    } catch {
      sender.finish(throwing: error)
      if isAbandoned.load(ordering: .acquiring) { return nil }
      return error as? KithError ?? KithError(.bug, "an export failed", seen: "\(error)")
    }
  }
}
