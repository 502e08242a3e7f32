import KithCore

extension IdentitySession {
  /// Ties profiles to their customers; only rows that change are written. Touched profiles that are not in
  /// `customerOf` (deleted ones) lose theirs. Every customer that gained or lost a profile, or holds one that changed, is
  /// stale; with `everything` all are.
  /// Returns how many profiles moved.
  func assign(_ customerOf: [Int64: Int64], previous: [Int64: Int64], everything: Bool) throws -> Int {
    // In the order of the table: neighbours lie on one page.
    let moved = Set(customerOf.keys).union(previous.keys).filter { customerOf[$0] != previous[$0] }.sorted()
    try bulk("moved", ["profile_id", "customer_id"]).insert(
      moved.map { (profile: $0, customer: customerOf[$0]) },
      { move, row in
        row.integer(move.profile)
        if let customer = move.customer { row.integer(customer) } else { row.null() }
      })
    try db.analyze("moved")
    try db.execute(
      sql: """
        UPDATE profiles SET customer_id = (SELECT m.customer_id FROM moved m WHERE m.profile_id = profiles.profile_id)
        WHERE profile_id IN (SELECT profile_id FROM moved)
        """)
    let stale =
      everything
      ? Set(customerOf.values).union(previous.values)
      : Set(moved.flatMap { [customerOf[$0], previous[$0]] }.compactMap { $0 })
    try bulk("stale", ["customer_id", "is_whole"]).insert(stale.sorted(), { $1.integer($0).integer(true) })
    // Their records stay as they are: there may be thousands of them to count again.
    if !everything { try markCustomersStale(in: "resolve_queue", isWhole: false) }
    return moved.count
  }

  /// Customers whose totals changed without their identity: from the queue that the writers fill.
  func markQueuedCustomersStale() throws {
    try markCustomersStale(in: "refresh_queue", isWhole: true)
    try db.analyze("stale")
  }

  private func markCustomersStale(in queue: String, isWhole: Bool) throws {
    let merge = isWhole ? "DO UPDATE SET is_whole = TRUE" : "DO NOTHING"
    try db.execute(
      sql: """
        INSERT INTO stale (customer_id, is_whole)
        SELECT DISTINCT p.customer_id, \(isWhole ? "TRUE" : "FALSE")
        FROM \(queue) q CROSS JOIN profiles p ON p.profile_id = q.profile_id
        WHERE p.customer_id IS NOT NULL ON CONFLICT (customer_id) \(merge)
        """)
  }

  /// Goes through the stale customers with their profiles, by id; `golden` is asked for many at a time, on another core
  /// while the next ones are read.
  func writeGolden(
    _ writer: GoldenWriter,
    _ golden: @escaping @Sendable (_ customer: Int64, _ members: [StoredProfile]) -> GoldenCustomer
  ) throws {
    var waiting: [GoldenBatch.Customer] = []
    var running: GoldenBatch?
    func next() throws {
      let before = running
      running = GoldenBatch(waiting, golden)
      waiting.removeAll(keepingCapacity: true)
      if let before { try writer.write(before.records()) }
    }
    try eachStaleCustomer { customer, members in
      waiting.append((customer, members))
      if waiting.count == GoldenBatch.size { try next() }
    }
    try next()
    if let running { try writer.write(running.records()) }
  }

