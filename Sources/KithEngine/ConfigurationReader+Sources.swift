import Foundation
import KithCore

/// The `sources:` part.
extension ConfigurationReader {
  mutating func sources(_ root: ConfigurationNode, _ hub: HubSettings) -> [SourceConfiguration] {
    guard let node = root.node("sources"), node.content != .scalar("") else {
      problems.append(
        KithError(
          .configuration, "there are no sources", place: root.place,
          fix: "Write at least one under \"sources:\"; `kith connectors` lists what can be connected."))
      return []
    }
    guard case .list(let items) = node.content else {
      problems.append(
        KithError(.configuration, "sources must be a list of items that begin with \"- name:\"", place: node.place))
      return []
    }
    var result: [SourceConfiguration] = []
    for (index, item) in items.enumerated() {
      guard let source = source(item, number: index + 1, hub) else { continue }
      if let twin = result.first(where: { $0.name == source.name }) {
        problems.append(
          KithError(
            .configuration, "two sources have one name", place: source.place, seen: source.name,
            fix: "The other stands at \(twin.place); give each its own, it is part of every record's key."))
      } else {
        result.append(source)
      }
    }
    checkFollowers(result)
    return result
  }

  private mutating func source(_ item: MappingNode, number: Int, _ hub: HubSettings) -> SourceConfiguration? {
    var node = ConfigurationNode(item, name: "source \(number)", problems: &problems)
    guard let (name, namePlace) = node.requiredText("name", problems: &problems) else { return nil }
    node = ConfigurationNode(item, name: "source \(name)", problems: &problems)
    checkName(name, namePlace, of: "a source's")
    node.refuseUnknown(
      allowed: ["name", "connector", "options", "streams", "schedule", "trust", "quarantine_percent", "drift"]
        + Self.watchKeys,
      problems: &problems)
    guard let (connector, connectorPlace) = node.requiredText("connector", problems: &problems) else { return nil }
    guard let specification = connectors.connector(named: connector)?.specification else {
      problems.append(
        KithError(
          .configuration, "source \(name) names an unknown connector", place: connectorPlace, seen: connector,
          allowed: connectors.names.joined(separator: ", "),
          fix: nearestWord(to: connector, among: connectors.names).map { "Did you mean \"\($0)\"?" }
            ?? "`kith connectors` tells what each one reads."))
      return nil
    }
    let options = options(
      node.node("options"), name: "source \(name): options",
      allowed: specification.options + specification.streamOptions, hub)
    requireOptions(specification.options, given: options, name: "source \(name)", place: item.place)
    let streams = streams(node, name, specification, options, hub)
    let environment = HubEnvironment(
      baseDirectory: hub.baseDirectory, timeZone: hub.timeZone, country: hub.country, currency: hub.currency,
      time: time, memory: hub.memory)
    return SourceConfiguration(
      name: name, connector: connector,
      settings: SourceSettings(name: name, options: options, streams: streams, environment: environment),
      schedule: schedule(node, hub), trust: trust(node), watch: watch(node), drift: drift(node), place: item.place)
  }

