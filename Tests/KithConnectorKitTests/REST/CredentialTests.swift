import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// Logins, tokens, and where credentials go.
@Suite struct CredentialTests {
  @Test func theNextPageOnAnotherHostGetsNothing() async throws {
    let other = try LoopbackServer { _ in .text(REST.people(9...9)) }
    let (sink, error, _) = try await REST.answers(
      "request: {path: /people}\nrecords: people\npaging: {next_url: next}",
      options: ["token": .secret(Secret("canary-0815"))]
    ) { [port = other.port] _, _ in
      .text(REST.people(1...1, ", \"next\": \"http://localhost:\(port)/people\""))
    }
    #expect(error?.recovery == .configuration)
    #expect(other.requests.isEmpty)
    #expect(sink.records.count == 1, "what came before is kept")
    #expect(!"\(error.map { "\($0)" } ?? "")".contains("canary"))
  }

  /// Where the next sync begins is the tool's word as well.
  @Test func theNextSyncOnAnotherHostGetsNothing() async throws {
    let other = try LoopbackServer { _ in .text(REST.people(9...9)) }
    let server = try LoopbackServer { [port = other.port] _ in
      .text(REST.people(1...1, ", \"delta\": \"http://localhost:\(port)/people?token=1\""))
    }
    let stream = "request: {path: /people}\nrecords: people\npaging: {next_url: next}\nincremental: {link: delta}"
    let source = try REST.open(
      REST.manifest(server.url, stream), ["token": .secret(Secret("canary-0815"))])
    let (sink, error) = await REST.read(source)
    #expect(error == nil)
    let (_, second) = await REST.read(source, from: sink.checkpoint)
    #expect(second?.recovery == .configuration)
    #expect(other.requests.isEmpty)
  }

  @Test func theNextSyncGoesOnAtTheLink() async throws {
    let server = try LoopbackServer { request in
      request.target.contains("token=1")
        ? .text(REST.people(2...2, ", \"delta\": \"/people?token=2\""))
        : .text(REST.people(1...1, ", \"delta\": \"http://127.0.0.1/people?token=1\""))
    }
    let stream = "request: {path: /people}\nrecords: people\npaging: {next_url: next}\nincremental: {link: delta}"
    let source = try REST.open(REST.manifest(server.url, stream))
    let (first, _) = await REST.read(source)
    let (second, error) = await REST.read(source, from: first.checkpoint)
    #expect(error == nil)
    #expect(second.records.count == 1)
    #expect(second.checkpoint?.text.contains("token=2") == true)
  }

  @Test func aLoginMakesATokenOfSeveralValues() async throws {
    let server = try LoopbackServer { request in
      if request.path == "/login" {
        return request.text == "{\"user\":\"ada\",\"password\":\"hush\"}"
          ? .text("{\"result\": [5, \"abc\"]}") : .text("", 401)
      }
      let expected = "Session " + Data("ada:5:abc".utf8).base64EncodedString()
      return request["Authorization"] == expected ? .text(REST.people(1...1)) : .text("", 401)
    }
    let text = REST.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          session:
            request: {path: /login, json: {user: ada, password: "${token}"}}
            values: {uid: {path: result.0}, key: {path: result.1}}
            token: "ada:${uid}:${key}"
            encode: base64
            header: Authorization
            prefix: "Session "
        """)
    let (sink, error) = await REST.read(try REST.open(text, ["token": .secret(Secret("hush"))]))
    #expect(error == nil)
    #expect(sink.records.count == 1)
  }

  @Test func aSessionMayStandInTheBodies() async throws {
    let server = try LoopbackServer { request in
      if request.text.contains("get_session_key") { return .text("{\"result\": \"k\\\"ey\"}") }
      return request.text == "{\"method\":\"list\",\"params\":[\"k\\\"ey\",7]}"
        ? .text(REST.people(1...1)) : .text("\(request.text)", 400)
    }
    let text = REST.manifest(
      server.url, "request: {path: /rpc, json: {method: list, params: [\"${session}\", 7]}}\nrecords: people"
    ).replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          session:
            request: {path: /rpc, json: {method: get_session_key}}
            values: {key: {path: result}}
        """)
    let (sink, error) = await REST.read(try REST.open(text, ["token": .secret(Secret("hush"))]))
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(sink.records.count == 1)
  }

  @Test func aTurnedRefreshTokenIsKeptForTheNextProcess() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try LoopbackServer { request in
      guard request.path == "/token" else { return .text(REST.people(1...1)) }
      // Each token is good for one exchange.
      let old = request.text.split(separator: "refresh_token=").last?.prefix { $0 != "&" } ?? ""
      let new = ["first": "second", "second": "third"][String(old)]
      return new.map { .text("{\"access_token\": \"t\", \"expires_in\": 3600, \"refresh_token\": \"\($0)\"}") }
        ?? .text("{}", 400)
    }
    let text = REST.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          oauth2: {token_url: \(server.url)/token, client_id: kith, refresh_token: "${token}"}
        """)
    for _ in 1...2 {
      // Another clock is another process: nothing is shared but the file.
      let source = try REST.open(
        text, ["token": .secret(Secret("first"))], time: InstantTime(), baseDirectory: folder.path)
      let (_, error) = await REST.read(source)
      #expect(error == nil)
    }
    let tokens = folder.appendingPathComponent(".kith/tokens")
    let names = try FileManager.default.contentsOfDirectory(atPath: tokens.path)
    #expect(names.count == 1)
    let file = tokens.appendingPathComponent(try #require(names.first))
    #expect(try String(contentsOf: file, encoding: .utf8) == "third")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  /// What a manifest says of a client that signs for itself.
  @Test func aClientSignsForItself() async throws {
    let server = try LoopbackServer { _ in .text("{}") }
    let text = REST.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: "authorisation: {oauth2: {token_url: \(server.url)/token, private_key: \"${token}\", claims: {scope: a}}}")
    let (_, error) = await REST.read(try REST.open(text, ["token": .secret(Secret("{\"client_email\": \"hush\"}"))]))
    #expect(error?.what == "the private key cannot be read" && error?.recovery == .configuration)
    #expect(server.requests.isEmpty && error.map { "\($0)" }?.contains("hush") == false)
  }

  /// A token that came half is a passing trouble, not a wrong password.
  @Test func aTokenThatIsCutOffIsNoRefusal() async throws {
    let server = try LoopbackServer { request in
      request.path == "/token" ? .text("{\"access_to") : .text(REST.people(1...1))
    }
    for authorisation in [
      "oauth2: {token_url: \(server.url)/token, client_id: kith}",
      "session: {request: {path: /token}, values: {key: {path: key}}, header: X-Key}",
    ] {
      let text = REST.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
        "authorisation: [{bearer: \"${token}\"}, {none: true}]", with: "authorisation: {\(authorisation)}")
      let (_, error) = await REST.read(try REST.open(text))
      #expect(error?.recovery == .transient, "\(authorisation): \(error.map { "\($0)" } ?? "")")
    }
  }
}
