import Foundation
import KithCore
import KithStore
import KithTesting
import Synchronization
import Testing

@testable import KithEngine

/// The service on a real hub, with a clock that the test moves.
@Suite struct ScheduleServiceTests {
  @Test(.timeLimit(.minutes(10))) func dueSourcesAreSyncedAndResolved() async throws {
    let stage = try Stage([("crm", .people), ("shop", .people)], schedule: "every 1m")
    defer { stage.remove() }
    async let ended: Void = stage.service.run()
    try await stage.log.first { if case .started(2) = $0 { true } else { false } }
    stage.clock.advance(seconds: 90)
    for _ in 0..<2 {
      try await stage.log.first { if case .runEnded(let run) = $0 { run.status == .succeeded } else { false } }
    }
    try await stage.log.first { if case .resolved = $0 { true } else { false } }
    stage.service.stop()
    try await ended
    let runs = try stage.hub.store.runs(limit: 10)
    #expect(Set(runs.map(\.source)) == ["crm", "shop"] && runs.allSatisfy { $0.scheduledAt != nil })
    // The profiles wait for nobody.
    #expect(try stage.hub.identity.resolve().profiles == 0)
  }

  @Test(.timeLimit(.minutes(10))) func aHungConnectorIsStoppedAndOthersGoOn() async throws {
    let stage = try Stage([("crm", .people), ("dead", .hung)], schedule: "every 1m")
    defer { stage.remove() }
    async let ended: Void = stage.service.run()
    try await stage.log.first { if case .started = $0 { true } else { false } }
    stage.clock.advance(seconds: 90)
    try await stage.log.first { if case .runEnded(let run) = $0 { run.source == "crm" } else { false } }
    // It stores nothing for half an hour; the other source has more ticks meanwhile.
    stage.clock.advance(seconds: 1_900)
    try await stage.log.first { if case .stopped("dead", .stalled) = $0 { true } else { false } }
    try await stage.log.first {
      if case .runEnded(let run) = $0 {
        run.source == "dead" && run.streams.first?.error?.recovery == .transient
      } else {
        false
      }
    }
    stage.service.stop()
    try await ended
    let run = try #require(try stage.hub.store.runs(limit: 10, source: "dead").last)
    #expect(run.status == .failed && run.error?.contains("stopped") == true)
    _ = try stage.hub.store.acquireLease(source: "dead")
  }

  @Test(.timeLimit(.minutes(10))) func stoppingEndsRunsAfterTheBatchInHand() async throws {
    let stage = try Stage([("dead", .hung)], schedule: "every 1m")
    defer { stage.remove() }
    async let ended: Void = stage.service.run()
    try await stage.log.first { if case .started = $0 { true } else { false } }
    stage.clock.advance(seconds: 90)
    try await stage.log.first { if case .runStarted = $0 { true } else { false } }
    stage.service.stop()
    try await ended
    #expect(try stage.hub.store.runs(limit: 10).map(\.status) == [.failed])
  }

