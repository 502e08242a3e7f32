import Foundation
import KithCore
import KithTesting
import Synchronization
import Testing

@testable import KithHTTP

/// A client with its clock, for servers on loopback.
struct TestClient {
  let time = VirtualTime()
  let client: HTTPClient

  init(_ authorisation: Authorisation = .none, retries: RetryPolicy = RetryPolicy(attempts: 3)) throws {
    let transfer = try localTransfer()
    client = HTTPClient(
      transfer: transfer, authoriser: Authoriser(authorisation, transfer: transfer, time: time),
      budget: RateBudget(time: time), retries: retries, time: time, chance: { 1 })
  }

  func failure(_ request: HTTPRequest) async -> KithError? {
    do throws(KithError) {
      _ = try await client.send(request)
      return nil
    } catch { return error }
  }
}

/// A tool with a token endpoint: it counts the tokens that it gives and takes those that a test wants it to take.
private final class TokenTool: Sendable {
  struct State {
    var given = 0
    var refused: Set<String> = []
    var refusedGrants: Set<String> = []
    var lifetime: String? = "3600"
    var stalls = false
  }

  let state = Mutex(State())
  private let running = Mutex<LoopbackServer?>(nil)

  init() throws {
    let server = try LoopbackServer { [weak self] in self?.answer($0) ?? .response(500) }
    running.withLock { $0 = server }
  }

  var server: LoopbackServer { running.withLock { $0! } }
  var tokenRequests: [LoopbackServer.Request] { server.requests.filter { $0.path == "/token" } }
  var dataRequests: [LoopbackServer.Request] { server.requests.filter { $0.path == "/data" } }

  func client(_ proof: OAuthClient.Proof = .body) throws -> OAuthClient {
    OAuthClient(
      tokenAddress: try HTTPAddress(server.url + "/token"), id: "kith", secret: Secret("cl1ent/s3cret"), proof: proof,
      parameters: [HTTPParameter("scope", "read all")])
  }

  func data() throws -> HTTPRequest { try HTTPRequest(address: server, "/data") }

  private func answer(_ request: LoopbackServer.Request) -> LoopbackReply {
    state.withLock { state in
      if request.path == "/token" { return give(request, &state) }
      let token = request["Authorization"]?.replacingOccurrences(of: "Bearer ", with: "") ?? ""
      return state.refused.contains(token) ? .text("{\"token\":\"\(token)\"}", 401) : .text("data")
    }
  }

  private func give(_ request: LoopbackServer.Request, _ state: inout State) -> LoopbackReply {
    if state.stalls { return LoopbackReply([.stall]) }
    if state.refusedGrants.contains(where: { request.text.contains("refresh_token=\($0)") }) {
      return .text("{\"error\":\"invalid_grant\",\"seen\":\"\(request.text)\"}", 400)
    }
    state.given += 1
    let end = state.lifetime.map { ",\"expires_in\":\($0)" } ?? ""
    return .text("{\"access_token\":\"access-\(state.given)\",\"refresh_token\":\"refresh-\(state.given)\"\(end)}")
  }
}

/// A store that remembers what was saved and may fail.
private final class MemoryStore: TokenStore {
  private let state: Mutex<(saved: [String], failures: Int)>
  private let onSave: @Sendable () -> Void

  init(_ first: String? = nil, failures: Int = 0, onSave: @escaping @Sendable () -> Void = {}) {
    state = Mutex(([first].compactMap { $0 }, failures))
    self.onSave = onSave
  }

  var saved: [String] { state.withLock { $0.saved } }

  func load() async throws(KithError) -> Secret? { state.withLock { $0.saved.last.map { Secret($0) } } }

  func save(_ refreshToken: Secret) async throws(KithError) {
    onSave()
    let fails = state.withLock { state in
      state.failures -= 1
      if state.failures < 0 { state.saved.append(refreshToken.reveal()) }
      return state.failures >= 0
    }
    if fails { throw KithError(.configuration, "the disk is full") }
  }
}

@Suite struct AuthorisationTests {
  private func seen(_ authorisation: Authorisation, body: String? = nil) async throws -> LoopbackServer.Request {
    let server = try LoopbackServer { _ in .text("ok") }
    let request = HTTPRequest(
      body == nil ? .get : .post, try HTTPAddress(server.url), body: body.map { Array($0.utf8) })
    _ = try await TestClient(authorisation).client.send(request)
    return try #require(server.requests.first)
  }

