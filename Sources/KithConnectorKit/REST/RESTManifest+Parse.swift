import KithCore
import KithHTTP

extension RESTManifest {
  /// Reads a manifest and tells every mistake in it, with `name`, line and column. What could be read is returned all the
  /// same.
  public static func parse(_ text: String, name: String) -> (manifest: RESTManifest, problems: [KithError]) {
    var parser = RESTManifestParser()
    do throws(KithError) {
      let manifest = parser.manifest(try YAMLNodes.parse(text, name: name, hasColumns: true))
      return (manifest, parser.notes.problems)
    } catch {
      return (RESTManifest(name: "", title: "", summary: ""), [error])
    }
  }
}

struct RESTManifestParser {
  var notes = ManifestNotes()
  /// What templates may name everywhere.
  var known: Set<String> = []
  var secrets: Set<String> = []

  mutating func manifest(_ node: MappingNode) -> RESTManifest {
    guard let keys = notes.entries(node, allowed: RESTSchema.manifest.names, of: "a manifest") else {
      return RESTManifest(name: "", title: "", summary: "")
    }
    var manifest = RESTManifest(
      name: notes.word(keys["name"], "name", in: node), title: notes.text(keys["title"], "title", in: node),
      summary: notes.text(keys["summary"], "summary", in: node))
    manifest.verified = keys["verified"].flatMap { scalar($0) }
    options(keys["options"], &manifest)
    known = Set(manifest.options.map(\.name))
    secrets = Set(manifest.options.filter { $0.kind == .secret }.map(\.name))
    manifest.baseURL = openTemplate(keys["base_url"], "base_url", in: node)
    manifest.authorisations = authorisations(keys["authorisation"], in: node)
    manifest.headers = fields(keys["headers"], more: [])
    manifest.limits = limits(keys["limits"])
    manifest.errors = errors(keys["errors"])
    let paging = keys["paging"].flatMap { self.paging($0) }
    guard let streams = keys["streams"], case .map(let list) = streams.content, !list.isEmpty else {
      notes.report("a manifest needs streams", node, allowed: "streams: {NAME: {summary, record, request, fields}}")
      return manifest
    }
    for entry in list {
      guard let stream = stream(entry, paging, limits: manifest.limits) else { continue }
      if stream.isList { manifest.lists.append(stream) } else { manifest.streams.append(stream) }
    }
    checkParents(manifest, streams)
    manifest.webhook = webhook(keys["webhook"], manifest)
    return manifest
  }

  // MARK: options

  private mutating func options(_ node: MappingNode?, _ manifest: inout RESTManifest) {
    guard let node else { return }
    guard case .map(let list) = node.content else {
      return notes.report("options need names", node, allowed: "options: {NAME: {summary: …}}")
    }
    for entry in list {
      notes.checkWord(entry.key, entry.value)
      if RESTOptions.names.contains(entry.key) || RESTOptions.reserved.contains(entry.key) {
        notes.report("every source has an option or a value of this name", entry.value, seen: entry.key)
        continue
      }
      option(entry, &manifest)
    }
  }

  private mutating func option(_ entry: MappingEntry, _ manifest: inout RESTManifest) {
    let node = entry.value
    guard let keys = notes.entries(node, allowed: RESTSchema.option.names, of: "an option") else { return }
    let word = keys["kind"].flatMap { scalar($0) } ?? "text"
    let kind: OptionSpecification.Kind
    switch word {
    case "text": kind = .text
    case "secret": kind = .secret
    case "list": kind = .list
    case "choice": kind = .choice(texts(keys["values"]))
    case "integer":
      let low = number(keys["minimum"], 0...Int.max) ?? 0
      kind = .integer(low...max(number(keys["maximum"], 0...Int.max) ?? Int.max, low))
    default:
      let words = ["text", "secret", "integer", "choice", "list"]
      notes.report(
        "there is no such kind of option", keys["kind"] ?? node, seen: word, allowed: words.joined(separator: ", "),
        fix: notes.hint(word, words))
      return
    }
    let value = keys["default"].flatMap { scalar($0) }
    if let value {
      switch kind {
      case .secret: notes.report("a secret has no default", keys["default"] ?? node)
      case .integer: if let number = Int(value) { manifest.defaults[entry.key] = .integer(number) }
      default: manifest.defaults[entry.key] = .text(value)
      }
    }
    manifest.options.append(
      OptionSpecification(
        entry.key, kind, notes.text(keys["summary"], "summary", in: node),
        required: flag(keys["required"], default: false) && value == nil, default: value))
  }

