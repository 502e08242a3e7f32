import Dispatch
import KithIdentity
import KithStore

/// Puts profiles into an index on another core than the one that reads them.
final class IndexFilling: @unchecked Sendable {
  // Unchecked: the index is only used on the queue until `finish` has returned.
  private let index: ProfileIndex
  private let queue = DispatchQueue(label: "kith.identity.index")
  private let room = DispatchSemaphore(value: 4)
  private var batch: [IdentityRow] = []
  /// By name of a source without duplicates.
  private var numbers: [String: UInt16] = [:]

  static let batchSize = 4_096

  /// - Parameter settings: which sources have no duplicates.
  init(_ index: ProfileIndex, _ settings: IdentitySettings) {
    self.index = index
    for (place, source) in settings.sourcesWithoutDuplicates.enumerated() { numbers[source] = UInt16(place + 1) }
  }

  func add(_ row: IdentityRow) {
    batch.append(row)
    if batch.count == IndexFilling.batchSize { flush() }
  }

  func finish() {
    flush()
    queue.sync {}
  }

  private func flush() {
    let rows = batch
    batch = []
    batch.reserveCapacity(IndexFilling.batchSize)
    room.wait()
    queue.async {
      for row in rows {
        self.index.put(
          id: row.id, kind: row.kind, attributes: row.attributes, identifiers: row.identifiers,
          source: self.numbers[row.source] ?? 0)
      }
      self.room.signal()
    }
  }
}
