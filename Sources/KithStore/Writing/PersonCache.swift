import KithCore

/// What was last written of the persons met in records, so that the thousandth page view of a visitor needs no look-up.
struct PersonCache {
  struct Entry {
    var profileID: Int64
    /// Hash of all that the last observation said.
    var content: Int64
    /// Hash of the attributes that stand in the profile.
    var winner: Int64
    /// The time of their newest observation, in whole seconds; nil when no observation had attributes.
    var observedAt: Timestamp?
    /// The time of the last observation that was merged.
    var mergedAt: Timestamp
    /// The stream lists this person by itself: what records say about them does not count.
    var isListed = false
    /// `observedAt` is ahead of the stored one.
    var isDirty = false
  }

  /// The most persons that stay known from batch to batch.
  private let capacity: Int
  private var entries: [KeyHash: Entry] = [:]
  /// Every profile of the stream is known here: whoever is not, is new.
  var isComplete = false

  init(capacity: Int) { self.capacity = capacity }

  subscript(id: KeyHash) -> Entry? {
    get { entries[id] }
    set { entries[id] = newValue }
  }

  /// What is stored of this person is not what was known any more.
  mutating func forget(_ id: KeyHash) {
    entries[id] = nil
    isComplete = false
  }

  /// Emptied as a whole when full, between batches: cheaper than keeping an order of use, and right just as well.
  mutating func makeRoom() {
    if entries.count <= capacity { return }
    entries.removeAll(keepingCapacity: true)
    isComplete = false
  }

  /// Entries whose time must be written, which are clean afterwards.
  mutating func takeDirty(_ ids: [KeyHash]) -> [Entry] {
    var dirty: [Entry] = []
    for id in ids {
      guard var entry = entries[id], entry.isDirty else { continue }
      dirty.append(entry)
      entry.isDirty = false
      entries[id] = entry
    }
    return dirty
  }
}
