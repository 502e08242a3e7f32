import KithCore
import KithEngine
import KithStore

/// Runs and schedules.
extension APIContents {
  private static let counts = Shape.object(
    ObjectShape(
      "Counts", "What became of the records.",
      RunCounts().columns.map { Property.column($0.name, of: "runs") }))

  private static let statuses = RunStatus.allCases.map(\.rawValue)

  private static let runProperties: [Property] = [
    .column("run_id", of: "runs"), .column("source", of: "runs"), .column("mode", of: "runs"),
    Property("status", .word(statuses), "How it went; partial when some streams failed."),
    .column("started_at", of: "runs"), .column("finished_at", of: "runs"), .column("scheduled_at", of: "runs"),
    Property("counts", counts, "What became of the records."), .column("error", of: "runs"),
    .column("hint", of: "runs"),
  ]

  private static let run = Shape.object(
    ObjectShape("Run", "One execution of a source's sync.", runProperties))

  private static let runStream = Shape.object(
    ObjectShape(
      "RunStream", "One stream's part of a run.",
      [
        Property("stream", .text(), "The stream's name."), Property("status", .word(statuses), "How it went."),
        Property("counts", counts, "What became of the records."),
        Property("error", .text(), "What went wrong.", isNullable: true),
      ]))

  static let runDetail = Shape.object(
    ObjectShape(
      "RunDetail", "A run with its streams.",
      runProperties + [Property("streams", .list(runStream), "Its streams.")]))

  static let runNumber = Parameter.path("run_id", .integer(1...Int64.max), "The run's number.")

  static let runs: [Endpoint] = [
    Endpoint(
      "list_runs", .get, "\(root)/runs", "What ran, the newest first.", roles: everybody,
      parameters: Call.pageParameters + [
        .query("source", .text(.init(most: 255)), "Only this source's."),
        .query("status", .word(statuses), "Only these."),
      ], success: .json(status: 200, Call.pageShape("runs", run, called: "RunPage", "Runs, the newest first.")),
      .blocking { call in
        let runs = try call.store.runs(
          limit: call.limit + 1, source: call.text("source"),
          status: call.text("status").flatMap(RunStatus.init(rawValue:)),
          before: try call.cursorNumber().map { RunID($0) }, hasStreams: false)
        return call.page("runs", runs.map(json)) { [String(runs[$0].id.rawValue)] }
      }),
    Endpoint(
      "get_run", .get, "\(root)/runs/{run_id}", "One run with its streams.", roles: everybody,
      parameters: [runNumber], success: .json(status: 200, runDetail), problems: [.notFound],
      .blocking { call in .json(try detail(call, RunID(try call.requiredInt("run_id")))) }),
  ]

  static func detail(_ call: Call, _ id: RunID) throws -> JSON {
    guard let run = try call.store.run(id) else { throw notFound("run", id.description) }
    guard case .object(let members) = json(run) else { return .null }
    let streams = run.streams.map {
      JSON.of(("stream", $0.stream), ("status", $0.status.rawValue), ("counts", json($0.counts)), ("error", $0.error))
    }
    return .object(members + [.init("streams", .list(streams))])
  }

  private static func json(_ run: RunRecord) -> JSON {
    .of(
      ("run_id", run.id.rawValue), ("source", run.source), ("mode", run.mode), ("status", run.status.rawValue),
      ("started_at", run.startedAt.sqlText), ("finished_at", run.finishedAt?.sqlText),
      ("scheduled_at", run.scheduledAt?.sqlText), ("counts", json(run.counts)), ("error", run.error),
      ("hint", run.hint))
  }

  private static func json(_ counts: RunCounts) -> JSON {
    .object(counts.columns.map { .init($0.name, .integer(Int64($0.value))) })
  }

  // MARK: schedules

  static let schedule = Shape.object(
    ObjectShape(
      "Schedule", "When a source is synced.",
      [
        Property("source", .text(), "The source."), Property("schedule", .text(), "As connectors.yml has it."),
        Property("next_run_at", .dateTime, "When it is due next; null for one that follows others.", isNullable: true),
        Property("last_tick_at", .dateTime, "The newest tick that was run.", isNullable: true),
        Property("late_since", .dateTime, "The tick that no run has followed.", isNullable: true),
        Property("paused", .text(), "Why it is paused; null when it is not.", isNullable: true),
      ]))

  static let schedules: [Endpoint] = [
    Endpoint(
      "list_schedules", .get, "\(root)/schedules", "Sources that are synced on schedule, by name.", roles: everybody,
      parameters: Call.pageParameters,
      success: .json(
        status: 200, Call.pageShape("schedules", schedule, called: "SchedulePage", "Schedules, by source.")),
      .blocking { call in
        let after = try call.cursor(parts: 1)?[0] ?? ""
        let names = call.hub.configuration.sources.filter { $0.schedule != nil }.map(\.name).sorted()
        let rest = Array(names.filter { $0 > after }.prefix(call.limit + 1))
        return call.page("schedules", try scheduleValues(call, rest)) { [rest[$0]] }
      })
  ]

  static func scheduleValues(_ call: Call, _ names: [String]) throws -> [JSON] {
    let paused = try call.store.pausedSources()
    let ticks = try call.store.lastTicks()
    let now = call.hub.time.now()
    return names.compactMap { name in
      guard let schedule = call.hub.configuration.source(named: name)?.schedule else { return nil }
      let late = ticks[name].flatMap { schedule.lateSince(lastTick: $0, now: now) }
      return .of(
        ("source", name), ("schedule", schedule.text), ("next_run_at", schedule.next(after: now)?.sqlText),
        ("last_tick_at", ticks[name]?.sqlText), ("late_since", late?.sqlText),
        ("paused", paused.first { $0.source == name }?.reason))
    }
  }
}
