import KithCore

/// Turns what connectors deliver into canonical values, for every source alike. Values in, values out: the caches
/// inside are bounded and never change a result. One per pipeline; copies are independent.
public struct Normaliser: Sendable {
  /// Rises whenever canonical values change: it is part of every content hash, so that records stored by an older
  /// Kith are worked out anew when they are read again.
  public static let version = 1

  let settings: NormaliseSettings
  /// Start of every content hash: version and settings.
  let hashSeed: UInt64
  var phones = PhoneReader()
  var names = BoundedCache<String>(limit: 32_768)
  /// Names that came in one field, taken apart: many orders name one customer.
  var fullNames = BoundedCache<FullName>(limit: 16_384)
  var places = BoundedCache<String>(limit: 32_768)
  var countries = BoundedCache<String?>(limit: 4_096)
  var languages = BoundedCache<String>(limit: 4_096)
  var currencies = BoundedCache<String>(limit: 1_024)

  /// What decides whether a record has changed.
  public var hasher: ContentHasher { ContentHasher(seed: hashSeed) }

  public init(_ settings: NormaliseSettings) {
    self.settings = settings
    var hash = ContentHash()
    hash.combine(Int64(Normaliser.version))
    hash.combine(settings.country)
    hash.combine(settings.currency)
    hashSeed = UInt64(bitPattern: hash.value)
  }

  /// A profile as delivered with its canonical values. `source` is the namespace of numbers that name none. Nil when
  /// the profile has neither a key nor an identifier that points to somebody: there is nothing to hang it on.
  public mutating func profile(_ profile: Profile, source: String) -> CanonicalProfile? {
    var attributes: [CanonicalAttribute] = []
    attributes.reserveCapacity(profile.attributes.count + 2)
    let country = appendAttributes(of: profile, to: &attributes)
    var identifiers: [CanonicalIdentifier] = []
    if !profile.identifiers.isEmpty {
      let region = country ?? settings.country
      identifiers = canonicalIdentifiers(profile.identifiers, source: source, region: region)
    }
    var key = IssuedNumber.canonical(profile.key)
    if key.isEmpty {
      guard let derived = Normaliser.derivedKey(identifiers, source: source) else { return nil }
      key = derived
    }
    return CanonicalProfile(
      key: key, kind: profile.kind, identifiers: identifiers, attributes: attributes,
      consents: profile.consents.isEmpty ? [] : profile.consents.map(Normaliser.canonicalConsent),
      traits: profile.traits.isEmpty ? [] : Normaliser.canonicalTraits(profile.traits),
      createdAt: profile.createdAt, updatedAt: profile.updatedAt)
  }

  private static func canonicalConsent(_ consent: Consent) -> Consent {
    var consent = consent
    consent.purpose = TidyText.line(consent.purpose).lowercased()
    return consent
  }

  /// Traits are kept as they are but for blanks around them; empty and placeholder ones are missing.
  private static func canonicalTraits(_ traits: [Trait]) -> [Trait] {
    traits.compactMap { trait in
      guard let value = TidyText.block(trait.value), !value.isEmpty, !Placeholder.isMissing(value) else { return nil }
      return Trait(name: TidyText.line(trait.name), value: value)
    }
  }

  /// The key of a profile that came without one: kind and value of its strongest identifier.
  static func derivedKey(_ identifiers: [CanonicalIdentifier], source: String) -> String? {
    var strongest: CanonicalIdentifier?
    for identifier in identifiers where identifier.links {
      if strongest.map({ identifier.kind < $0.kind }) ?? true { strongest = identifier }
    }
    guard let strongest else { return nil }
    let isForeign = !strongest.namespace.isEmpty && strongest.namespace != source
    return strongest.kind.name + (isForeign ? "@" + strongest.namespace : "") + ":" + strongest.value
  }
}
