import KithCore

/// Normalised records on their way into one transaction.
public struct StoreBatch: Sendable {
  public var records: [CanonicalRecord]
  public var rejects: [Reject]
  /// Stored with the records; nil leaves the stream's checkpoint as it is.
  public var checkpoint: Checkpoint?
  public var snapshot: Batch.Snapshot
  /// Days whose traffic this run has brought whole; what else there is of them is marked deleted.
  public var wholeDays: [ClosedRange<CalendarDate>] = []
  /// Quarantine rows whose records are in this batch: they become `replayed` in the same transaction.
  public var resolvedQuarantine: [Int64]
  /// Quarantine rows that failed again at a replay: they keep waiting, with the new reason. They count as read and
  /// quarantined; they must not stand in `rejects` as well.
  public var quarantineUpdates: [QuarantineUpdate]
  /// Keys of webhook messages whose records are in this batch: they become `read` in the same transaction.
  public var readDeliveries: [String] = []

  public init(
    records: [CanonicalRecord] = [], rejects: [Reject] = [], checkpoint: Checkpoint? = nil,
    snapshot: Batch.Snapshot = .none, resolvedQuarantine: [Int64] = [], quarantineUpdates: [QuarantineUpdate] = []
  ) {
    self.records = records
    self.rejects = rejects
    self.checkpoint = checkpoint
    self.snapshot = snapshot
    self.resolvedQuarantine = resolvedQuarantine
    self.quarantineUpdates = quarantineUpdates
  }
}

/// Today's verdict on a record that had been set aside before.
public struct QuarantineUpdate: Sendable, Equatable {
  public var id: Int64
  public var reject: Reject

  public init(id: Int64, reject: Reject) {
    self.id = id
    self.reject = reject
  }
}
