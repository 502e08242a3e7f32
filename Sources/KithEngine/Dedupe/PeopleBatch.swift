import Dispatch
import KithConnectorKit
import KithIdentity

/// Some records of a file on their way from reading through normalising into the table.
final class PeopleBatch: @unchecked Sendable {
  // Unchecked: one task at a time has it.
  /// As they were read; those beyond `count` are of before.
  private(set) var records: [RawRecord] = []
  var count = 0
  /// By row, one after the other, and where each ends.
  var keys: [UInt8] = []
  var keyEnds: [Int] = []
  var rows = ProfileRows()

  static let size = 512

  /// The record to read into next.
  var next: RawRecord {
    if count == records.count { records.append(RawRecord()) }
    return records[count]
  }

  func reset() {
    count = 0
    keys.removeAll(keepingCapacity: true)
    keyEnds.removeAll(keepingCapacity: true)
    rows.removeAll()
  }
}

/// Takes batches through two steps, each on a queue of its own beside the task that reads: batches stay in order, only
/// some are under way, and those are used again.
final class PeoplePipeline: @unchecked Sendable {
  // Unchecked: `normalise` is only used on `normalising`, `take` only on `taking`.
  private let normalise: (PeopleBatch) -> Void
  private let take: (PeopleBatch) -> Void
  private let normalising = DispatchQueue(label: "kith.dedupe.normalise")
  private let taking = DispatchQueue(label: "kith.dedupe.take")
  private let free = DispatchSemaphore(value: PeoplePipeline.depth)
  private var batches = (0..<PeoplePipeline.depth).map { _ in PeopleBatch() }
  private var started = 0

  private static let depth = 6

  init(normalise: @escaping (PeopleBatch) -> Void, take: @escaping (PeopleBatch) -> Void) {
    self.normalise = normalise
    self.take = take
  }

  /// An empty batch, as soon as there is one: the one that began its way first.
  func empty() -> PeopleBatch {
    free.wait()
    let batch = batches[started % PeoplePipeline.depth]
    started += 1
    batch.reset()
    return batch
  }

  func start(_ batch: PeopleBatch) {
    normalising.async {
      self.normalise(batch)
      self.taking.async {
        self.take(batch)
        self.free.signal()
      }
    }
  }

  /// Returns when all that was started has been taken.
  func finish() { normalising.sync { taking.sync {} } }
}
