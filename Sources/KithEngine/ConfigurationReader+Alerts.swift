import Foundation
import KithCore
import KithHTTP

/// `hub: alerts:`, a list of destinations.
extension ConfigurationReader {
  private static let carriers = ["webhook", "email", "command"]

  mutating func alerts(_ node: ConfigurationNode, _ baseDirectory: String) -> [AlertDestination] {
    guard let listNode = node.node("alerts"), listNode.content != .scalar("") else { return [] }
    guard case .list(let items) = listNode.content else {
      problems.append(
        KithError(
          .configuration, "hub: alerts must be a list of destinations", place: listNode.place,
          allowed: "items such as - {name: chat, webhook: env:CHAT_URL}"))
      return []
    }
    var result: [AlertDestination] = []
    for (index, item) in items.enumerated() {
      guard let destination = destination(item, number: index + 1, baseDirectory) else { continue }
      if result.contains(where: { $0.name == destination.name }) {
        problems.append(
          KithError(
            .configuration, "two destinations of alerts have one name", place: item.place, seen: destination.name))
      } else {
        result.append(destination)
      }
    }
    return result
  }

  private mutating func destination(_ item: MappingNode, number: Int, _ folder: String) -> AlertDestination? {
    var node = ConfigurationNode(item, name: "hub: alerts: item \(number)", problems: &problems)
    guard let (name, place) = node.requiredText("name", problems: &problems) else { return nil }
    checkName(name, place, of: "a destination's")
    node = ConfigurationNode(item, name: "hub: alerts: \(name)", problems: &problems)
    let kinds = Self.carriers.filter { node.node($0) != nil }
    guard let kind = kinds.first, kinds.count == 1 else {
      problems.append(
        KithError(
          .configuration, "\(node.name) must have one way to be told", place: node.place,
          seen: kinds.isEmpty ? nil : kinds.joined(separator: ", "), allowed: "one of webhook, email, command"))
      return nil
    }
    let carrier: AlertDestination.Carrier? =
      switch kind {
      case "webhook": webhook(node, folder).map { .webhook($0) }
      case "email": mail(node, folder).map { .email($0) }
      default: command(node, folder).map { .command($0) }
      }
    return carrier.map { AlertDestination(name: name, carrier: $0) }
  }

  // MARK: webhook

  private mutating func webhook(_ node: ConfigurationNode, _ folder: String) -> AlertWebhook? {
    node.refuseUnknown(
      allowed: ["name", "webhook", "bearer", "allow_private_network", "certificate_file"], problems: &problems)
    let settings = TransferSettings(
      policy: policy(node), timeouts: AlertTimeouts.http, limits: TransferLimits(body: 64 << 10, redirects: 3),
      certificateFile: file(node, folder))
    guard let (text, place) = node.requiredText("webhook", problems: &problems) else { return nil }
    let isSecret = Self.isReference(text)
    do throws(KithError) {
      let url = isSecret ? try secret(text, "webhook").reveal() : text
      let address: HTTPAddress
      do throws(KithError) {
        address = try HTTPAddress(url)
      } catch {
        // The URL itself may be the secret.
        throw KithError(
          .configuration, "\(node.name): webhook is no URL", seen: isSecret ? nil : error.seen, allowed: error.allowed)
      }
      guard settings.policy.allows(address.scheme) else {
        throw KithError(
          .configuration, "\(node.name): alerts would go over the network without encryption", allowed: "https",
          fix: "A server in a network of your own needs allow_private_network: true.")
      }
      return AlertWebhook(
        address: address, isSecret: isSecret, bearer: secretText("bearer", node), settings: settings)
    } catch {
      problems.append(error.at(place))
      return nil
    }
  }

  // MARK: e-mail

  private mutating func mail(_ node: ConfigurationNode, _ folder: String) -> AlertMail? {
    node.refuseUnknown(
      allowed: [
        "name", "email", "from", "smtp", "encryption", "user", "password", "allow_private_network", "certificate_file",
      ], problems: &problems)
    let to = node.node("email").flatMap { list($0) } ?? []
    let from = node.requiredText("from", problems: &problems)
    let wrong = (to.isEmpty ? [""] : to).first { !MailMessage.isAddress($0) }
    if let wrong {
      problems.append(addressProblem("email", node, wrong, node.node("email")?.place))
    } else if let from, !MailMessage.isAddress(from.value) {
      problems.append(addressProblem("from", node, from.value, from.place))
    }
    guard let (text, place) = node.requiredText("smtp", problems: &problems), let from else { return nil }
    let encryption: MailRoute.Encryption = node.word("encryption", problems: &problems) ?? .startTLS
    guard let (host, port) = Self.server(text) else {
      problems.append(
        KithError(
          .configuration, "\(node.name): smtp is not a server", place: place, seen: text, allowed: "HOST or HOST:PORT"))
      return nil
    }
    let route = MailRoute(
      host: host, port: port, encryption: encryption, user: node.text("user", problems: &problems)?.value,
      password: secretText("password", node), policy: policy(node), certificateFile: file(node, folder),
      timeouts: AlertTimeouts.http)
    if encryption == .none, route.password != nil || route.policy.privateNetwork == .refused {
      problems.append(
        KithError(
          .configuration, "\(node.name): mail without encryption", place: place,
          allowed: "only without a password, to a server of your own: allow_private_network: true"))
    }
    return AlertMail(from: from.value, to: to, route: route)
  }