  @Test func whatNeverChangesIsSentAsItIs() async throws {
    #expect(try await seen(.none)["Authorization"] == nil)
    #expect(try await seen(.apiKey(.header(name: "X-Api-Key"), Secret("k")))["X-Api-Key"] == "k")
    #expect(try await seen(.apiKey(.query(name: "api_token"), Secret("k&"))).target == "/?api_token=k%26")
    #expect(try await seen(.bearer(Secret("t")))["Authorization"] == "Bearer t")
    // The example of RFC 7617.
    let basic = try await seen(.basic(user: "Aladdin", password: Secret("open sesame")))
    #expect(basic["Authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
  }

  /// The second test case of RFC 4231, and an empty key.
  @Test func bodiesAreSigned() async throws {
    let digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    let signature = BodySignature(header: "X-Signature", prefix: "sha256=", key: Secret("Jefe"), encoding: .hexadecimal)
    let seen = try await seen(.bodySignature(signature), body: "what do ya want for nothing?")
    #expect(seen["X-Signature"] == "sha256=" + digest)
    var request = HTTPRequest(
      .post, try HTTPAddress("https://a.example/"), body: Array("what do ya want for nothing?".utf8))
    let base64 = BodySignature(header: "S", key: Secret("Jefe"), encoding: .base64)
    #expect(base64.credential(for: request).secret.reveal() == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")
    request.body = nil
    let empty = BodySignature.digest(key: [], message: [])
    #expect(empty.prefix(4) == [0xB6, 0x13, 0x67, 0x9A])
  }

