import Dispatch
import KithCore
import KithStore

/// What a service has to tell, for its log.
public enum ServiceEvent: Sendable {
  case started(sources: Int)
  case runStarted(source: String, tick: Timestamp?, Scheduler.Trigger)
  case runEnded(SourceReport)
  case skipped(source: String, ticks: Int, Scheduler.SkipReason)
  case stopped(source: String, Scheduler.StopReason)
  case paused(source: String, reason: String)
  case resolved(IdentityChanges)
  case failed(what: String, KithError)
  case alerts(AlertKeeper.Report)
  case reloaded(sources: Int)
  case refused(reason: String)
  case draining(running: [String])
  case ended
}

/// Runs the sources of a hub when they are due, and brings the customers up to date afterwards, until it is told to stop.
public actor ScheduleService {
  private enum Event: Sendable {
    case wake
    case progressed(String)
    case begun(String, RunID)
    case ended(SourceReport)
    case resolved(Result<IdentityChanges, KithError>)
    case messagesCame(String)
    case messagesRead(String, Result<SourceReport?, KithError>)
    /// The alerts have been seen to; nil when all went well.
    case watched(KithError?)
    case stop
    case reload
  }

  /// What it works on.
  public nonisolated let current: CurrentHub
  private let load: @Sendable () throws -> Hub
  private let clock: any WaitingTime
  private let log: @Sendable (ServiceEvent) -> Void
  private var random: any RandomNumberGenerator & Sendable
  private var scheduler: Scheduler
  private var runs: [String: Task<Void, Never>] = [:]
  /// The numbers of the runs, once they have one.
  private var numbers: [String: RunID] = [:]
  /// Who waits for the number of a run.
  private var waiting: [String: CheckedContinuation<Result<RunID, KithError>, Never>] = [:]
  /// Sources whose run a person ended.
  private var endedByHand: Set<String> = []
  /// Sources whose messages are being read, and those for which more have come meanwhile.
  private var reading: Set<String> = []
  private var mustReadAgain: Set<String> = []
  private var readNotBefore: [String: Timestamp] = [:]
  private var alarm: Task<Void, Never>?
  private var isDraining = false
  private var mustResolve = false
  private var isResolving = false
  private var watching = AlertWatching()
  private let events: AsyncStream<Event>
  private let inbox: AsyncStream<Event>.Continuation

  /// Pauses that other programs make are noticed within so many seconds.
  private static let attention: Double = 15

  /// - Parameters:
  ///   - load: reads the configuration anew; what it throws leaves the old one in place.
  ///   - mostAtOnce: how many sources run at the same time.
  public init(
    _ hub: Hub, load: @escaping @Sendable () throws -> Hub, clock: any WaitingTime, mostAtOnce: Int,
    random: any RandomNumberGenerator & Sendable, log: @escaping @Sendable (ServiceEvent) -> Void
  ) {
    current = CurrentHub(hub)
    self.load = load
    self.clock = clock
    self.random = random
    self.log = log
    scheduler = Scheduler(mostAtOnce: mostAtOnce)
    (events, inbox) = AsyncStream.makeStream()
  }

  /// Stops beginning runs, ends those that go on after the batch in hand, and lets `run` return.
  public nonisolated func stop() { inbox.yield(.stop) }

  /// Reads the configuration anew.
  public nonisolated func reload() { inbox.yield(.reload) }

  /// Returns when it has been stopped and nothing runs any more.
  public func run() async throws(KithError) {
    let now = clock.now()
    schedule(hub, lastTicks: try hub.store.lastTicks(), at: now)
    log(.started(sources: schedules.count))
    inbox.yield(.wake)
    for await event in events {
      handle(event)
      if isDraining, runs.isEmpty, reading.isEmpty, !isResolving, !watching.isUnderWay { break }
      if !isDraining { wake() }
    }
    alarm?.cancel()
    log(.ended)
  }

  private var hub: Hub { current.hub }

  private func schedule(_ hub: Hub, lastTicks: [String: Timestamp], at now: Timestamp) {
    scheduler.load(
      schedules, shares: hub.sharedAccess, bounds: hub.configuration.hub.bounds, lastTicks: lastTicks, at: now)
  }

  private var schedules: [String: SourceSchedule] {
    var schedules: [String: SourceSchedule] = [:]
    for source in hub.configuration.sources { schedules[source.name] = source.schedule }
    return schedules
  }

  private func handle(_ event: Event) {
    switch event {
    case .wake: break
    case .progressed(let source): scheduler.progressed(source, at: clock.now())
    case .begun(let source, let run):
      numbers[source] = run
      waiting.removeValue(forKey: source)?.resume(returning: .success(run))
    case .ended(let report): end(report)
    case .resolved(let outcome):
      isResolving = false
      switch outcome {
      case .success(let changes): log(.resolved(changes))
      case .failure(let error):
        // The profiles wait in their queue for the next pass.
        log(.failed(what: "the customers could not be brought up to date", error))
      }
    case .messagesCame(let source): readMessages(of: source)
    case .messagesRead(let source, let outcome): messagesRead(source, outcome)
    case .watched(let error):
      watching.ended()
      if let error { log(.failed(what: "the alerts could not be seen to", error)) }
    case .stop:
      isDraining = true
      watching.stop.stop()
      log(.draining(running: scheduler.running))
      for run in runs.values { run.cancel() }
    case .reload: readConfiguration()
    }
  }

  private func readConfiguration() {
    do {
      let hub = try load()
      let lastTicks = try hub.store.lastTicks()
      current.take(hub)
      schedule(hub, lastTicks: lastTicks, at: clock.now())
      log(.reloaded(sources: schedules.count))
    } catch {
      current.refuse("\(error)")
      log(.refused(reason: "\(error)"))
    }
  }

  private func end(_ report: SourceReport) {
    runs[report.source] = nil
    numbers[report.source] = nil
    let nothing = KithError(.bug, "a run ended before it had a number", place: report.source)
    waiting.removeValue(forKey: report.source)?.resume(returning: .failure(report.error ?? nothing))
    log(.runEnded(report))
    let now = clock.now()
    let number = Double(random.next() >> 11) / Double(1 << 53)
    // What a person ended is no failure, and not tried again before the next tick.
    let outcome = endedByHand.remove(report.source) == nil ? Self.outcome(report) : .elsewhere
    perform(scheduler.ended(report.source, outcome, at: now, random: number))
    if report.counts.hasChanges { mustResolve = true }
    watching.isDue = true
  }

  private static func outcome(_ report: SourceReport) -> Scheduler.Outcome {
    if report.isElsewhere { return report.isUndecided ? .undecided : .elsewhere }
    guard let worst = report.worstError else { return .succeeded }
    return .failed(worst.recovery, retryAfter: report.errors.compactMap(\.retryAfter).max())
  }

  // MARK: what people ask for

  /// Begins a run by hand, beside the schedule, and returns its number as soon as it has one.
  ///
  /// - Parameter streams: empty for all.
  public func start(_ source: String, streams: [String], isFull: Bool) async throws(KithError) -> RunID {
    let configured = try hub.source(named: source)
    for stream in streams { _ = try hub.stream(named: stream, of: configured) }
    if isDraining { throw KithError(.transient, "the service is being stopped", fix: "Ask again in a moment.") }
    if runs[source] != nil {
      throw KithError(
        .transient, "the source is being synced", seen: source, fix: "Wait for the end of the run, or cancel it.")
    }
    if let (shared, running) = scheduler.obstacle(to: source) {
      throw KithError(
        .transient, "others that use \(shared.words) are being synced", seen: running.joined(separator: ", "),
        fix: "Wait for their end, or allow more with hub: at_once.")
    }
    scheduler.began(source, at: clock.now())
    let outcome = await withCheckedContinuation { continuation in
      waiting[source] = continuation
      begin(SyncRequest(sources: [source], streams: streams, isFull: isFull), of: source, .byHand)
    }
    return try outcome.get()
  }

  /// Reads quarantined records again, and brings the customers up to date with what came in.
  public nonisolated func replay(
    source: String?, stream: String?, ids: Set<Int64>
  ) async throws(KithError) -> [ReplayReport] {
    let replayer = QuarantineReplayer(hub: current.hub)
    let outcome = await withTaskExecutorPreference(SyncExecutor.shared) {
      () async -> Result<[ReplayReport], KithError> in
      do throws(KithError) {
        return .success(try await replayer.replay(source: source, stream: stream, ids: ids))
      } catch {
        return .failure(error)
      }
    }
    let reports = try outcome.get()
    if reports.contains(where: { $0.replayed > 0 }) { await resolve() }
    return reports
  }

  /// Reads the messages that have come in for a source, and brings the customers up to date with them. Where a run is
  /// under way, it reads them at its end.
  public nonisolated func messagesCame(for source: String) { inbox.yield(.messagesCame(source)) }

  private func readMessages(of source: String) {
    // What waits then waits for the next process.
    if isDraining { return }
    if reading.contains(source) {
      mustReadAgain.insert(source)
      return
    }
    reading.insert(source)
    let (hub, inbox) = (hub, inbox)
    Task.detached(executorPreference: SyncExecutor.shared) {
      do throws(KithError) {
        inbox.yield(.messagesRead(source, .success(try WebhookInbox(hub: hub).read(source: source))))
      } catch {
        inbox.yield(.messagesRead(source, .failure(error)))
      }
    }
  }

  private func messagesRead(_ source: String, _ outcome: Result<SourceReport?, KithError>) {
    reading.remove(source)
    if case .success(let report?) = outcome {
      log(.runEnded(report))
      if report.counts.hasChanges { mustResolve = true }
      if report.error == nil {
        if mustReadAgain.remove(source) != nil { readMessages(of: source) }
        return
      }
    } else if case .failure(let error) = outcome {
      log(.failed(what: "messages for \(source) could not be read: they wait", error))
    }
    // Another worker has the source, or something is wrong: not at once again.
    mustReadAgain.remove(source)
    readNotBefore[source] = clock.now().adding(seconds: Self.attention)
  }

  /// Messages that an earlier process kept, or that a run left behind.
  private func readWaitingMessages(at now: Timestamp) {
    do throws(KithError) {
      for source in try hub.store.sourcesWithDeliveries() {
        guard hub.configuration.source(named: source) != nil, runs[source] == nil, !reading.contains(source) else {
          continue
        }
        if let moment = readNotBefore[source], now < moment { continue }
        readMessages(of: source)
      }
    } catch {
      log(.failed(what: "the hub could not be asked for messages that came in", error))
    }
  }

  private func resolve() {
    mustResolve = true
    if !isDraining { resolveIfQuiet() }
  }

  /// Ends a run after the batch in hand; false when it is none of this service's.
  public func cancel(_ run: RunID) -> Bool {
    guard let source = numbers.first(where: { $0.value == run })?.key, let task = runs[source] else { return false }
    endedByHand.insert(source)
    log(.stopped(source: source, .byHand))
    task.cancel()
    return true
  }

  // MARK: what is due

  private func wake() {
    let now = clock.now()
    do throws(KithError) {
      scheduler.set(paused: Set(try hub.store.pausedSources().map(\.source)), at: now)
    } catch {
      log(.failed(what: "the hub could not be asked who is paused", error))
    }
    perform(scheduler.wake(at: now))
    readWaitingMessages(at: now)
    resolveIfQuiet()
    watch(at: now)
    alarm?.cancel()
    let next = min(scheduler.nextWake(after: now), now.adding(seconds: Self.attention))
    let (clock, inbox) = (clock, inbox)
    alarm = Task {
      do throws(KithError) {
        try await clock.sleep(until: next)
        inbox.yield(.wake)
      } catch {
        // The alarm was put off: another one is set.
      }
    }
  }

  /// Looks at what is wrong and tells it, now and then and after each run.
  private func watch(at now: Timestamp) {
    guard watching.begin(at: now) else { return }
    let (keeper, inbox, log, stop) = (AlertKeeper(hub: hub, time: clock), inbox, log, watching.stop)
    Task.detached(executorPreference: SyncExecutor.shared) {
      do throws(KithError) {
        for report in try keeper.look() { log(.alerts(report)) }
        try await keeper.tell(isStopped: { stop.isStopped }) { log(.alerts($0)) }
        inbox.yield(.watched(nil))
      } catch {
        inbox.yield(.watched(error))
      }
    }
  }

  private func perform(_ actions: [Scheduler.Action]) {
    for action in actions {
      switch action {
      case .start(let source, let tick, let trigger): start(source, tick, trigger)
      case .stop(let source, let reason):
        log(.stopped(source: source, reason))
        runs[source]?.cancel()
      case .skip(let source, let ticks, let reason): log(.skipped(source: source, ticks: ticks, reason))
      case .pause(let source, let reason): pause(source, reason)
      }
    }
  }

  private func pause(_ source: String, _ reason: String) {
    log(.paused(source: source, reason: reason))
    do throws(KithError) {
      try hub.store.pause(source, reason: reason, by: "kith serve", at: clock.now())
    } catch {
      log(.failed(what: "the pause of \(source) could not be kept: it ends with this process", error))
    }
  }

  private func start(_ source: String, _ tick: Timestamp?, _ trigger: Scheduler.Trigger) {
    begin(SyncRequest(sources: [source], scheduledAt: tick), of: source, trigger)
  }

  private func begin(_ request: SyncRequest, of source: String, _ trigger: Scheduler.Trigger) {
    log(.runStarted(source: source, tick: request.scheduledAt, trigger))
    let (hub, inbox) = (hub, inbox)
    runs[source] = Task.detached(executorPreference: SyncExecutor.shared) {
      var report = SourceReport(source: source, status: .failed, counts: RunCounts(), streams: [])
      do throws(KithError) {
        let reports = try await SyncRunner(hub: hub).sync(request) { event in
          switch event {
          case .progress: inbox.yield(.progressed(source))
          case .runStarted(let run): inbox.yield(.begun(source, run))
          default: break
          }
        }
        if let only = reports.first { report = only }
      } catch {
        report.error = error
      }
      inbox.yield(.ended(report))
    }
  }

  /// One pass for all that has come in; it looks at everybody who changed, whichever source it was.
  private func resolveIfQuiet() {
    guard mustResolve, !isResolving else { return }
    (mustResolve, isResolving) = (false, true)
    let (hub, inbox) = (hub, inbox)
    // It computes for a while, and must not keep a thread from the runs.
    DispatchQueue.global(qos: .utility).async {
      do throws(KithError) {
        inbox.yield(.resolved(.success(try hub.identity.resolve())))
      } catch {
        inbox.yield(.resolved(.failure(error)))
      }
    }
  }
}
