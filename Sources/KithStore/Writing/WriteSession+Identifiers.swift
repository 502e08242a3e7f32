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
    let stored = parts.identifiers.begin().integer(profile)
    while try stored.step() {
      let hash = stored.int64(0)
      let links = stored.int64(1) != 0
      let match = new.first { $0.hash == hash && $0.links == links }
      if match == nil, links { former.append(hash) }
      let isEqual =
        match.map { stored.isText(2, $0.display, in: view) && stored.isText(3, $0.delivered, in: view) } ?? false
      if isEqual { kept.insert(hash) } else { gone.append(hash) }
    }
    stored.reset()
    try queueFormerNeighbours(former)
    for hash in gone { try parts.clearIdentifier.begin().integer(profile).integer(hash).run() }
    let first = Int(person.identifiers.start)
    for index in new.indices where !kept.contains(new[index].hash) { newIdentifiers.append((profile, first + index)) }
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
