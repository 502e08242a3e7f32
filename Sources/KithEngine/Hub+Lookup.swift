import KithCore
import KithNormalise
import KithStore

extension Hub {
  /// The customers that an identifier points to, written as people write it.
  ///
  /// - Parameter namespace: who gave a number out; every configured source when nil. E-mail addresses and phone numbers
  ///   have none.
  public func customers(
    with kind: Identifier.Kind, _ value: String, namespace: String?
  ) throws(KithError) -> [CustomerSummary] {
    var normaliser = Normaliser(normaliseSettings)
    let namespaces = kind.isGlobal ? [nil] : namespace.map { [$0] } ?? configuration.sources.map(\.name)
    var identifiers: [CanonicalIdentifier] = []
    for namespace in namespaces {
      let profile = Profile(key: "1", identifiers: [Identifier(kind, value, namespace: namespace)])
      identifiers += normaliser.profile(profile, source: "")?.identifiers ?? []
    }
    return try store.customers(with: identifiers)
  }
}
