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

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "The history of runs, the newest first.",
    discussion: """
      EXAMPLES
        kith runs
        kith runs --source crm --limit 5
        kith runs --json
      """)

  @OptionGroup var options: HubOptions

  @Option(name: .long, help: "Only this source.")
  var source: String?

  @OptionGroup var list: ListOptions

  func run() throws {
    let hub = try options.hub()
    if let source { _ = try hub.source(named: source) }
    let runs = try hub.store.runs(limit: list.limit, source: source)
    if list.json { return try printJSON(runs.map(Row.init)) }
    if runs.isEmpty { return print("There are no runs yet. Run: kith sync") }
    var table = TextTable(
      [("run", .right), ("source", .left), ("started (UTC)", .left), ("status", .left), ("mode", .left)]
        + RunCounts().columns.map { ($0.name, .right) })
    for run in runs {
      table.add(
        [String(run.id.rawValue), run.source, run.startedAt.sqlText, run.status.rawValue, run.mode]
          + run.counts.columns.map { grouped($0.value) })
    }
    print(table.text())
    for run in runs {
      if let error = run.error { print("run \(run.id): \(error)\(run.hint.map { ". \($0)" } ?? "")") }
    }
  }

  struct Row: Encodable {
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
    }
  }
}
