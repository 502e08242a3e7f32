import Hummingbird
import KithCore
import Logging
import ServiceLifecycle
import Synchronization

/// Waits on this machine for the browser that a tool sends back (RFC 8252, section 7.3), and answers it once.
public final class CallbackServer: Sendable {
  /// Where the browser is sent back to; only this machine gets there.
  public var redirect: String { "http://127.0.0.1:\(port)\(Self.path)" }

  private let port: Int
  private static let path = "/callback"
  private let found = Mutex<String?>(nil)
  private let group = Mutex<ServiceGroup?>(nil)

  /// - Parameter port: 1 to 65,535.
  public init(port: Int) { self.port = port }

  /// What followed the `?` of the address that the browser was sent to; nil when the server was ended before.
  ///
  /// - Parameter onListening: called as soon as it can be sent there.
  public func answer(onListening: @escaping @Sendable () -> Void) async throws(KithError) -> String? {
    let quiet = Logger(label: "kith") { _ in SwiftLogNoOpLogHandler() }
    let router = Router()
    router.get(RouterPath(Self.path)) { request, _ in
      self.found.withLock { $0 = $0 ?? request.uri.query ?? "" }
      // The answer is sent before the server ends.
      let group = self.group.withLock { $0 }
      await group?.triggerGracefulShutdown()
      return "Kith has the answer. You may close this window; what came of it stands in the terminal."
    }
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in onListening() }, logger: quiet)
    let services = ServiceGroup(
      configuration: .init(services: [application], gracefulShutdownSignals: [.sigint, .sigterm], logger: quiet))
    group.withLock { $0 = services }
    do {
      try await services.run()
    } catch {
      throw KithError(
        .configuration, "the port cannot be listened at", place: "--port", seen: String(port), allowed: "\(error)",
        fix: "Choose another one that the tool knows as redirect URI, or --paste.")
    }
    return found.withLock { $0 }
  }
}
