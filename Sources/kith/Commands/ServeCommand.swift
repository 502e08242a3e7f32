import ArgumentParser
import Dispatch
import Foundation
import KithCore
import KithEngine
import KithStore

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Sync the sources when their schedules say so, until it is stopped.",
    discussion: """
      Every source with a `schedule:` is synced when it is due; afterwards the customers are brought up to date. Several
      of them on one hub share the work: each tick is run once. SIGTERM ends it after the batches in hand, within
      30 seconds; SIGHUP reads the configuration anew, and keeps the old one when the new one is wrong.

      EXAMPLES
        kith serve
        kith serve --at-once 4 --json 2>>kith.log
      """)

  @OptionGroup var options: HubOptions

  @Option(name: .long, help: "How many sources are synced at the same time.")
  var atOnce = 2

  @Flag(name: .long, help: "Log one JSON object a line.")
  var json = false

  func validate() throws {
    if !(1...64).contains(atOnce) { throw ValidationError("--at-once is not allowed: \(atOnce); allowed: 1 to 64") }
  }

  func run() async throws {
    let hub = try options.hub()
    if hub.configuration.sources.allSatisfy({ $0.schedule == nil }) {
      throw KithError(
        .configuration, "no source has a schedule", place: options.config,
        fix: "Write one, such as schedule: \"15 * * * *\", into a source.")
    }
    let log = ServiceLog(isJSON: json)
    let options = options
    let service = ScheduleService(
      hub, load: { try options.hub() }, clock: ServeClock(), mostAtOnce: atOnce, random: SystemRandomNumberGenerator(),
      log: { log.write($0) })
    let signals = [
      Self.onSignal(SIGTERM) { Self.drain(service) }, Self.onSignal(SIGINT) { Self.drain(service) },
      Self.onSignal(SIGHUP) { service.reload() },
    ]
    try await service.run()
    withExtendedLifetime(signals) {}
  }

  private static func onSignal(_ number: Int32, _ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler(handler: body)
    source.resume()
    return source
  }

  private static let drainSeconds = 30

  /// What does not end by itself, a connector that hangs, is ended with the process: nothing is lost.
  private static func drain(_ service: ScheduleService) {
    service.stop()
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(drainSeconds)) {
      Terminal.error("not everything ended within \(drainSeconds) s; the next run goes on from the last batch stored")
      Foundation.exit(1)
    }
  }
}

/// Schedules go by the machine's clock, also where somebody sets it.
private struct ServeClock: WaitingTime {
  func now() -> Timestamp { SystemTime().now() }

  func sleep(until moment: Timestamp) async throws(KithError) {
    let microseconds = moment.microseconds - now().microseconds
    do {
      if microseconds > 0 { try await Task.sleep(for: .microseconds(microseconds)) }
    } catch {
      throw KithError(.transient, "the wait was stopped before its end")
    }
  }
}

/// One line for each thing that happens, on standard error.
private struct ServiceLog: Sendable {
  let isJSON: Bool

  func write(_ event: ServiceEvent) {
    let time = SystemTime().now().sqlText.replacing(" ", with: "T") + "Z"
    let line = Line(event)
    guard isJSON else {
      return Terminal.error("\(time) \(line.source.map { "\($0): " } ?? "")\(line.text)")
    }
    var object: [String: Any] = ["time": time, "event": line.event, "message": line.text]
    object["source"] = line.source
    object["run"] = line.run
    object["counts"] = line.counts
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else { return }
    Terminal.error(String(decoding: data, as: UTF8.self))
  }

  private struct Line {
    var event: String
    var source: String?
    var text: String
    var run: Int64?
    var counts: [String: Int]?

