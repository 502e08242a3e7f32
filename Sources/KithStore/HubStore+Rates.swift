import KithCore

extension HubStore {
  /// A total in the base currency, to two digits, half to even.
  static func inBaseCurrency(_ total: Double, rate: Double) -> Double {
    (total * rate * 100).rounded(.toNearestOrEven) / 100
  }

  /// Brings `orders.total_base` up to date when the base currency or a rate has changed since the last call, and queues
  /// the customers concerned. Orders are converted as they are written, so nothing is to be done otherwise. Returns how
  /// many orders changed.
  @discardableResult
  public func applyRates(baseCurrency: String, rates: [String: Double]) throws(KithError) -> Int {
    let text = ([baseCurrency] + rates.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(
      separator: " ")
    // Usually nothing changed, and a reader waits for nobody.
    let known = try read { db in
      try String.fetchOne(db, sql: "SELECT value FROM hub_settings WHERE name = 'exchange_rates'")
    }
    if known == text { return 0 }
    return try write { db in
      try Self.set("exchange_rates", text, in: db)
      var changed = 0
      for currency in try String.fetchAll(db, sql: "SELECT DISTINCT currency FROM orders") {
        changed += try Self.convert(currency, rate: currency == baseCurrency ? 1 : rates[currency], in: db)
      }
      if changed > 0 { try SumSpecification.of(.orders)?.rebuild(in: db) }
      return changed
    }
  }

  private static func convert(_ currency: String, rate: Double?, in db: StoreConnection) throws -> Int {
    let find = try db.statement(
      "SELECT order_id, profile_id, total, total_base FROM orders WHERE currency = ?", hasManyRows: true)
    let update = try db.statement("UPDATE orders SET total_base = ? WHERE order_id = ?")
    var profiles: [Int64] = []
    var changed: [(order: Int64, total: Double?)] = []
    find.begin().text(currency)
    defer { find.reset() }
    while try find.step() {
      let total = find.optionalDouble(2).flatMap { total in rate.map { inBaseCurrency(total, rate: $0) } }
      if total == find.optionalDouble(3) { continue }
      changed.append((find.int64(0), total))
      if let profile = find.optionalInt64(1) { profiles.append(profile) }
    }
    for order in changed { try update.begin().real(order.total).integer(order.order).run() }
    try enqueue(profiles, in: "refresh_queue", db, arena: BindArena())
    return changed.count
  }

  /// Queues profiles in bulk and in order: rows of one page are written together.
  static func enqueue(_ profiles: [Int64], in queue: String, _ db: StoreConnection, arena: BindArena) throws {
    if profiles.isEmpty { return }
    let insert = try BulkInsert(
      into: queue, ["profile_id"], rows: 128, ending: "ON CONFLICT DO NOTHING", in: db, arena: arena)
    var last: Int64 = -1
    let distinct = profiles.sorted().filter { profile in
      defer { last = profile }
      return profile != last
    }
    try insert.insert(distinct, { $1.integer($0) })
  }
}
