import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithHTTP

@Suite struct MailTests {
  private static let message = MailMessage(
    from: "kith@example.com", to: ["ops@example.com", "two@example.org"], subject: "Zürich: über 200 Zeichen",
    text: "Grüezi\r\n.\r\nbye", date: Timestamp(sqlText: "2026-11-01 02:03:04") ?? Timestamp(seconds: 0),
    identity: "alert-7-opened")

  private func route(
    _ server: LoopbackMailServer, _ encryption: MailRoute.Encryption = .none, password: Secret? = nil,
    policy: NetworkPolicy = NetworkPolicy(privateNetwork: .allowed)
  ) -> MailRoute {
    MailRoute(
      host: "127.0.0.1", port: server.port, encryption: encryption, user: password.map { _ in "kith" },
      password: password, policy: policy)
  }

  private func failure(_ route: MailRoute) async -> KithError? {
    do throws(KithError) {
      _ = try await MailTransfer.send(Self.message, over: route)
      return nil
    } catch {
      return error
    }
  }

  @Test func aMailArrivesWhole() async throws {
    let server = try LoopbackMailServer()
    #expect(try await MailTransfer.send(Self.message, over: route(server)) == 250)
    let mail = try #require(server.messages.first)
    #expect(mail.from == "kith@example.com" && mail.to == ["ops@example.com", "two@example.org"])
    let parts = mail.text.components(separatedBy: "\r\n\r\n")
    let subject = "=?utf-8?B?\(Data("Zürich: über 200 Zeichen".utf8).base64EncodedString())?="
    for line in [
      "From: <kith@example.com>", "To: <ops@example.com>, <two@example.org>", "Subject: \(subject)",
      "Date: Sun, 01 Nov 2026 02:03:04 +0000", "Message-ID: <alert-7-opened@example.com>",
    ] { #expect(parts[0].components(separatedBy: "\r\n").contains(line), "\(line) is not in \(parts[0])") }
    let body = try #require(Data(base64Encoded: parts[1].replacing("\r\n", with: "")))
    #expect(String(decoding: body, as: UTF8.self) == Self.message.text)
  }

  /// Somebody in between may take the offer of encryption away: nothing is said then.
  @Test func whatOffersNoEncryptionHearsNoPassword() async throws {
    let server = try LoopbackMailServer(capabilities: ["AUTH PLAIN LOGIN"])
    let error = await failure(route(server, .startTLS, password: Secret("canary-pw")))
    #expect(error?.recovery == .configuration && error?.what == "the mail server does not offer encryption")
    #expect(server.messages.isEmpty)
    #expect(!server.lines.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") }, "\(server.lines)")
    #expect(error.map { !"\($0)".contains("canary-pw") } == true)
    let plain = await failure(route(server, .none, password: Secret("canary-pw")))
    #expect(plain?.what == "a password would go over the network without encryption")
  }

  @Test func thePrivateNetworkIsRefused() async throws {
    let server = try LoopbackMailServer()
    let error = await failure(route(server, policy: NetworkPolicy()))
    #expect(error?.recovery == .configuration && error?.what == "this host is not on the public internet")
    #expect(server.lines.isEmpty)
  }

  @Test func whatTheServerRefusesIsTold() async throws {
    let server = try LoopbackMailServer(refused: ["RCPT": "550 nobody here"])
    let error = await failure(route(server))
    #expect(error?.recovery == .transient && error?.seen?.contains("550") == true, "\(String(describing: error))")
    #expect(server.messages.isEmpty)
  }

  @Test(arguments: ["a@b.ch", "a.b+c@d-e.example"]) func theseAreAddresses(text: String) {
    #expect(MailMessage.isAddress(text))
  }

  @Test(arguments: ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@bü.ch", "a,b@c"])
  func theseAreNone(text: String) { #expect(!MailMessage.isAddress(text)) }

  @Test func headersTakeNothingThatWouldBreakThem() {
    let word = MailMessage.word("a\r\nBcc: x@y" + String(repeating: "ü", count: 90))
    for line in word.components(separatedBy: "\r\n ") {
      #expect(line.hasPrefix("=?utf-8?B?") && line.hasSuffix("?=") && line.count <= 75, "\(line)")
    }
    #expect(!word.contains("Bcc"))
  }
}