  @Test(arguments: [OAuthClient.Proof.body, .basic])
  func aTokenIsFetchedOnceForAll(proof: OAuthClient.Proof) async throws {
    let tool = try TokenTool()
    let test = try TestClient(.clientCredentials(tool.client(proof)))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await test.client.send(tool.data()) } }
      try await group.waitForAll()
    }
    #expect(tool.tokenRequests.count == 1)
    #expect(tool.dataRequests.count == 20 && tool.dataRequests.allSatisfy { $0["Authorization"] == "Bearer access-1" })
    let request = try #require(tool.tokenRequests.first)
    let secret = "client_id=kith&client_secret=cl1ent%2Fs3cret"
    #expect(request.text == "grant_type=client_credentials&scope=read%20all" + (proof == .body ? "&\(secret)" : ""))
    let pair = Data("kith:cl1ent%2Fs3cret".utf8).base64EncodedString()
    #expect(request["Authorization"] == (proof == .basic ? "Basic \(pair)" : nil))
  }

  @Test func aTokenIsReplacedBeforeItEnds() async throws {
    let tool = try TokenTool()
    let test = try TestClient(.clientCredentials(tool.client()))
    for seconds in [0.0, 3_539, 1.1, 3_000] {
      test.time.advance(seconds)
      _ = try await test.client.send(tool.data())
    }
    #expect(tool.dataRequests.map { $0["Authorization"] } == [1, 1, 2, 2].map { "Bearer access-\($0)" })
  }

  /// An absurd lifetime makes neither a loop nor a crash.
  @Test(arguments: ["0", "-5", "\"20\"", "1e300", "null", "\"soon\""])
  func anyLifetimeIsBorne(lifetime: String) async throws {
    let tool = try TokenTool()
    tool.state.withLock { $0.lifetime = lifetime }
    let test = try TestClient(.clientCredentials(tool.client()))
    for _ in 0..<2 { _ = try await test.client.send(tool.data()) }
    #expect(tool.tokenRequests.count == (["0", "-5"].contains(lifetime) ? 2 : 1))
  }

  @Test func aRefusedTokenIsReplacedOnceForAll() async throws {
    let tool = try TokenTool()
    let test = try TestClient(.clientCredentials(tool.client()))
    _ = try await test.client.send(tool.data())
    tool.state.withLock { $0.refused = ["access-1"] }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await test.client.send(tool.data()) } }
      try await group.waitForAll()
    }
    #expect(tool.tokenRequests.count == 2)
    #expect(tool.dataRequests.filter { $0["Authorization"] == "Bearer access-2" }.count == 20)
    #expect(test.time.waits.isEmpty)
  }

  @Test func aToolThatRefusesAlwaysIsNotAskedForEver() async throws {
    let tool = try TokenTool()
    tool.state.withLock { $0.refused = ["access-1", "access-2", "access-3"] }
    let error = try await TestClient(.clientCredentials(tool.client())).failure(tool.data())
    #expect(error?.recovery == .authorisation)
    #expect(error?.seen == "{\"token\":\"***\"}")
    #expect(tool.tokenRequests.count == 2 && tool.dataRequests.count == 2)
    // What never changes is not even tried twice.
    let server = try LoopbackServer { _ in .response(401) }
    #expect(
      try await TestClient(.bearer(Secret("t"))).failure(HTTPRequest(address: server, "/"))?.recovery == .authorisation)
    #expect(server.requests.count == 1)
  }

  @Test func aRotatedTokenIsSavedBeforeTheNewAccessIsUsed() async throws {
    let tool = try TokenTool()
    let counts = Tally()
    let store = MemoryStore(onSave: { [weak tool] in counts.add(tool?.dataRequests.count ?? -1) })
    let test = try TestClient(.refreshToken(tool.client(), Secret("first"), store))
    for _ in 0..<2 {
      _ = try await test.client.send(tool.data())
      test.time.advance(3_600)
    }
    #expect(store.saved == ["refresh-1", "refresh-2"])
    #expect(counts.all == [0, 1])
    #expect(tool.tokenRequests.map { $0.text.contains("refresh_token=first") } == [true, false])
    #expect(tool.tokenRequests.last?.text.contains("refresh_token=refresh-1&") == true)
  }

  @Test func aTokenThatCannotBeSavedIsNotUsedAndNotLost() async throws {
    let tool = try TokenTool()
    let store = MemoryStore(failures: 1)
    let test = try TestClient(.refreshToken(tool.client(), Secret("first"), store))
    #expect(try await test.failure(tool.data())?.what == "the disk is full")
    #expect(tool.dataRequests.isEmpty)
    _ = try await test.client.send(tool.data())
    // The same token: the first one is spent.
    #expect(store.saved == ["refresh-1"] && tool.tokenRequests.count == 1)
    #expect(tool.dataRequests.map { $0["Authorization"] } == ["Bearer access-1"])
  }

  @Test func theStoredTokenComesFirstAndANewAgreementHelps() async throws {
    let tool = try TokenTool()
    _ = try await TestClient(.refreshToken(tool.client(), Secret("first"), MemoryStore("stored"))).client.send(
      tool.data())
    #expect(tool.tokenRequests.map { $0.text.contains("refresh_token=stored") } == [true])

    tool.state.withLock { $0.refusedGrants = ["stored"] }
    let store = MemoryStore("stored")
    _ = try await TestClient(.refreshToken(tool.client(), Secret("anew"), store)).client.send(tool.data())
    #expect(store.saved.last == "refresh-2")

    tool.state.withLock { $0.refusedGrants = ["stored", "anew"] }
    let error = try await TestClient(.refreshToken(tool.client(), Secret("anew"), MemoryStore("stored"))).failure(
      tool.data())
    #expect(error?.recovery == .authorisation)
    #expect(error?.description.contains("anew") == false && error?.description.contains("cl1ent") == false)
  }

  @Test func whoeverWaitsForATokenCanBeCancelled() async throws {
    let tool = try TokenTool()
    tool.state.withLock { $0.stalls = true }
    let test = try TestClient(.clientCredentials(tool.client()))
    let request = try tool.data()
    let task = Task { await test.failure(request) }
    await tool.server.arrived(1)
    task.cancel()
    let error = await task.value
    #expect(error?.recovery == .transient)
    // It was not the endpoint's silence that ended it.
    #expect(error?.what == "the request was stopped before its beginning")
  }

  @Test func aTokenEndpointThatIsNoneIsAMistake() async throws {
    let server = try LoopbackServer { _ in .text("<html>hello</html>") }
    let client = OAuthClient(tokenAddress: try HTTPAddress(server.url), id: "k", secret: nil)
    let error = try await TestClient(.clientCredentials(client)).failure(HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(server.requests.count == 1)
  }

  // MARK: sessions

  @Test(arguments: ["body", "header", "cookie"]) func aSessionIsOpenedAndOpenedAgain(kind: String) async throws {
    let logins = Tally()
    let server = try LoopbackServer { request in
      if request.path == "/login" {
        logins.add(1)
        let token = "s\(logins.all.count)"
        return .text(
          "{\"result\":{\"key\":\"\(token)\"}}", 200,
          [("X-Session", token), ("Set-Cookie", "other=1"), ("Set-Cookie", "sid=\(token); Path=/")])
      }
      return request["X-Key"] == "s2" || request["Cookie"] == "sid=s2" ? .text("data") : .response(401)
    }
    let login = HTTPRequest(
      .post, try HTTPAddress(server.url + "/login"), body: Array("password=hush".utf8), bodySecrets: [Secret("hush")])
    let session: SessionLogin =
      switch kind {
      case "body": SessionLogin(login, source: .body(path: "result.key"), place: .header(name: "X-Key"))
      case "header": SessionLogin(login, source: .header(name: "x-session"), place: .header(name: "X-Key"))
      default: SessionLogin(login, source: .cookie(name: "sid"), place: .header(name: "Cookie", prefix: "sid="))
      }
    let test = try TestClient(.session(session))
    for _ in 0..<2 { _ = try await test.client.send(HTTPRequest(address: server, "/data")) }
    #expect(logins.all.count == 2)
    #expect(server.requests.filter { $0.path == "/data" }.count == 3)
  }

  @Test func aLoginThatSucceedsWithoutASessionIsRefused() async throws {
    let server = try LoopbackServer { _ in .text("{\"status\":\"Invalid user name or password: hush\"}") }
    let login = HTTPRequest(.post, try HTTPAddress(server.url), body: Array("hush".utf8), bodySecrets: [Secret("hush")])
    let session = SessionLogin(login, source: .body(path: "key"), place: .header(name: "X-Key"))
    let error = try await TestClient(.session(session)).failure(HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .authorisation)
    #expect(error?.description.contains("hush") == false)
  }

  // MARK: retries

  @Test func whatPassesIsTriedAgain() async throws {
    let count = Tally()
    let server = try LoopbackServer { _ in
      count.add(1)
      switch count.all.count {
      case 1: return .init([.reset])
      case 2: return .response(503)
      default: return .text("ok")
      }
    }
    let test = try TestClient()
    #expect(try await test.client.send(HTTPRequest(address: server, "/")).status == 200)
    #expect(test.time.waits == [1, 2])
  }

  @Test func aToolsOwnWaitHoldsForRetries() async throws {
    let count = Tally()
    let server = try LoopbackServer { _ in
      count.add(1)
      return count.all.count == 1 ? .response(429, [("Retry-After", "30")]) : .text("ok")
    }
    let test = try TestClient()
    _ = try await test.client.send(HTTPRequest(address: server, "/"))
    #expect(test.time.waits == [31])
  }

  /// RFC 7636, appendix B.
  @Test func theChallengeIsThatOfTheStandard() {
    #expect(
      OAuthConsent.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test func aPostIsRepeatedOnlyIfItsAuthorSaysSo() async throws {
    let server = try LoopbackServer { _ in .response(500) }
    let test = try TestClient()
    let address = try HTTPAddress(server.url)
    #expect(await test.failure(HTTPRequest(.post, address))?.recovery == .transient)
    #expect(server.requests.count == 1)
    #expect(await test.failure(HTTPRequest(.post, address, repetition: .isSafe))?.recovery == .transient)
    #expect(server.requests.count == 4)
  }

  @Test func someStatusesMayBeExpected() async throws {
    let server = try LoopbackServer { _ in .response(404) }
    let test = try TestClient()
    #expect(try await test.client.send(HTTPRequest(address: server, "/"), accepting: [404]).status == 404)
    #expect(try await test.failure(HTTPRequest(address: server, "/"))?.recovery == .configuration)
    #expect(server.requests.count == 2)
  }
}

/// Numbers from several threads, in their order.
final class Tally: Sendable {
  private let state = Mutex<[Int]>([])

  var all: [Int] { state.withLock { $0 } }

  func add(_ number: Int) { state.withLock { $0.append(number) } }
}
