import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithHTTP

/// Clients that sign for themselves (RFC 7523), with a key that openssl makes and a signature that openssl looks at.
@Suite(.enabled(if: TLSPeer.isThere())) struct SignedAssertionTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-jwt-\(UUID().uuidString)")

  private func openssl(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func file(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// The keys' forms: PKCS #8, PKCS #1, one line of an environment variable, the file of a service account.
  private func keys() throws -> [String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(try openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem") == 0)
    #expect(try openssl("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem") == 0)
    #expect(try openssl("pkey", "-in", "key.pem", "-traditional", "-out", "old.pem") == 0)
    let pem = try file("key.pem")
    let account = ["type": "service_account", "client_email": "kith@p.example", "private_key": pem]
    let json = String(decoding: try JSONSerialization.data(withJSONObject: account), as: UTF8.self)
    return [pem, try file("old.pem"), pem.replacing("\n", with: "\\n"), json]
  }

  private func decoded(_ part: Substring) throws -> Data {
    let text = part.replacing("-", with: "+").replacing("_", with: "/")
    return try #require(Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
  }

  @Test func theSignatureIsOneOfTheKey() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let tool = try LoopbackServer { request in
      request.path == "/token" ? .text("{\"access_token\":\"t\",\"expires_in\":3599}") : .text("ok")
    }
    let client = OAuthClient(
      tokenAddress: try HTTPAddress(tool.url + "/token"), id: "", secret: nil,
      parameters: [HTTPParameter("resource", "a b")])
    for (number, key) in try keys().enumerated() {
      let assertion = SignedAssertion(
        key: Secret(key), issuer: number == 3 ? nil : "kith@p.example",
        claims: [HTTPParameter("scope", "read \"all\""), HTTPParameter("sub", "ada")])
      let test = try TestClient(.assertion(client, assertion))
      for _ in 0..<2 { _ = try await test.client.send(HTTPRequest(address: tool, "/data")) }
      let requests = tool.requests.suffix(3)
      #expect(requests.map(\.path) == ["/token", "/data", "/data"])
      #expect(requests.last?["Authorization"] == "Bearer t")
      let form = HTTPParameter.decoded(Substring(requests.first?.text ?? ""))
      #expect(form.map(\.name) == ["grant_type", "assertion", "resource"])
      #expect(form.first?.value == "urn:ietf:params:oauth:grant-type:jwt-bearer")
      let parts = try #require(form.dropFirst().first).value.split(separator: ".")
      try #require(parts.count == 3)
      #expect(String(decoding: try decoded(parts[0]), as: UTF8.self) == #"{"alg":"RS256","typ":"JWT"}"#)
      let said = try #require(try JSONSerialization.jsonObject(with: decoded(parts[1])) as? [String: Any])
      #expect(said["iss"] as? String == "kith@p.example" && said["sub"] as? String == "ada")
      #expect(said["scope"] as? String == "read \"all\"" && said["aud"] as? String == tool.url + "/token")
      let (begin, end) = (try #require(said["iat"] as? Int64), try #require(said["exp"] as? Int64))
      #expect(begin == test.time.now().seconds && end == begin + 180 && said.count == 6)
      try Data("\(parts[0]).\(parts[1])".utf8).write(to: folder.appendingPathComponent("signed"))
      try decoded(parts[2]).write(to: folder.appendingPathComponent("signature"))
      #expect(
        try openssl("dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "signed") == 0, "\(number)")
    }
  }

  /// A new token is signed for when the old one ends, and what is refused shows neither key nor assertion.
  @Test func aRefusalTellsNoSecret() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let tool = try LoopbackServer { .text("{\"error\":\"invalid_grant\",\"seen\":\"\($0.text)\"}", 400) }
    let client = OAuthClient(tokenAddress: try HTTPAddress(tool.url + "/token"), id: "", secret: nil)
    let assertion = SignedAssertion(key: Secret(try keys()[0]), issuer: "kith", claims: [HTTPParameter("aud", "x")])
    let error = try await TestClient(.assertion(client, assertion)).failure(HTTPRequest(address: tool, "/data"))
    #expect(error?.recovery == .authorisation && error?.seen?.contains("invalid_grant") == true)
    let sent = HTTPParameter.decoded(Substring(tool.requests.first?.text ?? "")).first { $0.name == "assertion" }?.value
    let said = try #require(sent)
    #expect(!"\(error.map { "\($0)" } ?? "")".contains(said), "the assertion is worth a token")
    #expect(try decoded(said.split(separator: ".")[1]).contains(Data("\"aud\":\"x\"".utf8)))
  }

  @Test func whatIsNoKeyIsTold() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = try keys()[0]
    #expect(try openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.pem") == 0)
    let address = try HTTPAddress("https://tool.example/token")
    let now = Timestamp(seconds: 1_700_000_000)
    for text in ["", "hush", "{}", try file("ec.pem"), try file("public.pem"), String(good.dropLast(400))] {
      let error = #expect(throws: KithError.self, "\(text.prefix(40))") {
        try SignedAssertion(key: Secret(text), issuer: "kith").text(for: address, at: now)
      }
      #expect(error?.recovery == .configuration && error?.what == "the private key cannot be read")
      #expect(error.map { "\($0)" }?.contains("hush") == false)
    }
    let unnamed = #expect(throws: KithError.self) { try SignedAssertion(key: Secret(good)).text(for: address, at: now) }
    #expect(unnamed?.what == "nobody is named who signs")
  }
}

extension Data {
  fileprivate func contains(_ part: Data) -> Bool { range(of: part) != nil }
}
