import CZstd
import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithHTTP

@Suite struct ErrorTests {
  private static let now = Timestamp(seconds: 1_800_000_000)
  private static let request = HTTPRequest(
    .get, try! HTTPAddress("https://api.example.com/v1/contacts?page=2&token=abc"))

  private func error(_ status: Int, _ headers: HTTPHeaders = [:], body: String = "") -> KithError? {
    HTTPResponse(status: status, headers: headers, body: Array(body.utf8), address: Self.request.address)
      .error(to: Self.request, at: Self.now)
  }

  @Test(arguments: [
    (408, KithError.Recovery.transient), (425, .transient), (429, .transient), (500, .transient), (502, .transient),
    (503, .transient), (599, .transient), (401, .authorisation), (403, .authorisation), (400, .configuration),
    (404, .configuration), (407, .configuration), (410, .configuration), (422, .configuration), (304, .configuration),
  ])
  func theStatusTellsWhatToDo(status: Int, recovery: KithError.Recovery) {
    #expect(error(status)?.recovery == recovery)
  }

  @Test func aSuccessIsNoError() {
    #expect(error(200) == nil && error(204) == nil)
  }

  @Test func aRefusalBecauseOfALimitPasses() {
    #expect(error(403, ["Retry-After": "7"])?.recovery == .transient)
    #expect(error(403, ["Retry-After": "7"])?.retryAfter == 7)
    #expect(error(403, ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"])?.retryAfter == 9)
    #expect(error(403, ["X-RateLimit-Remaining": "12"])?.recovery == .authorisation)
  }

  @Test func theMessageTellsAllThatHelps() {
    let body = "{\n  \"message\":\t\"no such\u{0} field\"\r\n}"
    #expect(
      error(400, body: body)?.description
        == "GET https://api.example.com/v1/contacts?page=2&token=***: the server answers with status 400: "
        + "\"{ \"message\": \"no such field\" }\". Check the URL and the options of this source.")
    #expect(error(404, body: String(repeating: "word ", count: 1_000))?.seen?.count == 301)
  }

  /// The server tells the secrets back in all forms that it may have met them in.
  @Test func secretsStandInNoError() async throws {
    let secrets = ["p4ss/w+rd=\"ü\" %", "client~secret~0123456789", "k3y"]
    let server = try LoopbackServer { request in
      let values = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
      let base64 = secrets.flatMap { secret in
        ["", "a", "ab", "abc"].map { Data(("user" + $0 + ":" + secret + "tail").utf8).base64EncodedString() }
      }
      return .text(([request.target, values, request.text] + base64).joined(separator: "\n"), 400)
    }
    var request = HTTPRequest(
      .post, try HTTPAddress(server.url + "/x"), query: [HTTPParameter("form", secrets[1])],
      credentials: [
        Credential(.header(name: "X-Auth"), Secret(secrets[1])), Credential(.query(name: "word"), Secret(secrets[0])),
      ])
    request.body = Array((HTTPParameter.encoded([HTTPParameter("a", secrets[0])]) + secrets[0] + secrets[2]).utf8)
    request.bodySecrets = [Secret(secrets[2])]
    let response = try await localTransfer().perform(request)
    let error = try #require(response.error(to: request, at: Self.now))
    #expect(error.seen?.isEmpty == false)
    for secret in secrets {
      #expect(!error.description.contains(secret))
      #expect(!error.description.contains(HTTPParameter.percentEncoded(secret)))
    }
    // The whole answer, not only its beginning.
    let all = Redactor(request.secrets).redact(String(decoding: response.body, as: UTF8.self))
    let core = Data("client~secret~0123456789".utf8).base64EncodedString().dropFirst(4).dropLast(4)
    for needle in secrets + [String(core)] { #expect(!all.contains(needle), "\(needle)") }
    for (offset, secret) in ["aaa", "aab"].flatMap({ prefix in secrets.prefix(2).map { (prefix, $0) } }) {
      let longer = Data((offset + secret).utf8).base64EncodedString()
      #expect(Redactor([Secret(secret)]).redact(longer).contains("***"))
    }
  }

  /// Half a secret at the place where the text is cut.
  @Test(arguments: [280, 295, 299, 2_390, 2_399, 2_401])
  func aSecretIsNotCutInHalf(offset: Int) {
    var request = Self.request
    request.credentials = [Credential(.header(name: "K"), Secret("0123456789abcdefghij"))]
    let body = String(repeating: "x", count: offset) + "0123456789abcdefghij" + String(repeating: "y", count: 5_000)
    let shown = HTTPReport(request).beginning(of: Array(body.utf8))
    #expect(!shown.contains("01"))
    #expect(
      HTTPReport(request).beginning(of: Array(String(repeating: "0123456789abcdefghij", count: 500).utf8)).allSatisfy {
        $0 == "*" || $0 == "…"
      })
  }

  @Test func whatFailsOnTheWayShowsNoSecretsEither() async throws {
    let server = try LoopbackServer { _ in .init([.reset]) }
    let request = HTTPRequest(
      .get, try HTTPAddress(server.url), query: [HTTPParameter("access_token", "visible-t0ken")],
      credentials: [Credential(.query(name: "k"), Secret("hush/hush"))])
    let error = await failure(try localTransfer(), request)
    #expect(error?.place == "GET \(server.url)/?access_token=***&k=***")
  }

  @Test func zstandardIsUnpacked() async throws {
    let plain = Array(String(repeating: "Anna Muster;", count: 50_000).utf8)
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(plain.count))
    packed.removeLast(packed.count - ZSTD_compress(&packed, packed.count, plain, plain.count, 3))
    let whole = packed
    let server = try LoopbackServer { request in
      let body = request.path == "/half" ? Array(whole.dropLast(5)) : whole
      return .response(200, [("Content-Encoding", request.path == "/other" ? "compress" : "zstd")], body: body)
    }
    let transfer = try localTransfer { $0.limits.expansion = 100_000 }
    #expect(try await transfer.perform(HTTPRequest(address: server, "/")).body == plain)
    #expect(
      await failure(transfer, try HTTPRequest(address: server, "/half"))?.what == "the answer's compression is broken")
    #expect(await failure(transfer, try HTTPRequest(address: server, "/other"))?.seen == "compress")
  }
}

/// Needs the program openssl for a server with a certificate of its own.
@Suite(.enabled(if: TLSPeer.isThere())) struct CertificateTests {
  @Test func onlyATrustedCertificateForThisHostIsTaken() async throws {
    // openssl's own test server.
    let server = try TLSPeer("openssl s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -www")
    let trusting = try localTransfer { $0.certificateFile = server.certificate }
    let address = try HTTPAddress("https://localhost:\(server.port)/")
    #expect(try await trusting.perform(HTTPRequest(.get, address)).status == 200)
    let stranger = await failure(try localTransfer(), HTTPRequest(.get, address))
    #expect(stranger?.recovery == .configuration)
    #expect(stranger?.what == "the server's certificate is not to be trusted")
    let otherName = HTTPRequest(.get, try HTTPAddress("https://127.0.0.1:\(server.port)/"))
    #expect(await failure(trusting, otherName)?.what == "the server's certificate is not to be trusted")
  }
}
