import KithCore

/// A person's word on two profiles, as stored in `decisions`.
public struct StoredDecision: Sendable, Equatable, Encodable {
  public var leftProfileID: Int64
  public var rightProfileID: Int64
  /// same or different.
  public var decision: String
  public var decidedAt: String
  public var decidedBy: String
  public var note: String?
}

/// Two customers who may be one person.
public struct ReviewItem: Sendable, Equatable, Encodable {
  /// A profile on one side of a pair in doubt, with what its customer is.
  public struct Side: Sendable, Equatable, Encodable {
    public var profileID: Int64
    public var customerID: Int64
    public var customerName: String?
    public var source: String
    public var key: String
    /// What the profile says, for people: `Anna Meier · anna@example.com · Bahnhofstrasse 1, 8001 Zürich`.
    public var says: String
    public var profiles: Int
    public var touchpoints: Int
    public var revenue: Double
    public var currency: String?
  }

  public var left: Side
  public var right: Side
  /// log2 of the odds that the two are one person.
  public var score: Double
  public var note: String
}

extension HubStore {
  /// Stores decisions and queues the profiles that they name; a later word on the same two replaces the earlier one.
  public func decide(
    _ decisions: [(left: Int64, right: Int64, isSame: Bool)], by actor: String, note: String?, at now: Timestamp
  ) throws(KithError) {
    try write { db in
      for (left, right, isSame) in decisions {
        let word = isSame ? "same" : "different"
        try db.execute(
          sql: """
            INSERT INTO decisions(left_profile_id, right_profile_id, decision, decided_at, decided_by, note)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (left_profile_id, right_profile_id) DO UPDATE SET decision = excluded.decision,
              decided_at = excluded.decided_at, decided_by = excluded.decided_by, note = excluded.note
            """, arguments: [min(left, right), max(left, right), word, now.sqlText, actor, note])
        try Self.audit(db, "decide \(word)", left, right, by: actor, note: note, at: now)
      }
    }
  }

