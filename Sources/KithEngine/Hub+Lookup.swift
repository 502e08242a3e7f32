import KithCore
import KithNormalise
import KithStore
import Synchronization

extension Hub {
  /// The customers that an identifier points to, written as people write it.
  ///
  /// - Parameter namespace: who gave a number out; every configured source when nil. E-mail addresses and phone numbers
  ///   have none.
  public func customers(
    with kind: Identifier.Kind, _ value: String, namespace: String?
  ) throws(KithError) -> [CustomerSummary] {
    try store.customers(with: canonical(kind, value, namespace))
  }

  /// Customers whose name, e-mail address or phone number contains the text, or whom it identifies as a whole: any
  /// identifier of theirs, written as people write it. All when it is nil.
  public func customers(
    matching text: String?, in order: HubStore.CustomerOrder, limit: Int
  ) throws(KithError) -> [CustomerSummary] {
    let identifiers = text.map { text in Identifier.Kind.allCases.flatMap { canonical($0, text, nil) } } ?? []
    return try store.customers(matching: text, or: identifiers, in: order, limit: limit)
  }

  private func canonical(_ kind: Identifier.Kind, _ value: String, _ namespace: String?) -> [CanonicalIdentifier] {
    let namespaces = kind.isGlobal ? [nil] : namespace.map { [$0] } ?? configuration.sources.map(\.name)
    return namespaces.flatMap { identifierReader.read(Identifier(kind, value, namespace: $0)) }
  }
}

/// Makes single identifiers canonical. What knows phone numbers takes milliseconds to set up, and is kept.
final class IdentifierReader: Sendable {
  private let normaliser: Mutex<Normaliser>

  init(_ settings: NormaliseSettings) { normaliser = Mutex(Normaliser(settings)) }

  func read(_ identifier: Identifier) -> [CanonicalIdentifier] {
    let profile = Profile(key: "1", identifiers: [identifier])
    return normaliser.withLock { $0.profile(profile, source: "")?.identifiers ?? [] }
  }
}
