import KithCore
import KithStore

/// A run as `--json` prints it.
struct RunRow: Encodable {
  var runID: Int64
  var source: String
  var mode: String
  var status: String
  var startedAt: String
  var finishedAt: String?
  var scheduledAt: String?
  var counts: [String: Int]
  var error: String?
  var hint: String?
  var errorClass: String?

  init(_ run: RunRecord) {
    runID = run.id.rawValue
    source = run.source
    mode = run.mode
    status = run.status.rawValue
    startedAt = run.startedAt.sqlText
    finishedAt = run.finishedAt?.sqlText
    scheduledAt = run.scheduledAt?.sqlText
    counts = Dictionary(uniqueKeysWithValues: run.counts.columns.map { ($0.name, $0.value) })
    error = run.error
    hint = run.hint
    errorClass = run.errorClass?.rawValue
  }
}

/// The same with all that is known of it.
struct RunDetailRow: Encodable {
  struct Stream: Encodable {
    var stream: String
    var status: String
    var counts: [String: Int]
    var bytes: Int64?
    var requests: Int?
    var checkpointBefore: String?
    var checkpointAfter: String?
    var error: String?
    var hint: String?
    var errorClass: String?
    var errorPlace: String?

    init(_ part: RunStreamRecord) {
      stream = part.stream
      status = part.status.rawValue
      counts = Dictionary(uniqueKeysWithValues: part.counts.columns.map { ($0.name, $0.value) })
      (bytes, requests) = (part.traffic.bytes, part.traffic.requests)
      (checkpointBefore, checkpointAfter) = (part.checkpointBefore, part.checkpointAfter)
      (error, hint) = (part.error, part.hint)
      (errorClass, errorPlace) = (part.errorClass?.rawValue, part.errorPlace)
    }
  }

  struct SetAside: Encodable {
    var stream: String
    var code: String
    var status: String
    var count: Int
  }

  var run: RunRow
  /// Until now while it goes on.
  var seconds: Double
  var streams: [Stream]
  var setAside: [SetAside]
  /// The first of them.
  var examples: [QuarantineRow]
  var fieldChanges: [FieldChangeRow]

  init(
    _ record: RunRecord, _ counts: [QuarantineCount], _ entries: [QuarantineEntry], _ changes: [FieldChangeRecord],
    at now: Timestamp
  ) {
    fieldChanges = changes.map(FieldChangeRow.init)
    run = RunRow(record)
    seconds = record.seconds(at: now)
    streams = record.streams.map(Stream.init)
    setAside = counts.map { SetAside(stream: $0.stream, code: $0.code, status: $0.status.rawValue, count: $0.count) }
    examples = entries.map(QuarantineRow.init)
  }
}
