import KithCore
import KithHTTP

/// Streams: requests, pages, cursors, parents.
extension RESTManifestParser {
  mutating func stream(_ entry: MappingEntry, _ common: Paging?, limits: RESTLimits) -> RESTStream? {
    let node = entry.value
    guard let keys = notes.entries(node, allowed: RESTSchema.stream.names, of: "a stream") else { return nil }
    notes.checkWord(entry.key, node)
    let parent = self.parent(keys["parent"])
    let incremental = self.incremental(keys["incremental"])
    let more = Set(["page", "offset", "cursor", "since", "until"] + (parent?.names ?? []))
    let summary = notes.text(keys["summary"], "summary", in: node)
    if keys["record"].flatMap({ scalar($0) }) == "none" { return list(entry, keys, summary, more, common, limits) }
    let record = recordKind(keys["record"], node)
    let isPushed = flag(keys["pushed"], default: false)
    if isPushed { checkPushed(keys, entry) }
    let none = RESTRequest(method: .get, path: RESTTemplate(literal: ""))
    guard let request = isPushed ? none : request(keys["request"], more: more, in: node), let fields = keys["fields"]
    else {
      if keys["fields"] == nil { notes.report("a stream needs fields", node, seen: entry.key) }
      return nil
    }
    guard let record else { return nil }
    if case .map(let entries) = fields.content {
      // Pages overlap: only a key tells that a record has come before. What is counted has one by its dimensions.
      let needed = record == .orderLine ? ["key", "line.key"] : record == .traffic ? [] : ["key"]
      for key in needed where !entries.contains(where: { $0.key == key }) {
        notes.report("records that are read over HTTP need a key", fields, seen: entry.key, allowed: "\(key): PATH")
      }
    }
    notes.add(
      RecordMapping.compile(
        kind: record, fields: fields, overrides: nil, defaults: RecordMapping.Defaults(timeZone: "UTC")
      ).problems)
    var stream = RESTStream(
      name: entry.key, summary: summary, record: record, request: request, isComplete: false, fields: fields)
    records(keys["records"], &stream)
    stream.mayLackRecords = flag(keys["may_lack_records"], default: false)
    if let word = choice(keys["format"], RESTStream.Format.allCases.map(\.rawValue)) {
      stream.format = RESTStream.Format(rawValue: word) ?? .json
    }
    if let own = keys["paging"] {
      stream.paging = paging(own) ?? stream.paging
      stream.restartAfter = restartAfter(own)
    } else {
      stream.paging = common ?? stream.paging
    }
    stream.paging.mostPages = limits.pages
    stream.incremental = incremental
    stream.parent = parent
    stream.deleted = condition(keys["deleted"])
    stream.only = condition(keys["only"])
    stream.isComplete = flag(keys["complete"], default: incremental == nil)
    stream.isPushed = isPushed
    stream.job = job(keys["job"], more: more)
    if stream.job != nil, keys["paging"] != nil {
      notes.report("what comes as a file has no pages", keys["paging"] ?? node, seen: entry.key)
    }
    if stream.job != nil { stream.paging = Paging(.single, ends: []) }
    if stream.format == .addressBook {
      // A page of the whole manifest's is none of its.
      stream.paging = Paging(.single, ends: [])
      for key in ["job", "paging", "incremental", "parent", "complete", "records"] {
        if let own = keys[key] { notes.report("an address book has no \(key)", own, seen: entry.key) }
      }
    }
    if !isPushed { check(stream, keys, node) }
    return stream
  }

  private mutating func checkPushed(_ keys: [String: MappingNode], _ entry: MappingEntry) {
    for key in ["request", "job", "paging", "incremental", "parent", "complete", "format"] where keys[key] != nil {
      notes.report("a stream that is pushed has no \(key)", keys[key] ?? entry.value, seen: entry.key)
    }
  }

