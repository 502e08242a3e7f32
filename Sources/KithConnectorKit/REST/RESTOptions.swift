import KithCore

/// The options that every source of a REST manifest takes besides the manifest's own.
enum RESTOptions {
  /// What templates mean by these words is not an option.
  static let reserved = ["page", "offset", "cursor", "since", "until", "session", "parent", "job"]

  static let common: [OptionSpecification] = [
    OptionSpecification("base_url", .text, "Where the tool answers.", default: "the tool's own"),
    OptionSpecification(
      "start_date", .text, "Records from this day on; what is older is not asked for, where the tool can tell.",
      default: "everything"),
    OptionSpecification(
      "allow_private_network", .choice(["false", "true"]),
      "Whether the tool stands in a network of your own; plain http is allowed there as well.", default: "false"),
    OptionSpecification("proxy", .text, "An HTTP proxy, as http://proxy.example.com:3128."),
    OptionSpecification("certificate_file", .path, "Certificates (PEM) to trust instead of the machine's."),
    OptionSpecification("timeout_seconds", .integer(1...86_400), "The most seconds of one request.", default: "600"),
  ]

  static let names = common.map(\.name)
}

/// A connector for a tool that answers over HTTP, made of nothing but a manifest: an author writes YAML.
public struct RESTConnector: Connector {
  public let manifest: RESTManifest
  /// Mistakes of the manifest, all at once; a connector's tests hold this empty.
  public let problems: [KithError]

  /// Takes the text of a manifest (docs/rest-manifest.md); `name` is what places in errors begin with, `expected`
  /// what the manifest must call itself. A wrong manifest is told by `problems` and by `open`.
  public init(manifest text: String, name: String = "manifest", expecting expected: String? = nil) {
    var (manifest, problems) = RESTManifest.parse(text, name: name)
    if let expected, !manifest.name.isEmpty, manifest.name != expected {
      problems.append(
        KithError(
          .configuration, "a manifest calls itself otherwise than its file", place: name, seen: manifest.name,
          allowed: expected))
    }
    if let expected { manifest.name = expected }
    self.manifest = manifest
    self.problems = problems
  }

  public var specification: ConnectorSpecification {
    ConnectorSpecification(
      name: manifest.name, title: manifest.title, summary: manifest.summary,
      options: manifest.options + RESTOptions.common,
      streams: manifest.streams.map { StreamSpecification(name: $0.name, summary: $0.summary) },
      verified: manifest.verified ?? "untested against the real thing")
  }

  public func open(_ settings: SourceSettings) throws(KithError) -> any Source {
    if let problem = problems.first { throw problem }
    return try RESTSource(manifest, settings)
  }
}
