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
    .column("hint", of: "runs"), .column("error_class", of: "runs"),
  ]

  private static let run = Shape.object(
    ObjectShape("Run", "One execution of a source's sync.", runProperties))

  private static let runStream = Shape.object(
    ObjectShape(
      "RunStream", "One stream's part of a run.",
      [
        Property("stream", .text(), "The stream's name."), Property("status", .word(statuses), "How it went."),
        Property("counts", counts, "What became of the records."),
        .column("error", of: "run_streams"), .column("hint", of: "run_streams"),
        .column("error_class", of: "run_streams"), .column("error_place", of: "run_streams"),
        .column("bytes", of: "run_streams"), .column("requests", of: "run_streams"),
        Property(
          "checkpoint_before", .text(), "Where the stream stood when the run began, its first 2000 characters.",
          isNullable: true),
        Property(
          "checkpoint_after", .text(), "Where the run left it, likewise; null where it moved none.", isNullable: true),
      ]))

  private static let setAside = Shape.object(
    ObjectShape(
      "SetAside", "Records that a run put into quarantine, of one kind of fault.",
      [
        Property("stream", .text(), "The stream's name."), Property("code", .text(), "The kind of fault."),
        Property("status", .word(QuarantineStatus.allCases.map(\.rawValue)), "What became of them."),
        Property("count", .integer(), "How many."),
      ]))

  private static let example = Shape.object(
    ObjectShape(
      "SetAsideExample", "One of them; `/quarantine/{quarantine_id}` has the whole.",
      [
        Property("quarantine_id", .integer(), "Number of the entry."),
        Property("stream", .text(), "The stream's name."), Property("code", .text(), "The kind of fault."),
        Property("place", .text(), "File and line, or page and item."),
      ]))

  private static let kinds = FieldKind.allCases.map(\.rawValue)

  private static let fieldChange = Shape.object(
    ObjectShape(
      "FieldChange", "A field that a run found new, vanished or of another kind.",
      [
        Property("stream", .text(), "The stream's name."),
        // Where a header is missing, the names of fields are somebody's data.
        Property("field", .text(), "The column's name, or the path in a tree.", isPersonal: true),
        Property("change", .word(FieldChange.What.allCases.map(\.rawValue)), "What has changed."),
        Property("kind_before", .word(kinds), "What its values looked like.", isNullable: true),
        Property("kind_after", .word(kinds), "What they look like now.", isNullable: true),
        Property("state", .word(FieldChange.State.allCases.map(\.rawValue)), "Whether it is known from then on."),
      ]))

  static let runDetail = Shape.object(
    ObjectShape(
      "RunDetail", "A run with its streams.",
      runProperties + [
        Property("seconds", .number, "How long it took, or has taken by now."),
        Property("streams", .list(runStream), "Its streams."),
        Property("set_aside", .list(setAside), "What it put into quarantine, the most frequent first."),
        Property("examples", .list(example), "The first \(mostExamples) of these."),
        Property("field_changes", .list(fieldChange), "How the fields differ from those that were known."),
      ]))

  private static let mostExamples = 5

  static let runNumber = Parameter.path("run_id", .integer(1...Int64.max), "The run's number.")

  static let runs: [Endpoint] = [
    Endpoint(
      "list_runs", .get, "\(root)/runs", "What ran, the newest first.", roles: everybody,
      reach: .filtered,
      parameters: Call.pageParameters + [
        .query("source", .text(.init(most: 255)), "Only this source's."),
        .query("status", .word(statuses), "Only these."),
      ], success: .json(status: 200, Call.pageShape("runs", run, called: "RunPage", "Runs, the newest first.")),
      .blocking { call in
        let runs = try call.store.runs(
          limit: call.limit + 1, source: call.text("source"), among: call.caller.limits.sources,
          status: call.text("status").flatMap(RunStatus.init(rawValue:)),
          before: try call.cursorNumber().map { RunID($0) }, hasStreams: false)
        return call.page("runs", runs.map(json)) { [String(runs[$0].id.rawValue)] }
      }),
    Endpoint(
      "get_run", .get, "\(root)/runs/{run_id}", "One run with its streams.", roles: everybody,
      reach: .filtered, parameters: [runNumber], success: .json(status: 200, runDetail), problems: [.notFound],
      .blocking { call in .json(try detail(call, RunID(try call.requiredInt("run_id")))) }),
  ]

  static func detail(_ call: Call, _ id: RunID) throws -> JSON {
    guard let run = try call.store.run(id), call.sees(run.source) else { throw notFound("run", id.description) }
    guard case .object(let members) = json(run) else { return .null }
    let filter = QuarantineFilter(status: nil, run: id)
    let setAside = try call.store.quarantineCounts(filter).map {
      JSON.of(("stream", $0.stream), ("code", $0.code), ("status", $0.status.rawValue), ("count", $0.count))
    }
    let examples = try call.store.quarantine(filter, limit: mostExamples).map {
      JSON.of(
        ("quarantine_id", $0.id), ("stream", $0.stream), ("code", $0.reject.code), ("place", $0.reject.place))
    }
    let changes = try call.store.fieldChanges(run: id, limit: FieldSample.mostFields).map { record in
      JSON.of(
        ("stream", record.stream), ("field", record.change.name), ("change", record.change.what.rawValue),
        ("kind_before", record.change.before?.rawValue), ("kind_after", record.change.after?.rawValue),
        ("state", record.state.rawValue))
    }
    return .object(
      members + [
        .init("seconds", .number(run.seconds(at: call.hub.time.now()))),
        .init("streams", .list(run.streams.map(json))), .init("set_aside", .list(setAside)),
        .init("examples", .list(examples)), .init("field_changes", .list(changes)),
      ])
  }

  private static func json(_ part: RunStreamRecord) -> JSON {
    .of(
      ("stream", part.stream), ("status", part.status.rawValue), ("counts", json(part.counts)), ("error", part.error),
      ("hint", part.hint), ("error_class", part.errorClass?.rawValue), ("error_place", part.errorPlace),
      ("bytes", part.traffic.bytes), ("requests", part.traffic.requests),
      ("checkpoint_before", part.checkpointBefore), ("checkpoint_after", part.checkpointAfter))
  }

  private static func json(_ run: RunRecord) -> JSON {
    .of(
      ("run_id", run.id.rawValue), ("source", run.source), ("mode", run.mode), ("status", run.status.rawValue),
      ("started_at", run.startedAt.sqlText), ("finished_at", run.finishedAt?.sqlText),
      ("scheduled_at", run.scheduledAt?.sqlText), ("counts", json(run.counts)), ("error", run.error),
      ("hint", run.hint), ("error_class", run.errorClass?.rawValue))
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
      reach: .filtered, parameters: Call.pageParameters,
      success: .json(
        status: 200, Call.pageShape("schedules", schedule, called: "SchedulePage", "Schedules, by source.")),
      .blocking { call in
        let after = try call.cursor(parts: 1)?[0] ?? ""
        let scheduled = call.hub.configuration.sources.filter { $0.schedule != nil && call.sees($0.name) }
        let names = scheduled.map(\.name).sorted()
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