  /// Whoever asks for one run more of a host than is allowed is told which go on.
  @Test(.timeLimit(.minutes(10))) func whatSharesAHostWaits() async throws {
    let stage = try Stage([("a", .hung), ("b", .hung), ("c", .hung), ("d", .people)], schedule: "every 1d")
    defer { stage.remove() }
    async let ended: Void = stage.service.run()
    try await stage.log.first { if case .started(4) = $0 { true } else { false } }
    for source in ["a", "b"] { _ = try await stage.service.start(source, streams: [], isFull: false) }
    let error = await #expect(throws: KithError.self) {
      try await stage.service.start("c", streams: [], isFull: false)
    }
    #expect(error?.recovery == .transient && error?.seen == "a, b", "\(String(describing: error))")
    #expect(error?.what == "others that use the host tool.example.com are being synced")
    _ = try await stage.service.start("d", streams: [], isFull: false)
    stage.service.stop()
    try await ended
  }

  @Test(.timeLimit(.minutes(10))) func pausesAndRefusedConfigurations() async throws {
    let stage = try Stage([("crm", .people), ("shop", .denied)], schedule: "every 1m")
    defer { stage.remove() }
    try stage.hub.store.pause("crm", reason: "test", by: "nobody", at: stage.clock.now())
    async let ended: Void = stage.service.run()
    try await stage.log.first { if case .started = $0 { true } else { false } }
    stage.clock.advance(seconds: 90)
    try await stage.log.first { if case .skipped("crm", _, .paused) = $0 { true } else { false } }
    // A tool that refuses the credentials pauses its source for good.
    try await stage.log.first { if case .paused("shop", _) = $0 { true } else { false } }
    stage.broken.value.withLock { $0 = true }
    stage.service.reload()
    try await stage.log.first { if case .refused = $0 { true } else { false } }
    stage.broken.value.withLock { $0 = false }
    stage.service.reload()
    try await stage.log.first { if case .reloaded(2) = $0 { true } else { false } }
    stage.service.stop()
    try await ended
    #expect(try stage.hub.store.pausedSources().map(\.source) == ["crm", "shop"])
    #expect(try stage.hub.store.resume("shop", by: "nobody", at: stage.clock.now()))
    #expect(try !stage.hub.store.resume("shop", by: "nobody", at: stage.clock.now()))
  }

  @Test(arguments: [
    ("every 15m", "every 15m"), ("every 2h", "every 2h"), ("every 1d", "every 1d"), ("after crm", "after crm"),
    ("15 * * * *", "15 * * * *"), ("{when: every 5m, overlap: queue, max_minutes: 10}", "every 5m"),
    ("{when: 0 2 * * *, time_zone: America/New_York}", "0 2 * * *"),
  ]) func schedulesAreRead(written: String, text: String) throws {
    #expect(try Stage.configuration(written).source(named: "shop")?.schedule?.text == text)
  }

  @Test(arguments: [
    ("every 15", "not understood"), ("after nobody", "follows one that is not there"), ("after shop", "follows itself"),
    ("{when: every 5m, overlap: double}", "overlap"), ("{overlap: skip}", "lacks \"when\""),
    ("{when: 0 2 * * *, time_zone: Mars/Olympus}", "time_zone"), ("{when: every 5m, max_minutes: 0}", "max_minutes"),
    ("{when: every 5m, often: yes}", "unknown key"), ("every 0m", "not understood"), ("often", "five fields"),
  ]) func wrongSchedulesAreTold(written: String, words: String) {
    do {
      _ = try Stage.configuration(written)
      Issue.record("\(written) was accepted")
    } catch {
      #expect("\(error)".contains(words), "\(written): \(error)")
    }
  }
}

/// A hub, a service on it, and what the service logged.
private final class Stage: Sendable {
  enum Behaviour { case people, hung, denied }

  let folder: URL
  let hub: Hub
  let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
  let log = EventLog()
  let service: ScheduleService
  let broken = Flag()

