import KithCore
import KithStore

/// A stream as people look at it: what ran, how fresh it is, when it runs next.
public struct StreamState: Sendable, Equatable, Encodable {
  public var source: String
  public var stream: String
  public var connector: String
  public var lastRunAt: String?
  public var status: String?
  public var records: Int
  public var newestAt: String?
  public var checkpointAt: String?
  public var waitingInQuarantine: Int
  public var schedule: String?
  /// When `kith serve` begins it next, by the schedule alone.
  public var nextRunAt: String?
  /// The tick that should have begun a run and did not; only for sources that have been run on schedule.
  public var lateSince: String?
  /// Why it is paused.
  public var paused: String?
  public var error: String?
}

extension Hub {
  /// Sources that are configured, and those that the hub still holds.
  public func sourceNames(_ known: [SourceStatus]) -> [String] {
    Set(configuration.sources.map(\.name) + known.map(\.source)).sorted()
  }

  /// One per configured stream, and per stream that the hub holds although it is configured no more.
  public func streamStates(_ known: [SourceStatus]) throws(KithError) -> [StreamState] {
    let paused = try store.pausedSources()
    let ticks = try store.lastTicks()
    let now = time.now()
    var states: [StreamState] = []
    for source in configuration.sources {
      let status = known.first { $0.source == source.name }
      for stream in source.settings.streams {
        var state = Self.state(source.name, stream.name, source.connector, status, source.schedule?.text)
        state.nextRunAt = source.schedule?.next(after: now)?.sqlText
        state.lateSince = ticks[source.name].flatMap { source.schedule?.lateSince(lastTick: $0, now: now) }?.sqlText
        state.paused = paused.first { $0.source == source.name }?.reason
        states.append(state)
      }
    }
    for source in known {
      for stream in source.streams
      where !states.contains(where: { $0.source == source.source && $0.stream == stream.stream }) {
        states.append(Self.state(source.source, stream.stream, source.connector, source, "not configured"))
      }
    }
    return states
  }

  private static func state(
    _ source: String, _ stream: String, _ connector: String, _ status: SourceStatus?, _ schedule: String?
  ) -> StreamState {
    let own = status?.streams.first { $0.stream == stream }
    let run = status?.lastRun
    return StreamState(
      source: source, stream: stream, connector: connector, lastRunAt: run?.startedAt.sqlText,
      status: run?.status.rawValue, records: own?.records ?? 0, newestAt: own?.newestAt?.sqlText,
      checkpointAt: own?.checkpointAt?.sqlText, waitingInQuarantine: own?.waitingInQuarantine ?? 0,
      schedule: schedule, error: run?.error)
  }
}

extension SourceSchedule {
  /// A run begins within seconds after its tick; while others go on it waits. In seconds.
  private static let patience: Double = 600

  /// The tick after the last one that was run, if it is so long ago that its run should have begun.
  public func lateSince(lastTick tick: Timestamp, now: Timestamp) -> Timestamp? {
    guard let next = next(after: tick), next < now.adding(seconds: -Self.patience) else { return nil }
    return next
  }
}
