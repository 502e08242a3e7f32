import GRDB
import KithCore

/// Writes golden records: the identity columns of `customers`, and in `customer_attributes` where each value came from.
/// What would stay as it is is not written.
struct GoldenWriter {
  private static let fields = Schema.storedAttributes.map(\.name) + ["email", "phone"]

  private let stored: FastStatement
  private let clear: FastStatement
  private let insert: FastStatement
  private let upsert: FastStatement
  private let now: Timestamp

  init(db: Database, now: Timestamp) throws {
    let arena = BindArena()
    stored = try FastStatement(
      "SELECT attribute, value, profile_id, rule FROM customer_attributes WHERE customer_id = ?", in: db, arena: arena)
    clear = try FastStatement("DELETE FROM customer_attributes WHERE customer_id = ?", in: db, arena: arena)
    insert = try FastStatement(
      "INSERT INTO customer_attributes(customer_id, attribute, value, profile_id, rule) VALUES (?, ?, ?, ?, ?)",
      in: db, arena: arena)
    upsert = try FastStatement(Self.upsertSQL, in: db, arena: arena)
    self.now = now
  }

  func write(_ customer: GoldenCustomer) throws {
    try writeProvenance(customer)
    upsert.begin().integer(customer.customerID).text(Profile.Kind.person.rawValue).text(customer.displayName)
    for field in Self.fields { upsert.text(customer.values.first { $0.field == field }?.value) }
    try upsert.time(now).time(now).run()
  }

  private func writeProvenance(_ customer: GoldenCustomer) throws {
    stored.begin().integer(customer.customerID)
    var old: [StoredGoldenValue] = []
    while try stored.step() {
      old.append(
        StoredGoldenValue(
          field: stored.optionalText(0) ?? "", value: stored.optionalText(1) ?? "", profileID: stored.int64(2),
          rule: stored.optionalText(3) ?? ""))
    }
    stored.reset()
    if old == customer.values.sorted(by: { $0.field < $1.field }) { return }
    if !old.isEmpty { try clear.begin().integer(customer.customerID).run() }
    for value in customer.values {
      try insert.begin().integer(customer.customerID).text(value.field).text(value.value).integer(value.profileID)
        .text(value.rule).run()
    }
  }

  private static let upsertSQL: String = {
    let columns = ["customer_id", "kind", "display_name"] + fields + ["created_at", "updated_at"]
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let updates = (["display_name"] + fields).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let differs = (["display_name"] + fields).map { "\($0) IS NOT excluded.\($0)" }.joined(separator: " OR ")
    return """
      INSERT INTO customers(\(columns.joined(separator: ", "))) VALUES (\(marks))
      ON CONFLICT(customer_id) DO UPDATE SET \(updates), updated_at = excluded.updated_at WHERE \(differs)
      """
  }()
}
