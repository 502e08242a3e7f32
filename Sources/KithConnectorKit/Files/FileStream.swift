import KithCore
import KithHTTP

/// One configured stream: which files, how they are read and mapped.
struct FileStream: Sendable {
  let declared: ConnectorManifest.Stream
  let origin: any FileOrigin
  let mode: FileOptions.Mode
  let settleSeconds: Int
  /// `auto`, `custom` or a layout's name.
  let layoutName: String
  /// The reading options that connectors.yml sets: they go before a layout's.
  let options: [String: OptionValue]
  let overrides: MappingNode?
  let timeZone: String
  let memory: MemoryBudget
  let place: String

  /// `servers` are those of the source's streams that were opened before.
  init(
    _ declared: ConnectorManifest.Stream, settings: StreamSettings, source: SourceSettings,
    servers: inout [RemoteFiles]
  ) throws(KithError) {
    func value(_ name: String) -> OptionValue? { settings.options[name] ?? source.options[name] }
    self.declared = declared
    place = settings.place.isEmpty ? "\(source.name).\(settings.name)" : settings.place
    guard let path = FileOptions.text(value("path")), !path.isEmpty else {
      throw KithError(
        .configuration, "a stream of files needs a path", place: place, allowed: "a file, a pattern or a folder")
    }
    mode = FileOptions.text(value("mode")).flatMap { FileOptions.Mode(rawValue: $0) } ?? .append
    if case .integer(let seconds)? = value("settle_seconds") { settleSeconds = seconds } else { settleSeconds = 5 }
    origin = try Self.origin(path, source, place: place, servers: &servers)
    layoutName = FileOptions.text(value("layout")) ?? "auto"
    var options: [String: OptionValue] = [:]
    for option in FileOptions.reading { options[option.name] = value(option.name) }
    self.options = options
    overrides = settings.mapping
    timeZone = source.environment.timeZone
    memory = source.environment.memory
    try checkLayoutName()
    var problems = FileOptions.Problems()
    _ = FileOptions.readingOptions(options, problems: &problems)
    if case .integer(let bytes)? = options["max_record_bytes"], bytes > memory.recordBytes {
      problems.add(
        "max_record_bytes", "\(bytes)", allowed: "at most \(memory.recordBytes) with hub.memory_mb: \(memory.megabytes)"
      )
    }
    if let problem = problems.list.first { throw problem.at(place) }
  }

  private static func origin(
    _ path: String, _ source: SourceSettings, place: String, servers: inout [RemoteFiles]
  ) throws(KithError) -> any FileOrigin {
    let remote: RemotePath?
    do throws(KithError) { remote = try RemotePath(path) } catch { throw error.at(place) }
    guard let remote else { return FileListing(baseDirectory: source.environment.baseDirectory, pattern: path) }
    let server = try ServerOptions.server(remote, source, place: place)
    let files: RemoteFiles
    if let known = servers.first(where: { $0.server == server }) {
      files = known
    } else {
      files = try RemoteFiles(server)
      servers.append(files)
    }
    return RemoteListing(
      files: files, pattern: remote.pattern, maximumBytes: ServerOptions.maximumBytes(source))
  }

  private func checkLayoutName() throws(KithError) {
    if layoutName == "auto" { return }
    if layoutName == "custom" {
      guard overrides == nil else { return }
      throw KithError(.configuration, "layout custom needs a mapping", place: place, fix: "Add mapping: to the stream.")
    }
    let names = declared.layouts.map(\.name)
    guard !names.contains(layoutName) else { return }
    throw KithError(
      .configuration, "\(declared.name) has no layout of this name", place: place, seen: layoutName,
      allowed: (["auto", "custom"] + names).joined(separator: ", "),
      fix: nearestWord(to: layoutName, among: names).map { "Did you mean \($0)?" })
  }

  func layout(_ name: String) -> ConnectorManifest.Layout? { declared.layouts.first { $0.name == name } }

  /// The layout's defaults with what connectors.yml says instead.
  func values(_ layout: ConnectorManifest.Layout?) -> [String: OptionValue] {
    (layout?.read ?? [:]).merging(options) { _, own in own }
  }

  func readingOptions(_ layout: ConnectorManifest.Layout?) -> ReadingOptions {
    // Both parts were checked when they were read.
    var problems = FileOptions.Problems()
    var options = FileOptions.readingOptions(values(layout), problems: &problems)
    options.recordCap = memory.recordBytes
    return options
  }

  func mapping(_ layout: ConnectorManifest.Layout?) -> (mapping: RecordMapping, problems: [KithError]) {
    let values = values(layout)
    let number = FileOptions.text(values["number"]).flatMap { NumberFormat(rawValue: $0) } ?? .auto
    return RecordMapping.compile(
      kind: declared.record, fields: layout?.fields, overrides: overrides,
      defaults: RecordMapping.Defaults(
        timeZone: FileOptions.text(values["time_zone"]) ?? timeZone, number: number))
  }

  /// Of everything that decides what becomes of a file's bytes: when it changes, files are read again. Nil when there
  /// is no such layout (any more), or connectors.yml asks for another.
  func configuration(layout name: String) -> Int64? {
    guard layoutName == "auto" ? name != "custom" : name == layoutName else { return nil }
    let layout = layout(name)
    if layout == nil, name != "custom" { return nil }
    var hash = ContentHash()
    hash.combine(declared.record.rawValue)
    hash.combine(timeZone)
    for (key, value) in values(layout).sorted(by: { $0.key < $1.key }) {
      hash.combine(key)
      hash.combine("\(value)")
    }
    for node in [layout?.fields, overrides] { node?.combine(into: &hash) }
    return hash.value
  }
}

extension MappingNode {
  /// Its content without the places: moving a mapping down a line does not change it.
  func combine(into hash: inout ContentHash) {
    switch content {
    case .scalar(let text):
      hash.combine(1)
      hash.combine(text)
    case .list(let items):
      hash.combine(2)
      for item in items { item.combine(into: &hash) }
    case .map(let entries):
      hash.combine(3)
      for entry in entries {
        hash.combine(entry.key)
        entry.value.combine(into: &hash)
      }
    }
    hash.combine(4)
  }
}