  /// A stream of which nothing is kept.
  private mutating func list(
    _ entry: MappingEntry, _ keys: [String: MappingNode], _ summary: String, _ more: Set<String>, _ common: Paging?,
    _ limits: RESTLimits
  ) -> RESTStream? {
    let node = entry.value
    guard let request = request(keys["request"], more: more, in: node) else { return nil }
    for key in ["fields", "incremental", "deleted", "only", "complete", "job"] where keys[key] != nil {
      notes.report("a stream of which nothing is kept has no \(key)", keys[key] ?? node, seen: entry.key)
    }
    var stream = RESTStream(
      name: entry.key, summary: summary, record: .profile, isList: true, request: request, isComplete: false,
      fields: MappingNode(.map([]), place: node.place))
    records(keys["records"], &stream)
    stream.paging = keys["paging"].flatMap { paging($0) } ?? common ?? stream.paging
    stream.paging.mostPages = limits.pages
    stream.parent = parent(keys["parent"])
    check(stream, keys, node)
    return stream
  }

  private mutating func recordKind(_ node: MappingNode?, _ stream: MappingNode) -> Record.Kind? {
    let kinds = Record.Kind.allCases.map(\.rawValue)
    let name = notes.text(node, "record", in: stream)
    if let kind = Record.Kind(rawValue: name) { return kind }
    if !name.isEmpty {
      notes.report(
        "there is no such kind of record", node ?? stream, seen: name, allowed: kinds.joined(separator: ", "),
        fix: notes.hint(name, kinds))
    }
    return nil
  }

  private mutating func records(_ node: MappingNode?, _ stream: inout RESTStream) {
    guard let node, var text = scalar(node) else { return }
    if text.hasSuffix(".*") {
      stream.isKeyed = true
      text.removeLast(2)
    }
    if let steps = path(MappingNode(.scalar(text), place: node.place), "records") { stream.records = steps }
  }

  /// What one part wants of another.
  private mutating func check(_ stream: RESTStream, _ keys: [String: MappingNode], _ node: MappingNode) {
    let names = Set(stream.request.names)
    func lacks(_ name: String, _ why: String) {
      if names.contains(name) { return }
      notes.report(
        "the request never says where it is", keys["request"] ?? node, seen: stream.name,
        allowed: "${\(name)} for \(why)")
    }
    switch stream.paging.method {
    case .pageNumber: lacks("page", "pages")
    case .offset: lacks("offset", "pages")
    case .cursor, .keyset: lacks("cursor", "pages")
    case .single, .linkHeader, .nextURL: break
    }
    if case .field? = stream.incremental?.cursor { lacks("since", "incremental syncs") }
    if case .token? = stream.incremental?.cursor { lacks("cursor", "incremental syncs") }
    if stream.incremental?.sliceDays != nil { lacks("until", "slices") }
    if stream.restartAfter != nil, stream.incremental?.isSorted != true {
      notes.report(
        "restart_after needs a list that is sorted by its cursor", node, allowed: "incremental: {field, sorted: true}")
    }
    if stream.incremental?.hasWholeDays == true, stream.record != .traffic || stream.parent != nil {
      notes.report(
        "whole days are those of one list of traffic", keys["incremental"] ?? node,
        allowed: "record: traffic, and no parent")
    }
    if stream.job != nil, stream.format == .json, stream.isKeyed || RESTListing.names(stream.records) == nil {
      notes.report(
        "the records of a file lie at a plain path", keys["records"] ?? node, seen: stream.name,
        allowed: "names with dots between")
    }
    if stream.isComplete, stream.incremental != nil {
      notes.report(
        "an incremental list is not complete", keys["complete"] ?? node, allowed: "complete without incremental")
    }
  }

  // MARK: paging

