import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithServer

/// Who is let in, and who is not.
@Suite struct AccessTests {
  @Test func withoutTokensThisMachineNeedsNone() async throws {
    try await ServedHub().serve { stage in
      let me = try await stage.send("GET", "/api/v1/me", token: nil)
      #expect(me.status == 200 && me.json["role"] == "admin".json, "\(me.text)")
      // A page of somebody else's that a browser has loaded.
      let stranger = try await stage.send(
        "GET", "/api/v1/me", token: nil, headers: ["Origin": "https://example.com"])
      #expect(stranger.status == 403 && stranger.json["where"] == "Host, Origin".json, "\(stranger.text)")
      _ = try stage.token(.analyst)
      let refused = try await stage.send("GET", "/api/v1/me", token: nil)
      #expect(refused.status == 401 && refused.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
      #expect(refused.headers["content-type"] == "application/problem+json")
      // One that is revoked does not open the door again.
      #expect(try stage.hub.store.revokeToken(1, by: "test", at: stage.hub.time.now()))
      #expect(try await stage.send("GET", "/api/v1/me", token: nil).status == 401)
      // These need none.
      for path in ["/health", "/ready", "/api/v1/openapi.json"] {
        #expect(try await stage.send("GET", path, token: nil).status == 200, "\(path)")
      }
      #expect(try await stage.send("GET", "/metrics", token: nil).status == 401)
    }
  }

  @Test func tokensHoldUntilTheyEndOrAreRevoked() async throws {
    let time = TestTime("2026-11-01 12:00:00")
    try await ServedHub(time: time).serve { stage in
      let token = try AccessToken.create(
        in: stage.hub.store, name: "short", role: .ops, expiresAt: time.now().adding(seconds: 60), by: "test",
        at: time.now()
      ).reveal()
      let me = try await stage.send("GET", "/api/v1/me", token: token)
      #expect(me.json["role"] == "ops".json && me.json["expires_at"] == "2026-11-01T12:01:00Z".json, "\(me.text)")
      time.advance(seconds: 60)
      let expired = try await stage.send("GET", "/api/v1/me", token: token)
      #expect(expired.status == 401 && expired.json["what"] == "the token has expired".json)
      let other = try stage.token(.privacy)
      #expect(try await stage.send("GET", "/api/v1/me", token: other).status == 200)
      #expect(try stage.hub.store.revokeToken(2, by: "test", at: time.now()))
      let revoked = try await stage.send("GET", "/api/v1/me", token: other)
      #expect(revoked.status == 401 && revoked.json["what"] == "the token is revoked".json)
      #expect(try !stage.hub.store.revokeToken(2, by: "test", at: time.now()))
    }
  }

  @Test func wrongTokensAreAllAlikeAndAppearNowhere() async throws {
    try await ServedHub().serve { stage in
      let right = try stage.token(.admin)
      let secret = try #require(right.split(separator: ".").last)
      let wrong = [
        "1." + String(secret.reversed()), "9." + secret, "1.short", "nonsense", "1." + secret + "x", "-1." + secret,
      ]
      for token in wrong {
        let reply = try await stage.send("GET", "/api/v1/me", token: token)
        #expect(reply.status == 401, "\(reply.text)")
        #expect(!reply.text.contains(secret) && !reply.text.contains(String(secret.reversed())))
      }
      #expect(try await stage.send("GET", "/api/v1/me", token: right).status == 200)
      #expect(!stage.log.text.contains(secret))
      let kept = try #require(try stage.hub.store.token(1))
      #expect(kept.secretHash == Digest.sha256(Array(secret.utf8)) && kept.secretHash.count == 32)
    }
  }

  @Test func aTokenMayNotAskForTooMuch() async throws {
    // One at once, and the next one in eleven days: however slow the machine is, it comes too early.
    try await ServedHub(requestsPerSecond: 1e-6).serve { stage in
      #expect(try await stage.get("/api/v1/me").status == 200)
      let reply = try await stage.get("/api/v1/me")
      #expect(reply.status == 429)
      #expect(Int(reply.headers["retry-after"] ?? "") ?? 0 >= 1)
      // Another token has its own measure.
      #expect(try await stage.get("/api/v1/me", as: .ops).status == 200)
    }
  }

  @Test func theRateIsKeptExactly() {
    let limiter = RateLimiter(perSecond: 10)
    let begin = ContinuousClock.now
    #expect((0..<20).allSatisfy { _ in limiter.take(1, at: begin) == nil })
    let wait = limiter.take(1, at: begin)
    #expect(wait.map { abs($0 - 0.1) < 1e-9 } == true, "\(String(describing: wait))")
    #expect(limiter.take(1, at: begin + .milliseconds(100)) == nil)
    #expect(limiter.take(1, at: begin + .milliseconds(100)) != nil)
    #expect(limiter.take(2, at: begin) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:8484", true), ("localhost:1", true), ("[::1]:8484", true), ("0.0.0.0:80", false),
    ("127.0.0.1.example.com:80", false), ("192.168.1.4:8484", false), ("[::]:8484", false),
  ]) func onlyThisMachineIsListenedAtWithoutTLS(text: String, isLoopback: Bool) throws {
    let address = try ListenAddress(text)
    #expect(address.isLoopback == isLoopback && address.description == text)
    #expect(((try? ServerSettings(address: address)) != nil) == isLoopback)
    #expect(try !ServerSettings(address: address, isBehindProxy: true).allowsNoToken)
  }

  @Test(arguments: ["8484", "127.0.0.1", "127.0.0.1:", "::1:80", ":80", "a:65536", "a:-1"])
  func wrongAddressesAreTold(text: String) {
    #expect(throws: KithError.self) { try ListenAddress(text) }
  }
}
