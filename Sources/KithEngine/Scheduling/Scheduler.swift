import KithCore

/// Which source runs when: a state machine without clock, storage or network. It is told what happens and answers what to
/// do; given the same it answers the same.
///
/// - Ticks that come while nobody listened, or while no place was free, become one run, if they are not older than a day.
/// - A run that failed for a passing reason is tried again after a random time of at most `base · 2ⁿ` (full jitter), or
///   when the tool said; the next tick replaces it. A refused credential pauses the source.
/// - Of sources that have a host or a credential in common only so many run at the same time; others go first meanwhile.
/// - After `opensAfter` failures in a row the source rests for an hour; then one run shows whether it works again.
public struct Scheduler: Sendable {
  /// Why a run begins.
  public enum Trigger: Sendable, Equatable {
    case tick
    /// This and so many ticks before it were due.
    case missed(Int)
    /// After so many failures.
    case retry(Int)
    /// The first run after a rest.
    case probe
    /// A tick that came during the run before.
    case queued
    /// The sources before it are done.
    case after
    /// A person asked for it; the scheduler begins none by itself.
    case byHand
  }

  public enum StopReason: Sendable, Equatable { case tooLong, stalled, byHand }

  public enum Action: Sendable, Equatable {
    /// `scheduledAt` is the tick; nil for a run that belongs to none.
    case start(source: String, scheduledAt: Timestamp?, Trigger)
    case stop(source: String, StopReason)
    case pause(source: String, reason: String)
    /// Ticks that no run follows.
    case skip(source: String, ticks: Int, SkipReason)
  }

  public enum SkipReason: Sendable, Equatable { case running, paused, resting, tooOld }

  public enum Outcome: Sendable, Equatable {
    case succeeded
    case failed(KithError.Recovery, retryAfter: Double?)
    /// Another worker has run this tick, or is running the source.
    case elsewhere
    /// Another worker has the source, and has not begun a run of this tick: it may have died before it could.
    case undecided
  }

  private struct Run: Sendable {
    var startedAt: Timestamp
    var progressAt: Timestamp
    var isStopping = false
    /// Up to which tick the source had been run before.
    var lastTick: Timestamp?
    /// What it began with, whatever the configuration says by now.
    var shares: Set<SharedAccess>
  }

  private struct State: Sendable {
    var schedule: SourceSchedule
    var lastTick: Timestamp
    var run: Run?
    var isPaused = false
    var failures = 0
    var retryAt: Timestamp?
    /// Until when it is left to another worker whether the tick is run.
    var waitsUntil: Timestamp?
    var restsUntil: Timestamp?
    var isQueued = false
    /// Its schedule was taken away during a run.
    var isGone = false
    /// Those that it follows and that are done since its last run.
    var done: Set<String> = []

    /// Moments after a tick at which its run begins, so that not all tools are asked at the full minute; in seconds.
    var jitter: Double
  }

  private var states: [String: State] = [:]
  /// Runs of sources without a schedule.
  private var others: [String: Run] = [:]
  private var shares: [String: Set<SharedAccess>] = [:]
  private var bounds = SharedBounds.standard
  private let mostAtOnce: Int

  public static let opensAfter = 5
  static let restSeconds: Double = 3_600
  private static let backoffBase: Double = 60
  private static let backoffCap: Double = 3_600
  private static let oldSeconds: Double = 86_400
  private static let jitterSeconds: UInt64 = 20
  private static let undecidedSeconds: Double = 10

  /// - Parameter mostAtOnce: how many sources run at the same time.
  public init(mostAtOnce: Int) { self.mostAtOnce = max(1, mostAtOnce) }

  /// The sources that are scheduled from now on. What is known of those that stay is kept.
  ///
  /// - Parameters:
  ///   - shares: what sources, those without a schedule as well, may have in common with others.
  ///   - lastTicks: up to which tick a source has been run; the others begin with the next.
  public mutating func load(
    _ schedules: [String: SourceSchedule], shares: [String: Set<SharedAccess>] = [:], bounds: SharedBounds = .standard,
    lastTicks: [String: Timestamp], at now: Timestamp
  ) {
    (self.shares, self.bounds) = (shares, bounds)
    for source in states.keys where schedules[source] == nil {
      if states[source]?.run == nil { states[source] = nil }
      states[source]?.isGone = true
    }
    for (source, schedule) in schedules {
      if states[source] != nil {
        states[source]?.schedule = schedule
        states[source]?.isGone = false
      } else {
        var hash = ContentHash()
        hash.combine(source)
        let jitter = Double(UInt64(bitPattern: hash.value) % (Self.jitterSeconds + 1))
        states[source] = State(schedule: schedule, lastTick: min(lastTicks[source] ?? now, now), jitter: jitter)
        states[source]?.run = others.removeValue(forKey: source)
      }
    }
  }

