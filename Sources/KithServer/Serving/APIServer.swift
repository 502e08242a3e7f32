import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import KithCore
import KithEngine
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The HTTP API of a hub, beside the service that runs its sources.
public final class APIServer: Sendable {
  private let settings: ServerSettings
  private let dispatcher: Dispatcher
  private let log: @Sendable (ServerEvent) -> Void
  private let group: Mutex<(group: ServiceGroup?, isStopped: Bool)> = Mutex((nil, false))

  /// Few readers of SQLite are left for runs when all of these and the exports are at work.
  private static let readers = 5
  private static let writers = 2
  private static let exports = 2
  private static let mostConnections = 512

  public init(
    _ service: ScheduleService, metrics: ServiceMetrics, settings: ServerSettings,
    log: @escaping @Sendable (ServerEvent) -> Void
  ) {
    self.settings = settings
    self.log = log
    let place = Workplace(
      current: service.current, service: service, figures: FiguresCache(metrics), metrics: metrics)
    dispatcher = Dispatcher(
      routes: Routes(APIContents.endpoints), place: place,
      gatekeeper: Gatekeeper(allowsNone: settings.allowsNoToken),
      limiter: RateLimiter(perSecond: settings.requestsPerSecond),
      pool: BlockingPool(threads: Self.readers, mostWaiting: Self.mostConnections),
      summaries: BlockingPool(threads: 1, mostWaiting: Self.mostConnections),
      searches: BlockingPool(threads: 1, mostWaiting: Self.mostConnections),
      actions: BlockingPool(threads: Self.writers, mostWaiting: 64),
      exports: BlockingPool(threads: Self.exports, mostWaiting: 8), log: log)
  }

  /// What can be asked for, as an OpenAPI document in JSON.
  public static var openAPI: String { OpenAPIDocument.text }

  /// Returns when it has been stopped and the requests at hand are answered.
  public func run() async throws(KithError) {
    let quiet = Logger(label: "kith") { _ in SwiftLogNoOpLogHandler() }
    let (address, certificate, log) = (settings.address, settings.certificate, log)
    let application = Application(
      responder: dispatcher, server: try channels(certificate),
      configuration: .init(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: .maximum(Self.mostConnections, logger: quiet)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        log(.listening(ListenAddress(host: address.host, port: port), isEncrypted: certificate != nil))
      }, logger: quiet)
    let group = ServiceGroup(configuration: .init(services: [application], logger: quiet))
    let isStopped = self.group.withLock { state in
      state.group = group
      return state.isStopped
    }
    defer {
      dispatcher.pool.shutDown()
      dispatcher.summaries.shutDown()
      dispatcher.searches.shutDown()
      dispatcher.actions.shutDown()
      dispatcher.exports.shutDown()
    }
    if isStopped { return }
    do {
      try await group.run()
    } catch {
      throw KithError(
        .configuration, "the address cannot be listened at", place: "--listen", seen: address.description,
        allowed: "\(error)", fix: "Choose another port: --listen HOST:PORT, or --no-http for none.")
    }
  }

  private func channels(_ certificate: ServerCertificate?) throws(KithError) -> HTTPServerBuilder {
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        idleTimeout: .seconds(settings.idleSeconds),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
    guard let certificate else { return plain }
    do {
      return try .tls(plain, tlsConfiguration: certificate.configuration)
    } catch {
      throw KithError(.configuration, "the certificate cannot be used", place: "hub: tls", seen: "\(error)")
    }
  }

  /// Takes no more requests, answers those at hand, and lets `run` return.
  public func stop() async {
    let group = self.group.withLock { state in
      state.isStopped = true
      return state.group
    }
    await group?.triggerGracefulShutdown()
  }
}
