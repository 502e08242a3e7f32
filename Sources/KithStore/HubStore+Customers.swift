import KithCore

/// A customer as lists show it.
public struct CustomerSummary: Sendable, Equatable, Encodable {
  public var customerID: Int64
  public var displayName: String?
  public var email: String?
  public var phone: String?
  public var city: String?
  public var profiles: Int
  public var sourceNames: String?
  public var touchpoints: Int
  public var orders: Int
  public var revenue: Double
  public var currency: String?
  public var lastNPS: Int?
  public var valence: Double?
  public var lastSeenAt: String?
}

/// All that the hub knows of one customer.
public struct CustomerDetail: Sendable, Equatable, Encodable {
  public struct GoldenValue: Sendable, Equatable, Encodable {
    public var field: String
    public var value: String
    public var rule: String
    public var profileID: Int64
    public var source: String
    public var stream: String
    public var key: String
    public var runID: Int64
  }

  public struct MemberProfile: Sendable, Equatable, Encodable {
    public var profileID: Int64
    public var source: String
    public var stream: String
    public var key: String
    public var name: String?
    public var email: String?
    public var phone: String?
    public var updatedAt: String?
    public var runID: Int64
  }

  public struct Step: Sendable, Equatable, Encodable {
    public var touchpointID: Int64
    public var occurredAt: String
    public var channel: String
    public var type: String
    public var subject: String?
    public var source: String
    public var valence: Double?
  }

  public struct Match: Sendable, Equatable, Encodable {
    public var leftProfileID: Int64
    public var rightProfileID: Int64
    public var rule: String
    /// log2 of the odds that the two are one person; nil where no odds decided.
    public var score: Double?
    /// How the two agree, in words.
    public var note: String?
    /// The shared visitor id, or empty.
    public var value: String
  }

  /// Another customer that may be the same person.
  public struct Doubt: Sendable, Equatable, Encodable {
    public var profileID: Int64
    public var otherProfileID: Int64
    public var otherCustomerID: Int64
    public var otherName: String?
    public var score: Double
    public var note: String?
  }

  public struct LineageStep: Sendable, Equatable, Encodable {
    public var occurredAt: String
    public var event: String
    public var customerID: Int64
    public var otherCustomerID: Int64?
    public var reason: String
  }

  public var summary: CustomerSummary
  /// The id that was asked for, when it has been merged into this customer.
  public var askedID: Int64?
  public var goldenValues: [GoldenValue]
  public var profiles: [MemberProfile]
  public var matches: [Match]
  public var doubts: [Doubt]
  public var lineage: [LineageStep]
  /// The newest steps of the journey, oldest first.
  public var journey: [Step]
  public var journeyLength: Int
}

extension HubStore {
  /// The number that a customer has today; nil when there is no such customer.
  public func currentID(ofCustomer id: Int64) throws(KithError) -> Int64? {
    try read { db in try Self.currentID(id, in: db) }
  }

  /// Steps of a customer's journey, the newest first.
  ///
  /// - Parameter before: where the page before ended: only steps behind it.
  public func journey(
    ofCustomer id: Int64, before: (occurredAt: String, touchpointID: Int64)?, limit: Int
  ) throws(KithError) -> [CustomerDetail.Step] {
    try read { db in try Self.journey(id, before: before, limit: limit, in: db) }
  }

  /// One customer; an id that was merged away leads to the customer that it went into. Nil when the id was never
  /// given out, or its customer is gone.
  public func customer(_ id: Int64, journeyLimit: Int) throws(KithError) -> CustomerDetail? {
    try read { db in
      guard let current = try Self.currentID(id, in: db),
        let row = try Row.fetchOne(db, sql: "SELECT * FROM customers WHERE customer_id = ?", arguments: [current])
      else { return nil }
      let length =
        try Int.fetchOne(
          db,
          sql: """
            SELECT COUNT(*) FROM profiles p CROSS JOIN touchpoints t ON t.profile_id = p.profile_id AND NOT t.is_deleted
            WHERE p.customer_id = ? AND NOT p.is_deleted
            """, arguments: [current]) ?? 0
      return CustomerDetail(
        summary: Self.summary(row), askedID: current == id ? nil : id,
        goldenValues: try Self.goldenValues(current, in: db), profiles: try Self.members(current, in: db),
        matches: try Self.matches(current, in: db), doubts: try Self.doubts(current, in: db),
        lineage: try Self.lineage(current, in: db),
        journey: try Self.journey(current, limit: journeyLimit, in: db).reversed(), journeyLength: length)
    }
  }

  /// Follows merges; every step leads to another customer, so the walk ends after as many steps as there are events.
  private static func currentID(_ id: Int64, in db: StoreConnection) throws -> Int64? {
    var current = id
    var seen: Set<Int64> = []
    while seen.insert(current).inserted {
      if try Bool.fetchOne(db, sql: "SELECT 1 FROM customers WHERE customer_id = ?", arguments: [current]) ?? false {
        return current
      }
      let next = try Int64.fetchOne(
        db,
        sql: """
          SELECT other_customer_id FROM customer_lineage WHERE event = 'merge' AND customer_id = ?
          ORDER BY sequence DESC LIMIT 1
          """, arguments: [current])
      guard let next else { return nil }
      current = next
    }
    return nil
  }

  static func summary(_ row: Row) -> CustomerSummary {
    CustomerSummary(
      customerID: row["customer_id"], displayName: row["display_name"], email: row["email"], phone: row["phone"],
      city: row["city"], profiles: row["profiles"], sourceNames: row["source_names"], touchpoints: row["touchpoints"],
      orders: row["orders"], revenue: row["revenue"], currency: row["currency"], lastNPS: row["last_nps"],
      valence: row["valence"], lastSeenAt: row["last_seen_at"])
  }

