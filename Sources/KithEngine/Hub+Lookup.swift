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
    let namespaces = kind.isGlobal ? [nil] : namespace.map { [$0] } ?? configuration.sources.map(\.name)
    let identifiers = namespaces.flatMap { identifierReader.read(Identifier(kind, value, namespace: $0)) }
    return try store.customers(with: identifiers)
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
