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

  static let batchSize = 4_096

  init(_ index: ProfileIndex) { self.index = index }

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
        self.index.put(id: row.id, kind: row.kind, attributes: row.attributes, identifiers: row.identifiers)
      }
      self.room.signal()
    }
  }
}
