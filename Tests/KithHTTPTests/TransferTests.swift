import KithCore
import KithTesting
import Testing

@testable import KithHTTP

/// A transfer that may ask servers on loopback.
func localTransfer(_ change: (inout TransferSettings) -> Void = { _ in }) throws -> Transfer {
  var settings = TransferSettings(policy: NetworkPolicy(privateNetwork: .allowed))
  change(&settings)
  return try Transfer(settings)
}

/// The error that a request ends with.
func failure(_ transfer: Transfer, _ request: HTTPRequest) async -> KithError? {
  do throws(KithError) {
    _ = try await transfer.perform(request)
    return nil
  } catch { return error }
}

@Suite struct TransferTests {
  @Test func aRequestArrivesAsItIsMeant() async throws {
    let server = try LoopbackServer { _ in .text("done", 201, [("X-A", "1"), ("x-a", "2"), ("Set-Cookie", " s = 1 ")]) }
    let request = HTTPRequest(
      .post, try HTTPAddress(server.url + "/a/b?x=1"),
      query: [HTTPParameter("q", "ü & b"), HTTPParameter("empty", "")],
      headers: ["X-Empty": "", "Content-Type": "application/json"],
      credentials: [
        Credential(.header(name: "Authorization", prefix: "Bearer "), Secret("t0ken")),
        Credential(.query(name: "api_key"), Secret("k/y")),
      ], body: Array("{}".utf8))
    let start = ContinuousClock.now
    let response = try await localTransfer().perform(request)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    #expect(response.status == 201)
    #expect(String(decoding: response.body, as: UTF8.self) == "done")
    #expect(response.headers.all("X-a") == ["1", "2"])
    #expect(response.headers["set-cookie"] == "s = 1")
    #expect(response.address.text == server.url + "/a/b?x=1&q=%C3%BC%20%26%20b&empty=")
    #expect(response.redirects == 0)
    #expect(response.seconds > 0 && response.seconds <= elapsed)

    let seen = try #require(server.requests.first)
    #expect(seen.method == "POST")
    #expect(seen.target == "/a/b?x=1&q=%C3%BC%20%26%20b&empty=&api_key=k%2Fy")
    #expect(seen["Authorization"] == "Bearer t0ken")
    #expect(seen["X-Empty"] == "")
    #expect(seen["Content-Type"] == "application/json")
    #expect(seen["User-Agent"] == "kith")
    #expect(seen["Expect"] == nil)
    #expect(seen["Accept-Encoding"] == "gzip, br, zstd")
    #expect(seen.text == "{}")
  }

  @Test(arguments: [HTTPMethod.get, .head, .post, .put, .patch, .delete, .propfind, .report])
  func everyMethodWorksOnOneConnection(method: HTTPMethod) async throws {
    let server = try LoopbackServer { $0.method == "HEAD" ? .init([.bytes(LoopbackReply.head(200, []))]) : .text("ok") }
    // On a busy machine minutes may lie between two requests.
    let transfer = try localTransfer { $0.keptSeconds = 86_400 }
    let address = try HTTPAddress(server.url)
    let body = method == .get || method == .head ? nil : [UInt8](repeating: 0x61, count: 2_000_000)
    for _ in 0..<3 {
      let request = HTTPRequest(method, address, body: body, repetition: .isSafe)
      #expect(try await transfer.perform(request).status == 200)
    }
    #expect(server.requests.map(\.method) == Array(repeating: method.rawValue, count: 3))
    #expect(server.requests.allSatisfy { $0.body == body ?? [] })
    #expect(Set(server.requests.map(\.connection)) == [1])
  }

  /// A kept connection may be dead, and libcurl would send the request again.
  @Test func aPostThatMayNotBeRepeatedGetsAConnectionOfItsOwn() async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    let transfer = try localTransfer()
    for _ in 0..<2 { _ = try await transfer.perform(HTTPRequest(.post, try HTTPAddress(server.url), body: [0x61])) }
    #expect(server.requests.map(\.connection) == [1, 2])
  }

  @Test func chunkedAndEmptyBodiesAreRead() async throws {
    let server = try LoopbackServer { request in
      request.path == "/chunked" ? .chunked([Array("one ".utf8), Array("two".utf8)]) : .response(204)
    }
    let transfer = try localTransfer()
    let chunked = try await transfer.perform(HTTPRequest(address: server, "/chunked"))
    #expect(String(decoding: chunked.body, as: UTF8.self) == "one two")
    let empty = try await transfer.perform(HTTPRequest(address: server, "/"))
    #expect(empty.status == 204 && empty.body.isEmpty)
  }

  @Test func manyRequestsGoAtTheSameTime() async throws {
    let server = try LoopbackServer {
      .init([
        .stall, .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n".utf8)), .bytes([$0.target.utf8.last ?? 0]),
      ])
    }
    let transfer = try localTransfer()
    let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for number in 0..<10 {
        group.addTask { try await transfer.perform(HTTPRequest(address: server, "/\(number)")).body }
      }
      await server.arrived(10)
      server.release()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(bodies) == Set((0..<10).map { Array("\($0)".utf8) }))
  }

  @Test func aProxyIsAskedWhereItServes() async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    let proxy = try LoopbackServer { _ in .text("by proxy") }
    let through = try localTransfer {
      $0.proxy = try? HTTPProxy(
        address: HTTPAddress(proxy.url), exceptions: ["127.0.0.1"], user: "user", password: Secret("pw"))
    }
    #expect(try await through.perform(HTTPRequest(address: server, "/")).body == Array("ok".utf8))
    let other = try await through.perform(HTTPRequest(.get, HTTPAddress("http://shop.invalid/a")))
    #expect(other.body == Array("by proxy".utf8))
    #expect(proxy.requests.map(\.target) == ["http://shop.invalid/a"])
    #expect(proxy.requests.first?["Proxy-Authorization"] == "Basic dXNlcjpwdw==")
    let secure = HTTPRequest(.get, try HTTPAddress("https://shop.invalid/a?key=1"))
    #expect(await failure(through, secure)?.recovery == .transient)
    #expect(proxy.requests.last.map { "\($0.method) \($0.target)" } == "CONNECT shop.invalid:443")
  }

  @Test(arguments: [("A\r\nX-Evil", "1"), ("A", "1\r\nX-Evil: 2"), ("A b", "1"), ("", "1"), ("A", "1\0")])
  func aHeaderCannotSmuggleInAnother(name: String, value: String) async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    var headers = HTTPHeaders()
    headers.add(name, value)
    let error = await failure(try localTransfer(), HTTPRequest(.get, try HTTPAddress(server.url), headers: headers))
    #expect(error?.recovery == .configuration)
    #expect(server.requests.isEmpty)
  }
}

extension HTTPRequest {
  init(address server: LoopbackServer, _ path: String) throws {
    self.init(.get, try HTTPAddress(server.url + path))
  }
}
