import KithConnectorKit
import KithCore
import KithIdentity
import KithStore

/// All of connectors.yml, validated.
public struct Configuration: Sendable {
  public var hub: HubSettings
  public var sources: [SourceConfiguration]
  /// The file it came from, for messages.
  public var path: String

  /// The survivorship rules with every source's trust.
  public var survivorship: SurvivorshipRules {
    var rules = SurvivorshipRules(rules: hub.survivorship)
    for source in sources {
      rules.trust[source.name] = source.trust.standard
      for (name, trust) in source.trust.fields {
        if let field = GoldenField(name: name) { rules.fieldTrust[source.name, default: [:]][field] = trust }
      }
    }
    return rules
  }

  public func source(named name: String) -> SourceConfiguration? { sources.first { $0.name == name } }
}

/// The `hub:` part of connectors.yml.
public struct HubSettings: Sendable {
  public var database: HubLocation
  /// IANA name.
  public var timeZone: String
  /// ISO 3166 alpha-2.
  public var country: String
  /// ISO 4217, the currency that revenue is summed in.
  public var currency: String
  /// How much one unit of a currency is in the base currency.
  public var exchangeRates: [String: Double]
  /// What a sync may take of the machine's memory.
  public var memory: MemoryBudget
  public var survivorship: [GoldenField: SurvivorshipRule]
  public var identity: IdentitySettings
  /// Whom alerts are told.
  public var alerts: [AlertDestination]
  /// How many sources that have a host or a credential in common `kith serve` runs at the same time.
  public var bounds: SharedBounds
  /// What the API is encrypted with; nil: it is not.
  public var tls: TLSFiles?
  /// Manifests of the folder that `connectors:` names.
  public var connectors: [ManifestFolder.Entry]
  /// The folder of connectors.yml.
  public var baseDirectory: String
}

/// A certificate with its key, as `hub: tls:` names them.
public struct TLSFiles: Sendable, Equatable {
  /// PEM, the server's own certificate first.
  public var certificate: String
  /// PEM, without a passphrase.
  public var key: String
  /// `connectors.yml:4`.
  public var place: String

  public init(certificate: String, key: String, place: String) {
    (self.certificate, self.key, self.place) = (certificate, key, place)
  }
}

/// One item of `sources:`.
public struct SourceConfiguration: Sendable {
  public var name: String
  public var connector: String
  public var settings: SourceSettings
  /// Cron expression, nil when the source runs only on demand.
  public var schedule: SourceSchedule?
  public var trust: SourceTrust
  /// What is expected of it.
  public var watch: SourceWatch
  /// What is done when its fields change.
  public var drift: DriftPolicy
  /// `connectors.yml:12`.
  public var place: String
}

/// How much a source is believed when values disagree, 0 to 100; per field where named.
public struct SourceTrust: Sendable, Equatable {
  public static let standard = SurvivorshipRules.defaultTrust
  public var standard: Int
  public var fields: [String: Int]

  public init(standard: Int = SourceTrust.standard, fields: [String: Int] = [:]) {
    self.standard = standard
    self.fields = fields
  }
}

/// Everything that is wrong with a configuration, found in one go.
public struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
  public var problems: [KithError]
  public init(_ problems: [KithError]) { self.problems = problems }
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
