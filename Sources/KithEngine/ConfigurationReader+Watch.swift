import KithCore

/// What is expected of a source and its streams: `fresh_within`, `new_within`, `quarantine_percent`.
extension ConfigurationReader {
  /// What stands beside a stream's own options.
  static let watchKeys = ["fresh_within", "new_within"]

  mutating func watch(_ node: ConfigurationNode) -> SourceWatch {
    var watch = SourceWatch()
    watch.all = streamWatch(node)
    if let percent = node.integer("quarantine_percent", in: 0...100, problems: &problems) {
      watch.percentSetAside = percent
    }
    guard case .map(let streams)? = node.node("streams")?.content else { return watch }
    for entry in streams {
      guard case .map = entry.value.content else { continue }
      // What is no mapping is told of where the stream is read.
      var none: [KithError] = []
      let own = streamWatch(ConfigurationNode(entry.value, name: "\(node.name): stream \(entry.key)", problems: &none))
      if own != StreamWatch() { watch.streams[entry.key] = own }
    }
    return watch
  }

  mutating func drift(_ node: ConfigurationNode) -> DriftPolicy {
    node.word("drift", problems: &problems) ?? .accept
  }

  private mutating func streamWatch(_ node: ConfigurationNode) -> StreamWatch {
    StreamWatch(fresh: timeLimit("fresh_within", node), new: timeLimit("new_within", node))
  }

  private mutating func timeLimit(_ key: String, _ node: ConfigurationNode) -> TimeLimit? {
    guard let (text, place) = node.text(key, problems: &problems) else { return nil }
    if let limit = TimeLimit(text) { return limit }
    problems.append(
      KithError(
        .configuration, "\(node.name): \(key) is not a span of time", place: place, seen: text,
        allowed: "15m, 6h or 2d: minutes, hours or days, 1 to 10000"))
    return nil
  }
}
