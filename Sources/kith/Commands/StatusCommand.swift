import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What ran, how fresh each stream is, what waits in quarantine.",
    discussion: """
      EXAMPLES
        kith status
        kith status --json
      """)

  @OptionGroup var options: HubOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let hub = try options.hub()
    let known = try hub.store.status()
    let rows = try hub.streamStates(known)
    if json { return try printJSON(rows) }
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
    print(table.text())
    for line in Self.troubles(hub, known, rows) { print(line) }
    for paused in try hub.store.pausedSources() {
      print("\(paused.source) is paused: \(paused.reason). Run: kith resume \(paused.source)")
    }
    for alert in try hub.store.openAlerts() {
      print("alert \(alert.id), since \(alert.openedAt.sqlText): \(alert.text)")
    }
    for problem in try hub.store.deliveryProblems() { print(problem.sentence) }
    let queue = try hub.store.identityQueue()
    if queue.profiles > 0 { print("\(grouped(queue.profiles)) profiles wait for identity. Run: kith resolve") }
  }

  /// What failed and what is late, with what to do about it.
  private static func troubles(_ hub: Hub, _ known: [SourceStatus], _ rows: [StreamState]) -> [String] {
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
