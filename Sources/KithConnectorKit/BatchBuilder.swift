import KithCore

/// Records and rejects until there are enough of them to be sent.
struct BatchBuilder {
  static let maximumRecords = 4_096

  private let maximumBytes: Int

  init(maximumBytes: Int, expected: ExpectedFields? = nil) {
    self.maximumBytes = maximumBytes
    sampler.expected = expected
  }

  var sampler = FieldSampler()

  var records: [Record] = []
  var rejects: [Reject] = []
  var bytes = 0
  /// Bytes of all files of this run, on disk.
  var total: Int64 = 0
  /// Of those that are behind us.
  var finishedBytes: Int64 = 0
  var progress: Int64 = 0
  /// Requests that have brought something; nil where none are made.
  var requests: Int?
  /// What to tell a person with the next batch.
  var notes: [String] = []
  /// Records of this run, those already sent included.
  var recordCount: Int { sentRecords + records.count }
  private var sentRecords = 0

  var isSnapshot = false
  /// Something of the snapshot could not be read: what is missing in it may well be there.
  var isTorn = false
  private var hasBegun = false
  /// Days of which all traffic has come since the last batch.
  var wholeDays: [ClosedRange<CalendarDate>] = []

  var isFull: Bool { records.count + rejects.count >= BatchBuilder.maximumRecords || bytes >= maximumBytes }
  var isEmpty: Bool { records.isEmpty && rejects.isEmpty }

  /// The batch to send; what is left is empty.
  mutating func take(checkpoint: Checkpoint?, isLast: Bool) -> Batch {
    var mark = Batch.Snapshot.none
    if isSnapshot {
      let ends = isLast && !isTorn
      mark = hasBegun ? (ends ? .ends : .none) : (ends ? .whole : isLast ? .none : .begins)
      hasBegun = true
    }
    let result = Batch(
      records: records, rejects: rejects, checkpoint: checkpoint, snapshot: mark, wholeDays: wholeDays,
      progress: progress, progressTotal: total, requests: requests, fields: sampler.take(), notes: notes)
    notes = []
    wholeDays = []
    sentRecords += records.count
    records = []
    rejects = []
    bytes = 0
    return result
  }
}
