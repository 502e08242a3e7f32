import KithCore
import Testing

@testable import KithStore

/// Tokens of the API, and requests that must not be carried out twice.
@Suite struct TokenTests {
  private static let later = FixedTime.noon.adding(seconds: 60)

  @Test(arguments: Backend.allCases) func tokensAreKeptWithoutTheirSecret(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    #expect(try !hub.store.hasTokens())
    let hash = [UInt8](0..<32)
    let id = try hub.store.addToken(
      name: "notebooks", role: "analyst", secretHash: hash, expiresAt: Self.later, by: "root", at: FixedTime.noon)
    #expect(try hub.store.hasTokens() && id == 1)
    let (token, kept) = try #require(try hub.store.token(id))
    #expect(kept == hash && token.name == "notebooks" && token.role == "analyst" && token.expiresAt == Self.later)
    #expect(try hub.store.token(2) == nil)
    #expect(try hub.store.revokeToken(id, by: "root", at: Self.later))
    #expect(try !hub.store.revokeToken(id, by: "root", at: Self.later))
    #expect(try hub.store.tokens().map(\.revokedAt) == [Self.later])
    #expect(throws: KithError.self) { try hub.store.revokeToken(7, by: "root", at: Self.later) }
    #expect(
      try hub.list("SELECT actor, action, object FROM audit_log ORDER BY audit_id")
        == "root create token token 1,root revoke token token 1")
  }

  @Test(arguments: Backend.allCases) func requestsAreRememberedForADay(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    func note(_ key: String, _ hash: [UInt8], token: Int64 = 1, at now: Timestamp = FixedTime.noon) throws
      -> KnownRequest
    {
      try hub.store.noteRequest(token: token, key: key, hash: hash, at: now)
    }
    #expect(try note("a", [1]) == .new)
    #expect(try note("a", [1]) == .underWay)
    #expect(try note("a", [2]) == .other)
    #expect(try note("a", [1], token: 2) == .new)
    try hub.store.settleRequest(token: 1, key: "a", answer: (202, "{}"))
    #expect(try note("a", [1], at: Self.later) == .answered(status: 202, answer: "{}"))
    try hub.store.settleRequest(token: 2, key: "a", answer: nil)
    #expect(try note("a", [3], token: 2) == .new)
    let tomorrow = FixedTime.noon.adding(seconds: HubStore.requestMemory)
    #expect(try note("a", [2], at: tomorrow) == .new)
  }

  @Test func anEarlierDatabaseGetsTheTables() throws {
    let hub = try TemporaryHub()
    try hub.run(
      "DROP TABLE api_tokens; DROP TABLE api_requests; DELETE FROM grdb_migrations WHERE identifier = 'v8';")
    try hub.run("DROP TABLE webhook_deliveries; DELETE FROM grdb_migrations WHERE identifier IN ('v10', 'v11');")
    try hub.reopen()
    #expect(try !hub.store.hasTokens() && hub.store.verify() == [])
    #expect(try hub.store.sourcesWithDeliveries() == [])
  }
}
