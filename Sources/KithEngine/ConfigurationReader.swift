import Foundation
import KithConnectorKit
import KithCore
import KithIdentity
import KithStore

/// Reads connectors.yml and validates all of it against the specifications of the connectors, before anything runs.
public struct ConfigurationReader {
  /// Those that were given, and after `read` those of the folder that the configuration names.
  public private(set) var connectors: ConnectorCatalogue
  let time: any TimeSource
  /// Where `env:NAME` looks.
  let environment: [String: String]
  /// The hub's database, whatever the file says.
  private let database: String?
  var problems: [KithError] = []
  /// Sources that the settings of the hub speak of, and where.
  var mentioned: (sources: [String], place: String) = ([], "")

  public init(
    connectors: ConnectorCatalogue, time: any TimeSource,
    environment: [String: String] = ProcessInfo.processInfo.environment, database: String? = nil
  ) {
    self.database = database
    self.connectors = connectors
    self.time = time
    self.environment = environment
  }

  /// Reads the file; throws all problems together.
  public mutating func read(path: String) throws(ConfigurationProblems) -> Configuration {
    let url = URL(fileURLWithPath: path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationProblems([
        KithError(
          .configuration, "there is no configuration", seen: path,
          fix: "Write one with `kith init`, or name it with --config PATH.")
      ])
    }
    guard let text = String(validatingUTF8Data: data) else {
      throw ConfigurationProblems([KithError(.configuration, "the configuration is not UTF-8 text", place: path)])
    }
    let base = url.deletingLastPathComponent().standardizedFileURL.path
    return try read(text: text, name: url.lastPathComponent, path: path, baseDirectory: base)
  }

  /// Validates a text; `name` is what places begin with.
  public mutating func read(
    text: String, name: String, path: String, baseDirectory: String
  ) throws(ConfigurationProblems) -> Configuration {
    problems = []
    mentioned = ([], "")
    let node: MappingNode
    do {
      node = try YAMLNodes.parse(text, name: name)
    } catch {
      throw ConfigurationProblems([error])
    }
    let root = ConfigurationNode(node, name: "the configuration", problems: &problems)
    root.refuseUnknown(allowed: ["hub", "sources"], problems: &problems)
    let hubNode = root.node("hub") ?? MappingNode(.map([]), place: node.place)
    let hub = hub(ConfigurationNode(hubNode, name: "hub", problems: &problems), baseDirectory)
    for entry in hub.connectors { connectors.add(entry.name) { entry.connector() } }
    let sources = sources(root, hub)
    refuseUnknownSources(sources.map(\.name))
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    return Configuration(hub: hub, sources: sources, path: path)
  }

  // MARK: hub

  private mutating func hub(_ node: ConfigurationNode, _ baseDirectory: String) -> HubSettings {
    let allowed = [
      "database", "time_zone", "country", "currency", "exchange_rates", "memory_mb", "survivorship", "identity",
      "connectors", "alerts", "at_once", "tls",
    ]
    node.refuseUnknown(allowed: allowed, problems: &problems)
    let zone = node.text("time_zone", problems: &problems)
    if let zone, TimeZone(identifier: zone.value) == nil {
      let nearest = nearestWord(to: zone.value, among: TimeZone.knownTimeZoneIdentifiers)
      problems.append(
        KithError(
          .configuration, "hub: time_zone is not known", place: zone.place, seen: zone.value,
          allowed: "an IANA name such as Europe/Zurich", fix: nearest.map { "Did you mean \"\($0)\"?" }))
    }
    let country = code("country", node, letters: 2, example: "CH") ?? "CH"
    let currency = code("currency", node, letters: 3, example: "CHF") ?? "CHF"
    return HubSettings(
      database: location(node, baseDirectory), timeZone: zone?.value ?? "UTC", country: country,
      currency: currency, exchangeRates: rates(node, currency),
      memory: node.integer("memory_mb", in: MemoryBudget.allowed, problems: &problems).map(
        MemoryBudget.init(megabytes:))
        ?? .standard, survivorship: survivorship(node),
      identity: identitySettings(node), alerts: alerts(node, baseDirectory), bounds: bounds(node),
      tls: tls(node, baseDirectory),
      connectors: manifests(node, baseDirectory),
      baseDirectory: baseDirectory)
  }

