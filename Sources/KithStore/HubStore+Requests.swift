import KithCore

/// What is known of a request that must not be carried out twice.
public enum KnownRequest: Sendable, Equatable {
  /// It has not been seen before, and is noted from now on: the caller carries it out.
  case new
  /// The same one is being carried out, or was when its process ended.
  case underWay
  case answered(status: Int, answer: String)
  /// Another request had the same key.
  case other
}

extension HubStore {
  /// How long a request is remembered, in seconds.
  public static let requestMemory: Double = 86_400

  /// Notes a request, unless one with its key is known.
  ///
  /// - Parameters:
  ///   - token: the number of the sender's token; 0 for none.
  ///   - hash: of all that makes the request what it is.
  public func noteRequest(
    token: Int64, key: String, hash: [UInt8], at now: Timestamp
  ) throws(KithError) -> KnownRequest {
    try write { db in
      try db.execute(
        sql: "DELETE FROM api_requests WHERE created_at <= ?",
        arguments: [now.adding(seconds: -Self.requestMemory).sqlText])
      let known = try Row.fetchOne(
        db, sql: "SELECT * FROM api_requests WHERE token_id = ? AND idempotency_key = ?", arguments: [token, key])
      if let known {
        if known["request_hash"] as [UInt8] != hash { return .other }
        guard let status = known["status"] as Int? else { return .underWay }
        return .answered(status: status, answer: known["answer"] as String? ?? "")
      }
      try db.execute(
        sql: "INSERT INTO api_requests (token_id, idempotency_key, request_hash, created_at) VALUES (?, ?, ?, ?)",
        arguments: [token, key, hash, now.sqlText])
      return .new
    }
  }

  /// Keeps the answer to a request that was noted; nil forgets the request, so that it may be sent again.
  public func settleRequest(
    token: Int64, key: String, answer: (status: Int, body: String)?
  ) throws(KithError) {
    try write { db in
      guard let answer else {
        return try db.execute(
          sql: "DELETE FROM api_requests WHERE token_id = ? AND idempotency_key = ?", arguments: [token, key])
      }
      try db.execute(
        sql: "UPDATE api_requests SET status = ?, answer = ? WHERE token_id = ? AND idempotency_key = ?",
        arguments: [answer.status, answer.body, token, key])
    }
  }
}
