import KithCore
import KithEngine
import KithStore

/// The state of a hub as people read it.
struct StatusText {
  let hub: Hub

  /// One look at the hub; nothing of it is kept.
  var lines: [String] {
    get throws {
      let known = try hub.store.status()
      let rows = try hub.streamStates(known)
      var lines = table(rows).split(separator: "\n").map(String.init)
      lines += troubles(known, rows)
      for paused in try hub.store.pausedSources() {
        lines.append("\(paused.source) is paused: \(paused.reason). Run: kith resume \(paused.source)")
      }
      for alert in try hub.store.openAlerts() {
        lines.append("alert \(alert.id), since \(alert.openedAt.sqlText): \(alert.text)")
        lines.append("  to do: \(alert.advice)")
      }
      lines += try hub.store.deliveryProblems().map(\.sentence)
      lines += try changedFields()
      let queue = try hub.store.identityQueue()
      if queue.profiles > 0 { lines.append("\(grouped(queue.profiles)) profiles wait for identity. Run: kith resolve") }
      return lines
    }
  }

  private func table(_ rows: [StreamState]) -> String {
    var table = TextTable([
      ("source/stream", .left), ("last run", .left), ("status", .left), ("records", .right), ("newest", .left),
      ("set aside", .right), ("schedule", .left), ("next run (UTC)", .left),
    ])
    for row in rows {
      table.add([
        "\(row.source)/\(row.stream)", row.lastRunAt ?? "never", row.status ?? "", grouped(row.records),
        row.newestAt ?? "", row.waitingInQuarantine == 0 ? "" : grouped(row.waitingInQuarantine), row.schedule ?? "",
        row.paused == nil ? row.nextRunAt ?? "" : "paused",
      ])
    }
    return table.text()
  }

  static let mostChanges = 10_000

  private func changedFields() throws -> [String] {
    let waiting = try hub.store.fieldChanges(state: .waiting, limit: Self.mostChanges)
    return Dictionary(grouping: waiting, by: \.source).sorted { $0.key < $1.key }.map { source, changes in
      let fields = changes.count == 1 ? "field has" : "fields have"
      return "\(source): \(changes.count) \(fields) changed and must be accepted. Run: kith drift \(source)"
    }
  }

  /// What failed and what is late, with what to do about it.
  private func troubles(_ known: [SourceStatus], _ rows: [StreamState]) -> [String] {
    var lines: [String] = []
    for source in known {
      guard let run = source.lastRun, run.status == .failed || run.status == .partial else { continue }
      let reason = run.error.map { ": \($0)" } ?? ""
      lines.append(
        "\(source.source) \(run.status.rawValue) at \(run.startedAt.sqlText)\(reason)\(run.hint.map { ". \($0)" } ?? "")"
      )
    }
    let late = rows.filter { $0.lateSince != nil && $0.paused == nil }
    for source in hub.configuration.sources {
      guard let since = late.first(where: { $0.source == source.name })?.lateSince else { continue }
      lines.append("\(source.name) is late: it was due at \(since). Does `kith serve` run?")
    }
    return lines
  }
}