    init(_ event: ServiceEvent) {
      switch event {
      case .started(let sources): (self.event, text) = ("started", Self.scheduled(sources))
      case .runStarted(let source, let tick, let trigger):
        (self.event, self.source) = ("run_started", source)
        text = "run begins" + (tick.map { ", due at \($0.sqlText)" } ?? "") + Self.words(trigger)
      case .runEnded(let report):
        (self.event, self.source) = ("run_ended", report.source)
        run = report.run?.rawValue
        counts = Dictionary(uniqueKeysWithValues: report.counts.columns.map { ($0.name, $0.value) })
        text = Self.words(report)
      case .skipped(let source, let ticks, let reason):
        (self.event, self.source) = ("skipped", source)
        text = "\(ticks) \(ticks == 1 ? "tick" : "ticks") left out: \(Self.words(reason))"
      case .stopped(let source, let reason):
        (self.event, self.source) = ("stopped", source)
        text = reason == .tooLong ? "the run takes too long and is stopped" : "the run stores nothing and is stopped"
      case .paused(let source, let reason):
        (self.event, self.source) = ("paused", source)
        text = "paused, because \(reason); `kith resume \(source)` when it is mended"
      case .resolved(let changes): (self.event, text) = ("resolved", SyncCommand.summary(changes))
      case .failed(let what, let error): (self.event, text) = ("failed", "\(what): \(error)")
      case .reloaded(let sources):
        (self.event, text) = ("reloaded", "the configuration was read anew: \(Self.scheduled(sources))")
      case .refused(let reason):
        (self.event, text) = ("refused", "the new configuration is wrong, the old one stays: \(reason)")
      case .draining(let running):
        let names = running.joined(separator: ", ")
        (self.event, text) = ("draining", running.isEmpty ? "asked to stop" : "asked to stop; ending \(names)")
      case .ended: (self.event, text) = ("ended", "stopped")
      }
    }

    private static func scheduled(_ sources: Int) -> String {
      sources == 1 ? "1 source is scheduled" : "\(sources) sources are scheduled"
    }

    private static func words(_ trigger: Scheduler.Trigger) -> String {
      switch trigger {
      case .tick: ""
      case .missed(let count): ", with \(count) missed before"
      case .retry(let failures): ", again after \(failures) \(failures == 1 ? "failure" : "failures")"
      case .probe: ", to see whether it works again"
      case .queued: ", for a tick during the run before"
      case .after: ", after those before it"
      }
    }

    private static func words(_ reason: Scheduler.SkipReason) -> String {
      switch reason {
      case .running: "the run before goes on"
      case .paused: "the source is paused"
      case .resting: "it failed \(Scheduler.opensAfter) times in a row and rests for an hour"
      case .tooOld: "they are more than a day ago"
      }
    }

    private static func words(_ report: SourceReport) -> String {
      if report.isElsewhere { return "another worker has it: \(report.error.map { "\($0)" } ?? "")" }
      let counts = report.counts
      var text = "\(report.status.rawValue): \(grouped(counts.read)) read"
      for (name, value) in [
        ("new", counts.inserted), ("updated", counts.updated), ("deleted", counts.deleted),
        ("set aside", counts.quarantined),
      ] where value > 0 { text += ", \(grouped(value)) \(name)" }
      for error in ([report.error] + report.streams.map(\.error)).compactMap({ $0 }) { text += "; \(error)" }
      return text
    }
  }
}

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Let `kith serve` leave out a source until it is resumed.",
    discussion: """
      `kith sync SOURCE` still works. A pause survives restarts; a tool that refuses the credentials pauses its source by
      itself.

      EXAMPLES
        kith pause shop --reason "moving to another server"
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source.")
  var source: String

  @Option(name: .long, help: "Why; shown by `kith status`.")
  var reason = "paused by hand"

  func run() throws {
    let hub = try options.hub()
    _ = try hub.source(named: source)
    try hub.store.pause(source, reason: reason, by: NSUserName(), at: hub.time.now())
    print("\(source) is paused; `kith resume \(source)` ends that.")
  }
}

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let `kith serve` run a paused source again.",
    discussion: """
      EXAMPLES
        kith resume shop
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source.")
  var source: String

  func run() throws {
    let hub = try options.hub()
    _ = try hub.source(named: source)
    let wasPaused = try hub.store.resume(source, by: NSUserName(), at: hub.time.now())
    print(wasPaused ? "\(source) runs again when its schedule says so." : "\(source) was not paused.")
  }
}
