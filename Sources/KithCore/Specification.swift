/// What a connector offers: name, options, streams. Validation, `kith connectors show`, the reference docs and the
/// "did you mean" of a typo all derive from it.
public struct ConnectorSpecification: Sendable {
  /// The word in connectors.yml: `crm_export`.
  public var name: String
  public var title: String
  /// One or two sentences: which tools and exports it reads.
  public var summary: String
  public var options: [OptionSpecification]
  public var streams: [StreamSpecification]
  /// Options that each stream takes for itself; the same name under `options:` is the default of all streams.
  public var streamOptions: [OptionSpecification]
  /// What backs it, in words: a live server, recorded exchanges; nil: nothing need be said.
  public var verified: String?

  public init(
    name: String, title: String, summary: String, options: [OptionSpecification] = [],
    streams: [StreamSpecification], streamOptions: [OptionSpecification] = [], verified: String? = nil
  ) {
    self.verified = verified
    self.name = name
    self.title = title
    self.summary = summary
    self.options = options
    self.streams = streams
    self.streamOptions = streamOptions
  }
}

public struct StreamSpecification: Sendable {
  public var name: String
  /// What one record of it is.
  public var summary: String
  /// The export layouts that the connector knows, by name and the tool that writes them.
  public var layouts: [(name: String, title: String)]

  public init(name: String, summary: String, layouts: [(name: String, title: String)] = []) {
    self.name = name
    self.summary = summary
    self.layouts = layouts
  }
}

public struct OptionSpecification: Sendable {
  public enum Kind: Sendable, Equatable {
    case text
    /// A path, relative to connectors.yml.
    case path
    case integer(ClosedRange<Int>)
    case choice([String])
    case list
    case secret

    /// What is allowed, in words.
    public var allowed: String {
      switch self {
      case .text: "text"
      case .path: "a path, relative to connectors.yml"
      case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .choice(let words): words.joined(separator: ", ")
      case .list: "a list of texts"
      case .secret: "env:NAME or file:PATH"
      }
    }
  }

  public var name: String
  public var kind: Kind
  public var summary: String
  public var isRequired: Bool
  /// The default, in words, as help shows it.
  public var defaultValue: String?

  public init(
    _ name: String, _ kind: Kind, _ summary: String, required: Bool = false, default defaultValue: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.isRequired = required
    self.defaultValue = defaultValue
  }
}

/// A validated option value.
public enum OptionValue: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case list([String])
  case secret(Secret)
}

/// Everything a connector gets to open a source. Values already satisfy the specification.
public struct SourceSettings: Sendable {
  public var name: String
  public var options: [String: OptionValue]
  public var streams: [StreamSettings]
  public var environment: HubEnvironment

  public init(name: String, options: [String: OptionValue], streams: [StreamSettings], environment: HubEnvironment) {
    self.name = name
    self.options = options
    self.streams = streams
    self.environment = environment
  }
}

public struct StreamSettings: Sendable {
  public var name: String
  public var options: [String: OptionValue]
  /// The mapping overrides of connectors.yml, nil when there are none.
  public var mapping: MappingNode?
  /// Where the stream stands in connectors.yml, for errors.
  public var place: String

  public init(name: String, options: [String: OptionValue] = [:], mapping: MappingNode? = nil, place: String = "") {
    self.name = name
    self.options = options
    self.mapping = mapping
    self.place = place
  }
}

/// A piece of YAML with its place, as a value: mappings are written in it.
public struct MappingNode: Sendable, Equatable {
  public indirect enum Content: Sendable, Equatable {
    case scalar(String)
    case list([MappingNode])
    case map([MappingEntry])
  }
  public var content: Content
  /// `connectors.yml:12` or `crm_export/salesforce:3`.
  public var place: String

  public init(_ content: Content, place: String) {
    self.content = content
    self.place = place
  }
}

public struct MappingEntry: Sendable, Equatable {
  public var key: String
  public var value: MappingNode
  public init(key: String, value: MappingNode) {
    self.key = key
    self.value = value
  }
}

/// What the hub tells every source.
public struct HubEnvironment: Sendable {
  /// The folder of connectors.yml: relative paths start here.
  public var baseDirectory: String
  /// IANA name of the zone in which times without one are meant.
  public var timeZone: String
  /// ISO 3166 alpha-2: the country of phone numbers and addresses that name none.
  public var country: String
  /// ISO 4217: the currency of amounts that name none.
  public var currency: String
  public var time: any TimeSource
  /// What a run may hold: how large its batches, its pages and its records may be.
  public var memory: MemoryBudget

  public init(
    baseDirectory: String, timeZone: String, country: String, currency: String, time: any TimeSource,
    memory: MemoryBudget = .standard
  ) {
    self.baseDirectory = baseDirectory
    self.timeZone = timeZone
    self.country = country
    self.currency = currency
    self.time = time
    self.memory = memory
  }
}
