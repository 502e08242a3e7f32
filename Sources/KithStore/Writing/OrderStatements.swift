import KithCore

/// The statements for orders and their lines, beside the common ones.
struct OrderStatements {
  let lines: FastStatement
  let lineTotals: FastStatement
  let flatOrder: FastStatement
  let removeLines: FastStatement

  init(_ db: StoreConnection, arena: BindArena) throws {
    func statement(_ sql: String) throws -> FastStatement { try FastStatement(sql, in: db, arena: arena) }
    lines = try statement("SELECT key, \(RecordTable.orderLines.foundColumns) FROM order_lines WHERE order_id = ?1")
    // Rounded, because the sum of doubles depends on their order.
    lineTotals = try statement(
      """
      SELECT COUNT(*), \(db.dialect.rounded("SUM(total)", 2)), MIN(placed_at) FROM order_lines WHERE order_id = ?1 AND NOT is_deleted
      """)
    flatOrder = try statement(
      """
      SELECT order_id, profile_id, is_deleted, hash, header_line, header_rank, header_at, header_hash, row_at,
        kind, channel, status, currency, delivered_total, tax, shipping, discount, refunded, country, campaign,
        \(RecordTable.orders.usedColumns.joined(separator: ", "))
      FROM orders WHERE stream_id = ?1 AND key = ?2
      """)
    removeLines = try statement(
      "UPDATE order_lines SET is_deleted = TRUE, run_id = ?2 WHERE order_id = ?1 AND NOT is_deleted")
  }
}

/// The columns of an order that its source's row (or rows) gave.
struct OrderHeader {
  var kind = Order.Kind.sale
  var channel = Touchpoint.Channel.commerce
  var status: String?
  var currency = ""
  var deliveredTotal: Double?
  var tax: Double?
  var shipping: Double?
  var discount: Double?
  var refunded: Double?
  var country: String?
  var campaign: String?

  init(_ order: Order, baseCurrency: String) {
    kind = order.kind
    channel = order.channel
    status = order.status
    currency = order.currency ?? baseCurrency
    deliveredTotal = order.total?.double
    tax = order.tax?.double
    shipping = order.shipping?.double
    discount = order.discount?.double
    refunded = order.refunded?.double
    country = order.country
    campaign = order.campaign
  }

  /// From a row of `OrderStatements.flatOrder`.
  init(stored row: FastStatement) {
    kind = row.optionalText(9).flatMap(Order.Kind.init(rawValue:)) ?? .sale
    channel = row.optionalText(10).flatMap(Touchpoint.Channel.init(rawValue:)) ?? .commerce
    status = row.optionalText(11)
    currency = row.optionalText(12) ?? ""
    deliveredTotal = row.optionalDouble(13)
    tax = row.optionalDouble(14)
    shipping = row.optionalDouble(15)
    discount = row.optionalDouble(16)
    refunded = row.optionalDouble(17)
    country = row.optionalText(18)
    campaign = row.optionalText(19)
  }

  /// How many of the optional columns are filled.
  var fullness: Int64 {
    let texts = [status, country, campaign].count { $0 != nil }
    return Int64(texts + [deliveredTotal, tax, shipping, discount, refunded].count { $0 != nil })
  }

  var hash: Int64 {
    var hash = ContentHash()
    for text in [kind.rawValue, channel.rawValue, status, currency, country, campaign] {
      hash.combine(text ?? "\u{0}")
    }
    for number in [deliveredTotal, tax, shipping, discount, refunded] {
      hash.combine(number.map { Int64(bitPattern: $0.bitPattern) } ?? 0)
    }
    return hash.value
  }
}

/// What is computed of an order.
struct OrderTotals {
  var placedAt: Timestamp
  var total: Double?
  var lineCount: Int64
}

/// Which row of a flat export describes the order; empty for orders that come whole.
struct HeaderOrigin {
  var line: String?
  var rank: Int64?
  var at: Timestamp?
  var hash: Int64?
  /// The time of the order's own row, without a line.
  var rowAt: Timestamp?
}
