import KithCore

/// Where a field's value comes from and what is done with it, compiled from the mapping grammar (docs/mapping.md) but
/// not yet bound to a file's columns.
struct MappingExpression: Sendable {
  indirect enum Origin: Sendable {
    case nothing
    case path(String)
    case constant(String)
    case first([MappingExpression])
    case all([MappingExpression])
    case template([TemplatePart])
  }

  enum TemplatePart: Sendable, Equatable {
    case text(String)
    case path(String)
  }

  struct Split: Sendable {
    var separator: [UInt8]
    /// Counted from 1, or from the end with negative numbers; nil: all parts, as several values.
    var take: Int?
  }

  var origin: Origin
  var split: Split?
  var map: ValueMap?
  var dates: [DateFormat]?
  var zone: String?
  var number: NumberFormat?
  var divisor: Int64?
  var namespace: String?
  var place: String

  /// The paths that it names, in order.
  var paths: [String] {
    switch origin {
    case .nothing, .constant: []
    case .path(let text): [text]
    case .first(let items), .all(let items): items.flatMap(\.paths)
    case .template(let parts): parts.compactMap { if case .path(let text) = $0 { text } else { nil } }
    }
  }

  /// Whether it may yield several values in files with columns.
  var isList: Bool {
    if case .all = origin { return true }
    return split.map { $0.take == nil } ?? false
  }
}

/// Compiles expressions and gathers every mistake instead of stopping at the first.
struct ExpressionCompiler {
  private(set) var problems: [KithError] = []
  static let keys = [
    "path", "const", "first", "template", "split", "map", "date", "zone", "number", "divide", "namespace",
  ]
  private static let origins = ["path", "const", "first", "template"]
  private static let maximumItems = 100

  mutating func report(_ error: KithError) { problems.append(error) }

  mutating func report(
    _ what: String, _ node: MappingNode, seen: String? = nil, allowed: String? = nil, fix: String? = nil
  ) {
    problems.append(
      KithError(
        .configuration, what, place: node.place, seen: seen.map { cut($0) }, allowed: allowed, fix: fix))
  }

  mutating func compile(_ node: MappingNode, depth: Int = 0) -> MappingExpression {
    var expression = MappingExpression(origin: .nothing, place: node.place)
    guard depth <= 8 else {
      report("a mapping is nested too deep", node, allowed: "8 levels")
      return expression
    }
    switch node.content {
    case .scalar(let text):
      expression.origin = text.isEmpty ? .nothing : .path(text)
    case .list(let items):
      expression.origin = .all(compile(items, of: node, depth: depth))
    case .map(let entries):
      compile(entries, of: node, into: &expression, depth: depth)
    }
    return expression
  }

  private mutating func compile(_ items: [MappingNode], of node: MappingNode, depth: Int) -> [MappingExpression] {
    if items.isEmpty || items.count > ExpressionCompiler.maximumItems {
      report(
        "a list of values", node, seen: "\(items.count) items", allowed: "1 to \(ExpressionCompiler.maximumItems) items"
      )
    }
    return items.prefix(ExpressionCompiler.maximumItems).map { compile($0, depth: depth + 1) }
  }

  private mutating func compile(
    _ entries: [MappingEntry], of node: MappingNode, into expression: inout MappingExpression, depth: Int
  ) {
    let origins = entries.filter { ExpressionCompiler.origins.contains($0.key) }
    if origins.count != 1 {
      report(
        origins.isEmpty ? "a mapping does not say where the value comes from" : "a mapping names two origins", node,
        seen: entries.map(\.key).joined(separator: ", "),
        allowed: "one of \(ExpressionCompiler.origins.joined(separator: ", "))")
    }
    for entry in entries { compile(entry, into: &expression, depth: depth) }
  }

  private mutating func compile(_ entry: MappingEntry, into expression: inout MappingExpression, depth: Int) {
    let node = entry.value
    switch entry.key {
    case "path":
      if let text = text(node, of: "path") { expression.origin = .path(text) }
    case "const":
      if let text = text(node, of: "const") { expression.origin = .constant(text) }
    case "first":
      guard case .list(let items) = node.content else {
        return report("first needs a list", node, seen: sample(node), allowed: "[A, B]")
      }
      expression.origin = .first(compile(items, of: node, depth: depth))
    case "template":
      if let text = text(node, of: "template") { expression.origin = .template(template(text, node)) }
    case "split": expression.split = split(node)
    case "map": expression.map = map(node)
    case "date": expression.dates = dates(node)
    case "zone": expression.zone = zone(node)
    case "number": expression.number = number(node)
    case "divide": expression.divisor = divisor(node)
    case "namespace": expression.namespace = text(node, of: "namespace")
    default:
      report(
        "a mapping has no key of this name", node, seen: entry.key,
        allowed: ExpressionCompiler.keys.joined(separator: ", "),
        fix: nearestWord(to: entry.key, among: ExpressionCompiler.keys).map { "Did you mean \($0)?" })
    }
  }

