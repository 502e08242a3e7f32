import KithCore
import KithHTTP

/// A source that is read over HTTP as a manifest says.
struct RESTSource: Source {
  let manifest: RESTManifest
  var access: RESTAccess
  let settings: SourceSettings

  init(_ manifest: RESTManifest, _ settings: SourceSettings) throws(KithError) {
    self.manifest = manifest
    self.settings = settings
    for stream in settings.streams where manifest.stream(stream.name) == nil {
      let names = manifest.streams.map(\.name)
      throw KithError(
        .configuration, "\(manifest.name) has no stream of this name", place: stream.place, seen: stream.name,
        allowed: names.joined(separator: ", "),
        fix: nearestWord(to: stream.name, among: names).map { "Did you mean \($0)?" })
    }
    access = try RESTAccess(manifest, settings)
    _ = try startDate()
  }

  func startDate() throws(KithError) -> Timestamp? {
    guard let text = FileOptions.text(settings.options["start_date"]) else { return nil }
    if let moment = RESTCursorField.moment(text) { return moment }
    throw KithError(
      .configuration, "start_date is no date", place: settings.name, seen: text, allowed: "2020-01-01")
  }

  /// A configured stream, or one that others belong to.
  func stream(_ name: String) throws(KithError) -> RESTStream {
    if let stream = manifest.parent(name) { return stream }
    throw KithError(
      .configuration, "\(manifest.name) has no stream of this name", seen: name,
      allowed: manifest.streams.map(\.name).joined(separator: ", "))
  }

  func mapping(_ stream: RESTStream) throws(KithError) -> RecordMapping {
    let own = settings.streams.first { $0.name == stream.name }
    let compiled = RecordMapping.compile(
      kind: stream.record, fields: stream.fields, overrides: own?.mapping,
      defaults: RecordMapping.Defaults(timeZone: settings.environment.timeZone, number: .point))
    if !compiled.problems.isEmpty { throw FileRun.combined(compiled.problems) }
    return compiled.mapping
  }

  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    // Nothing is asked for: it comes by itself.
    if try stream(request.stream).isPushed { return }
    try await RESTRun(self, try stream(request.stream), request, sink).run()
  }
}

extension RESTSource: CheckableSource {
  /// The first page of each list, read and mapped: credentials, URL, records and cursor.
  func check(stream name: String) async -> [KithError] {
    do throws(KithError) {
      let stream = try stream(name)
      if stream.isPushed { return [] }
      let run = try RESTRun(self, stream, ReadRequest(stream: stream.name), PreviewSink())
      let seen = try await run.preview(limit: 100)
      if seen.isEmpty, let lists = run.otherLists {
        return [
          KithError(
            .configuration, "the answer has nothing where the records of \(stream.name) should be",
            allowed: lists.joined(separator: ", "), fix: "Write one of these paths to records in the manifest.")
        ]
      }
      guard !seen.isEmpty else { return [] }
      let reasons = seen.compactMap { record -> String? in
        if case .reject(let reject) = record.outcome { reject.reason } else { nil }
      }
      guard reasons.count == seen.count, let reason = reasons.first else { return [] }
      return [
        KithError(
          .configuration, "none of the first records can be mapped", place: seen[0].place, seen: reason,
          fix: "Mend it under mapping:.")
      ]
    } catch {
      return [error]
    }
  }
}

extension RESTSource: PreviewableSource {
  func preview(stream name: String, limit: Int) async throws(KithError) -> [PreviewedRecord] {
    try await look(try stream(name), limit: limit)
  }

  func look(_ stream: RESTStream, limit: Int) async throws(KithError) -> [PreviewedRecord] {
    if stream.isPushed { return [] }
    return try await RESTRun(self, stream, ReadRequest(stream: stream.name), PreviewSink()).preview(limit: limit)
  }
}

/// Takes nothing: looking stores nothing.
private struct PreviewSink: RecordSink {
  func send(_ batch: Batch) async throws(KithError) {}
}

extension RESTSource: DiscoverableSource {
  func discover(stream name: String) async throws(KithError) -> DiscoveredStream {
    let stream = try stream(name)
    let seen = try await look(stream, limit: 50)
    var fields: [DiscoveredStream.Field] = []
    var index: [String: Int] = [:]
    for pair in seen.flatMap(\.raw) {
      if let known = index[pair.name] {
        if fields[known].example == nil, !pair.value.isEmpty { fields[known].example = cut(pair.value) }
      } else {
        index[pair.name] = fields.count
        fields.append(DiscoveredStream.Field(name: pair.name, example: pair.value.isEmpty ? nil : cut(pair.value)))
      }
    }
    return DiscoveredStream(
      summary: "\(manifest.title), \(stream.name); the first \(seen.count) records", fields: fields)
  }
}

extension RESTSource: ReplayableSource {
  func replay(stream name: String, rejects: [Reject]) async throws(KithError) -> [ReplayOutcome] {
    let stream = try stream(name)
    let bound = try mapping(stream).bind(columns: nil, place: name)
    if !bound.problems.isEmpty { throw FileRun.combined(bound.problems) }
    let raw = RawRecord()
    return rejects.map { reject in
      var reject = reject
      if let broken = raw.fill(json: reject.raw) {
        reject.reason = "The raw bytes are not JSON: \(broken)"
        return .reject(reject)
      }
      switch bound.mapper.map(raw) {
      case .record(let record): return .record(record)
      case .reject(let code, let reason):
        (reject.code, reject.reason) = (code, reason)
        return .reject(reject)
      }
    }
  }
}