  public mutating func set(paused: Set<String>, at now: Timestamp) {
    for source in states.keys {
      let isPaused = paused.contains(source)
      if states[source]?.isPaused == true, !isPaused {
        // Whoever resumes has mended something.
        states[source]?.failures = 0
        states[source]?.restsUntil = nil
      }
      states[source]?.isPaused = isPaused
    }
  }

  public var running: [String] { runs.keys.sorted() }

  private var runs: [String: Run] { states.compactMapValues(\.run).merging(others) { scheduled, _ in scheduled } }

  /// What keeps a source from being run now: something that as many others have in common with it as may run at the same
  /// time, and which these are.
  public func obstacle(to source: String) -> (shared: SharedAccess, running: [String])? {
    guard let own = shares[source], !own.isEmpty else { return nil }
    let runs = runs
    for shared in own {
      let users = runs.filter { $0.value.shares.contains(shared) }.keys
      if users.count >= bounds.most(shared) { return (shared, users.sorted()) }
    }
    return nil
  }

  /// When something may be due next, at the latest a day from now.
  public func nextWake(after now: Timestamp) -> Timestamp {
    var earliest = now.adding(seconds: Self.oldSeconds)
    for state in states.values {
      if let run = state.run {
        earliest = min(earliest, run.startedAt.adding(seconds: state.schedule.mostSeconds))
        earliest = min(earliest, run.progressAt.adding(seconds: state.schedule.stallSeconds))
      }
      // What is due already waits for a place, which comes with the end of a run.
      let shifted = now.adding(seconds: -state.jitter)
      if let tick = state.schedule.next(after: max(state.lastTick, shifted)) {
        earliest = min(earliest, tick.adding(seconds: state.jitter))
      }
      for time in [state.retryAt, state.waitsUntil] {
        if let time, time > now { earliest = min(earliest, time) }
      }
    }
    return max(earliest, now)
  }

  // MARK: what happens

  /// Time has passed.
  public mutating func wake(at now: Timestamp) -> [Action] {
    var actions: [Action] = []
    // Whoever waits longest goes first.
    for source in states.keys.sorted(by: { (states[$0]?.lastTick ?? now, $0) < (states[$1]?.lastTick ?? now, $1) }) {
      guard var state = states[source] else { continue }
      stopIfNeeded(source, &state, now, &actions)
      take(source, &state, now, &actions)
      states[source] = state
    }
    return actions
  }

  /// Somebody else began a run: for a source that is scheduled it is what a tick's run is.
  public mutating func began(_ source: String, at now: Timestamp) {
    let run = newRun(source, now)
    if states[source] != nil { states[source]?.run = run } else { others[source] = run }
  }

  private func newRun(_ source: String, _ now: Timestamp) -> Run {
    Run(startedAt: now, progressAt: now, shares: shares[source] ?? [])
  }

  /// A run has stored something.
  public mutating func progressed(_ source: String, at now: Timestamp) { states[source]?.run?.progressAt = now }

  /// A run has ended. `random` is from 0 to 1.
  public mutating func ended(_ source: String, _ outcome: Outcome, at now: Timestamp, random: Double) -> [Action] {
    others[source] = nil
    guard var state = states[source] else { return [] }
    let lastTick = state.run?.lastTick
    state.run = nil
    if state.isGone {
      states[source] = nil
      return []
    }
    var actions: [Action] = []
    switch outcome {
    case .succeeded:
      (state.failures, state.restsUntil, state.retryAt) = (0, nil, nil)
      states[source] = state
      noteDone(source)
      return []
    case .elsewhere: state.retryAt = nil
    case .undecided:
      state.retryAt = nil
      guard let lastTick else { break }
      // The tick is due again.
      state.lastTick = lastTick
      state.waitsUntil = now.adding(seconds: Self.undecidedSeconds)
    case .failed(let recovery, let retryAfter):
      state.failures += 1
      state.retryAt = nil
      if recovery == .authorisation {
        state.isPaused = true
        actions.append(.pause(source: source, reason: "the tool refuses the credentials"))
      } else if state.failures >= Self.opensAfter {
        state.restsUntil = now.adding(seconds: Self.restSeconds)
        state.retryAt = state.restsUntil
      } else if recovery == .transient {
        let most = min(Self.backoffCap, Self.backoffBase * Double(1 << min(state.failures - 1, 10)))
        state.retryAt = now.adding(seconds: max(most * min(max(random, 0), 1), retryAfter ?? 0))
      }
    }
    states[source] = state
    return actions
  }