  private static func goldenValues(_ id: Int64, in db: StoreConnection) throws -> [CustomerDetail.GoldenValue] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT a.attribute, a.value, a.rule, a.profile_id, p.source, st.name AS stream, p.key, p.run_id
        FROM customer_attributes a JOIN profiles p USING (profile_id) JOIN streams st USING (stream_id)
        WHERE a.customer_id = ?
        """, arguments: [id]
    ).map {
      CustomerDetail.GoldenValue(
        field: $0["attribute"], value: $0["value"], rule: $0["rule"], profileID: $0["profile_id"],
        source: $0["source"], stream: $0["stream"], key: $0["key"], runID: $0["run_id"])
    }
  }

  private static func members(_ id: Int64, in db: StoreConnection) throws -> [CustomerDetail.MemberProfile] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT p.*, st.name AS stream FROM profiles p JOIN streams st USING (stream_id)
        WHERE p.customer_id = ? AND NOT p.is_deleted ORDER BY p.profile_id
        """, arguments: [id]
    ).map { row in
      let names = [row["given_name"] as String?, row["family_name"] as String?].compactMap { $0 }
      return CustomerDetail.MemberProfile(
        profileID: row["profile_id"], source: row["source"], stream: row["stream"], key: row["key"],
        name: names.isEmpty ? nil : names.joined(separator: " "), email: row["email"], phone: row["phone"],
        updatedAt: row["updated_at"] ?? row["observed_at"] ?? row["created_at"], runID: row["run_id"])
    }
  }

  private static func matches(_ id: Int64, in db: StoreConnection) throws -> [CustomerDetail.Match] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT m.* FROM profiles p CROSS JOIN matches m ON m.left_profile_id = p.profile_id
        WHERE p.customer_id = ? AND m.is_used ORDER BY m.match_id
        """, arguments: [id]
    ).map {
      CustomerDetail.Match(
        leftProfileID: $0["left_profile_id"], rightProfileID: $0["right_profile_id"], rule: $0["rule"],
        score: $0["score"], note: $0["note"], value: $0["value"])
    }
  }

  private static func doubts(_ id: Int64, in db: StoreConnection) throws -> [CustomerDetail.Doubt] {
    // Each side has its index; from the customer's profiles outwards.
    func side(_ mine: String, _ other: String) -> String {
      """
      SELECT mine.profile_id, other.profile_id AS other_profile, other.customer_id, c.display_name, m.score AS score, m.note
      FROM profiles mine CROSS JOIN matches m ON m.\(mine) = mine.profile_id
        CROSS JOIN profiles other ON other.profile_id = m.\(other)
        CROSS JOIN customers c ON c.customer_id = other.customer_id
      WHERE mine.customer_id = :id AND NOT m.is_used AND other.customer_id <> :id
      """
    }
    return try Row.fetchAll(
      db,
      sql: """
        \(side("left_profile_id", "right_profile_id")) UNION ALL \(side("right_profile_id", "left_profile_id"))
        ORDER BY score DESC, 1, 2
        """, arguments: ["id": id]
    ).map {
      CustomerDetail.Doubt(
        profileID: $0[0], otherProfileID: $0[1], otherCustomerID: $0[2], otherName: $0[3], score: $0[4], note: $0[5])
    }
  }

  private static func lineage(_ id: Int64, in db: StoreConnection) throws -> [CustomerDetail.LineageStep] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM customer_lineage WHERE customer_id = :id OR other_customer_id = :id ORDER BY sequence",
      arguments: ["id": id]
    ).map {
      CustomerDetail.LineageStep(
        occurredAt: $0["occurred_at"], event: $0["event"], customerID: $0["customer_id"],
        otherCustomerID: $0["other_customer_id"], reason: $0["reason"])
    }
  }

  private static func journey(
    _ id: Int64, before: (occurredAt: String, touchpointID: Int64)? = nil, limit: Int, in db: StoreConnection
  ) throws -> [CustomerDetail.Step] {
    let condition = before == nil ? "" : "AND (t.occurred_at, t.touchpoint_id) < (?, ?)"
    let start: StoreArguments = before.map { [$0.occurredAt, $0.touchpointID] } ?? []
    return try Row.fetchAll(
      db,
      sql: """
        SELECT t.touchpoint_id, t.occurred_at, t.channel, t.type, t.subject, p.source, t.valence
        FROM profiles p CROSS JOIN touchpoints t ON t.profile_id = p.profile_id AND NOT t.is_deleted
        WHERE p.customer_id = ? AND NOT p.is_deleted \(condition)
        ORDER BY t.occurred_at DESC, t.touchpoint_id DESC LIMIT ?
        """, arguments: [id] + start + [limit]
    ).map {
      CustomerDetail.Step(
        touchpointID: $0["touchpoint_id"], occurredAt: $0["occurred_at"], channel: $0["channel"], type: $0["type"],
        subject: $0["subject"], source: $0["source"], valence: $0["valence"])
    }
  }
}

/// A profile's name at its source and the customer it belongs to.
public struct ProfileMembership: Sendable, Equatable {
  public var source: String
  public var stream: String
  public var key: String
  public var customerID: Int64
}

extension HubStore {
  /// Every profile that belongs to a customer, by profile number.
  public func memberships() throws(KithError) -> [ProfileMembership] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT p.source, st.name, p.key, p.customer_id FROM profiles p JOIN streams st USING (stream_id)
          WHERE p.customer_id IS NOT NULL AND NOT p.is_deleted ORDER BY p.profile_id
          """
      ).map { ProfileMembership(source: $0[0], stream: $0[1], key: $0[2], customerID: $0[3]) }
    }
  }
}