  private mutating func manifests(_ node: ConfigurationNode, _ baseDirectory: String) -> [ManifestFolder.Entry] {
    guard let (path, place) = node.text("connectors", problems: &problems) else { return [] }
    do throws(KithError) {
      let entries = try ManifestFolder(absolutePath(path, baseDirectory)).entries
      for entry in entries where connectors.names.contains(entry.name) {
        problems.append(
          KithError(
            .configuration, "a connector of this name comes with Kith", place: place, seen: entry.path,
            fix: "Give the manifest another name."))
      }
      return entries
    } catch {
      problems.append(error.at(place))
      return []
    }
  }

  private mutating func location(_ node: ConfigurationNode, _ baseDirectory: String) -> HubLocation {
    let written = node.text("database", problems: &problems)
    let text = database ?? written?.value ?? "kith.sqlite"
    do {
      // A path given beside the file starts where the command was called.
      let base = database == nil ? baseDirectory : FileManager.default.currentDirectoryPath
      return try HubLocation(text, base: base, environment: environment)
    } catch {
      problems.append(database == nil ? error.at(written?.place ?? "") : error.at("--database or KITH_DATABASE"))
      return .file(absolutePath("kith.sqlite", baseDirectory))
    }
  }

  private mutating func code(
    _ key: String, _ node: ConfigurationNode, letters: Int, example: String
  ) -> String? {
    guard let (value, place) = node.text(key, problems: &problems) else { return nil }
    guard value.utf8.count == letters, value.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      problems.append(
        KithError(
          .configuration, "hub: \(key) is not a code", place: place, seen: value,
          allowed: "\(letters) capital letters such as \(example)"))
      return nil
    }
    return value
  }

  private mutating func rates(_ node: ConfigurationNode, _ base: String) -> [String: Double] {
    guard let ratesNode = node.node("exchange_rates") else { return [:] }
    var rates: [String: Double] = [:]
    for entry in ConfigurationNode(ratesNode, name: "hub: exchange_rates", problems: &problems).entries {
      guard case .scalar(let text) = entry.value.content, let rate = Double(text), rate > 0, rate.isFinite else {
        problems.append(
          KithError(
            .configuration, "hub: the exchange rate of \(entry.key) is not a positive number",
            place: entry.value.place, allowed: "how much 1 \(entry.key) is in \(base)"))
        continue
      }
      rates[entry.key] = rate
    }
    return rates
  }

  private mutating func survivorship(_ node: ConfigurationNode) -> [GoldenField: SurvivorshipRule] {
    guard let rulesNode = node.node("survivorship") else { return [:] }
    let part = ConfigurationNode(rulesNode, name: "hub: survivorship", problems: &problems)
    part.refuseUnknown(allowed: trustFields, problems: &problems)
    var rules: [GoldenField: SurvivorshipRule] = [:]
    for key in trustFields {
      guard let (text, place) = part.text(key, problems: &problems) else { continue }
      if let rule = SurvivorshipRule(rawValue: text) {
        if let field = GoldenField(name: key) { rules[field] = rule }
      } else {
        let allowed = SurvivorshipRule.allCases.map(\.rawValue)
        problems.append(
          KithError(
            .configuration, "hub: survivorship of \(key) is not a rule", place: place, seen: text,
            allowed: allowed.joined(separator: ", "),
            fix: nearestWord(to: text, among: allowed).map { "Did you mean \"\($0)\"?" }))
      }
    }
    return rules
  }

  var trustFields: [String] {
    Attribute.allCases.filter { $0 != .fullName && $0 != .address }.map(\.name) + ["email", "phone"]
  }
}

/// `path` as it stands when it is absolute, otherwise below `base`.
public func absolutePath(_ path: String, _ base: String) -> String {
  path.hasPrefix("/")
    ? path : URL(fileURLWithPath: base, isDirectory: true).appendingPathComponent(path).standardizedFileURL.path
}

extension String {
  /// Nil when the data is not UTF-8.
  init?(validatingUTF8Data data: Data) {
    guard let text = String(validating: data, as: UTF8.self) else { return nil }
    self = text
  }
}
