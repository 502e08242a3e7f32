import KithCore
import KithEngine
import KithStore

/// Sources and their streams.
extension APIContents {
  private static let stream = Shape.object(
    ObjectShape(
      "Stream", "One kind of record that a source offers.",
      [
        Property("source", .text(), "The source's name in connectors.yml."),
        Property("stream", .text(), "The stream's name."),
        Property("records", .integer(), "Records that are still there at the source."),
        Property("newest_record_at", .dateTime, "Time of the newest record.", isNullable: true),
        Property("last_success_at", .dateTime, "When it was last read to its end.", isNullable: true),
        Property(
          "freshness_seconds", .integer(), "Time since then; null before the first time.", isNullable: true),
        Property("checkpoint_at", .dateTime, "When its checkpoint was moved.", isNullable: true),
        Property("waiting_in_quarantine", .integer(), "Records that wait for a person."),
        Property("is_configured", .boolean, "Whether connectors.yml still has it."),
      ]))

  private static let streamDetail = Shape.object(
    ObjectShape(
      "StreamDetail", "A stream with its checkpoint.",
      [
        Property("stream", stream, "The stream."),
        Property(
          "checkpoint", .text(), "How far it has been read, in the connector's own words.",
          isNullable: true),
      ]))

  private static let source = Shape.object(
    ObjectShape(
      "Source", "A configured connector.",
      [
        Property("source", .text(), "The source's name in connectors.yml."),
        Property("connector", .text(), "The connector that reads it."),
        Property("schedule", .text(), "When it is synced; null for on demand.", isNullable: true),
        Property("next_run_at", .dateTime, "By the schedule alone.", isNullable: true),
        Property("late_since", .dateTime, "The tick that no run has followed.", isNullable: true),
        Property("paused", .text(), "Why it is paused; null when it is not.", isNullable: true),
        Property("last_run_id", .integer(), "Its newest run.", isNullable: true),
        Property("last_run_at", .dateTime, "When that began.", isNullable: true),
        Property(
          "last_run_status", .word(RunStatus.allCases.map(\.rawValue)), "How that ended.", isNullable: true),
        Property("last_error", .text(), "What went wrong then.", isNullable: true),
        Property("streams", .list(stream), "Its streams."),
      ]))

  static let sourceName = Parameter.path("source", .text(.init(least: 1, most: 255)), "The source's name.")

  static let sources: [Endpoint] = [
    Endpoint(
      "list_sources", .get, "\(root)/sources", "Sources with their streams, by name.", roles: everybody,
      reach: .filtered, parameters: Call.pageParameters,
      success: .json(
        status: 200, Call.pageShape("sources", source, called: "SourcePage", "Sources, by name.")),
      .summing { call in
        let all = try sourceValues(call)
        let after = try call.cursor(parts: 1)?[0] ?? ""
        let rest = all.filter { $0.name > after }.prefix(call.limit + 1)
        return call.page("sources", rest.map(\.value)) { [Array(rest)[$0].name] }
      }),
    Endpoint(
      "get_source", .get, "\(root)/sources/{source}", "One source with its streams.", roles: everybody,
      reach: .named, parameters: [sourceName], success: .json(status: 200, source), problems: [.notFound],
      .summing { call in
        let name = try call.required("source")
        guard let found = try sourceValues(call).first(where: { $0.name == name }) else {
          throw notFound("source", name, among: call.hub.configuration.sources.map(\.name))
        }
        return .json(found.value)
      }),
    Endpoint(
      "get_stream", .get, "\(root)/sources/{source}/streams/{stream}", "One stream with its checkpoint.",
      roles: everybody, reach: .named,
      parameters: [sourceName, .path("stream", .text(.init(least: 1, most: 255)), "The stream's name.")],
      success: .json(status: 200, streamDetail), problems: [.notFound],
      .summing { call in
        let (source, stream) = (try call.required("source"), try call.required("stream"))
        let states = try streamStates(call).filter { $0.state.source == source }
        guard let found = states.first(where: { $0.state.stream == stream }) else {
          throw notFound("stream", "\(source)/\(stream)", among: states.map { "\(source)/\($0.state.stream)" })
        }
        let checkpoint = try call.store.checkpoint(source: source, stream: stream)
        return .json(.of(("stream", found.value), ("checkpoint", checkpoint?.text)))
      }),
  ]

  /// For what a path names and what is not there.
  static func notFound(_ what: String, _ seen: String, among names: [String] = []) -> Problem {
    Problem(
      .notFound, "there is no such \(what)", place: what, seen: seen,
      allowed: names.isEmpty ? nil : names.joined(separator: ", "),
      fix: nearestWord(to: seen, among: names).map { "Did you mean \"\($0)\"?" })
  }

  // MARK: values

  private static func streamStates(_ call: Call) throws -> [(state: StreamState, value: JSON)] {
    let figures = try call.place.figures.figures(call.store)
    let now = call.hub.time.now()
    return try call.hub.streamStates(figures.status).map { state in
      let success = figures.successes.first { $0.source == state.source && $0.stream == state.stream }?.at
      let isConfigured =
        call.hub.configuration.source(named: state.source)?.settings.streams.contains { $0.name == state.stream }
        ?? false
      let value = JSON.of(
        ("source", state.source), ("stream", state.stream), ("records", state.records),
        ("newest_record_at", state.newestAt), ("last_success_at", success?.sqlText),
        ("freshness_seconds", success.map { max(now.seconds - $0.seconds, 0) }), ("checkpoint_at", state.checkpointAt),
        ("waiting_in_quarantine", state.waitingInQuarantine), ("is_configured", isConfigured))
      return (state, value)
    }
  }

  /// By name: those that are configured, and those that the hub still holds.
  private static func sourceValues(_ call: Call) throws -> [(name: String, value: JSON)] {
    let figures = try call.place.figures.figures(call.store)
    let states = try streamStates(call)
    return call.hub.sourceNames(figures.status).filter(call.sees).map { name in
      let known = figures.status.first { $0.source == name }
      let configured = call.hub.configuration.source(named: name)
      let own = states.filter { $0.state.source == name }
      let run = known?.lastRun
      let value = JSON.of(
        ("source", name), ("connector", configured?.connector ?? known?.connector ?? ""),
        ("schedule", configured?.schedule?.text), ("next_run_at", own.first?.state.nextRunAt),
        ("late_since", own.first?.state.lateSince), ("paused", own.first?.state.paused),
        ("last_run_id", run?.id.rawValue), ("last_run_at", run?.startedAt.sqlText),
        ("last_run_status", run?.status.rawValue), ("last_error", run?.error), ("streams", own.map(\.value)))
      return (name, value)
    }
  }
}