  private func addressProblem(_ key: String, _ node: ConfigurationNode, _ seen: String, _ place: String?) -> KithError {
    KithError(
      .configuration, "\(node.name): \(key) is no e-mail address", place: place ?? node.place, seen: seen,
      allowed: "an address such as ops@example.com")
  }

  /// `mail.example.com`, `mail.example.com:587`, `[::1]:25`.
  private static func server(_ text: String) -> (host: String, port: Int?)? {
    guard let address = try? HTTPAddress("http://\(text)"), address.path == "/", address.query == nil else {
      return nil
    }
    let hasPort = text.drop { $0 != "]" }.contains(":") || (!text.hasPrefix("[") && text.contains(":"))
    return (address.host, hasPort ? address.port : nil)
  }

  // MARK: command

  private mutating func command(_ node: ConfigurationNode, _ folder: String) -> AlertCommand? {
    node.refuseUnknown(allowed: ["name", "command", "timeout_seconds"], problems: &problems)
    let seconds =
      node.integer("timeout_seconds", in: 1...AlertTimeouts.mostSeconds, problems: &problems)
      ?? AlertCommand.standardSeconds
    guard let written = node.node("command") else { return nil }
    guard var words = list(written), let program = words.first, !program.isEmpty else {
      problems.append(
        KithError(
          .configuration, "\(node.name): command must be a list of a program and its arguments", place: written.place,
          allowed: "such as [/usr/local/bin/page, --team, data]"))
      return nil
    }
    if program.contains("/") { words[0] = absolutePath(program, folder) }
    return AlertCommand(words: words, folder: folder, seconds: seconds)
  }

  // MARK: parts

  private static func isReference(_ text: String) -> Bool { text.hasPrefix("env:") || text.hasPrefix("file:") }

  private mutating func secretText(_ key: String, _ node: ConfigurationNode) -> Secret? {
    guard let (text, place) = node.text(key, problems: &problems) else { return nil }
    do throws(KithError) {
      return try secret(text, "\(node.name): \(key)")
    } catch {
      problems.append(error.at(place))
      return nil
    }
  }

  private mutating func policy(_ node: ConfigurationNode) -> NetworkPolicy {
    guard let (text, place) = node.text("allow_private_network", problems: &problems) else { return NetworkPolicy() }
    if text != "true", text != "false" {
      problems.append(
        KithError(
          .configuration, "\(node.name): allow_private_network is not allowed", place: place, seen: text,
          allowed: "true, false"))
    }
    return NetworkPolicy(privateNetwork: text == "true" ? .allowed : .refused)
  }

  private mutating func file(_ node: ConfigurationNode, _ folder: String) -> String? {
    node.text("certificate_file", problems: &problems).map { readable("certificate_file", node, $0, folder) }
  }

  /// The path of a file that must be there, as the key of that name says it.
  private mutating func readable(
    _ key: String, _ node: ConfigurationNode, _ written: (value: String, place: String), _ folder: String
  ) -> String {
    let full = absolutePath(written.value, folder)
    if !FileManager.default.isReadableFile(atPath: full) {
      problems.append(
        KithError(
          .configuration, "\(node.name): \(key) cannot be read", place: written.place, seen: written.value))
    }
    return full
  }

  /// `tls:` of the hub.
  mutating func tls(_ node: ConfigurationNode, _ folder: String) -> TLSFiles? {
    guard let written = node.node("tls") else { return nil }
    let inner = ConfigurationNode(written, name: "hub: tls", problems: &problems)
    inner.refuseUnknown(allowed: ["certificate_file", "key_file"], problems: &problems)
    guard let certificate = inner.requiredText("certificate_file", problems: &problems),
      let key = inner.requiredText("key_file", problems: &problems)
    else { return nil }
    return TLSFiles(
      certificate: readable("certificate_file", inner, certificate, folder),
      key: readable("key_file", inner, key, folder), place: written.place)
  }
}
