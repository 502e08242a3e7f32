import KithCore

/// Which keys a first load has met, as 64 bits of hash each: whoever is not among them is new, so nobody needs the index
/// of keys, and it can be built after the rows. In the order of its keys an index is fast to build; in the order of
/// arrival every transaction writes most of its pages anew.
final class NewKeys {
  private var slots: [Int64]
  private var count = 0
  private let limit: Int

  /// `limit` keys at the most, which take up to 16 bytes each.
  init(limit: Int) {
    self.limit = limit
    slots = [Int64](repeating: 0, count: 1_024)
  }

  /// False when the key may have been met before, or there is no room for more: then the index is needed.
  func insert(_ key: UnsafeRawBufferPointer) -> Bool {
    var hash = ContentHash()
    hash.combine(key)
    // 0 marks an empty slot.
    let value = hash.value == 0 ? 1 : hash.value
    if count * 4 >= slots.count * 3 {
      guard count < limit else { return false }
      grow()
    }
    let slot = find(value)
    if slots[slot] == value { return false }
    slots[slot] = value
    count += 1
    return true
  }

  private func find(_ value: Int64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: value) & mask
    while slots[slot] != 0, slots[slot] != value { slot = (slot + 1) & mask }
    return slot
  }

  private func grow() {
    let old = slots
    slots = [Int64](repeating: 0, count: old.count * 2)
    for value in old where value != 0 { slots[find(value)] = value }
  }
}

extension WriteSession {
  /// Notes the key of a new touchpoint while there is no index of keys; builds the index when the key may be there.
  func noteTouchpoint(_ key: EncodedBatch.Text) throws {
    guard let keys = memory.newKeys else { return }
    let start = UnsafeRawPointer(view.address(key.offset))
    if !keys.insert(UnsafeRawBufferPointer(start: start, count: Int(key.count))) { try indexTouchpoints() }
  }

  /// Builds the index of the touchpoints' keys if a first load has put it off: from here on they are looked up.
  func indexTouchpoints() throws {
    guard memory.newKeys != nil else { return }
    // What waits is known to be new.
    try flush(.touchpoints)
    memory.newKeys = nil
    try HubStore.buildTouchpointIndex(in: db)
    try replaceTouchpointStatements()
  }
}
