import ArgumentParser
import Dispatch
import Foundation
import KithCore
import KithEngine
import KithServer
import KithStore

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Sync the sources when their schedules say so, and answer over HTTP.",
    discussion: """
      Every source with a `schedule:` is synced when it is due; afterwards the customers are brought up to date. Several
      of them on one hub share the work: each tick is run once. The HTTP API is at 127.0.0.1:8484 (docs/api.md), with
      /health, /ready and /metrics beside it. SIGTERM ends it after the batches and requests in hand, within 30 seconds;
      SIGHUP reads the configuration anew, and keeps the old one when the new one is wrong. Every minute and after each run
      it looks at what is wrong, and tells the destinations of `hub: alerts:` (kith alerts).

      EXAMPLES
        kith serve
        kith serve --at-once 4 --json 2>>kith.log
        kith serve --listen 0.0.0.0:8484                 with hub: tls:, a certificate and its key
        kith serve --listen 0.0.0.0:8484 --behind-proxy
        kith serve --no-http                    schedules only
        kith serve --openapi > kith.json        the API's description, for tools
      """)

  @OptionGroup var options: HubOptions

  @Option(name: .long, help: "How many sources are synced at the same time.")
  var atOnce = 2

  @Option(name: .long, help: "HOST:PORT of the HTTP API; port 0 lets the system choose.")
  var listen = "127.0.0.1:8484"

  @Flag(name: .long, help: "Schedules only, no HTTP.")
  var noHttp = false

  @Flag(name: .long, help: "A proxy with TLS stands before it: other addresses than this machine's are allowed.")
  var behindProxy = false

  @Option(name: .long, help: "How many requests a second one token may send.")
  var requestsPerSecond = ServerSettings.standardRate

  @Flag(name: .long, help: "Print the API's OpenAPI document and end.")
  var openapi = false

  @Flag(name: .long, help: "Log one JSON object a line.")
  var json = false

  func validate() throws {
    if !(1...64).contains(atOnce) { throw ValidationError("--at-once is not allowed: \(atOnce); allowed: 1 to 64") }
    if !(0.1...100_000).contains(requestsPerSecond) {
      throw ValidationError("--requests-per-second is not allowed: \(requestsPerSecond); allowed: 0.1 to 100000")
    }
  }

  func run() async throws {
    if openapi { return print(APIServer.openAPI) }
    let address = try ListenAddress(listen)
    let hub = try options.hub()
    let certificate = try noHttp ? nil : hub.configuration.hub.tls.map { try ServerCertificate($0) }
    let settings =
      try noHttp
      ? nil
      : ServerSettings(
        address: address, isBehindProxy: behindProxy, certificate: certificate, requestsPerSecond: requestsPerSecond)
    if noHttp, hub.configuration.sources.allSatisfy({ $0.schedule == nil }) {
      throw KithError(
        .configuration, "no source has a schedule", place: options.config,
        fix: "Write one, such as schedule: \"15 * * * *\", into a source.")
    }
    let log = ServiceLog(isJSON: json)
    let options = options
    let metrics = ServiceMetrics(startedAt: hub.time.now())
    let service = ScheduleService(
      hub, load: { try Self.reload(options, certificate, hasServer: settings != nil) }, clock: WallClock(),
      mostAtOnce: atOnce, random: SystemRandomNumberGenerator(),
      log: { event in
        metrics.note(event)
        log.write(event)
      })
    let server = settings.map { APIServer(service, metrics: metrics, settings: $0, log: { log.write($0) }) }
    let drain: @Sendable () -> Void = { Self.drain(service, server) }
    let signals = [
      await Self.onSignal(SIGTERM, drain), await Self.onSignal(SIGINT, drain),
      await Self.onSignal(SIGHUP) { service.reload() },
    ]
    try await Self.run(service, server)
    withExtendedLifetime(signals) {}
  }

  /// The configuration read anew, and with it the certificate.
  private static func reload(
    _ options: HubOptions, _ certificate: ServerCertificate?, hasServer: Bool
  ) throws -> Hub {
    let hub = try options.hub()
    guard hasServer else { return hub }
    let files = hub.configuration.hub.tls
    guard (files == nil) == (certificate == nil) else {
      throw KithError(
        .configuration, "whether the API is encrypted cannot change while it answers",
        place: files?.place ?? hub.configuration.path, seen: files == nil ? "no hub: tls:" : "hub: tls:",
        fix: "Start kith serve anew.")
    }
    if let files { try certificate?.take(files) }
    return hub
  }

  /// Both, until both have ended; what keeps one from working ends the other.
  private static func run(_ service: ScheduleService, _ server: APIServer?) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      if let server { group.addTask { try await server.run() } }
      do {
        try await group.next()
        // One ends because it was told to, as the other.
        service.stop()
        await server?.stop()
        try await group.waitForAll()
      } catch {
        service.stop()
        await server?.stop()
        throw error
      }
    }
  }

  /// Returns when the signal is listened to: one that came before would be lost.
  private static func onSignal(
    _ number: Int32, _ body: @escaping @Sendable () -> Void
  ) async -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler(handler: body)
    await withCheckedContinuation { continuation in
      source.setRegistrationHandler { continuation.resume() }
      source.resume()
    }
    return source
  }

  private static let drainSeconds = 30

  /// What does not end by itself, a connector that hangs, is ended with the process: nothing is lost.
  private static func drain(_ service: ScheduleService, _ server: APIServer?) {
    service.stop()
    if let server { Task { await server.stop() } }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(drainSeconds)) {
      Terminal.error("not everything ended within \(drainSeconds) s; the next run goes on from the last batch stored")
      Foundation.exit(1)
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
