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
    let limited = try hub.store.addToken(
      name: "nightly", role: "integrator", sources: ["crm", "shop"], scopes: ["runs"], secretHash: hash, expiresAt: nil,
      by: "root", at: FixedTime.noon)
    let known = try #require(try hub.store.token(limited)).token
    #expect(known.sources == ["crm", "shop"] && known.scopes == ["runs"])
    let (token, kept) = try #require(try hub.store.token(id))
    #expect(kept == hash && token.name == "notebooks" && token.role == "analyst" && token.expiresAt == Self.later)
    #expect(token.sources == nil && token.scopes == nil)
    #expect(try hub.store.token(3) == nil)
    #expect(try hub.store.revokeToken(id, by: "root", at: Self.later))
    #expect(try !hub.store.revokeToken(id, by: "root", at: Self.later))
    #expect(try hub.store.tokens().map(\.revokedAt) == [Self.later, nil])
    #expect(throws: KithError.self) { try hub.store.revokeToken(7, by: "root", at: Self.later) }
    #expect(
      try hub.list("SELECT actor, action, object FROM audit_log ORDER BY audit_id")
        == "root create token token 1,root create token token 2,root revoke token token 1")
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

  /// Tokens of an earlier hub are limited to nothing.
  @Test func anEarlierDatabaseGetsTheColumns() throws {
    let hub = try TemporaryHub()
    _ = try hub.store.addToken(
      name: "old", role: "ops", secretHash: [1], expiresAt: nil, by: "root", at: FixedTime.noon)
    try hub.run(
      """
      ALTER TABLE api_tokens DROP COLUMN sources; ALTER TABLE api_tokens DROP COLUMN scopes;
      DELETE FROM grdb_migrations WHERE identifier IN ('v12', 'v13')
      """)
    try hub.reopen()
    let token = try #require(try hub.store.token(1)).token
    #expect(token.name == "old" && token.sources == nil && token.scopes == nil)
  }

  @Test func anEarlierDatabaseGetsTheTables() throws {
    let hub = try TemporaryHub()
    try hub.run(
      "DROP TABLE api_tokens; DROP TABLE api_requests; DELETE FROM grdb_migrations WHERE identifier = 'v8';")
    try hub.run(
      "DROP TABLE webhook_deliveries; DELETE FROM grdb_migrations WHERE identifier IN ('v10', 'v11', 'v12', 'v13');")
    try hub.reopen()
    #expect(try !hub.store.hasTokens() && hub.store.verify() == [])
    #expect(try hub.store.sourcesWithDeliveries() == [])
  }
}
