import KithCore
import KithStore

/// How far a stream has been read, and what it would mean to read it anew.
public struct CheckpointState: Sendable, Equatable {
  public var source: String
  public var stream: String
  /// Nil where the connector cannot tell, or connectors.yml no longer has the stream.
  public var manner: StreamReading.Manner?
  /// How far it has been read, in words, or else as the connector wrote it, cut when long; nil without a checkpoint.
  public var position: String?
  /// When the checkpoint was moved; nil without one.
  public var movedAt: Timestamp?
  /// Records that are still there at the source.
  public var records: Int
  /// When it was last read to its end.
  public var lastReadAt: Timestamp?

  /// What a reset means, one sentence each.
  public var effects: [String] {
    let stored =
      records == 1
      ? "1 record is stored; it is neither changed nor deleted by this."
      : "\(records) records are stored; none of them is changed or deleted by this."
    let read = lastReadAt.map { "It was last read to its end at \($0.sqlText) UTC." } ?? "It was never read to its end."
    return [stored, read, next]
  }

  private var next: String {
    let again = "The next sync reads everything again that the source still has"
    if manner == .pushed { return "No sync reads it, as the tool sends it by itself: nothing changes." }
    if movedAt == nil { return "It has no checkpoint: the next sync reads everything anyway." }
    switch manner {
    case .listing:
      return "The next sync reads the newest complete listing again and marks deleted what is not in it, as with each."
    case .changes: return "\(again): what is stored as it is counts as unchanged; what has gone there stays here."
    case .pushed, nil: return "\(again): what is stored as it is counts as unchanged."
    }
  }
}

extension Hub {
  /// One per configured stream, and per stream with a checkpoint that is configured no more, by source.
  ///
  /// - Parameters:
  ///   - names: those of sources.
  ///   - known: what the hub holds; may be some seconds old.
  public func checkpoints(
    of names: [String], _ known: [SourceStatus], _ successes: [StreamSuccess]
  ) throws(KithError) -> [CheckpointState] {
    var states: [CheckpointState] = []
    for name in names {
      let configured = configuration.source(named: name)
      // What keeps it from being opened is told by `kith check`.
      let opened = configured.flatMap { try? open($0) } as? any ExplainableSource
      let stored = try store.checkpoints(of: name)
      var streams = configured?.settings.streams.map(\.name) ?? []
      streams += stored.map(\.stream).filter { !streams.contains($0) }
      for stream in streams {
        let (own, checkpoint) = (
          known.first { $0.source == name }?.streams.first { $0.stream == stream }, stored.first { $0.stream == stream }
        )
        var state = CheckpointState(
          source: name, stream: stream, position: checkpoint.map { Self.cut($0.checkpoint.text) },
          movedAt: checkpoint?.movedAt, records: own?.records ?? 0,
          lastReadAt: successes.first { $0.source == name && $0.stream == stream }?.at)
        if let opened, configured?.settings.streams.contains(where: { $0.name == stream }) == true {
          explain(&state, opened, checkpoint?.checkpoint)
        }
        states.append(state)
      }
    }
    return states
  }

  private func explain(_ state: inout CheckpointState, _ source: any ExplainableSource, _ checkpoint: Checkpoint?) {
    do throws(KithError) {
      let reading = try source.explain(stream: state.stream, checkpoint: checkpoint)
      (state.manner, state.position) = (reading.manner, reading.position)
    } catch {
      // The next run would fail for the same reason.
      state.position = error.what
    }
  }

  private static let longestPosition = 100

  private static func cut(_ text: String) -> String {
    text.count > longestPosition ? "\(text.prefix(longestPosition))…" : text
  }

  /// Forgets how far streams of a source have been read, so that the next sync reads everything; no data is touched.
  ///
  /// - Parameters:
  ///   - stream: nil for all of the source.
  ///   - actor: for the audit log.
  /// - Returns: the streams that had a checkpoint. Throws `transient` while a run of the source is under way.
  public func resetCheckpoints(
    of source: SourceConfiguration, stream: String?, by actor: String
  ) throws(KithError) -> [String] {
    let streams = try stream.map { name throws(KithError) in [try self.stream(named: name, of: source).name] }
    let lease = try store.acquireLease(source: source.name)
    defer { withExtendedLifetime(lease) {} }
    return try store.clearCheckpoints(
      source: source.name, streams: streams ?? source.settings.streams.map(\.name), by: actor, at: time.now())
  }
}
