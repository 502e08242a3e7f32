import KithCore
import KithHTTP

/// The small parts that all others are made of.
extension RESTManifestParser {
  func scalar(_ node: MappingNode) -> String? {
    if case .scalar(let text) = node.content, !text.isEmpty { text } else { nil }
  }

  /// The items of a list; one value is a list of one.
  func items(_ node: MappingNode?) -> [MappingNode] {
    guard let node else { return [] }
    if case .list(let items) = node.content { return items }
    return [node]
  }

  mutating func texts(_ node: MappingNode?) -> [String] {
    var texts: [String] = []
    for item in items(node) {
      if let text = scalar(item) { texts.append(text) } else { notes.report("a list of texts must stand here", item) }
    }
    return texts
  }

  mutating func flag(_ node: MappingNode?, default value: Bool) -> Bool {
    choice(node, ["true", "false"]).map { $0 == "true" } ?? value
  }

  mutating func choice(_ node: MappingNode?, _ words: [String]) -> String? {
    guard let node else { return nil }
    if let text = scalar(node), words.contains(text) { return text }
    notes.report(
      "this is not allowed here", node, seen: scalar(node), allowed: words.joined(separator: ", "),
      fix: scalar(node).flatMap { notes.hint($0, words) })
    return nil
  }

  mutating func number(_ node: MappingNode?, _ range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    if let value = scalar(node).flatMap({ Int($0) }), range.contains(value) { return value }
    notes.report(
      "a whole number must stand here", node, seen: scalar(node), allowed: "\(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func decimal(_ node: MappingNode?) -> Double? {
    guard let node else { return nil }
    if let value = scalar(node).flatMap({ Double($0) }), value >= 0, value <= 1e9 { return value }
    notes.report("a number must stand here", node, seen: scalar(node), allowed: "0 to 1000000000")
    return nil
  }

  mutating func path(_ node: MappingNode, _ key: String) -> [PathStep]? {
    if let text = scalar(node), let steps = SourcePath.steps(text) { return steps }
    notes.report(
      "\(key) needs a path", node, seen: scalar(node), allowed: "a path such as data.items or errors[0].code")
    return nil
  }

  /// A template that may name options and, in `more`, what is known only later.
  mutating func template(_ node: MappingNode?, _ key: String, more: Set<String> = [], in parent: MappingNode)
    -> RESTTemplate?
  {
    guard let node else { return nil }
    guard let text = scalar(node) else {
      notes.report("\(key) needs a text", node)
      return nil
    }
    guard let template = RESTTemplate(text) else {
      notes.report("a place for a value has no end", node, seen: text, allowed: "${NAME}, and $${ for the characters")
      return nil
    }
    for name in template.names where !known.contains(name) && !more.contains(name) {
      let words = known.union(more).sorted()
      notes.report(
        "there is no value of this name", node, seen: name, allowed: words.joined(separator: ", "),
        fix: notes.hint(name, words) ?? "Add an option of this name.")
    }
    return template
  }

  mutating func needed(_ node: MappingNode?, _ key: String, more: Set<String> = [], in parent: MappingNode)
    -> RESTTemplate
  {
    if node == nil { notes.report("a text is missing", parent, seen: key) }
    return template(node, key, more: more, in: parent) ?? RESTTemplate(literal: "")
  }

  /// A template that becomes part of a URL which errors show: no secrets there.
  mutating func openTemplate(_ node: MappingNode?, _ key: String, more: Set<String> = [], in parent: MappingNode)
    -> RESTTemplate
  {
    let template = needed(node, key, more: more, in: parent)
    for name in template.names where secrets.contains(name) {
      notes.report(
        "a secret may not stand in a URL's path", node ?? parent, seen: name, fix: "Put it under authorisation.")
    }
    return template
  }

  mutating func fields(_ node: MappingNode?, more: Set<String>) -> [RESTField] {
    guard let node else { return [] }
    guard case .map(let entries) = node.content else {
      notes.report("names and values must stand here", node, allowed: "{NAME: VALUE}")
      return []
    }
    var fields: [RESTField] = []
    for entry in entries {
      // An empty value is one: some tools want `since=`.
      if entry.value.content == .scalar("") {
        fields.append(RESTField(name: entry.key, value: RESTTemplate(literal: "")))
      } else if let value = template(entry.value, entry.key, more: more, in: node) {
        fields.append(RESTField(name: entry.key, value: value))
      }
    }
    return fields
  }

  // MARK: requests

  mutating func request(_ node: MappingNode?, more: Set<String>, in parent: MappingNode) -> RESTRequest? {
    guard let node else {
      notes.report("a request is missing", parent, allowed: "request: {path: /contacts}")
      return nil
    }
    guard let keys = notes.entries(node, allowed: RESTSchema.request.names, of: "a request") else { return nil }
    let bodies = ["json", "form", "text"].filter { keys[$0] != nil }
    if bodies.count > 1 { notes.report("a request has one body", node, seen: bodies.joined(separator: ", ")) }
    var request = RESTRequest(
      method: bodies.isEmpty ? .get : .post, path: openTemplate(keys["path"], "path", more: more, in: node))
    if let word = choice(keys["method"], ["GET", "POST"]) { request.method = word == "GET" ? .get : .post }
    request.query = fields(keys["query"], more: more)
    request.headers = fields(keys["headers"], more: more)
    if let json = keys["json"] {
      request.body = .json(self.json(json, more: more))
    } else if keys["form"] != nil {
      request.body = .form(fields(keys["form"], more: more))
    } else if let text = template(keys["text"], "text", more: more, in: node) {
      request.body = .text(text, type: keys["content_type"].flatMap { scalar($0) } ?? "text/plain; charset=utf-8")
    }
    return request
  }

  /// A mapping is taken member by member; a text is JSON itself.
  private mutating func json(_ node: MappingNode, more: Set<String>) -> RESTJSON {
    switch node.content {
    case .map(let entries):
      return .object(entries.map { ($0.key, member($0.value, more: more)) })
    case .list(let items): return .array(items.map { member($0, more: more) })
    case .scalar(let text):
      let raw = RawRecord()
      if let failure = raw.fill(json: Array(text.utf8)) {
        notes.report("this is not JSON: \(failure)", node)
        return .literal("null")
      }
      return json(raw, raw.root, node, more: more)
    }
  }

  private mutating func member(_ node: MappingNode, more: Set<String>) -> RESTJSON {
    guard case .scalar(let text) = node.content else { return json(node, more: more) }
    if text.isEmpty { return .literal("null") }
    let raw = RawRecord()
    if raw.fill(json: Array(text.utf8)) == nil, [.number, .bool, .null].contains(raw.kind(of: raw.root)) {
      return .literal(text)
    }
    return template(node, "json", more: more, in: node).map { .template($0) } ?? .literal("null")
  }

  private mutating func json(
    _ raw: RawRecord, _ id: RawRecord.NodeID, _ node: MappingNode, more: Set<String>
  ) -> RESTJSON {
    switch raw.kind(of: id) {
    case .object:
      return .object(raw.children(of: id).map { (raw.key(of: $0), json(raw, $0, node, more: more)) })
    case .array: return .array(raw.children(of: id).map { json(raw, $0, node, more: more) })
    case .null: return .literal("null")
    case .number, .bool: return .literal(raw.text(of: id) ?? "null")
    case .text:
      let text = raw.text(of: id) ?? ""
      if text.isEmpty { return .template(RESTTemplate(literal: "")) }
      let value = template(MappingNode(.scalar(text), place: node.place), "json", more: more, in: node)
      return value.map { .template($0) } ?? .literal("null")
    }
  }
}
