import KithCore
import KithEngine
import KithStore

/// How far streams have been read.
extension APIContents {
  private static let checkpoint = Shape.object(
    ObjectShape(
      "Checkpoint", "How far a stream has been read, and what a reset would mean.",
      [
        Property("source", .text(), "The source's name."), Property("stream", .text(), "The stream's name."),
        Property(
          "manner", .word(StreamReading.Manner.allCases.map(\.rawValue)),
          "changes: each run reads what is new; listing: all of a complete listing, and what is not in it is gone; pushed: the tool sends it. Null where that is not known.",
          isNullable: true),
        Property(
          "position", .text(), "How far it has been read, in words; null without a checkpoint.", isNullable: true),
        Property("moved_at", .dateTime, "When the checkpoint was moved; null without one.", isNullable: true),
        Property("records", .integer(), "Records that are stored and still there at the source."),
        Property("last_read_at", .dateTime, "When it was last read to its end.", isNullable: true),
        Property("effects", .list(.text()), "What a reset would mean, one sentence each."),
      ]))

  private static let resetBody = ObjectShape(
    "ResetRequest", "Of which streams it is to be forgotten how far they have been read.",
    [
      Property("source", .text(.init(least: 1, most: 255)), "The source."),
      Property(
        "stream", .text(.init(least: 1, most: 255)), "The stream; all of the source when it is left out.",
        isOptional: true),
      Property(
        "preview", .boolean, "Only tell what it would mean, and change nothing; no when it is left out.",
        isOptional: true),
    ])

  private static let reset = Shape.object(
    ObjectShape(
      "CheckpointReset", "A reset that was made, or looked at.",
      [
        Property("is_preview", .boolean, "Whether nothing was changed."),
        Property("reset", .list(.text()), "The streams that had a checkpoint and have none now."),
        Property("streams", .list(checkpoint), "The streams as they were before."),
      ]))

  static let checkpoints: [Endpoint] = [
    Endpoint(
      "list_checkpoints", .get, "\(root)/checkpoints", "How far streams have been read, by source and stream.",
      roles: everybody, reach: .filtered,
      parameters: Call.pageParameters + [.query("source", .text(.init(most: 255)), "Only this source's.")],
      success: .json(
        status: 200,
        Call.pageShape("checkpoints", checkpoint, called: "CheckpointPage", "Checkpoints, by source and stream.")),
      .summing { call in
        let after = try call.cursor(parts: 2) ?? ["", ""]
        let names = try call.hub.sourceNames(call.place.figures.figures(call.store).status).filter {
          call.sees($0) && $0 == call.text("source") ?? $0
        }
        let rest = try checkpoints(call, names).sorted { ($0.source, $0.stream) < ($1.source, $1.stream) }.filter {
          (after[0], after[1]) < ($0.source, $0.stream)
        }.prefix(call.limit + 1)
        let states = Array(rest)
        return call.page("checkpoints", states.map(json)) { [states[$0].source, states[$0].stream] }
      }),
    Endpoint(
      "reset_checkpoints", .post, "\(root)/checkpoints/reset",
      "Forget how far streams have been read: the next sync reads everything. No record is touched.", roles: runners,
      reach: .named, body: resetBody, success: .json(status: 200, reset), problems: [.notFound, .conflict],
      .blocking { call in try resetCheckpoints(call) }),
  ]

  private static func resetCheckpoints(_ call: Call) throws -> Answer {
    let (source, stream) = try configured(call)
    let names = stream.map { [$0] } ?? source.settings.streams.map(\.name)
    let states = try checkpoints(call, [source.name]).filter { names.contains($0.stream) }
    let isPreview = call.body["preview"]?.bool == true
    var reset: [String] = []
    if !isPreview {
      do throws(KithError) {
        reset = try call.hub.resetCheckpoints(of: source, stream: stream, by: call.caller.actor)
      } catch {
        // A run of the source is under way.
        if error.recovery == .transient { throw Problem(.conflict, error) }
        throw error
      }
    }
    return .json(.of(("is_preview", isPreview), ("reset", reset), ("streams", states.map(json))))
  }

  /// The source and the stream that a body names.
  private static func configured(_ call: Call) throws(Problem) -> (SourceConfiguration, stream: String?) {
    let name = call.body["source"]?.string ?? ""
    guard let source = call.hub.configuration.source(named: name) else {
      throw notFound("source", name, among: call.hub.configuration.sources.map(\.name).filter(call.sees))
    }
    let stream = call.body["stream"]?.string
    let names = source.settings.streams.map(\.name)
    if let stream, !names.contains(stream) { throw notFound("stream", stream, among: names) }
    return (source, stream)
  }

  private static func checkpoints(_ call: Call, _ names: [String]) throws -> [CheckpointState] {
    let figures = try call.place.figures.figures(call.store)
    return try call.hub.checkpoints(of: names, figures.status, figures.successes)
  }

  private static func json(_ state: CheckpointState) -> JSON {
    .of(
      ("source", state.source), ("stream", state.stream), ("manner", state.manner?.rawValue),
      ("position", state.position), ("moved_at", state.movedAt?.sqlText), ("records", state.records),
      ("last_read_at", state.lastReadAt?.sqlText), ("effects", state.effects))
  }
}
