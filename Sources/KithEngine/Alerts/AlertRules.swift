import KithCore
import KithStore

/// What is known of a source when it is looked at.
public struct SourceFacts: Sendable {
  public struct Stream: Sendable {
    public var name: String
    public var watch: StreamWatch
    /// Since when it is watched: an objective does not look further back.
    public var watchedSince: Timestamp
    /// When it was last read to its end.
    public var success: Timestamp?
    /// When a run last brought something new.
    public var new: Timestamp?
  }

  public var source: String
  /// Whether `kith serve` runs it, and tries failed runs again.
  public var isScheduled: Bool
  public var isPaused: Bool
  /// The newest runs that have ended, the newest first: as many as decide whether the source is given up.
  public var runs: [RunRecord]
  /// The newest run that read enough to speak of percent.
  public var sample: RunRecord?
  public var percentSetAside: Int
  /// How the fields of its streams differ: in the newest run, or until a person accepts it.
  public var drift: [FieldChangeRecord]
  /// Those with an objective.
  public var streams: [Stream]
}

/// What is wrong, out of what is known: without clock, storage or network.
public enum AlertRules {
  /// A scheduled source whose runs fail for passing reasons is told of once so many in a row have: the first and the two
  /// times that it was tried again.
  public static let passingFailures = 3
  /// A run that read less does not speak of percent.
  public static let leastRead = 10

  public static func findings(_ sources: [SourceFacts], at now: Timestamp) -> [AlertFinding] {
    sources.flatMap { source in
      [runFailed(source), givenUp(source), quarantineHigh(source)].compactMap { $0 } + drift(source)
        + source.streams.flatMap { [late(source, $0, now), nothingNew(source, $0)].compactMap { $0 } }
    }
  }

  /// Sources of which nothing is told and nothing taken back: a person has paused them.
  public static func muted(_ sources: [SourceFacts]) -> Set<String> {
    Set(sources.filter { $0.isPaused && !hasRefusedCredentials($0) }.map(\.source))
  }

  // MARK: runs

  /// The runs since the last one that succeeded.
  private static func streak(_ source: SourceFacts) -> ArraySlice<RunRecord> {
    source.runs.prefix { $0.status != .succeeded }
  }

  private static func hasRefusedCredentials(_ source: SourceFacts) -> Bool {
    streak(source).contains { $0.errorClass == .authorisation }
  }

  private static func runFailed(_ source: SourceFacts) -> AlertFinding? {
    let failures = streak(source)
    guard let newest = failures.first else { return nil }
    let isFinal = failures.contains { run in
      // For a scheduled source that is `source_given_up`.
      if run.errorClass == .authorisation { return !source.isScheduled }
      return run.errorClass.map { $0 != .transient } ?? false
    }
    guard isFinal || !source.isScheduled || failures.count >= passingFailures else { return nil }
    if !isFinal, hasRefusedCredentials(source) { return nil }
    let what =
      failures.count == 1
      ? "run \(newest.id) failed" : "\(failures.count) runs in a row failed, the last one is run \(newest.id)"
    return AlertFinding(
      AlertKey(.runFailed, source: source.source), "\(source.source): \(what)\(reason(newest))",
      details(newest, failures.count))
  }

  private static func givenUp(_ source: SourceFacts) -> AlertFinding? {
    let failures = streak(source)
    guard source.isScheduled, let newest = failures.first else { return nil }
    let text: String
    if hasRefusedCredentials(source) {
      text = "\(source.source) is given up: the tool refuses the credentials; kith resume \(source.source) when mended"
    } else if failures.count >= Scheduler.opensAfter {
      text =
        "\(source.source) is given up for an hour at a time: \(failures.count) runs in a row failed, "
        + "the last one is run \(newest.id)\(reason(newest))"
    } else {
      return nil
    }
    return AlertFinding(
      AlertKey(.sourceGivenUp, source: source.source), text, details(newest, failures.count))
  }

  private static func reason(_ run: RunRecord) -> String { run.errorClass.map { " (\($0.rawValue))" } ?? "" }

  private static func details(_ run: RunRecord, _ failures: Int) -> AlertDetails {
    var details = AlertDetails()
    details.runID = run.id.rawValue
    details.errorClass = run.errorClass?.rawValue
    details.failures = failures
    return details
  }

  private static func quarantineHigh(_ source: SourceFacts) -> AlertFinding? {
    guard let run = source.sample, run.counts.read >= leastRead else { return nil }
    let (read, aside) = (run.counts.read, run.counts.quarantined)
    guard aside * 100 > source.percentSetAside * read else { return nil }
    var details = AlertDetails()
    details.runID = run.id.rawValue
    (details.read, details.quarantined, details.percentAllowed) = (read, aside, source.percentSetAside)
    return AlertFinding(
      AlertKey(.quarantineHigh, source: source.source),
      "\(source.source): run \(run.id) set aside \(aside) of \(read) records, "
        + "more than the \(source.percentSetAside) % that are allowed", details)
  }

  /// Without the fields' names: where a header is missing they are somebody's data.
  private static func drift(_ source: SourceFacts) -> [AlertFinding] {
    Dictionary(grouping: source.drift, by: \.stream).sorted { $0.key < $1.key }.map { stream, records in
      func count(_ what: FieldChange.What) -> Int { records.count { $0.change.what == what } }
      var details = AlertDetails()
      details.runID = records.map(\.run.rawValue).max()
      details.fieldsNew = count(.new)
      details.fieldsVanished = count(.vanished)
      details.fieldsRetyped = count(.retyped)
      let isHeld = records.contains { $0.state == .waiting }
      let figures = FieldChange.What.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
      return AlertFinding(
        AlertKey(.drift, source: source.source, stream: stream),
        "\(source.source)/\(stream): the fields have changed: \(figures)\(isHeld ? "; somebody must accept it" : "")",
        details)
    }
  }

  // MARK: objectives

  private static func late(_ source: SourceFacts, _ stream: SourceFacts.Stream, _ now: Timestamp) -> AlertFinding? {
    guard let limit = stream.watch.fresh else { return nil }
    let since = stream.success ?? stream.watchedSince
    guard now.seconds(since: since) > Double(limit.seconds) else { return nil }
    let what = stream.success.map { "not read to its end since \($0.sqlText) UTC" } ?? "never read to its end"
    return AlertFinding(
      AlertKey(.sourceLate, source: source.source, stream: stream.name),
      "\(source.source)/\(stream.name): \(what); that is expected within \(limit.text)", details(since, limit))
  }

  /// Reading works and brings nothing: where it does not work, the stream is late, and nothing else is known of it.
  private static func nothingNew(_ source: SourceFacts, _ stream: SourceFacts.Stream) -> AlertFinding? {
    guard let limit = stream.watch.new, let success = stream.success else { return nil }
    let since = max(stream.new ?? stream.watchedSince, stream.watchedSince)
    guard success.seconds(since: since) > Double(limit.seconds) else { return nil }
    return AlertFinding(
      AlertKey(.nothingNew, source: source.source, stream: stream.name),
      "\(source.source)/\(stream.name): read at \(success.sqlText) UTC, but nothing new since \(since.sqlText) UTC; "
        + "something is expected within \(limit.text)", details(since, limit))
  }

  private static func details(_ since: Timestamp, _ limit: TimeLimit) -> AlertDetails {
    var details = AlertDetails()
    details.since = since.isoText
    details.within = limit.text
    return details
  }
}

extension Timestamp {
  /// `2026-11-01T12:00:00Z`.
  var isoText: String { sqlText.replacing(" ", with: "T") + "Z" }
}
