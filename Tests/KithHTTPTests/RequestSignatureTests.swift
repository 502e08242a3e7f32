import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithHTTP

/// The examples of RFC 5849.
@Suite struct RequestSignatureTests {
  /// Section 1.2.
  private static let photos = RequestSignature(
    .hmacSHA1, clientKey: "dpf43f3p2l4k3l03", clientSecret: Secret("kd94hf93k423kf44"),
    token: ("nnch734d00sl2jdk", Secret("pfkkdhi9sl3r4s00")), nonce: { "chapoH" })

  @Test func theBaseStringIsThatOfSection3_4_1() throws {
    var request = HTTPRequest(
      .post, try HTTPAddress("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
      headers: ["Content-Type": "application/x-www-form-urlencoded"])
    request.body = Array("c2&a3=2+q".utf8)
    let parameters = [
      HTTPParameter("oauth_consumer_key", "9djdj82h48djs9d2"), HTTPParameter("oauth_token", "kkk9d7dh3k39sjv7"),
      HTTPParameter("oauth_signature_method", "HMAC-SHA1"), HTTPParameter("oauth_timestamp", "137131201"),
      HTTPParameter("oauth_nonce", "7d8f3e4a"),
    ]
    let expected =
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
      + "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"
      + "%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    #expect(try RequestSignature.baseString(request, parameters) == expected)
  }

  @Test func theSignatureIsThatOfSection1_2() throws {
    let request = HTTPRequest(
      .get, try HTTPAddress("http://photos.example.net/photos"),
      query: [HTTPParameter("size", "original"), HTTPParameter("file", "vacation.jpg")])
    let text = try RequestSignature.baseString(
      request,
      [
        HTTPParameter("oauth_consumer_key", "dpf43f3p2l4k3l03"), HTTPParameter("oauth_token", "nnch734d00sl2jdk"),
        HTTPParameter("oauth_signature_method", "HMAC-SHA1"), HTTPParameter("oauth_timestamp", "137131202"),
        HTTPParameter("oauth_nonce", "chapoH"),
      ])
    #expect(Self.photos.signature(of: text) == "MdpQcU8iPSUjWoN/UDMsK2sui9I=")
  }

  @Test func eachRequestIsSignedAnew() async throws {
    let server = try LoopbackServer { _ in .text("{}") }
    let signature = RequestSignature(.hmacSHA256, clientKey: "ck_1", clientSecret: Secret("cs_secret"))
    let transfer = try Transfer(TransferSettings(policy: NetworkPolicy(privateNetwork: .allowed)))
    let time = InstantTime()
    let client = HTTPClient(
      transfer: transfer, authoriser: Authoriser(.requestSignature(signature), transfer: transfer, time: time),
      budget: RateBudget([], names: .standard, time: time), time: time)
    for _ in 0..<2 {
      let request = HTTPRequest(
        .get, try HTTPAddress(server.url + "/orders"), query: [HTTPParameter("after", "2026-01-01 00:00")])
      _ = try await client.send(request)
    }
    var nonces: Set<String> = []
    for request in server.requests {
      let header = try #require(request["Authorization"])
      #expect(header.hasPrefix("OAuth oauth_consumer_key=\"ck_1\""))
      #expect(!header.contains("cs_secret"))
      var values: [String: String] = [:]
      for part in header.dropFirst(6).components(separatedBy: ", ") {
        let halves = part.components(separatedBy: "=\"")
        values[halves[0]] = String(halves[1].dropLast()).removingPercentEncoding
      }
      let signed = values.filter { $0.key != "oauth_signature" }.map { HTTPParameter($0.key, $0.value) }
      let again = HTTPRequest(.get, try HTTPAddress(server.url + request.target))
      #expect(signature.signature(of: try RequestSignature.baseString(again, signed)) == values["oauth_signature"])
      nonces.insert(values["oauth_nonce"] ?? "")
    }
    #expect(nonces.count == 2)
  }
}
