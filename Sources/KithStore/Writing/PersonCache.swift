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

  private static let capacity = 100_000
  private var entries: [String: Entry] = [:]

  subscript(key: String) -> Entry? {
    get { entries[key] }
    set {
      // Emptied as a whole when full: cheaper than keeping an order of use, and right just as well. Dirty entries are
      // flushed at the end of each batch and kept until then.
      if entries.count >= Self.capacity, newValue != nil, entries[key] == nil {
        entries = entries.filter { $0.value.isDirty }
      }
      entries[key] = newValue
    }
  }

  /// Entries whose time must be written, which are clean afterwards.
  mutating func takeDirty(_ keys: [String]) -> [Entry] {
    var dirty: [Entry] = []
    for key in keys {
      guard var entry = entries[key], entry.isDirty else { continue }
      dirty.append(entry)
      entry.isDirty = false
      entries[key] = entry
    }
    return dirty
  }
}
