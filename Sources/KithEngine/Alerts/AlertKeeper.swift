import KithCore
import KithStore

/// Looks at a hub for what is wrong, and tells the destinations.
public struct AlertKeeper: Sendable {
  /// What happened while it looked and told, for a log.
  public enum Report: Sendable {
    case changed(AlertRecord, AlertEvent)
    case delivered(AlertDelivery, answer: String)
    /// `next` is nil for one that is given up.
    case undelivered(AlertDelivery, KithError, next: Timestamp?)
  }

  private let hub: Hub
  private let time: any WaitingTime

  /// Messages that one round tells a destination at most.
  private static let mostAtOnce = 50

  public init(hub: Hub, time: any WaitingTime) {
    self.hub = hub
    self.time = time
  }

  /// Opens and resolves alerts by what the hub knows now.
  public func look() throws(KithError) -> [Report] {
    let now = time.now()
    let facts = try facts(at: now)
    let (found, muted) = (AlertRules.findings(facts, at: now), AlertRules.muted(facts))
    let changed = try hub.store.changeAlerts(tell: hub.configuration.hub.alerts.map(\.name), at: now) { open in
      AlertBoard.changes(open: open, found: found, muted: muted) { key in Self.isWatched(key, facts) }
    }
    return changed.map { .changed($0.alert, $0.event) }
  }

  private static func isWatched(_ key: AlertKey, _ facts: [SourceFacts]) -> Bool {
    guard let source = facts.first(where: { $0.source == key.source }) else { return false }
    guard let stream = key.stream, key.kind != .drift else { return true }
    let watch = source.streams.first { $0.name == stream }?.watch
    return key.kind == .sourceLate ? watch?.fresh != nil : key.kind == .nothingNew ? watch?.new != nil : watch != nil
  }

  /// Tells what is due, the destinations beside each other. Returns when all of it has been tried once; `isStopped` is asked
  /// before each.
  public func tell(
    isStopped: @escaping @Sendable () -> Bool, _ report: @escaping @Sendable (Report) -> Void
  ) async throws(KithError) {
    let due = try hub.store.dueDeliveries(at: time.now(), limit: Self.mostAtOnce)
    let groups = Dictionary(grouping: due, by: \.destination)
    let failures = await withTaskGroup(of: KithError?.self) { group in
      for deliveries in groups.values {
        group.addTask {
          do throws(KithError) {
            for delivery in deliveries where !isStopped() { try await self.tell(delivery, report) }
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: [KithError]()) { if let error = $1 { $0.append(error) } }
    }
    if let failure = failures.first { throw failure }
  }

  private func tell(_ delivery: AlertDelivery, _ report: @Sendable (Report) -> Void) async throws(KithError) {
    let now = time.now()
    // Longer than any destination may take.
    let end = now.adding(seconds: Double(AlertTimeouts.mostSeconds) * 2)
    guard try hub.store.claimDelivery(delivery.id, at: now, until: end) else { return }
    guard let destination = hub.configuration.hub.alerts.first(where: { $0.name == delivery.destination }) else {
      let error = KithError(
        .configuration, "this destination of alerts is no longer configured", seen: delivery.destination)
      try hub.store.noteUndelivered(delivery.id, error: error.description, next: nil)
      return report(.undelivered(delivery, error, next: nil))
    }
    do throws(KithError) {
      let message = AlertMessage(delivery.alert, delivery.event)
      let answer = try await AlertSender(time: time).send(message, to: destination)
      try hub.store.noteDelivered(delivery.id, at: time.now())
      report(.delivered(delivery, answer: answer))
    } catch {
      let next = AlertRetry.wait(after: delivery.attempts + 1).map { time.now().adding(seconds: $0) }
      try hub.store.noteUndelivered(delivery.id, error: error.description, next: next)
      report(.undelivered(delivery, error, next: next))
    }
  }

  // MARK: facts

  private func facts(at now: Timestamp) throws(KithError) -> [SourceFacts] {
    let sources = hub.configuration.sources
    let paused = Set(try hub.store.pausedSources().map(\.source))
    let names = sources.flatMap { source in watched(source).map { "\(source.name)/\($0.stream)" } }
    let since = names.isEmpty ? [:] : try hub.store.watchedSince(names, at: now)
    var facts: [SourceFacts] = []
    for source in sources {
      var streams: [SourceFacts.Stream] = []
      for (name, watch) in watched(source) {
        let (success, new) = try hub.store.newestReadings(source: source.name, stream: name)
        streams.append(
          SourceFacts.Stream(
            name: name, watch: watch, watchedSince: since["\(source.name)/\(name)"] ?? now, success: success, new: new))
      }
      let runs = try hub.store.endedRuns(of: source.name, limit: Scheduler.opensAfter)
      facts.append(
        SourceFacts(
          source: source.name, isScheduled: source.schedule != nil, isPaused: paused.contains(source.name),
          runs: runs,
          sample: try hub.store.newestRun(of: source.name, reading: AlertRules.leastRead),
          percentSetAside: source.watch.percentSetAside,
          drift: try drift(of: source.name, newest: runs.first?.id), streams: streams))
    }
    return facts
  }

  private func drift(of source: String, newest: RunID?) throws(KithError) -> [FieldChangeRecord] {
    let most = FieldSample.mostFields * 4
    let waiting = try hub.store.fieldChanges(source: source, state: .waiting, limit: most)
    guard waiting.isEmpty, let newest else { return waiting }
    return try hub.store.fieldChanges(source: source, run: newest, state: .accepted, limit: most)
  }

  private func watched(_ source: SourceConfiguration) -> [(stream: String, watch: StreamWatch)] {
    source.settings.streams.map { ($0.name, source.watch.watch(of: $0.name)) }
      .filter { $0.1.fresh != nil || $0.1.new != nil }
  }
}