  /// Takes decisions back, all between two of these profiles that say so; returns how many.
  public func withdrawDecisions(
    among profiles: [Int64], isSame: Bool, by actor: String, at now: Timestamp
  ) throws(KithError) -> Int {
    try write { db in
      let word = isSame ? "same" : "different"
      let marks = StoreArguments.marks(profiles.count)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT left_profile_id, right_profile_id FROM decisions
          WHERE decision = ? AND left_profile_id IN (\(marks)) AND right_profile_id IN (\(marks))
          """, arguments: [word] + StoreArguments(profiles) + StoreArguments(profiles))
      for row in rows {
        try db.execute(
          sql: "DELETE FROM decisions WHERE left_profile_id = ? AND right_profile_id = ?",
          arguments: [row[0] as Int64, row[1] as Int64])
        try Self.audit(db, "withdraw \(word)", row[0], row[1], by: actor, note: nil, at: now)
      }
      return rows.count
    }
  }

  private static func audit(
    _ db: StoreConnection, _ action: String, _ left: Int64, _ right: Int64, by actor: String, note: String?,
    at now: Timestamp
  ) throws {
    try db.execute(
      sql: "INSERT INTO resolve_queue VALUES (?), (?) ON CONFLICT DO NOTHING", arguments: [left, right])
    try audit(
      db, action, "profiles \(min(left, right)) and \(max(left, right))", by: actor, detail: note, at: now)
  }

  /// All decisions, the newest first.
  public func decisions() throws(KithError) -> [StoredDecision] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM decisions ORDER BY decided_at DESC, left_profile_id, right_profile_id"
      ).map(Self.decision)
    }
  }

  /// Decisions by their profiles, whose order never changes: the next page begins `after` the last one's end.
  public func decisions(after: (left: Int64, right: Int64), limit: Int) throws(KithError) -> [StoredDecision] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM decisions WHERE (left_profile_id, right_profile_id) > (?, ?)
          ORDER BY left_profile_id, right_profile_id LIMIT ?
          """, arguments: [after.left, after.right, limit]
      ).map(Self.decision)
    }
  }

  private static func decision(_ row: Row) -> StoredDecision {
    StoredDecision(
      leftProfileID: row["left_profile_id"], rightProfileID: row["right_profile_id"], decision: row["decision"],
      decidedAt: row["decided_at"], decidedBy: row["decided_by"], note: row["note"])
  }

  /// The profiles of a customer by id; empty when there is no such customer.
  public func profileIDs(of customer: Int64) throws(KithError) -> [Int64] {
    try read { db in
      try Int64.fetchAll(
        db, sql: "SELECT profile_id FROM profiles WHERE customer_id = ? AND NOT is_deleted ORDER BY profile_id",
        arguments: [customer])
    }
  }

  /// Pairs of customers in doubt: first those of whom a decision would move most, that is whose smaller side has most
  /// profiles, touchpoints and orders; then those whose odds are most even. One pair of profiles for two customers.
  public func reviewQueue(limit: Int) throws(KithError) -> [ReviewItem] {
    func weight(_ side: String) -> String { "\(side).profiles + \(side).touchpoints + \(side).orders" }
    let sides = ("l.customer_id", "r.customer_id")
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT left_profile_id, right_profile_id, score, note FROM (
          SELECT m.match_id, m.left_profile_id, m.right_profile_id, m.score, m.note,
            \(db.dialect.least(weight("a"), weight("b"))) AS weight,
            ROW_NUMBER() OVER (
              PARTITION BY \(db.dialect.least(sides.0, sides.1)), \(db.dialect.greatest(sides.0, sides.1))
              ORDER BY m.score DESC, m.match_id) AS place
          FROM matches m JOIN profiles l ON l.profile_id = m.left_profile_id AND NOT l.is_deleted
            JOIN profiles r ON r.profile_id = m.right_profile_id AND NOT r.is_deleted
            JOIN customers a ON a.customer_id = l.customer_id JOIN customers b ON b.customer_id = r.customer_id
            LEFT JOIN decisions d ON d.left_profile_id = m.left_profile_id AND d.right_profile_id = m.right_profile_id
          WHERE NOT m.is_used AND l.customer_id <> r.customer_id AND d.decision IS NULL
          ) AS pairs WHERE place = 1 ORDER BY weight DESC, ABS(score), match_id LIMIT ?
          """, arguments: [limit]
      ).map { row in
        ReviewItem(
          left: try Self.side(row[0], in: db), right: try Self.side(row[1], in: db), score: row[2],
          note: row[3] as String? ?? "")
      }
    }
  }

  private static func side(_ profile: Int64, in db: StoreConnection) throws -> ReviewItem.Side {
    guard
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT p.*, c.display_name, c.profiles, c.touchpoints, c.revenue, c.currency FROM profiles p
          JOIN customers c USING (customer_id) WHERE p.profile_id = ?
          """, arguments: [profile])
    else { throw KithError(.bug, "a pair in doubt names a profile without a customer", seen: String(profile)) }
    func joined(_ columns: String...) -> String? {
      let parts = columns.compactMap { (column: String) -> String? in row[column] }
      return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
    let places = [joined("street", "house_number"), joined("postcode", "city")].compactMap { $0 }
    let says: [String?] = [
      joined("given_name", "family_name"), row["company"], row["birth_date"], row["email"], row["phone"],
      places.isEmpty ? nil : places.joined(separator: ", "),
    ]
    return ReviewItem.Side(
      profileID: profile, customerID: row["customer_id"], customerName: row["display_name"], source: row["source"],
      key: row["key"], says: says.compactMap { $0 }.joined(separator: " · "), profiles: row["profiles"],
      touchpoints: row["touchpoints"], revenue: row["revenue"], currency: row["currency"])
  }
}
