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
    let rows = Self.rows(hub, known, try hub.store.pausedSources(), try hub.store.lastTicks())
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
  private static func troubles(_ hub: Hub, _ known: [SourceStatus], _ rows: [Row]) -> [String] {
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

  struct Row: Encodable {
    var source: String
    var stream: String
    var connector: String
    var lastRunAt: String?
    var status: String?
    var records: Int
    var newestAt: String?
    var checkpointAt: String?
    var waitingInQuarantine: Int
    var schedule: String?
    /// When `kith serve` begins it next, by the schedule alone.
    var nextRunAt: String?
    /// The tick that should have begun a run and did not; only for sources that have been run on schedule.
    var lateSince: String?
    /// Why it is paused.
    var paused: String?
    var error: String?
  }

  /// One row per configured stream, and per stream that the hub holds although it is configured no more.
  private static func rows(
    _ hub: Hub, _ known: [SourceStatus], _ paused: [PausedSource], _ ticks: [String: Timestamp]
  ) -> [Row] {
    let now = hub.time.now()
    var rows: [Row] = []
    for source in hub.configuration.sources {
      let status = known.first { $0.source == source.name }
      for stream in source.settings.streams {
        var row = row(source.name, stream.name, source.connector, status, source.schedule?.text)
        row.nextRunAt = source.schedule?.next(after: now)?.sqlText
        row.lateSince = ticks[source.name].flatMap { late(source.schedule, after: $0, now) }?.sqlText
        row.paused = paused.first { $0.source == source.name }?.reason
        rows.append(row)
      }
    }
    for source in known {
      for stream in source.streams
      where !rows.contains(where: { $0.source == source.source && $0.stream == stream.stream }) {
        rows.append(row(source.source, stream.stream, source.connector, source, "not configured"))
      }
    }
    return rows
  }

  /// A run begins within seconds after its tick; while others go on it waits.
  private static let patience: Double = 600

  private static func late(_ schedule: SourceSchedule?, after tick: Timestamp, _ now: Timestamp) -> Timestamp? {
    guard let next = schedule?.next(after: tick), next < now.adding(seconds: -patience) else { return nil }
    return next
  }

  private static func row(
    _ source: String, _ stream: String, _ connector: String, _ status: SourceStatus?, _ schedule: String?
  ) -> Row {
    let own = status?.streams.first { $0.stream == stream }
    let run = status?.lastRun
    return Row(
      source: source, stream: stream, connector: connector, lastRunAt: run?.startedAt.sqlText,
      status: run?.status.rawValue, records: own?.records ?? 0, newestAt: own?.newestAt?.sqlText,
      checkpointAt: own?.checkpointAt?.sqlText, waitingInQuarantine: own?.waitingInQuarantine ?? 0,
      schedule: schedule, error: run?.error)
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
