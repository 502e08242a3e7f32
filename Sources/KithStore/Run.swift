import KithCore

/// The number of a run, rising with time.
public struct RunID: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: Int64
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  public var description: String { String(rawValue) }
}

public enum RunStatus: String, Sendable, CaseIterable {
  case running
  /// Everything was read and stored.
  case succeeded
  /// At least one stream failed and at least one did not.
  case partial
  case failed
}

/// One execution of a source's sync, as it stands in the hub.
public struct RunRecord: Sendable, Equatable {
  public var id: RunID
  public var source: String
  public var mode: String
  public var status: RunStatus
  public var startedAt: Timestamp
  public var finishedAt: Timestamp?
  public var counts: RunCounts
  public var error: String?
  public var hint: String?
  /// The tick of the schedule that it is the run of; nil for one that was started by hand, or again.
  public var scheduledAt: Timestamp?
  public var streams: [RunStreamRecord]
}

/// What one stream contributed to a run.
public struct RunStreamRecord: Sendable, Equatable {
  public var stream: String
  public var status: RunStatus
  public var counts: RunCounts
  public var error: String?
}

/// A source as `kith status` shows it.
public struct SourceStatus: Sendable, Equatable {
  public var source: String
  public var connector: String
  public var lastRun: RunRecord?
  public var streams: [StreamStatus]
}

public struct StreamStatus: Sendable, Equatable {
  public var stream: String
  /// When the checkpoint was last moved; nil when the stream has none.
  public var checkpointAt: Timestamp?
  /// Records in quarantine that wait for a person.
  public var waitingInQuarantine: Int
  /// Records that are still there at the source.
  public var records: Int
  /// The time of the newest touchpoint, order, answer or ticket, else the newest profile's change.
  public var newestAt: Timestamp?
}
