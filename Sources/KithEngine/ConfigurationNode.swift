import KithCore

/// A cursor over one mapping of connectors.yml that collects every problem instead of stopping at the first.
struct ConfigurationNode {
  let entries: [MappingEntry]
  let place: String
  /// What this part is called in messages: `hub`, `source crm`.
  let name: String

  init(_ node: MappingNode, name: String, problems: inout [KithError]) {
    place = node.place
    self.name = name
    switch node.content {
    case .map(let map): entries = map
    case .scalar(""): entries = []
    case .scalar(let text):
      entries = []
      problems.append(
        KithError(.configuration, "\(name) must be a mapping of keys to values", place: place, seen: text))
    case .list:
      entries = []
      problems.append(
        KithError(.configuration, "\(name) must be a mapping of keys to values, not a list", place: place))
    }
  }

  func node(_ key: String) -> MappingNode? { entries.first { $0.key == key }?.value }

  /// Reports every key that is not allowed, with the nearest one that is.
  /// - Parameter replaced: keys of before, with what to do about them.
  func refuseUnknown(allowed: [String], replaced: [String: String] = [:], problems: inout [KithError]) {
    for entry in entries where !allowed.contains(entry.key) {
      let nearest = nearestWord(to: entry.key, among: allowed)
      problems.append(
        KithError(
          .configuration, "\(name) has an unknown key", place: entry.value.place, seen: entry.key,
          allowed: allowed.sorted().joined(separator: ", "),
          fix: replaced[entry.key] ?? nearest.map { "Did you mean \"\($0)\"?" }))
    }
  }

  /// The text of a key; a list or mapping in its place is a problem.
  func text(_ key: String, problems: inout [KithError]) -> (value: String, place: String)? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let text) = node.content else {
      problems.append(KithError(.configuration, "\(name): \(key) must be one value", place: node.place))
      return nil
    }
    return text.isEmpty ? nil : (text, node.place)
  }

  func requiredText(_ key: String, problems: inout [KithError]) -> (value: String, place: String)? {
    let before = problems.count
    if let found = text(key, problems: &problems) { return found }
    if problems.count == before {
      problems.append(KithError(.configuration, "\(name) lacks \"\(key)\"", place: place))
    }
    return nil
  }

  /// A number within a range.
  func number(_ key: String, in range: ClosedRange<Double>, problems: inout [KithError]) -> Double? {
    func short(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }
    return value(
      key, allowed: "a number from \(short(range.lowerBound)) to \(short(range.upperBound))", problems: &problems
    ) { Double($0).flatMap { range.contains($0) ? $0 : nil } }
  }

  /// A whole number within a range.
  func integer(_ key: String, in range: ClosedRange<Int>, problems: inout [KithError]) -> Int? {
    value(
      key, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)", problems: &problems
    ) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
  }

  /// One of a few words.
  func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, problems: inout [KithError]
  ) -> Word? where Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    return value(key, allowed: words.joined(separator: ", "), nearestOf: words, problems: &problems, Word.init)
  }

  /// What a text stands for; one that stands for nothing is a problem.
  private func value<Value>(
    _ key: String, allowed: String, nearestOf words: [String] = [], problems: inout [KithError],
    _ meaning: (String) -> Value?
  ) -> Value? {
    guard let (text, place) = text(key, problems: &problems) else { return nil }
    if let value = meaning(text) { return value }
    problems.append(
      KithError(
        .configuration, "\(name): \(key) is not allowed", place: place, seen: text, allowed: allowed,
        fix: nearestWord(to: text, among: words).map { "Did you mean \"\($0)\"?" }))
    return nil
  }
}