  mutating func checkName(_ name: String, _ place: String, of owner: String) {
    let allowed = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
    }
    if !allowed || name.utf8.count > 40 {
      problems.append(
        KithError(
          .configuration, "\(owner) name is not allowed", place: place, seen: name,
          allowed: "up to 40 of a-z, 0-9, - and _"))
    }
  }

  private mutating func streams(
    _ node: ConfigurationNode, _ source: String, _ specification: ConnectorSpecification,
    _ sourceOptions: [String: OptionValue], _ hub: HubSettings
  ) -> [StreamSettings] {
    let needsOptions = specification.streamOptions.contains { $0.isRequired && sourceOptions[$0.name] == nil }
    if node.node("streams") == nil, !needsOptions {
      // Streams that need nothing said are read unless others are named.
      return specification.streams.map { StreamSettings(name: $0.name, options: sourceOptions, place: node.place) }
    }
    if case .list(let items)? = node.node("streams")?.content {
      return items.compactMap { listed($0, source, specification, sourceOptions, hub) }
    }
    guard let streamsNode = node.node("streams") else {
      problems.append(
        KithError(
          .configuration, "source \(source) has no streams", place: node.place,
          allowed: specification.streams.map(\.name).joined(separator: ", "),
          fix: "`kith connectors show \(specification.name)` tells what each needs."))
      return []
    }
    let part = ConfigurationNode(streamsNode, name: "source \(source): streams", problems: &problems)
    part.refuseUnknown(allowed: specification.streams.map(\.name), problems: &problems)
    var result: [StreamSettings] = []
    for entry in part.entries where specification.streams.contains(where: { $0.name == entry.key }) {
      result.append(stream(entry, source, specification, sourceOptions, hub))
    }
    return result
  }

  /// A stream of which only the name is said.
  private mutating func listed(
    _ item: MappingNode, _ source: String, _ specification: ConnectorSpecification,
    _ sourceOptions: [String: OptionValue], _ hub: HubSettings
  ) -> StreamSettings? {
    let names = specification.streams.map(\.name)
    guard case .scalar(let name) = item.content, names.contains(name) else {
      var seen: String?
      if case .scalar(let text) = item.content { seen = text }
      problems.append(
        KithError(
          .configuration, "source \(source): streams has no such stream", place: item.place, seen: seen,
          allowed: names.joined(separator: ", "),
          fix: seen.flatMap { nearestWord(to: $0, among: names) }.map { "Did you mean \"\($0)\"?" }))
      return nil
    }
    let entry = MappingEntry(key: name, value: MappingNode(.map([]), place: item.place))
    return stream(entry, source, specification, sourceOptions, hub)
  }

  private mutating func stream(
    _ entry: MappingEntry, _ source: String, _ specification: ConnectorSpecification,
    _ sourceOptions: [String: OptionValue], _ hub: HubSettings
  ) -> StreamSettings {
    let name = "source \(source): stream \(entry.key)"
    var own = entry.value
    var mapping: MappingNode?
    if case .map(let entries) = own.content {
      mapping = entries.first { $0.key == "mapping" }?.value
      own.content = .map(entries.filter { $0.key != "mapping" && !Self.watchKeys.contains($0.key) })
    }
    var options = options(
      own, name: name, allowed: specification.streamOptions, extra: ["mapping"] + Self.watchKeys, hub)
    for (key, value) in sourceOptions where options[key] == nil { options[key] = value }
    requireOptions(specification.streamOptions, given: options, name: name, place: entry.value.place)
    return StreamSettings(name: entry.key, options: options, mapping: mapping, place: entry.value.place)
  }

  private mutating func requireOptions(
    _ allowed: [OptionSpecification], given: [String: OptionValue], name: String, place: String
  ) {
    for option in allowed where option.isRequired && given[option.name] == nil {
      problems.append(
        KithError(
          .configuration, "\(name) lacks \"\(option.name)\"", place: place, allowed: option.kind.allowed,
          fix: option.summary))
    }
  }

  private mutating func options(
    _ node: MappingNode?, name: String, allowed: [OptionSpecification], extra: [String] = [], _ hub: HubSettings
  ) -> [String: OptionValue] {
    guard let node else { return [:] }
    let part = ConfigurationNode(node, name: name, problems: &problems)
    part.refuseUnknown(allowed: allowed.map(\.name) + extra, problems: &problems)
    var result: [String: OptionValue] = [:]
    for option in allowed {
      guard let value = part.node(option.name) else { continue }
      do {
        result[option.name] = try optionValue(value, option)
      } catch {
        var problem = error
        problem.place = value.place
        problems.append(problem)
      }
    }
    return result
  }

  private func optionValue(_ node: MappingNode, _ option: OptionSpecification) throws(KithError) -> OptionValue {
    if case .list = option.kind {
      guard let values = list(node) else {
        throw KithError(.configuration, "\(option.name) must be a list", allowed: option.kind.allowed)
      }
      return .list(values)
    }
    guard case .scalar(let text) = node.content, !text.isEmpty else {
      throw KithError(.configuration, "\(option.name) must be one value", allowed: option.kind.allowed)
    }
    switch option.kind {
    case .text, .path, .list: return .text(text)
    case .secret: return .secret(try secret(text, option.name))
    case .integer(let range):
      if let number = Int(text), range.contains(number) { return .integer(number) }
    case .choice(let words):
      if words.contains(text) { return .text(text) }
      throw KithError(
        .configuration, "\(option.name) is not allowed", seen: text, allowed: option.kind.allowed,
        fix: nearestWord(to: text, among: words).map { "Did you mean \"\($0)\"?" })
    }
    throw KithError(.configuration, "\(option.name) is not allowed", seen: text, allowed: option.kind.allowed)
  }

  /// Secrets never stand in the file itself. The value seen is not repeated: it may be one.
  func secret(_ text: String, _ name: String) throws(KithError) -> Secret {
    if text.hasPrefix("env:") {
      let variable = String(text.dropFirst(4))
      guard let value = environment[variable], !value.isEmpty else {
        throw KithError(
          .configuration, "\(name) names an environment variable that is not set", seen: variable,
          fix: "Set it where kith runs.")
      }
      return Secret(value)
    }
    if text.hasPrefix("file:") {
      let path = String(text.dropFirst(5))
      guard let data = FileManager.default.contents(atPath: path), let value = String(validatingUTF8Data: data) else {
        throw KithError(.configuration, "\(name) names a file that cannot be read", seen: path)
      }
      return Secret(value.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    throw KithError(
      .configuration, "\(name) is a secret and may not stand in the configuration", allowed: "env:NAME or file:PATH")
  }

  private mutating func trust(_ node: ConfigurationNode) -> SourceTrust {
    guard let trustNode = node.node("trust") else { return SourceTrust() }
    if case .scalar = trustNode.content {
      let value = node.integer("trust", in: 0...100, problems: &problems)
      return SourceTrust(standard: value ?? SourceTrust.standard)
    }
    let part = ConfigurationNode(trustNode, name: "\(node.name): trust", problems: &problems)
    part.refuseUnknown(allowed: trustFields + ["default"], problems: &problems)
    var trust = SourceTrust()
    if let value = part.integer("default", in: 0...100, problems: &problems) { trust.standard = value }
    for field in trustFields {
      if let value = part.integer(field, in: 0...100, problems: &problems) { trust.fields[field] = value }
    }
    return trust
  }

  func list(_ node: MappingNode) -> [String]? {
    switch node.content {
    case .scalar(let text): return [text]
    case .map: return nil
    case .list(let items):
      var values: [String] = []
      for item in items {
        guard case .scalar(let text) = item.content else { return nil }
        values.append(text)
      }
      return values
    }
  }
}