  private mutating func noteDone(_ source: String) {
    for (follower, state) in states {
      if case .after(let sources) = state.schedule.cadence, sources.contains(source) {
        states[follower]?.done.insert(source)
      }
    }
  }

  // MARK: what is due

  private func stopIfNeeded(_ source: String, _ state: inout State, _ now: Timestamp, _ actions: inout [Action]) {
    guard let run = state.run, !run.isStopping else { return }
    if now >= run.startedAt.adding(seconds: state.schedule.mostSeconds) {
      actions.append(.stop(source: source, .tooLong))
    } else if now >= run.progressAt.adding(seconds: state.schedule.stallSeconds) {
      actions.append(.stop(source: source, .stalled))
    } else {
      return
    }
    state.run?.isStopping = true
  }

  /// Leaves out ticks that are too old to be made up for; how many they were.
  private func dropOld(_ state: inout State, _ now: Timestamp) -> Int {
    let oldest = now.adding(seconds: -Self.oldSeconds)
    var count = 0
    while let next = state.schedule.next(after: state.lastTick), next < oldest {
      state.lastTick = next
      count += 1
    }
    return count
  }

  /// The newest tick that is due, and how many are.
  private func due(_ state: State, _ now: Timestamp) -> (newest: Timestamp, count: Int)? {
    let limit = now.adding(seconds: -state.jitter)
    var (tick, count) = (state.lastTick, 0)
    while let next = state.schedule.next(after: tick), next <= limit { (tick, count) = (next, count + 1) }
    return count == 0 ? nil : (tick, count)
  }

  private func take(_ source: String, _ state: inout State, _ now: Timestamp, _ actions: inout [Action]) {
    if state.isGone { return }
    if let time = state.waitsUntil, time > now { return }
    state.waitsUntil = nil
    let old = dropOld(&state, now)
    if old > 0 { actions.append(.skip(source: source, ticks: old, .tooOld)) }
    if let (newest, count) = due(state, now) {
      if let (skipped, reason) = passOver(&state, count, now) {
        state.lastTick = newest
        if skipped > 0 { actions.append(.skip(source: source, ticks: skipped, reason)) }
        return
      }
      guard hasPlace, obstacle(to: source) == nil else { return }
      let before = state.lastTick
      defer { state.run?.lastTick = before }
      state.lastTick = newest
      let missed = count - 1 + (state.isQueued ? 1 : 0)
      let trigger: Trigger = missed > 0 ? .missed(missed) : state.restsUntil != nil ? .probe : .tick
      return actions.append(start(source, &state, newest, trigger, now))
    }
    guard state.run == nil, !state.isPaused, hasPlace, obstacle(to: source) == nil else { return }
    if state.isQueued {
      actions.append(start(source, &state, nil, .queued, now))
    } else if let retry = state.retryAt, retry <= now {
      let trigger: Trigger = state.restsUntil != nil ? .probe : .retry(state.failures)
      actions.append(start(source, &state, nil, trigger, now))
    } else if case .after(let sources) = state.schedule.cadence, state.done.isSuperset(of: sources) {
      actions.append(start(source, &state, nil, .after, now))
    }
  }

  /// Whether ticks that are due begin no run, how many of them are left out, and why.
  private func passOver(_ state: inout State, _ count: Int, _ now: Timestamp) -> (skipped: Int, SkipReason)? {
    if state.isPaused { return (count, .paused) }
    if let rest = state.restsUntil, now < rest { return (count, .resting) }
    guard state.run != nil else { return nil }
    guard state.schedule.overlap == .queue, !state.isQueued else { return (count, .running) }
    state.isQueued = true
    return (count - 1, .running)
  }

  private func start(
    _ source: String, _ state: inout State, _ tick: Timestamp?, _ trigger: Trigger, _ now: Timestamp
  ) -> Action {
    state.run = newRun(source, now)
    (state.retryAt, state.isQueued, state.done) = (nil, false, [])
    return .start(source: source, scheduledAt: tick, trigger)
  }

  private var hasPlace: Bool { states.values.count { $0.run != nil } < mostAtOnce }
}
