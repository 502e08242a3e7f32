import KithCore
import KithStore

/// What happens when it is forgotten how far a stream has been read.
public struct CheckpointReset: Sendable, Equatable, Encodable {
  public var source: String
  public var stream: String
  /// Where the stream stood, in the connector's own words; nil where nothing was kept, so that its next sync reads
  /// everything anyway.
  public var checkpoint: String?
  public var movedAt: String?
  public var runID: Int64?
  /// Records of the stream in the hub: the next sync compares them with what it reads.
  public var records: Int
  /// False for a preview.
  public var isReset: Bool

  public init(_ source: String, _ stream: String, _ known: StreamCheckpoint?, isReset: Bool) {
    self.source = source
    self.stream = stream
    checkpoint = known?.checkpoint.text
    movedAt = known?.movedAt?.sqlText
    runID = known?.run.rawValue
    records = known?.records ?? 0
    self.isReset = isReset && known != nil
  }
}

extension Hub {
  /// Forgets how far a source's streams have been read, so that the next sync reads everything: records that have not
  /// changed stay as they are. Throws a transient error while the source is being synced.
  ///
  /// - Parameters:
  ///   - stream: only this one; nil for all that are configured.
  ///   - actor: for the audit log.
  ///   - isPreview: nothing is changed; what would be is returned.
  public func resetCheckpoints(
    source name: String, stream: String? = nil, by actor: String, isPreview: Bool = false
  ) throws(KithError) -> [CheckpointReset] {
    let source = try source(named: name)
    let streams =
      if let stream { [try self.stream(named: stream, of: source).name] } else { source.settings.streams.map(\.name) }
    let known: [StreamCheckpoint]
    if isPreview {
      known = try store.checkpoints().filter { $0.source == name }
    } else {
      let lease = try store.acquireLease(source: name)
      defer { withExtendedLifetime(lease) {} }
      known = try store.resetCheckpoints(source: name, streams: streams, by: actor, at: time.now())
    }
    return streams.map { stream in
      CheckpointReset(name, stream, known.first { $0.stream == stream }, isReset: !isPreview)
    }
  }
}
