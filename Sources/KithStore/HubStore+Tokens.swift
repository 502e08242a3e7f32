import KithCore

/// A token of the HTTP API as the hub keeps it: without its secret.
public struct StoredToken: Sendable, Equatable {
  public var id: Int64
  public var name: String
  public var role: String
  /// The sources, and the groups of endpoints, that it is limited to; nil for no limit.
  public var sources: [String]?
  public var scopes: [String]?
  public var createdAt: Timestamp
  public var createdBy: String
  public var expiresAt: Timestamp?
  public var revokedAt: Timestamp?
}

extension HubStore {
  /// Keeps a new token; returns its number. `actor` is for the audit log.
  ///
  /// - Parameter secretHash: SHA-256 of the secret.
  public func addToken(
    name: String, role: String, sources: [String]? = nil, scopes: [String]? = nil, secretHash: [UInt8],
    expiresAt: Timestamp?, by actor: String, at now: Timestamp
  ) throws(KithError) -> Int64 {
    try write { db in
      let id = try Self.firstNumber("api_tokens", in: db)
      try db.execute(
        sql: """
          INSERT INTO api_tokens (token_id, name, role, secret_hash, created_at, created_by, expires_at, sources, scopes)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id, name, role, secretHash, now.sqlText, actor, expiresAt?.sqlText, sources?.joined(separator: ","),
          scopes?.joined(separator: ","),
        ])
      var detail = "\(name), role \(role)"
      if let sources { detail += ", sources \(sources.joined(separator: " "))" }
      if let scopes { detail += ", scopes \(scopes.joined(separator: " "))" }
      if let expiresAt { detail += ", until \(expiresAt.sqlText)" }
      try Self.audit(db, "create token", "token \(id)", by: actor, detail: detail, at: now)
      return id
    }
  }

  /// All tokens, also those that are refused by now, in the order in which they were made.
  public func tokens() throws(KithError) -> [StoredToken] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM api_tokens ORDER BY token_id").map(StoredToken.init(row:))
    }
  }

  /// A token with the hash of its secret; nil when there is none of that number.
  public func token(_ id: Int64) throws(KithError) -> (token: StoredToken, secretHash: [UInt8])? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM api_tokens WHERE token_id = ?", arguments: [id])
        .map { (StoredToken(row: $0), $0["secret_hash"]) }
    }
  }

  /// Whether a token was ever made: from then on nobody goes without.
  public func hasTokens() throws(KithError) -> Bool {
    try read { db in try Int.fetchOne(db, sql: "SELECT 1 FROM api_tokens LIMIT 1") != nil }
  }

  /// Lets a token be refused from now on. False when it was revoked before; throws when there is none of that number.
  public func revokeToken(_ id: Int64, by actor: String, at now: Timestamp) throws(KithError) -> Bool {
    try write { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM api_tokens WHERE token_id = ?", arguments: [id]) else {
        throw KithError(
          .configuration, "there is no such token", seen: String(id), fix: "`kith token list` shows them.")
      }
      let token = StoredToken(row: row)
      if token.revokedAt != nil { return false }
      try db.execute(
        sql: "UPDATE api_tokens SET revoked_at = ? WHERE token_id = ?", arguments: [now.sqlText, id])
      try Self.audit(db, "revoke token", "token \(id)", by: actor, detail: token.name, at: now)
      return true
    }
  }
}

extension StoredToken {
  fileprivate init(row: Row) {
    func time(_ column: String) -> Timestamp? { (row[column] as String?).flatMap(Timestamp.init(sqlText:)) }
    func words(_ column: String) -> [String]? {
      (row[column] as String?).map { $0.split(separator: ",").map(String.init) }
    }
    self.init(
      id: row["token_id"], name: row["name"], role: row["role"], sources: words("sources"), scopes: words("scopes"),
      createdAt: time("created_at") ?? Timestamp(seconds: 0), createdBy: row["created_by"],
      expiresAt: time("expires_at"), revokedAt: time("revoked_at"))
  }
}
