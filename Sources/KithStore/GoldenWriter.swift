import KithCore

/// Writes golden records: the identity columns of `customers`, and in `customer_attributes` where each value came from.
/// What would stay as it is is not written.
struct GoldenWriter {
  private static let fields = Schema.storedAttributes.map(\.name) + ["email", "phone"]

  private let stored: FastStatement
  private let clear: FastStatement
  private let insert: BulkInsert
  private let upsert: BulkInsert
  private let now: Timestamp

  init(db: StoreConnection, now: Timestamp) throws {
    let arena = BindArena()
    stored = try FastStatement(
      """
      SELECT a.customer_id, a.attribute, a.value, a.profile_id, a.rule
      FROM stale s CROSS JOIN customer_attributes a ON a.customer_id = s.customer_id
      WHERE s.customer_id BETWEEN ? AND ? ORDER BY a.customer_id, a.attribute
      """, in: db, arena: BindArena(), hasManyRows: true)
    clear = try FastStatement("DELETE FROM customer_attributes WHERE customer_id = ?", in: db, arena: arena)
    insert = try BulkInsert(
      into: "customer_attributes", ["customer_id", "attribute", "value", "profile_id", "rule"], rows: 64, ending: "",
      in: db, arena: arena)
    upsert = try BulkInsert(
      into: "customers", ["customer_id", "kind", "display_name"] + Self.fields + ["created_at", "updated_at"],
      rows: 16, ending: Self.merge, in: db, arena: arena)
    self.now = now
  }

  /// - Parameter customers: by rising id, stale ones only.
  func write(_ customers: [GoldenCustomer]) throws {
    try writeProvenance(customers)
    try upsert.insert(
      customers,
      { customer, row in
        row.integer(customer.customerID).text(Profile.Kind.person.rawValue).text(customer.displayName)
        for field in Self.fields { row.text(customer.values.first { $0.field == field }?.value) }
        row.time(now).time(now)
      })
  }

  private func writeProvenance(_ customers: [GoldenCustomer]) throws {
    guard let first = customers.first, let last = customers.last else { return }
    var gone: [Int64] = []
    var new: [(customer: Int64, value: StoredGoldenValue)] = []
    stored.begin().integer(first.customerID).integer(last.customerID)
    defer { stored.reset() }
    var hasRow = try stored.step()
    for customer in customers {
      var old: [StoredGoldenValue] = []
      while hasRow, stored.int64(0) <= customer.customerID {
        if stored.int64(0) == customer.customerID {
          old.append(
            StoredGoldenValue(
              field: stored.optionalText(1) ?? "", value: stored.optionalText(2) ?? "", profileID: stored.int64(3),
              rule: stored.optionalText(4) ?? ""))
        }
        hasRow = try stored.step()
      }
      if old == customer.values.sorted(by: { $0.field < $1.field }) { continue }
      if !old.isEmpty { gone.append(customer.customerID) }
      new += customer.values.map { (customer.customerID, $0) }
    }
    for customer in gone { try clear.begin().integer(customer).run() }
    try insert.insert(
      new,
      { row, statement in
        statement.integer(row.customer).text(row.value.field).text(row.value.value).integer(row.value.profileID)
          .text(row.value.rule)
      })
  }

  private static let merge: String = {
    let columns = ["display_name"] + fields
    let updates = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let differs = columns.map { "customers.\($0) IS DISTINCT FROM excluded.\($0)" }.joined(separator: " OR ")
    return """
      ON CONFLICT (customer_id) DO UPDATE SET \(updates), updated_at = excluded.updated_at WHERE \(differs)
      """
  }()
}
