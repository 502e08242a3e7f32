import KithCore
import KithStore

/// A run as `kith runs show` tells it.
struct RunDescription {
  var run: RunRecord
  var setAside: [QuarantineCount]
  var examples: [QuarantineEntry]
  var changes: [FieldChangeRecord]
  var now: Timestamp

  static let mostExamples = 5

  var text: String {
    let parts = [head, counts, checkpoints, errors, fields, quarantine].filter { !$0.isEmpty }
    return parts.joined(separator: "\n\n")
  }

  private var head: String {
    var lines = ["run \(run.id) of \(run.source): \(run.status.rawValue), \(run.mode)"]
    let due = run.scheduledAt.map { ", due at \($0.sqlText)" } ?? ""
    lines.append("began  \(run.startedAt.sqlText) UTC\(due)")
    let duration = SyncProgress.duration(run.seconds(at: now))
    lines.append(
      run.finishedAt.map { "ended  \($0.sqlText) UTC, after \(duration)" } ?? "goes on, for \(duration) until now")
    if let error = run.error {
      lines.append("error  \(run.errorClass.map { "\($0.rawValue): " } ?? "")\(error)")
      if let hint = run.hint { lines.append("to do  \(hint)") }
    }
    return lines.joined(separator: "\n")
  }

  private var counts: String {
    var table = TextTable(
      [("stream", .left), ("status", .left)] + RunCounts().columns.map { ($0.name, .right) }
        + [("bytes", .right), ("requests", .right)])
    for part in run.streams {
      table.add(
        [part.stream, part.status.rawValue] + part.counts.columns.map { grouped($0.value) }
          + [part.traffic.bytes.map { grouped($0) } ?? "", part.traffic.requests.map { grouped($0) } ?? ""])
    }
    return run.streams.isEmpty ? "" : table.text()
  }

  private var checkpoints: String {
    run.streams.filter { $0.checkpointBefore != nil || $0.checkpointAfter != nil }.map { part in
      let after =
        part.checkpointAfter.map { $0 == part.checkpointBefore ? "the same" : $0 }
        ?? (run.status == .running ? "not known yet" : "not moved")
      return """
        checkpoint of \(part.stream)
          before  \(part.checkpointBefore ?? "none")
          after   \(after)
        """
    }.joined(separator: "\n")
  }

  private var errors: String {
    run.streams.compactMap { part -> String? in
      guard let error = part.error else { return nil }
      var lines = ["\(part.stream) failed\(part.errorClass.map { " (\($0.rawValue))" } ?? "")"]
      if let place = part.errorPlace { lines.append("  where   \(place)") }
      lines.append("  what    \(error)")
      if let hint = part.hint { lines.append("  to do   \(hint)") }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private var fields: String {
    if changes.isEmpty { return "" }
    return
      (["fields that differ from those that were known (kith drift \(run.source))"]
      + changes.map { "  \($0.stream)  \($0.sentence)" }).joined(separator: "\n")
  }

  private var quarantine: String {
    var lines = setAside.map { "set aside: \(grouped($0.count)) × \($0.code) in \($0.stream) (\($0.status.rawValue))" }
    guard let first = examples.first else { return "" }
    var table = TextTable([("id", .right), ("stream", .left), ("where", .left), ("code", .left), ("reason", .left)])
    table.widest = 90
    for entry in examples {
      table.add([String(entry.id), entry.stream, entry.reject.place, entry.reject.code, entry.reject.reason])
    }
    lines.append(table.text())
    lines.append("look at one:      kith quarantine show \(first.id)")
    lines.append("all of them:      kith quarantine list --run \(run.id) --all")
    if setAside.contains(where: { $0.status == .waiting }) {
      lines.append("read them again:  kith quarantine replay --source \(run.source)   (when the mapping is put right)")
    }
    return lines.joined(separator: "\n")
  }
}
