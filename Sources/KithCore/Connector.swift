/// A module that reads one kind of tool. Its author writes two things: what it offers and how to open it.
///
/// The conversation: Kith reads `specification` to validate connectors.yml and to print help; calls `open` once per
/// configured source with settings that satisfy the specification; then calls `read` on the source, once per stream
/// and run. A source may adopt the powers below (`CheckableSource`, …) when the tool has them.
public protocol Connector: Sendable {
  var specification: ConnectorSpecification { get }

  /// Opens a configured source. Reads no data yet; what is wrong with the settings beyond the specification is thrown
  /// as a `configuration` error.
  func open(_ settings: SourceSettings) throws(KithError) -> any Source
}

/// A configured connector.
public protocol Source: Sendable {
  /// Reads one stream from where the checkpoint left off and pushes batches into the sink. `send` suspends while the
  /// store is behind. Returns when the stream is exhausted; a record that cannot be mapped is a reject in its batch,
  /// never an error. What is thrown ends this stream's run: the batches already sent stay, the checkpoint with them.
  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError)
}

/// Where a source's batches go. A batch is stored as a whole in one transaction, with its rejects and its checkpoint;
/// several that change little, or that wait while the store is behind, may share one.
public protocol RecordSink: Sendable {
  func send(_ batch: Batch) async throws(KithError)
}

/// What to read.
public struct ReadRequest: Sendable {
  public enum Mode: Sendable { case incremental, full }

  public var stream: String
  /// Where the last run ended; nil at the first run and whenever `mode` is `full`.
  public var checkpoint: Checkpoint?
  public var mode: Mode
  /// Records with other fields are to be set aside; nil: they are read like all.
  public var expected: ExpectedFields?

  public init(
    stream: String, checkpoint: Checkpoint? = nil, mode: Mode = .incremental, expected: ExpectedFields? = nil
  ) {
    self.expected = expected
    self.stream = stream
    self.checkpoint = checkpoint
    self.mode = mode
  }
}

/// How far a stream has been read, in the connector's own words (usually JSON). Committed with the data it covers.
public struct Checkpoint: Sendable, Equatable {
  public var text: String
  public init(_ text: String) { self.text = text }
}

/// Some thousand records on their way to the store.
public struct Batch: Sendable {
  /// Whether this batch opens or closes a complete listing of the stream. Records that were not seen between the two
  /// are gone at the source and are marked deleted.
  public enum Snapshot: Sendable { case none, begins, ends, whole }

  public var records: [Record]
  public var rejects: [Reject]
  /// Covers this batch and all before it; nil when the batch cannot be resumed after.
  public var checkpoint: Checkpoint?
  public var snapshot: Snapshot
  /// Days of which this run has delivered all traffic there is, with this batch at the latest: of these days, what the
  /// hub has and the run did not bring is gone. Only for streams of traffic.
  public var wholeDays: [ClosedRange<CalendarDate>]
  /// Bytes (or other units of `progressTotal`) read so far in this stream, for progress bars.
  public var progress: Int64
  public var progressTotal: Int64?
  /// Requests that have brought something so far in this stream; nil for connectors that make none.
  public var requests: Int?
  /// The raw fields of some of its records, where the connector knows them: how the hub notices that a tool changes.
  public var fields: FieldSample?
  /// What a person should be told beyond the counts, one sentence each: a file that was left for the next run.
  public var notes: [String]

  public init(
    records: [Record] = [], rejects: [Reject] = [], checkpoint: Checkpoint? = nil, snapshot: Snapshot = .none,
    wholeDays: [ClosedRange<CalendarDate>] = [], progress: Int64 = 0, progressTotal: Int64? = nil, requests: Int? = nil,
    fields: FieldSample? = nil, notes: [String] = []
  ) {
    self.fields = fields
    self.requests = requests
    self.records = records
    self.rejects = rejects
    self.checkpoint = checkpoint
    self.snapshot = snapshot
    self.wholeDays = wholeDays
    self.progress = progress
    self.progressTotal = progressTotal
    self.notes = notes
  }
}

/// A record that cannot be used, whole, with the reason.
public struct Reject: Sendable, Equatable {
  /// A bounded label for counting: `field_count`, `encoding`, `date`, `number`, `missing_key`, `syntax`, `size` …
  public var code: String
  /// One sentence with the value seen and what is allowed.
  public var reason: String
  /// File and line, or page and item.
  public var place: String
  /// The record as it came, byte for byte.
  public var raw: [UInt8]
  /// What a replay needs to read `raw` again without its surroundings (a CSV header, say), in the connector's words.
  public var context: String?

  public init(code: String, reason: String, place: String, raw: [UInt8], context: String? = nil) {
    self.code = code
    self.reason = reason
    self.place = place
    self.raw = raw
    self.context = context
  }
}

/// A source that can tell whether its settings, credentials and data are usable, all problems at once.
public protocol CheckableSource: Source {
  func check(stream: String) async -> [KithError]
}

/// A source that can tell which fields a stream really has.
public protocol DiscoverableSource: Source {
  func discover(stream: String) async throws(KithError) -> DiscoveredStream
}

/// A source that can show raw and mapped records side by side.
public protocol PreviewableSource: Source {
  func preview(stream: String, limit: Int) async throws(KithError) -> [PreviewedRecord]
}

/// A source that can read quarantined records again, with today's mapping.
public protocol ReplayableSource: Source {
  /// The outcome for each reject, in order: a record, or the reject with its new reason.
  func replay(stream: String, rejects: [Reject]) async throws(KithError) -> [ReplayOutcome]
}

/// A source that can tell how it reads a stream, and what a checkpoint of its own says.
public protocol ExplainableSource: Source {
  /// Asks nobody: it tells what the settings and the checkpoint say.
  ///
  /// - Parameter checkpoint: nil for a stream that has none.
  func explain(stream: String, checkpoint: Checkpoint?) throws(KithError) -> StreamReading
}

/// A source that asks servers: of those that ask the same one, only so many are read at the same time.
public protocol RemoteSource: Source {
  /// Names or addresses of the servers, in lower case, without ports: `api.example.com`. Asks nobody.
  var hosts: Set<String> { get }
}

/// How a stream is read, and how far it has been.
public struct StreamReading: Sendable, Equatable {
  public enum Manner: String, Sendable, CaseIterable {
    /// Each run reads what is new or changed since the one before.
    case changes
    /// Each run that finds another listing reads all of it: what is not in it is gone at the source.
    case listing
    /// It comes by itself, and no run reads it.
    case pushed
  }

  public var manner: Manner
  /// How far the checkpoint reaches, in words: `2 files, all read to their end`; nil where there is none.
  public var position: String?

  public init(_ manner: Manner, position: String?) {
    self.manner = manner
    self.position = position
  }
}

public enum ReplayOutcome: Sendable {
  case record(Record)
  case reject(Reject)
}

public struct DiscoveredStream: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    public var name: String
    /// A value that was seen.
    public var example: String?
    public init(name: String, example: String? = nil) {
      self.name = name
      self.example = example
    }
  }
  /// What it looks like, in words: `CSV, separator ;, windows-1252, 12 columns; mapping salesforce`.
  public var summary: String
  public var fields: [Field]
  public init(summary: String, fields: [Field]) {
    self.summary = summary
    self.fields = fields
  }
}

public struct PreviewedRecord: Sendable {
  public var place: String
  public var raw: [(name: String, value: String)]
  public var outcome: ReplayOutcome
  public init(place: String, raw: [(name: String, value: String)], outcome: ReplayOutcome) {
    self.place = place
    self.raw = raw
    self.outcome = outcome
  }
}
