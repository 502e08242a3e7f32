import Foundation
import KithCore

/// What a reject of a file remembers, so that its raw bytes can be read again without the file.
struct RejectContext: Codable {
  var file: String
  var layout: String
  var format: FileFormat
  /// The reader's own context: the columns, say.
  var reader: String?

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts only: encoding them does not fail.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  init(file: String, layout: String, format: FileFormat, reader: String?) {
    self.file = file
    self.layout = layout
    self.format = format
    self.reader = reader
  }

  init?(json: String?) {
    guard let json, let value = try? JSONDecoder().decode(RejectContext.self, from: Data(json.utf8)) else { return nil }
    self = value
  }
}

extension FileSource: ReplayableSource {
  func replay(stream name: String, rejects: [Reject]) async throws(KithError) -> [ReplayOutcome] {
    let stream = try stream(name)
    // Rejects of one file share a mapper, so that equal rows get different keys as they would in the file.
    var mappers: [String: RecordMapper] = [:]
    var outcomes: [ReplayOutcome] = []
    for reject in rejects {
      do throws(KithError) {
        outcomes.append(try replay(reject, stream, &mappers))
      } catch {
        outcomes.append(.reject(reject.with(code: reject.code, reason: error.description)))
      }
    }
    return outcomes
  }

  private func replay(
    _ reject: Reject, _ stream: FileStream, _ mappers: inout [String: RecordMapper]
  ) throws(KithError) -> ReplayOutcome {
    guard let context = RejectContext(json: reject.context) else {
      throw KithError(
        .record, "the record was put aside without what is needed to read it again", place: reject.place)
    }
    let name = stream.layoutName == "auto" ? context.layout : stream.layoutName
    let layout = stream.layout(name)
    if layout == nil, name != "custom" {
      throw KithError(
        .configuration, "the layout of the record is not there any more", place: reject.place, seen: name,
        allowed: stream.declared.layouts.map(\.name).joined(separator: ", "), fix: "Name a layout for the stream.")
    }
    let reader = try RecordReaders.makeReader(
      replaying: reject.raw, context: context.reader, format: context.format, options: stream.readingOptions(layout))
    let raw = RawRecord()
    switch try reader.next(into: raw) {
    case .reject(let code, let reason): return .reject(reject.with(code: code, reason: reason))
    case .end, .incomplete:
      return .reject(reject.with(code: reject.code, reason: "The raw bytes hold no whole record."))
    case .record: break
    }
    let mapper: RecordMapper
    if let known = mappers[reject.context ?? ""] {
      mapper = known
    } else {
      let compiled = stream.mapping(layout)
      let bound = compiled.mapping.bind(columns: reader.columns, place: reject.place)
      let problems = compiled.problems + bound.problems
      if !problems.isEmpty { throw FileRun.combined(problems) }
      mapper = bound.mapper
      mappers[reject.context ?? ""] = mapper
    }
    switch mapper.map(raw) {
    case .record(let record): return .record(record)
    case .reject(let code, let reason): return .reject(reject.with(code: code, reason: reason))
    }
  }
}

extension Reject {
  fileprivate func with(code: String, reason: String) -> Reject {
    Reject(code: code, reason: reason, place: place, raw: raw, context: context)
  }
}