  init(_ sources: [(name: String, behaviour: Behaviour)], schedule: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let connectors: [any Connector] = sources.map { StagedConnector($0.name, $0.behaviour) }
    var text = "hub: {database: kith.sqlite}\nsources:\n"
    for (name, _) in sources {
      text += "  - {name: \(name), connector: \(name), schedule: \"\(schedule)\", streams: {people: {}}}\n"
    }
    var reader = ConfigurationReader(connectors: ConnectorCatalogue(connectors), time: clock, environment: [:])
    let configuration = try reader.read(
      text: text, name: "connectors.yml", path: folder.path + "/connectors.yml", baseDirectory: folder.path)
    let hub = try Hub(configuration: configuration, connectors: ConnectorCatalogue(connectors), time: clock)
    self.hub = hub
    let broken = broken
    service = ScheduleService(
      hub,
      load: {
        if broken.value.withLock({ $0 }) { throw KithError(.configuration, "the file is broken") }
        return hub
      }, clock: clock, mostAtOnce: 2, random: SeededGenerator(seed: 1), log: { [log] in log.add($0) })
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  static func configuration(_ schedule: String) throws -> Configuration {
    let connector = StagedConnector("csv", .people)
    var reader = ConfigurationReader(
      connectors: ConnectorCatalogue([connector]), time: TestTime("2026-11-01 12:00:00"), environment: [:])
    return try reader.read(
      text: """
        sources:
          - {name: crm, connector: csv, schedule: "15 * * * *", streams: {people: {}}}
          - {name: shop, connector: csv, schedule: \(schedule), streams: {people: {}}}
        """, name: "connectors.yml", path: "/hub/connectors.yml", baseDirectory: "/hub")
  }
}

private final class Flag: Sendable {
  let value = Mutex(false)
}

/// A clock that stands still until the test moves it.
private final class ManualClock: WaitingTime {
  private struct State {
    var now: Timestamp
    var sleepers: [Int: (until: Timestamp, wake: CheckedContinuation<Void, Never>)] = [:]
    var count = 0
    var cancelled: Set<Int> = []
  }

  private let state: Mutex<State>

  init(_ now: Timestamp) { state = Mutex(State(now: now)) }

  func now() -> Timestamp { state.withLock { $0.now } }

  func advance(seconds: Double) {
    let due = state.withLock { state in
      state.now = state.now.adding(seconds: seconds)
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.wake)
    }
    for sleeper in due { sleeper.resume() }
  }

  func sleep(until time: Timestamp) async throws(KithError) {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          if time <= state.now || state.cancelled.remove(number) != nil { return true }
          state.sleepers[number] = (time, continuation)
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: number)
        if sleeper == nil { state.cancelled.insert(number) }
        return sleeper
      }
      sleeper?.wake.resume()
    }
    if Task.isCancelled { throw KithError(.transient, "cancelled") }
  }
}

/// What was logged; whoever waits for an event takes it.
private final class EventLog: Sendable {
  private struct State {
    var events: [ServiceEvent] = []
    var waiters: [(fits: @Sendable (ServiceEvent) -> Bool, wake: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  func add(_ event: ServiceEvent) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if let place = state.waiters.firstIndex(where: { $0.fits(event) }) { return state.waiters.remove(at: place).wake }
      state.events.append(event)
      return nil
    }
    waiter?.resume()
  }

  func first(_ fits: @escaping @Sendable (ServiceEvent) -> Bool) async throws {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if let place = state.events.firstIndex(where: fits) {
          state.events.remove(at: place)
          return true
        }
        state.waiters.append((fits, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

/// Gives two people, hangs until it is cancelled, or refuses the credentials.
private struct StagedConnector: Connector {
  let specification: ConnectorSpecification
  let behaviour: Stage.Behaviour

  init(_ name: String, _ behaviour: Stage.Behaviour) {
    self.behaviour = behaviour
    specification = ConnectorSpecification(
      name: name, title: name, summary: "For tests.", streams: [StreamSpecification(name: "people", summary: "")])
  }

  func open(_ settings: SourceSettings) throws(KithError) -> any Source { StagedSource(behaviour: behaviour) }
}

private struct StagedSource: RemoteSource {
  let behaviour: Stage.Behaviour

  var hosts: Set<String> { behaviour == .hung ? ["tool.example.com"] : [] }

  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    switch behaviour {
    case .denied: throw KithError(.authorisation, "wrong password")
    case .people:
      if request.checkpoint != nil { return }
      var batch = Batch()
      batch.records = [
        .profile(person("1", "Anna", "Meier", email: "anna@example.com")),
        .profile(person("2", "Ben", "Roth", email: "ben@example.com")),
      ]
      batch.checkpoint = Checkpoint("1")
      try await sink.send(batch)
    case .hung:
      // As a tool that never answers: only cancellation ends it.
      while !Task.isCancelled { await Task.yield() }
      try await sink.send(Batch())
    }
  }
}