  mutating func text(_ node: MappingNode, of key: String) -> String? {
    if case .scalar(let text) = node.content, !text.isEmpty { return text }
    report("\(key) needs a text", node, seen: sample(node))
    return nil
  }

  /// Paths in braces; `{{` and `}}` stand for braces.
  private mutating func template(_ text: String, _ node: MappingNode) -> [MappingExpression.TemplatePart] {
    var parts: [MappingExpression.TemplatePart] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "{" || character == "}", rest.first == character {
        literal.append(character)
        rest.removeFirst()
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}"), end > rest.startIndex else {
          report("a brace in a template has no partner", node, seen: text, allowed: "{path}, {{ and }}")
          return parts
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = ""
        parts.append(.path(String(rest[..<end])))
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        report("a brace in a template has no partner", node, seen: text, allowed: "{path}, {{ and }}")
        return parts
      } else {
        literal.append(character)
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    if !parts.contains(where: { if case .path = $0 { true } else { false } }) {
      report("a template names no path", node, seen: text, fix: "For a fixed text write const.")
    }
    return parts
  }

  private mutating func split(_ node: MappingNode) -> MappingExpression.Split? {
    guard case .map(let entries) = node.content else {
      report("split needs keys", node, seen: sample(node), allowed: "{on: \",\", take: 1}")
      return nil
    }
    var separator: [UInt8] = []
    var take: Int?
    for entry in entries {
      guard case .scalar(let text) = entry.value.content else {
        report("split needs texts", entry.value, seen: sample(entry.value))
        continue
      }
      switch entry.key {
      case "on": separator = Array(text.utf8)
      case "take":
        take = Int(text)
        if take == nil || take == 0 || (take.map { abs($0) > 1_000 } ?? false) {
          report("take counts parts", entry.value, seen: text, allowed: "1, 2, … or -1, -2, … from the end")
          take = 1
        }
      default:
        report(
          "split has no key of this name", entry.value, seen: entry.key, allowed: "on, take",
          fix: nearestWord(to: entry.key, among: ["on", "take"]).map { "Did you mean \($0)?" })
      }
    }
    if separator.isEmpty { report("split needs a text to cut on", node, allowed: "{on: \",\", take: 1}") }
    return separator.isEmpty ? nil : MappingExpression.Split(separator: separator, take: take)
  }

  private mutating func map(_ node: MappingNode) -> ValueMap? {
    guard case .map(let entries) = node.content, !entries.isEmpty, entries.count <= 10_000 else {
      report("map needs lines", node, seen: sample(node), allowed: "{Won: paid, \"*\": other}, up to 10000 lines")
      return nil
    }
    var lines: [(key: String, value: String)] = []
    for entry in entries {
      guard case .scalar(let text) = entry.value.content else {
        report("a line of a map needs a text", entry.value, seen: entry.key)
        continue
      }
      lines.append((entry.key, text))
    }
    return ValueMap(lines)
  }

  private mutating func dates(_ node: MappingNode) -> [DateFormat]? {
    let items: [MappingNode]
    if case .list(let list) = node.content { items = list } else { items = [node] }
    var formats: [DateFormat] = []
    for item in items.prefix(20) {
      guard let text = text(item, of: "date") else { continue }
      do throws(DateFormat.Mistake) {
        formats.append(try DateFormat(text))
      } catch {
        report(error.what, item, seen: text, allowed: error.allowed)
      }
    }
    return formats.isEmpty ? nil : formats
  }

  private mutating func zone(_ node: MappingNode) -> String? {
    guard let text = text(node, of: "zone") else { return nil }
    if ZoneOffsets.isKnown(text) { return text }
    report("there is no such time zone", node, seen: text, allowed: "an IANA name such as Europe/Zurich or UTC")
    return nil
  }

  private mutating func number(_ node: MappingNode) -> NumberFormat? {
    guard let text = text(node, of: "number") else { return nil }
    if let format = NumberFormat(rawValue: text) { return format }
    let words = NumberFormat.allCases.map(\.rawValue)
    report(
      "there is no such way to write numbers", node, seen: text, allowed: words.joined(separator: ", "),
      fix: nearestWord(to: text, among: words).map { "Did you mean \($0)?" })
    return nil
  }

  private mutating func divisor(_ node: MappingNode) -> Int64? {
    guard case .scalar(let text) = node.content, let value = Int64(text), value >= 1, value <= 1_000_000_000 else {
      report("divide needs a number", node, seen: sample(node), allowed: "a whole number from 1 to 1000000000")
      return nil
    }
    return value
  }

  private func sample(_ node: MappingNode) -> String {
    switch node.content {
    case .scalar(let text): text
    case .list(let items): "a list of \(items.count)"
    case .map(let entries): "keys \(entries.map(\.key).joined(separator: ", "))"
    }
  }
}

/// A value for an error's sentence: at most 80 characters of it.
func cut(_ text: String) -> String {
  text.count <= 80 ? text : String(text.prefix(79)) + "…"
}
