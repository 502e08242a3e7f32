import KithCore

public enum QuarantineStatus: String, Sendable, CaseIterable { case waiting, replayed, discarded }

/// A record that was set aside, whole, with the reason.
public struct QuarantineEntry: Sendable, Equatable {
  public var id: Int64
  public var source: String
  public var stream: String
  public var run: RunID
  public var status: QuarantineStatus
  public var reject: Reject
  public var createdAt: Timestamp
  public var resolvedAt: Timestamp?
}

/// Which entries to list; nil means any.
public struct QuarantineFilter: Sendable, Equatable {
  public var source: String?
  public var stream: String?
  public var code: String?
  public var status: QuarantineStatus?
  /// The run that last put them aside.
  public var run: RunID?
  /// Sources.
  public var among: Set<String>?

  public init(
    source: String? = nil, stream: String? = nil, code: String? = nil, status: QuarantineStatus? = .waiting,
    run: RunID? = nil, among: Set<String>? = nil
  ) {
    self.among = among
    self.run = run
    self.source = source
    self.stream = stream
    self.code = code
    self.status = status
  }
}

public struct QuarantineCount: Sendable, Equatable {
  public var source: String
  public var stream: String
  public var code: String
  public var status: QuarantineStatus
  public var count: Int
}
