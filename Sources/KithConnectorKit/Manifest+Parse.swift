import KithCore

extension ConnectorManifest {
  /// Reads a manifest and tells every mistake in it, with `name` and the line. What could be read is returned all the
  /// same.
  public static func parse(_ text: String, name: String) -> (manifest: ConnectorManifest, problems: [KithError]) {
    var parser = ManifestParser()
    let empty = ConnectorManifest(name: name, title: "", summary: "", streams: [])
    do throws(KithError) {
      let manifest = parser.manifest(try YAMLNodes.parse(text, name: name)) ?? empty
      return (manifest, parser.problems)
    } catch {
      return (empty, [error])
    }
  }
}

private struct ManifestParser {
  private var notes = ManifestNotes()
  var problems: [KithError] { notes.problems }

  mutating func manifest(_ node: MappingNode) -> ConnectorManifest? {
    guard let entries = notes.entries(node, allowed: ["name", "title", "summary", "streams"], of: "a manifest") else {
      return nil
    }
    var manifest = ConnectorManifest(
      name: notes.word(entries["name"], "name", in: node), title: notes.text(entries["title"], "title", in: node),
      summary: notes.text(entries["summary"], "summary", in: node), streams: [])
    guard let streams = entries["streams"], case .map(let list) = streams.content, !list.isEmpty else {
      notes.report("a manifest needs streams", node, allowed: "streams: {NAME: {summary, record, layouts}}")
      return manifest
    }
    for entry in list {
      if let stream = stream(entry) { manifest.streams.append(stream) }
    }
    return manifest
  }

  private mutating func stream(_ entry: MappingEntry) -> ConnectorManifest.Stream? {
    let node = entry.value
    guard let entries = notes.entries(node, allowed: ["summary", "record", "layouts"], of: "a stream") else {
      return nil
    }
    notes.checkWord(entry.key, node)
    let summary = notes.text(entries["summary"], "summary", in: node)
    let kinds = Record.Kind.allCases.map(\.rawValue)
    let recordName = notes.text(entries["record"], "record", in: node)
    guard let record = Record.Kind(rawValue: recordName) else {
      if !recordName.isEmpty {
        notes.report(
          "there is no such kind of record", entries["record"] ?? node, seen: recordName,
          allowed: kinds.joined(separator: ", "), fix: notes.hint(recordName, kinds))
      }
      return nil
    }
    var stream = ConnectorManifest.Stream(name: entry.key, summary: summary, record: record, layouts: [])
    guard let layouts = entries["layouts"] else { return stream }
    guard case .map(let list) = layouts.content else {
      notes.report("layouts need names", layouts, allowed: "layouts: {NAME: {title, detect, fields}}")
      return stream
    }
    for item in list {
      if let layout = layout(item, record: record) { stream.layouts.append(layout) }
    }
    return stream
  }

  private mutating func layout(_ entry: MappingEntry, record: Record.Kind) -> ConnectorManifest.Layout? {
    let node = entry.value
    guard let entries = notes.entries(node, allowed: ["title", "detect", "read", "fields"], of: "a layout") else {
      return nil
    }
    notes.checkWord(entry.key, node)
    if ["auto", "custom"].contains(entry.key) {
      notes.report("this name is taken", node, seen: entry.key, allowed: "any other than auto and custom")
    }
    guard let fields = entries["fields"] else {
      notes.report("a layout needs fields", node, seen: entry.key)
      return nil
    }
    let compiled = RecordMapping.compile(
      kind: record, fields: fields, overrides: nil, defaults: RecordMapping.Defaults(timeZone: "UTC"))
    notes.add(compiled.problems)
    return ConnectorManifest.Layout(
      name: entry.key, title: notes.text(entries["title"], "title", in: node),
      detect: detect(entries["detect"], in: node),
      read: read(entries["read"]), fields: fields)
  }

  private mutating func detect(_ node: MappingNode?, in layout: MappingNode) -> [String] {
    guard let node, case .list(let items) = node.content, !items.isEmpty else {
      notes.report(
        "a layout needs the names that tell it from others", node ?? layout, allowed: "detect: [Id, LastName]")
      return []
    }
    var names: [String] = []
    for item in items {
      guard case .scalar(let name) = item.content, !name.isEmpty else {
        notes.report("detect needs texts", item)
        continue
      }
      if names.contains(name) {
        notes.report("a name stands twice in detect", item, seen: name)
      } else {
        names.append(name)
      }
    }
    return names
  }

  private mutating func read(_ node: MappingNode?) -> [String: OptionValue] {
    guard let node else { return [:] }
    guard case .map(let entries) = node.content else {
      notes.report("read needs options", node, allowed: "read: {encoding: windows-1252}")
      return [:]
    }
    var values: [String: OptionValue] = [:]
    for entry in entries {
      guard let option = FileOptions.reading.first(where: { $0.name == entry.key }) else {
        let names = FileOptions.reading.map(\.name)
        notes.report(
          "there is no such reading option", entry.value, seen: entry.key, allowed: names.joined(separator: ", "),
          fix: notes.hint(entry.key, names))
        continue
      }
      guard let value = value(entry.value, option) else {
        notes.report("this is no value of \(option.name)", entry.value, allowed: option.kind.allowed)
        continue
      }
      values[entry.key] = value
      var check = FileOptions.Problems()
      _ = FileOptions.readingOptions([entry.key: value], problems: &check)
      notes.add(check.list.map { $0.at(entry.value.place) })
    }
    return values
  }

  private func value(_ node: MappingNode, _ option: OptionSpecification) -> OptionValue? {
    switch (option.kind, node.content) {
    case (.integer(let range), .scalar(let text)):
      guard let number = Int(text), range.contains(number) else { return nil }
      return .integer(number)
    case (.choice(let words), .scalar(let text)): return words.contains(text) ? .text(text) : nil
    case (.list, .list(let items)):
      let texts = items.compactMap { if case .scalar(let text) = $0.content { text } else { nil } }
      return texts.count == items.count ? .list(texts) : nil
    case (.text, .scalar(let text)), (.path, .scalar(let text)): return .text(text)
    default: return nil
    }
  }
}
