import KithCore

extension WriteSession {
  /// More profiles than this with one value are no persons' neighbours: such a value links nobody anyway.
  private static let neighbourLimit: Int64 = 1_000

  /// Takes away the identifiers that are not said any more, and adds those that are new: each that stays saves two
  /// places of the index from being written.
  func replaceIdentifiers(of profile: Int64, by person: EncodedBatch.Person) throws {
    let new = view.identifiers[person.identifiers]
    var kept: Set<Int64> = []
    var gone: [Int64] = []
    var former: [Int64] = []
    for stored in try storedIdentifiers(of: profile) {
      let match = new.first { $0.hash == stored.hash && $0.links == stored.links }
      if match == nil, stored.links { former.append(stored.hash) }
      if let match, isEqual(stored, match) { kept.insert(stored.hash) } else { gone.append(stored.hash) }
    }
    try queueFormerNeighbours(former)
    for hash in gone { try parts.clearIdentifier.begin().integer(profile).integer(hash).run() }
    let first = Int(person.identifiers.start)
    for index in new.indices where !kept.contains(new[index].hash) { newIdentifiers.append((profile, first + index)) }
  }

  private func storedIdentifiers(of profile: Int64) throws -> [Prefetch.StoredIdentifier] {
    if let known = prefetch.takeIdentifiers(of: profile) { return known }
    let find = parts.identifiers.begin().integer(profile)
    defer { find.reset() }
    var stored: [Prefetch.StoredIdentifier] = []
    while try find.step() {
      stored.append(
        Prefetch.StoredIdentifier(
          hash: find.int64(0), links: find.int64(1) != 0, display: find.optionalText(2),
          delivered: find.optionalText(3)))
    }
    return stored
  }

  /// Whether what is stored says the same as what was delivered.
  func isEqual(_ stored: Prefetch.StoredIdentifier, _ new: EncodedBatch.Identifier) -> Bool {
    func text(_ text: EncodedBatch.Text) -> String? { text.isNone ? nil : view.string(text) }
    return stored.hash == new.hash && stored.links == new.links && stored.display == text(new.display)
      && stored.delivered == text(new.delivered)
  }

  /// A profile that gives up an identifier changes what the value says about the others that have it: an address that
  /// two people shared belongs to one now. They are looked at again, though nothing leads to them any more.
  private func queueFormerNeighbours(_ hashes: [Int64]) throws {
    guard !hashes.isEmpty, try hasIdentifierIndex() else { return }
    for hash in hashes { try parts.queueHolders.begin().integer(hash).integer(Self.neighbourLimit).run() }
  }

  /// While a first load puts the index off, every profile waits in the queue by itself, and looking up its neighbours
  /// would read the whole table.
  private func hasIdentifierIndex() throws -> Bool {
    if let known = identifierIndexExists { return known }
    let exists = try HubStore.isIdentifierIndexBuilt(in: db)
    identifierIndexExists = exists
    return exists
  }
}
