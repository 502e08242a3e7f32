import KithCore
import KithHTTP

/// Tells a destination something, once.
public struct AlertSender: Sendable {
  let time: any WaitingTime

  public init(time: any WaitingTime) { self.time = time }

  /// Returns what the destination answered, in a few words. No error shows a secret.
  public func send(_ message: AlertMessage, to destination: AlertDestination) async throws(KithError) -> String {
    do throws(KithError) {
      switch destination.carrier {
      case .webhook(let webhook): return try await post(message, to: webhook)
      case .email(let mail): return try await write(message, to: mail)
      case .command(let command): return try await AlertProgram(command, time: time).run(try message.json)
      }
    } catch {
      // Not the error's own place: it is a URL, which may be a secret.
      throw KithError(
        error.recovery, error.what, place: "alerts: \(destination.name)", seen: error.seen, allowed: error.allowed,
        fix: error.fix)
    }
  }

  private func post(_ message: AlertMessage, to webhook: AlertWebhook) async throws(KithError) -> String {
    let transfer = try Transfer(webhook.settings)
    let address = webhook.address
    let hidden = webhook.isSecret ? [address.text, address.path, address.query ?? ""].filter { $0.count > 1 } : []
    let request = HTTPRequest(
      .post, address,
      headers: ["Content-Type": "application/json", "Idempotency-Key": "kith-alert-\(message.id)-\(message.event)"],
      credentials: webhook.bearer.map { [Credential(.header(name: "Authorization", prefix: "Bearer "), $0)] } ?? [],
      body: try message.json, bodySecrets: hidden.map { Secret($0) })
    let response = try await transfer.perform(request)
    if let error = response.error(to: request, at: time.now()) { throw error }
    return "status \(response.status)"
  }

  private func write(_ message: AlertMessage, to mail: AlertMail) async throws(KithError) -> String {
    var lines = [message.text, ""]
    lines += [
      ("since", message.openedAt), ("over", message.resolvedAt), ("to do", message.advice), ("look", message.command),
    ].compactMap {
      name, value in value.map { "\(name): \($0)" }
    }
    lines += ["", String(decoding: try message.json, as: UTF8.self), ""]
    let status = try await MailTransfer.send(
      MailMessage(
        from: mail.from, to: mail.to, subject: "[kith] \(message.subject)", text: lines.joined(separator: "\r\n"),
        date: time.now(), identity: "kith-alert-\(message.id)-\(message.event)-\(message.openedAt.filter(\.isNumber))"),
      over: mail.route)
    return "status \(status)"
  }
}