  private func eachStaleCustomer(_ body: (Int64, [StoredProfile]) throws -> Void) throws {
    let columns = Schema.storedAttributes.map { "p.\($0.name)" }.joined(separator: ", ")
    let profiles = try db.statement(
      """
      SELECT s.customer_id, p.profile_id, p.source, p.kind = 'organisation', p.email, p.phone, p.created_at,
        COALESCE(p.updated_at, p.observed_at), \(columns)
      FROM stale s CROSS JOIN profiles p ON p.customer_id = s.customer_id AND NOT p.is_deleted
      ORDER BY s.customer_id, p.profile_id
      """, hasManyRows: true)
    let identifiers = try db.statement(
      """
      SELECT i.profile_id, i.kind, i.namespace, i.value, i.display
      FROM stale s CROSS JOIN profiles p ON p.customer_id = s.customer_id AND NOT p.is_deleted
        CROSS JOIN identifiers i ON i.profile_id = p.profile_id AND i.links
      ORDER BY s.customer_id, p.profile_id
      """, hasManyRows: true)
    defer {
      profiles.reset()
      identifiers.reset()
    }
    profiles.begin()
    identifiers.begin()
    var hasIdentifier = try identifiers.step()
    var customer: Int64?
    var members: [StoredProfile] = []
    while try profiles.step() {
      if let known = customer, known != profiles.int64(0) {
        try body(known, members)
        members.removeAll(keepingCapacity: true)
      }
      customer = profiles.int64(0)
      var profile = Self.profile(profiles)
      while hasIdentifier, identifiers.int64(0) == profile.id {
        if let kind = Identifier.Kind(rawValue: UInt8(identifiers.int64(1))) {
          let value = identifiers.optionalText(3) ?? ""
          profile.identifiers.append(
            CanonicalIdentifier(
              kind: kind, namespace: identifiers.optionalText(2) ?? "", value: value,
              display: identifiers.optionalText(4) ?? value, delivered: ""))
        }
        hasIdentifier = try identifiers.step()
      }
      profile.identifiers.sort { ($0.kind, $0.namespace, $0.value) < ($1.kind, $1.namespace, $1.value) }
      members.append(profile)
    }
    if let customer { try body(customer, members) }
  }

  private static func profile(_ row: FastStatement) -> StoredProfile {
    var attributes: [Attribute: String] = [:]
    for (index, attribute) in Schema.storedAttributes.enumerated() {
      if let value = row.optionalText(CInt(index) + 8) { attributes[attribute] = value }
    }
    return StoredProfile(
      id: row.int64(1), source: row.optionalText(2) ?? "", kind: row.int64(3) == 1 ? .organisation : .person,
      attributes: attributes, identifiers: [], email: row.optionalText(4), phone: row.optionalText(5),
      createdAt: row.optionalText(6).flatMap(Timestamp.init(sqlText:)),
      updatedAt: row.optionalText(7).flatMap(Timestamp.init(sqlText:)))
  }

  func append(_ lineage: [StoredLineage]) throws {
    let first = try HubStore.firstNumber("customer_lineage", in: db)
    let insert = try bulk(
      "customer_lineage",
      ["sequence", "occurred_at", "event", "customer_id", "other_customer_id", "profile_id", "reason"])
    try insert.insert(
      Array(lineage.enumerated()),
      { numbered, row in
        let step = numbered.element
        row.integer(first + Int64(numbered.offset)).time(now).text(step.event.rawValue).integer(step.customerID)
          .integer(step.otherCustomerID).integer(step.profileID).text(step.reason)
      })
  }

  /// The stale customers that still have a profile.
  func staleCustomers() throws -> [Int64] {
    try Int64.fetchAll(db, sql: "SELECT customer_id FROM stale ORDER BY customer_id")
  }

  /// Removes customers without profiles and recomputes the totals of the stale ones; of those that are not wholly stale
  /// only what hangs on what their profiles say.
  func refreshTotals(baseCurrency: String) throws {
    try db.execute(
      sql: """
        DELETE FROM customer_attributes WHERE customer_id IN (
          SELECT customer_id FROM stale s WHERE NOT EXISTS (
            SELECT 1 FROM profiles p WHERE p.customer_id = s.customer_id AND NOT p.is_deleted));
        DELETE FROM customers WHERE customer_id IN (
          SELECT customer_id FROM stale s WHERE NOT EXISTS (
            SELECT 1 FROM profiles p WHERE p.customer_id = s.customer_id AND NOT p.is_deleted));
        DELETE FROM customer_channels WHERE customer_id IN (SELECT customer_id FROM stale WHERE is_whole);
        """)
    try db.execute(sql: CustomerTotals.members)
    try db.analyze("members")
    try db.execute(sql: CustomerChannels(dialect: db.dialect).ofMembers)
    // What a few customers change, the planner needs not know.
    if try db.changesCount > 20_000 { try db.analyze("customer_channels") }
    for total in CustomerTotals.all(db.dialect) {
      let arguments: StoreArguments =
        total.hasCurrency ? ["now": now.sqlText, "currency": baseCurrency] : ["now": now.sqlText]
      try db.execute(sql: total.update, arguments: arguments)
    }
  }

  func clearQueues() throws {
    try db.execute(sql: "DELETE FROM resolve_queue; DELETE FROM refresh_queue")
    for table in Schema.identityTables { try db.execute(sql: "DELETE FROM \(table.name)") }
  }
}
