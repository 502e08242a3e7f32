import KithCore

extension WriteSession {
  /// More profiles than this with one value are no persons' neighbours: such a value links nobody anyway.
  private static let neighbourLimit: Int64 = 1_000

  /// A profile that gives up an identifier changes what the value says about the others that have it: an address that
  /// two people shared belongs to one now. They are looked at again, though nothing leads to them any more.
  func queueFormerNeighbours(of profile: Int64, becoming person: EncodedBatch.Person) throws {
    guard try hasIdentifierIndex() else { return }
    var former: [Int64] = []
    let stored = parts.linkingIdentifiers.begin().integer(profile)
    while try stored.step() {
      let hash = stored.int64(0)
      if !view.identifiers[person.identifiers].contains(where: { $0.hash == hash && $0.links }) { former.append(hash) }
    }
    stored.reset()
    for hash in former { try parts.queueHolders.begin().integer(hash).integer(Self.neighbourLimit).run() }
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
