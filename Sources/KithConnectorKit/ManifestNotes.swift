import KithCore

/// Reads the pieces of a manifest and gathers every mistake instead of stopping at the first.
struct ManifestNotes {
  private(set) var problems: [KithError] = []

  mutating func add(_ more: [KithError]) { problems += more }

  mutating func report(
    _ what: String, _ node: MappingNode, seen: String? = nil, allowed: String? = nil, fix: String? = nil
  ) {
    problems.append(KithError(.configuration, what, place: node.place, seen: seen, allowed: allowed, fix: fix))
  }

  func hint(_ word: String, _ words: [String]) -> String? {
    nearestWord(to: word, among: words).map { "Did you mean \($0)?" }
  }

  mutating func entries(
    _ node: MappingNode, allowed: [String], of what: String
  ) -> [String: MappingNode]? {
    guard case .map(let list) = node.content else {
      report("\(what) needs keys", node, allowed: allowed.joined(separator: ", "))
      return nil
    }
    var result: [String: MappingNode] = [:]
    for entry in list {
      if allowed.contains(entry.key) {
        result[entry.key] = entry.value
      } else {
        report(
          "\(what) has no key of this name", entry.value, seen: entry.key, allowed: allowed.joined(separator: ", "),
          fix: hint(entry.key, allowed))
      }
    }
    return result
  }

  mutating func text(_ node: MappingNode?, _ name: String, in parent: MappingNode) -> String {
    if let node, case .scalar(let text) = node.content, !text.isEmpty { return text }
    report("a text is missing", node ?? parent, seen: name)
    return ""
  }

  mutating func word(_ node: MappingNode?, _ name: String, in parent: MappingNode) -> String {
    let text = text(node, name, in: parent)
    if !text.isEmpty { checkWord(text, node ?? parent) }
    return text
  }

  mutating func checkWord(_ text: String, _ node: MappingNode) {
    let isWord =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "_")
      }
    if !isWord { report("this is no name", node, seen: text, allowed: "lower-case letters, digits and _") }
  }
}
