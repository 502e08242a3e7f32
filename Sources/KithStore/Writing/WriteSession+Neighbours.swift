import KithCore

extension WriteSession {
  /// More profiles than this with one value are no persons' neighbours: such a value links nobody anyway.
  private static let neighbourLimit: Int64 = 1_000

  /// A profile that gives up an identifier changes what the value says about the others that have it: an address that
  /// two people shared belongs to one now. They are looked at again, though nothing leads to them any more.
  func queueFormerNeighbours(of profile: Int64, becoming person: CanonicalProfile) throws {
    guard try hasIdentifierIndex() else { return }
    var former: [(kind: Int64, namespace: String, value: String)] = []
    let stored = parts.linkingIdentifiers.begin().integer(profile)
    while try stored.step() {
      let (kind, namespace, value) = (stored.int64(0), stored.optionalText(1) ?? "", stored.optionalText(2) ?? "")
      let stays = person.identifiers.contains {
        Int64($0.kind.rawValue) == kind && $0.links && $0.value == value && $0.namespace == namespace
      }
      if !stays { former.append((kind, namespace, value)) }
    }
    stored.reset()
    for identifier in former {
      try parts.queueHolders.begin().integer(identifier.kind).text(identifier.namespace).text(identifier.value)
        .integer(Self.neighbourLimit).run()
    }
  }

  /// While a first load puts the index off, every profile waits in the queue by itself, and looking up its neighbours
  /// would read the whole table.
  private func hasIdentifierIndex() throws -> Bool {
    if let known = identifierIndexExists { return known }
    let exists = try HubStore.areIndexesBuilt(in: db)
    identifierIndexExists = exists
    return exists
  }
}