  mutating func paging(_ node: MappingNode) -> Paging? {
    guard let keys = notes.entries(node, allowed: RESTSchema.paging.names, of: "paging") else { return nil }
    let methods = ["page", "offset", "cursor", "keyset", "next_url", "link_header"].filter { keys[$0] != nil }
    guard methods.count == 1, let method = methods.first, let value = keys[method] else {
      notes.report(
        "paging goes one way", node, seen: methods.joined(separator: ", "),
        allowed: "one of page, offset, cursor, keyset, next_url, link_header")
      return nil
    }
    let text = scalar(value) ?? ""
    var paging = Paging(.single)
    switch method {
    case "page": paging.method = .pageNumber(parameter: "page", first: number(value, 0...1_000) ?? 1)
    case "offset": paging.method = .offset(parameter: "offset")
    case "cursor":
      _ = path(value, method)
      paging.method = .cursor(parameter: "cursor", path: text)
    case "keyset":
      _ = path(value, method)
      paging.method = .keyset(parameter: "cursor", path: text)
    case "next_url":
      _ = path(value, method)
      paging.method = .nextURL(path: text)
    default: paging.method = .linkHeader
    }
    if let until = keys["until"] {
      paging.ends = items(until).compactMap { end($0) }
    } else if method == "link_header" || method == "next_url" || method == "cursor" {
      // They say themselves that there is no more.
      paging.ends = []
    }
    return paging
  }

  private mutating func restartAfter(_ node: MappingNode) -> Int? {
    guard case .map(let entries) = node.content else { return nil }
    return number(entries.first { $0.key == "restart_after" }?.value, 1...100_000_000)
  }

  private mutating func end(_ node: MappingNode) -> Paging.End? {
    let words = ["empty", "true", "false", "total", "total_pages", "total_pages_header", "status"]
    if let word = scalar(node) {
      if word == "empty" { return .emptyPage }
      notes.report("this ends no list", node, seen: word, allowed: "empty, or {true: PATH} …")
      return nil
    }
    guard let keys = notes.entries(node, allowed: words, of: "an end"), let (key, value) = keys.first, keys.count == 1
    else {
      notes.report("one end must stand here", node, allowed: words.joined(separator: ", "))
      return nil
    }
    let text = scalar(value) ?? ""
    switch key {
    case "empty": return .emptyPage
    case "status": return number(value, 200...599).map { .status($0) }
    case "total_pages_header": return text.isEmpty ? nil : .totalPagesHeader(text)
    default:
      guard path(value, key) != nil else { return nil }
      switch key {
      case "true": return .isTrue(path: text)
      case "false": return .isFalse(path: text)
      case "total": return .totalRecords(path: text)
      default: return .totalPages(path: text)
      }
    }
  }

  // MARK: incremental