  // MARK: limits and errors

  private mutating func limits(_ node: MappingNode?) -> RESTLimits {
    var limits = RESTLimits()
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.limits.names, of: "limits") else {
      limits.rates = [.atOnce(4)]
      return limits
    }
    if let requests = number(keys["requests"], 1...10_000_000) {
      let seconds = decimal(keys["per_seconds"]) ?? 60
      let isFixed = choice(keys["window"], ["sliding", "fixed"]) == "fixed"
      limits.rates.append(
        isFixed
          ? .fixedWindow(requests: requests, seconds: seconds) : .slidingWindow(requests: requests, seconds: seconds))
    }
    limits.rates.append(.atOnce(number(keys["at_once"], 1...64) ?? 4))
    if let pause = decimal(keys["pause_seconds"]) { limits.rates.append(.interval(seconds: pause)) }
    if let header = keys["remaining_header"].flatMap({ scalar($0) }) { limits.names.remaining = [header] }
    if let header = keys["reset_header"].flatMap({ scalar($0) }) { limits.names.reset = [header] }
    limits.names.parts = keys["parts_header"].flatMap { scalar($0) }
    switch choice(keys["reset_unit"], ["guessed", "seconds", "milliseconds", "epoch", "epoch_ms"]) {
    case "seconds": limits.names.resetUnit = .seconds
    case "milliseconds": limits.names.resetUnit = .milliseconds
    case "epoch": limits.names.resetUnit = .epochSeconds
    case "epoch_ms": limits.names.resetUnit = .epochMilliseconds
    default: break
    }
    limits.attempts = number(keys["attempts"], 1...20) ?? limits.attempts
    limits.bytes = number(keys["page_bytes"], 1_024...268_435_456) ?? limits.bytes
    limits.exportBytes = number(keys["export_bytes"], 1_024...1_099_511_627_776).map { Int64($0) } ?? limits.exportBytes
    limits.pages = number(keys["pages"], 1...10_000_000) ?? limits.pages
    return limits
  }

  private mutating func errors(_ node: MappingNode?) -> RESTErrors {
    var errors = RESTErrors()
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.errors.names, of: "errors") else {
      return errors
    }
    for item in items(keys["message"]) { if let path = path(item, "message") { errors.messages.append(path) } }
    for item in items(keys["rules"]) { if let rule = rule(item) { errors.rules.append(rule) } }
    return errors
  }

  private mutating func rule(_ node: MappingNode) -> RESTErrors.Rule? {
    guard let keys = notes.entries(node, allowed: RESTSchema.rule.names, of: "a rule") else { return nil }
    let words = ["transient", "authorisation", "configuration", "empty"]
    guard let word = choice(keys["means"], words) else {
      if keys["means"] == nil { notes.report("a rule needs means", node, allowed: words.joined(separator: ", ")) }
      return nil
    }
    let meaning: RESTErrors.Meaning = KithError.Recovery(rawValue: word).map { .recovery($0) } ?? .empty
    let status = number(keys["status"], 100...599)
    if status == nil, keys["path"] == nil { notes.report("a rule needs a status or a path", node) }
    return RESTErrors.Rule(
      status: status, condition: keys["path"] == nil ? nil : condition(keys, node), meaning: meaning,
      wait: decimal(keys["wait_seconds"]), fix: keys["fix"].flatMap { scalar($0) })
  }

  mutating func condition(_ node: MappingNode?) -> RESTCondition? {
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.condition.names, of: "a condition") else {
      return nil
    }
    return condition(keys, node)
  }

  private mutating func condition(_ keys: [String: MappingNode], _ node: MappingNode) -> RESTCondition? {
    guard let path = path(keys["path"] ?? node, "path") else { return nil }
    return RESTCondition(path: path, values: keys["equals"].map { texts($0) }, others: keys["not"].map { texts($0) })
  }
}
