import Dispatch
import KithIdentity
import KithStore

/// Puts profiles into an index on another core than the one that reads them.
final class IndexFilling: @unchecked Sendable {
  // Unchecked: the index is only used on the queue until `finish` has returned.
  private let index: ProfileIndex
  private let queue = DispatchQueue(label: "kith.identity.index")
  private let room = DispatchSemaphore(value: 4)
  private var batch = ProfileRows()
  /// By name of a source without duplicates.
  private var numbers: [String: UInt16] = [:]

  static let batchSize = 1_024

  /// - Parameter settings: which sources have no duplicates.
  init(_ index: ProfileIndex, _ settings: IdentitySettings) {
    self.index = index
    for (place, source) in settings.sourcesWithoutDuplicates.enumerated() { numbers[source] = UInt16(place + 1) }
  }

  func add(_ row: IdentityRow) {
    batch.begin(id: row.id, kind: row.kind, source: numbers.isEmpty ? 0 : numbers[row.source] ?? 0)
    batch.add(row.attributes, row.identifiers)
    if batch.count == IndexFilling.batchSize { flush() }
  }

  func finish() {
    flush()
    queue.sync {}
  }

  private func flush() {
    let rows = batch
    batch = ProfileRows()
    room.wait()
    queue.async {
      self.index.put(rows)
      self.room.signal()
    }
  }
}
