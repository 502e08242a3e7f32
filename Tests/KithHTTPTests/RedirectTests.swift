import KithCore
import KithTesting
import Testing

@testable import KithHTTP

@Suite struct RedirectTests {
  private static let credentials = [
    Credential(.header(name: "Authorization", prefix: "Bearer "), Secret("t0ken")),
    Credential(.header(name: "api-key"), Secret("k3y")),
  ]

  @Test func credentialsStayWithTheirHost() async throws {
    let other = try LoopbackServer { $0.path == "/back" ? .text("there") : .redirect(302, to: "/back") }
    let server = try LoopbackServer { .redirect(302, to: $0.path == "/here" ? "/there" : other.url) }
    var request = try HTTPRequest(address: server, "/here")
    request.credentials = RedirectTests.credentials
    request.headers = ["Cookie": "session=1", "X-Api-Token": "by hand", "X-Version": "3"]
    let response = try await localTransfer().perform(request)
    #expect(response.redirects == 3)
    #expect(response.address.text == other.url + "/back")
    for seen in server.requests {
      #expect(seen["Authorization"] == "Bearer t0ken")
      #expect(seen["api-key"] == "k3y")
      #expect(seen["Cookie"] == "session=1")
    }
    #expect(other.requests.count == 2)
    for seen in other.requests {
      for name in ["Authorization", "api-key", "Cookie", "X-Api-Token"] { #expect(seen[name] == nil, "\(name)") }
      #expect(seen["X-Version"] == "3")
    }
  }

  /// Also when the other host leads back.
  @Test func credentialsThatWereDroppedStayDropped() async throws {
    let home = try LoopbackServer { _ in .text("end") }
    let other = try LoopbackServer { _ in .redirect(302, to: home.url) }
    let next = try #require(
      try Redirect.next(
        after: Answer(status: 302, headers: ["Location": other.url], body: []),
        to: HTTPRequest(.get, HTTPAddress(home.url), credentials: RedirectTests.credentials)))
    _ = try await localTransfer().perform(next)
    #expect(home.requests.map { $0["Authorization"] } == [nil])
  }

  @Test func aKeyInTheQueryStaysWithItsHost() throws {
    let request = HTTPRequest(
      .get, try HTTPAddress("https://api.example.com/a?page=1"),
      credentials: [Credential(.query(name: "key"), Secret("k"))])
    func next(_ location: String) throws -> String? {
      try Redirect.next(after: Answer(status: 301, headers: ["Location": location], body: []), to: request)?
        .fullAddress()
        .text
    }
    #expect(try next("/b") == "https://api.example.com/b?key=k")
    #expect(try next("/b?key=k&x=1") == "https://api.example.com/b?x=1&key=k")
    #expect(try next("?page=2") == "https://api.example.com/a?page=2&key=k")
    #expect(try next("https://api.example.com:8443/b") == "https://api.example.com:8443/b")
    #expect(try next("https://api.example.org/b") == "https://api.example.org/b")
    #expect(try next("//api.example.org/b") == "https://api.example.org/b")
    #expect(try next("http://api.example.com/b") == "http://api.example.com/b")
  }

  @Test func theStepToEncryptionKeepsCredentials() throws {
    let request = HTTPRequest(.get, try HTTPAddress("http://a.example/"), credentials: RedirectTests.credentials)
    let answer = Answer(status: 301, headers: ["Location": "https://a.example/"], body: [])
    #expect(try Redirect.next(after: answer, to: request)?.credentials == RedirectTests.credentials)
  }

  @Test(arguments: [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
  func aPostBecomesAGetAsInBrowsers(status: Int, method: String) async throws {
    let server = try LoopbackServer { $0.path == "/" ? .redirect(status, to: "/next") : .text("ok") }
    let request = HTTPRequest(
      .post, try HTTPAddress(server.url), headers: ["Content-Type": "text/plain"], body: Array("body".utf8))
    _ = try await localTransfer().perform(request)
    #expect(server.requests.last?.method == method)
    #expect(server.requests.last?.text == (method == "POST" ? "body" : ""))
    #expect(server.requests.last?["Content-Type"] == (method == "POST" ? "text/plain" : nil))
  }

  @Test func aBodyWithSecretsGoesToNoOtherHost() async throws {
    let other = try LoopbackServer { _ in .text("caught") }
    let server = try LoopbackServer { _ in .redirect(307, to: other.url + "/?leak=hush-hush") }
    let request = HTTPRequest(
      .post, try HTTPAddress(server.url), body: Array("password=hush-hush".utf8), bodySecrets: [Secret("hush-hush")])
    let error = await failure(try localTransfer(), request)
    #expect(error?.recovery == .configuration)
    #expect(error?.description.contains("hush-hush") == false)
    #expect(other.requests.isEmpty)
  }

  @Test func redirectsEnd() async throws {
    let server = try LoopbackServer { .redirect(302, to: $0.path + "a") }
    let error = await failure(try localTransfer(), try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the server redirects without end")
    #expect(server.requests.count == 11)
  }

  @Test(arguments: [
    "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/_x", "http://u:p4ss@127.0.0.1/", "http://",
  ])
  func aRedirectLeadsToHTTPAndNothingElse(location: String) async throws {
    let server = try LoopbackServer { _ in .redirect(302, to: location) }
    let error = await failure(try localTransfer(), try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.description.contains("p4ss") == false)
  }

  @Test func aRedirectWithoutALocationIsAnAnswer() async throws {
    let server = try LoopbackServer { _ in .response(304) }
    #expect(try await localTransfer().perform(HTTPRequest(address: server, "/")).status == 304)
  }
}
