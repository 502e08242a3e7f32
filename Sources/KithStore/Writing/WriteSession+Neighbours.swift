import KithCore

extension WriteSession {
  /// More profiles than this with one value are no persons' neighbours: such a value links nobody anyway.
  private static let neighbourLimit: Int64 = 1_000

  /// Writes the identifiers anew unless they are what is stored: most changes are of something else.
  func replaceIdentifiers(of profile: Int64, by person: EncodedBatch.Person) throws {
    let new = view.identifiers[person.identifiers]
    var given: [Int64] = []
    var isSame = true
    var count = 0
    let stored = parts.identifiers.begin().integer(profile)
    while try stored.step() {
      count += 1
      let hash = stored.int64(0)
      let links = stored.int64(1) != 0
      let match = new.first { $0.hash == hash && $0.links == links }
      if match == nil, links { given.append(hash) }
      let isEqual =
        match.map { stored.isText(2, $0.display, in: view) && stored.isText(3, $0.delivered, in: view) } ?? false
      isSame = isSame && isEqual
    }
    stored.reset()
    if isSame, count == new.count { return }
    try queueFormerNeighbours(given)
    try parts.clearIdentifiers.begin().integer(profile).run()
    addIdentifiers(of: person, profile: profile)
  }

  /// A profile that gives up an identifier changes what the value says about the others that have it: an address that
  /// two people shared belongs to one now. They are looked at again, though nothing leads to them any more.
  private func queueFormerNeighbours(_ hashes: [Int64]) throws {
    guard try hasIdentifierIndex() else { return }
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
