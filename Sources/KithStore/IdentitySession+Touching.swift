import KithCore

/// Which profiles a pass looks at that does not look at all.
extension IdentitySession {
  /// Takes in the profiles that changed, and those that were linked to them without being one. Returns their ids.
  ///
  /// - Parameter body: gets each of them that there is, by id.
  public func touchQueued(_ body: (IdentityRow) throws -> Void) throws -> [Int64] {
    try db.execute(
      sql: """
        INSERT INTO touched SELECT profile_id, 0 FROM resolve_queue;
        INSERT INTO touched SELECT m.right_profile_id, 0
          FROM resolve_queue q CROSS JOIN matches m ON m.left_profile_id = q.profile_id WHERE NOT m.is_used
          ON CONFLICT DO NOTHING;
        INSERT INTO touched SELECT m.left_profile_id, 0
          FROM resolve_queue q CROSS JOIN matches m ON m.right_profile_id = q.profile_id WHERE NOT m.is_used
          ON CONFLICT DO NOTHING;
        """)
    try db.analyze("touched")
    try takeInMates(of: 0, body)
    return try touched(after: -1)
  }

  /// Takes in more profiles, and everybody who is in one customer with, or has a visitor id of, those that were taken in
  /// last. Returns the ids of all that are new.
  ///
  /// - Parameter body: gets each new one that there is.
  public func touch(_ ids: [Int64], _ body: (IdentityRow) throws -> Void) throws -> [Int64] {
    let last = try lastRound()
    try bulk("touched", ["profile_id", "round"]).insert(ids, { $1.integer($0).integer(last + 1) })
    // What came just now has mates too; those that have come as mates of it are looked at next time.
    try takeInMates(of: last + 1, body)
    return try touched(after: last)
  }

  /// All that were taken in.
  public func touchedIDs() throws -> [Int64] { try touched(after: -1) }

  private func touched(after round: Int64) throws -> [Int64] {
    try Int64.fetchAll(
      db, sql: "SELECT profile_id FROM touched WHERE round > ? ORDER BY profile_id", arguments: [round])
  }

  private func lastRound() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT MAX(round) FROM touched") ?? 0 }

  /// Reads each profile of a round once, and takes in who belongs to its customer or shares its visitor ids, until nobody
  /// new comes.
  private func takeInMates(of first: Int64, _ body: (IdentityRow) throws -> Void) throws {
    var round = first
    repeat {
      var customers: Set<Int64> = []
      var visitors: Set<Int64> = []
      try Self.eachRow(
        db, profiles: "\(Self.touchedProfiles) AND t.round = \(round)",
        identifiers: "touched t CROSS JOIN identifiers i ON i.profile_id = t.profile_id AND t.round = \(round)"
      ) { row in
        if let customer = row.customer { customers.insert(customer) }
        visitors.formUnion(row.visitorHashes)
        try body(row)
      }
      round += 1
      try bulk("touched_customers", ["customer_id", "round"])
        .insert(customers.sorted(), { $1.integer($0).integer(round) })
      try bulk("touched_visitors", ["identifier_hash", "round"])
        .insert(visitors.sorted(), { $1.integer($0).integer(round) })
      try db.execute(sql: Self.sameCustomer, arguments: [round])
      try db.execute(sql: Self.sameVisitor, arguments: [round, Self.visitorLimit])
    } while try lastRound() == round
  }

  private static let sameVisitor = """
    INSERT INTO touched
    SELECT other.profile_id, v.round
    FROM touched_visitors v
    CROSS JOIN identifiers other ON other.identifier_hash = v.identifier_hash AND other.links
    WHERE v.round = ?1 AND (
      SELECT COUNT(*) FROM identifiers held WHERE held.identifier_hash = v.identifier_hash AND held.links
    ) <= ?2
    ON CONFLICT DO NOTHING
    """

  private static let sameCustomer = """
    INSERT INTO touched
    SELECT p.profile_id, c.round FROM touched_customers c CROSS JOIN profiles p ON p.customer_id = c.customer_id
    WHERE c.round = ?1 ON CONFLICT DO NOTHING
    """
}
