import KithCore

/// Which keys a first load has met, as 64 bits of hash each: whoever is not among them is new, so nobody needs the index
/// of keys, and it can be built after the rows. In the order of its keys an index is fast to build; in the order of
/// arrival every transaction writes most of its pages anew.
struct NewKeys {
  private var hashes: Set<Int64> = []
  /// How many keys are remembered at the most; each takes up to 20 bytes.
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// False when the key may have been met before, or there is no room for more: then the index is needed.
  mutating func insert(_ key: UnsafeRawBufferPointer) -> Bool {
    var hash = ContentHash()
    hash.combine(key)
    return hashes.count < limit && hashes.insert(hash.value).inserted
  }
}

extension WriteSession {
  /// Notes the key of a new touchpoint while there is no index of keys; builds the index when the key may be there.
  func noteTouchpoint(_ key: EncodedBatch.Text) throws {
    let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(view.address(key.offset)), count: Int(key.count))
    if memory.newKeys?.insert(bytes) == false { try indexTouchpoints() }
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
