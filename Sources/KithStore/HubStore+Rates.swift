import GRDB
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
      try db.execute(
        sql: "INSERT OR REPLACE INTO hub_settings(name, value) VALUES ('exchange_rates', ?)", arguments: [text])
      var changed = 0
      for currency in try String.fetchAll(db, sql: "SELECT DISTINCT currency FROM orders") {
        changed += try Self.convert(currency, rate: currency == baseCurrency ? 1 : rates[currency], in: db)
      }
      return changed
    }
  }

  private static func convert(_ currency: String, rate: Double?, in db: Database) throws -> Int {
    let function = DatabaseFunction("in_base_currency", argumentCount: 1, pure: true) { values in
      guard let total = Double.fromDatabaseValue(values[0]), let rate else { return nil }
      return inBaseCurrency(total, rate: rate)
    }
    db.add(function: function)
    defer { db.remove(function: function) }
    let stale = "currency = ? AND total_base IS NOT in_base_currency(total)"
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO refresh_queue
        SELECT profile_id FROM orders WHERE \(stale) AND profile_id IS NOT NULL
        """, arguments: [currency])
    try db.execute(
      sql: "UPDATE orders SET total_base = in_base_currency(total) WHERE \(stale)", arguments: [currency])
    return db.changesCount
  }
}
