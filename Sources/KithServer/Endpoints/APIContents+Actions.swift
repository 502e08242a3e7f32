import KithCore
import KithEngine
import KithStore

/// What changes something: runs, schedules, quarantine.
extension APIContents {
  static let runners: Set<Role> = [.integrator, .ops, .admin]
  static let schedulers: Set<Role> = [.ops, .admin]

  private static let runBody = ObjectShape(
    "RunRequest", "What to sync.",
    [
      Property("source", .text(.init(least: 1, most: 255)), "The source."),
      Property(
        "streams", .list(.text(.init(least: 1, most: 255)), most: 100), "Only these; all when it is left out.",
        isOptional: true),
      Property(
        "full", .boolean, "Read everything again, whatever has been read before; no when it is left out.",
        isOptional: true),
    ])

  private static let cancelled = Shape.object(
    ObjectShape(
      "Cancelled", "A run that is being ended.",
      [
        Property("run_id", .integer(), "The run; it ends after the batch in hand, and says failed then."),
        Property("is_ending", .boolean, "Always true."),
      ]))

  private static let pauseBody = ObjectShape(
    "PauseRequest", "Why a source is paused.",
    [Property("reason", .text(.init(least: 1, most: 500)), "Why; shown by `kith status`.", isOptional: true)])

  private static let replayBody = ObjectShape(
    "ReplayRequest", "What to read again; all that waits when nothing is named.",
    [
      Property("source", .text(.init(least: 1, most: 255)), "Only this source's.", isOptional: true),
      Property("stream", .text(.init(least: 1, most: 255)), "Only this stream's.", isOptional: true),
      Property("ids", .list(.integer(1...Int64.max), most: 10_000), "Only these entries.", isOptional: true),
    ])

  private static let replay = Shape.object(
    ObjectShape(
      "Replayed", "What a replay did, by stream.",
      [
        Property(
          "streams",
          .list(
            .object(
              ObjectShape(
                "ReplayedStream", "What a replay did for one stream.",
                [
                  Property("source", .text(), "The source's name."), Property("stream", .text(), "The stream's name."),
                  Property("tried", .integer(), "Entries that were read again."),
                  Property("replayed", .integer(), "Those whose records are in the hub now."),
                  Property(
                    "error", .text(), "Why it could not be done, or not to the end.",
                    isNullable: true),
                ]))), "By stream.")
      ]))

  static let actions: [Endpoint] = [
    Endpoint(
      "start_run", .post, "\(root)/runs", "Sync a source now. Answers as soon as the run has begun.", roles: runners,
      reach: .named, body: runBody, success: .json(status: 202, runDetail), problems: [.notFound, .conflict],
      .waiting { call in try await startRun(call) }),
    Endpoint(
      "cancel_run", .post, "\(root)/runs/{run_id}/cancel", "End a run of this process after the batch in hand.",
      roles: runners, reach: .filtered, parameters: [runNumber], success: .json(status: 202, cancelled),
      problems: [.notFound, .conflict],
      .waiting { call in
        let id = RunID(try call.requiredInt("run_id"))
        guard let run = try call.store.run(id), call.sees(run.source) else { throw notFound("run", id.description) }
        if await call.place.service.cancel(id) { return .json(.of(("run_id", id.rawValue), ("is_ending", true))) }
        throw Problem(
          .conflict,
          run.status == .running ? "another process has this run, or it is just ending" : "the run has ended",
          place: "run_id", seen: run.status.rawValue, allowed: "a run of this process that is under way")
      }),
    Endpoint(
      "pause_schedule", .post, "\(root)/schedules/{source}/pause", "Leave out a source until it is resumed.",
      roles: schedulers, reach: .named, parameters: [sourceName], body: pauseBody,
      success: .json(status: 200, schedule),
      problems: [.notFound],
      .blocking { call in
        let source = try scheduled(call)
        try call.store.pause(
          source, reason: call.body["reason"]?.string ?? "paused by \(call.caller.name)", by: call.caller.actor,
          at: call.hub.time.now())
        return .json(try scheduleValues(call, [source]).first ?? .null)
      }),
    Endpoint(
      "resume_schedule", .post, "\(root)/schedules/{source}/resume", "Run a paused source again.", roles: schedulers,
      reach: .named, parameters: [sourceName], success: .json(status: 200, schedule), problems: [.notFound],
      .blocking { call in
        let source = try scheduled(call)
        _ = try call.store.resume(source, by: call.caller.actor, at: call.hub.time.now())
        return .json(try scheduleValues(call, [source]).first ?? .null)
      }),
    Endpoint(
      "replay_quarantine", .post, "\(root)/quarantine/replay",
      "Read waiting records again with today's configuration, without the source.", roles: runners, reach: .named,
      body: replayBody, success: .json(status: 200, replay),
      .waiting { call in
        let ids = call.body["ids"]?.items?.compactMap(\.int)
        if let ids, ids.isEmpty { return .json(.of(("streams", [JSON]()))) }
        let reports = try await call.place.service.replay(
          source: call.body["source"]?.string, stream: call.body["stream"]?.string, ids: Set(ids ?? []))
        return .json(.of(("streams", reports.map(json))))
      }),
  ]

  private static func startRun(_ call: Call) async throws -> Answer {
    guard let source = call.body["source"]?.string, let configured = call.hub.configuration.source(named: source) else {
      let names = call.hub.configuration.sources.map(\.name).filter(call.sees)
      throw notFound("source", call.body["source"]?.string ?? "", among: names)
    }
    let streams = call.body["streams"]?.items?.compactMap(\.string) ?? []
    let names = configured.settings.streams.map(\.name)
    if let stranger = streams.first(where: { !names.contains($0) }) {
      throw notFound("stream", stranger, among: names)
    }
    do {
      let id = try await call.place.service.start(
        source, streams: streams, isFull: call.body["full"]?.bool == true)
      return .json(try detail(call, id))
    } catch let error as KithError {
      if error.recovery == .transient { throw Problem(.conflict, error) }
      throw error
    }
  }

  private static func scheduled(_ call: Call) throws -> String {
    let name = try call.required("source")
    let names = call.hub.configuration.sources.filter { $0.schedule != nil }.map(\.name)
    guard names.contains(name) else { throw notFound("schedule", name, among: names) }
    return name
  }

  private static func json(_ report: ReplayReport) -> JSON {
    .of(
      ("source", report.source), ("stream", report.stream), ("tried", report.tried), ("replayed", report.replayed),
      ("error", report.error?.description))
  }
}
