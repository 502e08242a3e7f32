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
  /// What is to be done about the error; nil as well for runs of a Kith that did not keep it.
  public var errorClass: KithError.Recovery?
  /// The tick of the schedule that it is the run of; nil for one that was started by hand, or again.
  public var scheduledAt: Timestamp?
  public var streams: [RunStreamRecord]
}

extension RunRecord {
  /// How long it took, or has taken by now.
  public func seconds(at now: Timestamp) -> Double { max((finishedAt ?? now).seconds(since: startedAt), 0) }
}

/// What one stream contributed to a run.
public struct RunStreamRecord: Sendable, Equatable {
  public var stream: String
  public var status: RunStatus
  public var counts: RunCounts
  public var error: String?
  public var hint: String?
  public var errorClass: KithError.Recovery?
  /// Where the error lies: file and line, or page and record.
  public var errorPlace: String?
  public var traffic = RunTraffic()
  /// Where the stream stood when the run began, in the connector's own words, cut when long. Only told of single runs.
  public var checkpointBefore: String?
  /// Where the run left it; nil when it moved none.
  public var checkpointAfter: String?
}

/// What a run's reading of a stream took.
public struct RunTraffic: Sendable, Equatable {
  /// Size of the files or answers that were read.
  public var bytes: Int64?
  /// Requests that brought something; nil for connectors that make none.
  public var requests: Int?

  public init(bytes: Int64? = nil, requests: Int? = nil) {
    self.bytes = bytes
    self.requests = requests
  }
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
  /// The time of the newest touchpoint, order, answer, ticket or day of traffic, else the newest profile's change.
  public var newestAt: Timestamp?
}