  private mutating func incremental(_ node: MappingNode?) -> RESTIncremental? {
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.incremental.names, of: "incremental") else {
      return nil
    }
    let cursors = ["field", "token", "link"].filter { keys[$0] != nil }
    guard cursors.count == 1, let key = cursors.first, let value = keys[key], let steps = path(value, key) else {
      if cursors.count != 1 { notes.report("incremental needs one of field, token and link", node) }
      return nil
    }
    let text = scalar(value) ?? ""
    if key == "token" {
      let written = cursorField(steps, keys, node)?.written
      return written.map {
        RESTIncremental(cursor: .token(path: text, start: keys["start"].flatMap { moment($0) }, written: $0))
      }
    }
    if key == "link" { return RESTIncremental(cursor: .link(path: text)) }
    guard var field = cursorField(steps, keys, node) else { return nil }
    if let start = keys["start"] { field.start = moment(start) }
    if let zone = keys["zone"] {
      field.zone = scalar(zone) ?? ""
      if !ZoneOffsets.isKnown(field.zone) {
        notes.report(
          "there is no such time zone", zone, seen: field.zone, allowed: "an IANA name such as Europe/Zurich")
      }
    }
    var result = RESTIncremental(cursor: .field(field))
    if let text = keys["next"].flatMap({ scalar($0) }) {
      if text.hasPrefix("header:") {
        result.next = .header(String(text.dropFirst(7)))
      } else if choice(keys["next"], ["newest", "start_of_sync"]) == "start_of_sync" {
        result.next = .startOfSync
      }
    }
    result.lookback = decimal(keys["lookback_seconds"]) ?? 0
    if flag(keys["exclusive"], default: false) { result.tie = field.written.step }
    result.isSorted = flag(keys["sorted"], default: false)
    result.sliceDays = number(keys["slice_days"], 1...3_660)
    if result.sliceDays != nil, case .number = field.format {
      notes.report("slices are of time", keys["slice_days"] ?? node, allowed: "a field that is a date")
    }
    result.hasWholeDays = flag(keys["whole_days"], default: false)
    if result.hasWholeDays, result.sliceDays == nil || result.tie > 0 || field.written.step < 86_400 {
      notes.report(
        "whole days are asked for by days", keys["whole_days"] ?? node, allowed: "slice_days, and written: yyyy-MM-dd")
    }
    if result.sliceDays != nil, field.start == nil {
      notes.report("slices need a start", node, allowed: "start: 2020-01-01")
    }
    return result
  }

  private mutating func cursorField(
    _ steps: [PathStep], _ keys: [String: MappingNode], _ node: MappingNode
  ) -> RESTCursorField? {
    let format = keys["format"].flatMap { scalar($0) } ?? "iso"
    let written = keys["written"].flatMap { scalar($0) } ?? (format == "number" ? "unix" : format)
    do throws(DateFormat.Mistake) {
      return RESTCursorField(
        path: steps, format: format == "number" ? .number : .time(try DateFormat(format)),
        written: try TimeText(written))
    } catch {
      notes.report(error.what, keys["written"] ?? keys["format"] ?? node, allowed: error.allowed)
      return nil
    }
  }

  private mutating func moment(_ node: MappingNode) -> Timestamp? {
    let text = scalar(node) ?? ""
    if let moment = RESTCursorField.moment(text) { return moment }
    notes.report("a date must stand here", node, seen: text, allowed: "2020-01-01 or 2020-01-01T00:00:00Z")
    return nil
  }

  // MARK: parents

  private mutating func parent(_ node: MappingNode?) -> RESTParent? {
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.parent.names, of: "a parent") else { return nil }
    if let name = keys["option"].flatMap({ scalar($0) }) {
      if !known.contains(name) { notes.report("there is no such option", keys["option"] ?? node, seen: name) }
      return RESTParent(origin: .option(name), values: [])
    }
    guard let name = keys["stream"].flatMap({ scalar($0) }), case .map(let entries)? = keys["values"]?.content,
      !entries.isEmpty
    else {
      notes.report(
        "a parent needs a stream and values, or an option", node, allowed: "{stream: forms, values: {id: id}}")
      return nil
    }
    var values: [(name: String, path: [PathStep])] = []
    for entry in entries { if let steps = path(entry.value, entry.key) { values.append((entry.key, steps)) } }
    return RESTParent(origin: .stream(name), values: values)
  }

  mutating func checkParents(_ manifest: RESTManifest, _ node: MappingNode) {
    for stream in manifest.streams + manifest.lists {
      var seen = [stream.name]
      var current = stream
      while case .stream(let name)? = current.parent?.origin {
        guard let next = manifest.parent(name) else {
          notes.report(
            "there is no such stream for a parent", node, seen: name,
            allowed: (manifest.streams + manifest.lists).map(\.name).joined(separator: ", "))
          break
        }
        if seen.contains(name) {
          notes.report("a stream is its own parent", node, seen: name)
          break
        }
        seen.append(name)
        current = next
      }
    }
  }
}

extension RESTParent {
  /// What templates call its values.
  var names: [String] {
    switch origin {
    case .option: ["parent.value"]
    case .stream: values.map { "parent.\($0.name)" }
    }
  }
}

extension RESTCursorField {
  /// A moment in ISO 8601, in UTC when it names no zone.
  static func moment(_ text: String) -> Timestamp? {
    var text = text
    let written = text.withUTF8 { DateFormat.iso.parse($0) }
    return written.map { ZoneOffsets.utc.timestamp($0) }
  }
}
