import KithCore

/// All identifiers of all profiles, sorted so that carriers of one value stand together: kinds by rank, then values in
/// an order that depends on their content only.
struct KeyIndex {
  /// Where a key stands: profile index and position among its identifiers.
  struct Reference {
    var profile: UInt32
    var slot: UInt32
  }

  private struct Entry {
    /// Kind in the three highest bits, below it the hash of namespace and value.
    var hash: UInt64
    var reference: Reference
  }

  private let profiles: [IdentityProfile]
  private var entries: [Entry] = []

  init(_ profiles: [IdentityProfile]) {
    self.profiles = profiles
    entries.reserveCapacity(profiles.reduce(0) { $0 + $1.identifiers.count })
    for (index, profile) in profiles.enumerated() {
      for (slot, key) in profile.identifiers.enumerated() {
        entries.append(
          Entry(hash: KeyIndex.hash(key), reference: Reference(profile: UInt32(index), slot: UInt32(slot))))
      }
    }
    entries.sort { left, right in
      left.hash != right.hash ? left.hash < right.hash : left.reference.profile < right.reference.profile
    }
  }

  func key(_ reference: Reference) -> IdentityKey {
    profiles[Int(reference.profile)].identifiers[Int(reference.slot)]
  }

  /// Calls `body` for each value that at least two profiles carry, with the carriers ascending.
  func forEachShared(_ body: (Reference, [Int32]) -> Void) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
      if end - start > 1 { visit(entries[start..<end], body) }
      start = end
    }
  }

  /// One hash: nearly always one value.
  private func visit(_ run: ArraySlice<Entry>, _ body: (Reference, [Int32]) -> Void) {
    let first = run[run.startIndex].reference
    if run.dropFirst().allSatisfy({ areEqual($0.reference, first) }) { return visitValue(run, body) }
    let sorted = run.sorted { KeyIndex.precedes(key($0.reference), key($1.reference)) }
    var start = 0
    while start < sorted.count {
      let value = key(sorted[start].reference)
      var end = start + 1
      while end < sorted.count, key(sorted[end].reference) == value { end += 1 }
      visitValue(sorted[start..<end].sorted { $0.reference.profile < $1.reference.profile }[...], body)
      start = end
    }
  }

  private func visitValue(_ run: ArraySlice<Entry>, _ body: (Reference, [Int32]) -> Void) {
    guard let first = run.first else { return }
    var carriers: [Int32] = []
    carriers.reserveCapacity(run.count)
    for entry in run where carriers.last != Int32(entry.reference.profile) {
      carriers.append(Int32(entry.reference.profile))
    }
    if carriers.count > 1 { body(first.reference, carriers) }
  }

  private func areEqual(_ left: Reference, _ right: Reference) -> Bool {
    profiles[Int(left.profile)].identifiers[Int(left.slot)] == profiles[Int(right.profile)].identifiers[Int(right.slot)]
  }

  private static func precedes(_ left: IdentityKey, _ right: IdentityKey) -> Bool {
    if left.kind != right.kind { return left.kind < right.kind }
    return left.namespace != right.namespace ? left.namespace < right.namespace : left.value < right.value
  }

  private static func hash(_ key: IdentityKey) -> UInt64 {
    var hash = ContentHash()
    hash.combine(key.namespace)
    hash.combine(key.value)
    return UInt64(key.kind.rawValue) << 61 | UInt64(bitPattern: hash.value) >> 3
  }
}
