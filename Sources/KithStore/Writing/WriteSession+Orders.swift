import GRDB
import KithCore

extension WriteSession {
  /// An order that comes whole: its lines replace the ones it had.
  func writeOrder(_ order: Order, _ record: CanonicalRecord) throws {
    let outcome = try outcome(.orders, order.key, record.hash)
    if case .unchanged = outcome { return }
    let profile = try profileID(of: record.person, at: order.placedAt)
    let header = OrderHeader(order, baseCurrency: context.baseCurrency)
    let totals = OrderTotals(
      placedAt: order.placedAt, total: header.deliveredTotal ?? Self.sum(order.lines),
      lineCount: Int64(order.lines.count))
    let id = try put(.orders, order.key, record.hash, outcome, profile: profile) {
      bind(header, totals, HeaderOrigin(), to: $0)
    }
    if case .update = outcome {
      try replaceLines(order, id)
    } else {
      for line in order.lines { try writeLine(line, of: order, id, stored: nil, hash: Self.hash(of: line)) }
    }
    try putDerived(
      record.touchpoint ?? touchpoint(key: order.key, header, at: order.placedAt), origin: "order", key: order.key,
      profile: profile)
  }

  /// Binds an order's content, in the order of the schema.
  func bind(_ header: OrderHeader, _ totals: OrderTotals, _ origin: HeaderOrigin, to statement: FastStatement) {
    statement.text(header.kind.rawValue).text(header.channel.rawValue).time(totals.placedAt).text(header.status)
      .text(header.currency).real(totals.total).real(inBase(totals.total, header.currency))
      .real(header.tax).real(header.shipping).real(header.discount).real(header.refunded)
      .text(header.country).text(header.campaign).integer(totals.lineCount).real(header.deliveredTotal)
      .text(origin.line).integer(origin.rank).time(origin.at).integer(origin.hash).time(origin.rowAt)
  }

  func touchpoint(key: String, _ header: OrderHeader, at time: Timestamp) -> Touchpoint {
    let (type, valence) = TouchpointDefaults.orderTouchpoint(kind: header.kind, status: header.status)
    return Touchpoint(
      key: key, channel: header.channel, type: type, occurredAt: time, valence: valence, campaign: header.campaign)
  }

  /// In the hub's base currency, to two digits; nil when there is no rate.
  private func inBase(_ total: Double?, _ currency: String) -> Double? {
    guard let total else { return nil }
    let rate = currency == context.baseCurrency ? 1 : context.rates[currency]
    return rate.map { HubStore.inBaseCurrency(total, rate: $0) }
  }

  private func replaceLines(_ order: Order, _ id: Int64) throws {
    var stored: [String: StoredRow] = [:]
    orderSQL.lines.begin().integer(id)
    while try orderSQL.lines.step() {
      let row = StoredRow(
        id: orderSQL.lines.int64(0), hash: orderSQL.lines.int64(2), isDeleted: orderSQL.lines.int64(3) != 0)
      stored[orderSQL.lines.optionalText(1) ?? ""] = row
    }
    orderSQL.lines.reset()
    for line in order.lines {
      let known = stored.removeValue(forKey: line.key)
      let hash = Self.hash(of: line)
      if let known, known.hash == hash, !known.isDeleted { continue }
      try writeLine(line, of: order, id, stored: known, hash: hash)
    }
    for row in stored.values where !row.isDeleted {
      try statements(.orderLines).remove.begin().integer(row.id).integer(context.run.rawValue).run()
    }
  }

  /// Writes one line and returns its row.
  @discardableResult
  func writeLine(
    _ line: OrderLine, of order: Order, _ orderID: Int64, stored: StoredRow?, hash: Int64
  ) throws -> Int64 {
    let statements = statements(.orderLines)
    let statement = stored == nil ? statements.insert : statements.update
    if let stored {
      statement.begin().integer(stored.id).null()
    } else {
      statement.begin().integer(orderID).text(line.key)
    }
    statement.integer(hash).integer(context.run.rawValue).time(order.placedAt).text(line.productKey).text(line.name)
      .text(line.category).amount(line.quantity).amount(line.unitPrice).amount(Self.total(of: line))
      .integer(order.kind == .return || Self.cameBack(line))
    try statement.run()
    return stored?.id ?? statement.lastID
  }

  /// What a line costs, to two digits; nil when neither total nor unit price is known.
  static func total(of line: OrderLine) -> Amount? {
    (line.total ?? line.unitPrice?.times(line.quantity))?.rescaled(to: 2)
  }

  /// A negative quantity of something that was paid for. Corrections of the stock have no price: nobody returned them.
  static func cameBack(_ line: OrderLine) -> Bool {
    line.quantity.isNegative && (Self.total(of: line)?.isNegative ?? true)
  }

  private static func sum(_ lines: [OrderLine]) -> Double? {
    let totals = lines.compactMap(total(of:))
    guard let first = totals.first else { return nil }
    let exact = totals.dropFirst().reduce(first as Amount?) { $0?.plus($1) }
    return exact?.double ?? totals.reduce(0) { $0 + $1.double }
  }

  private static func hash(of line: OrderLine) -> Int64 {
    var hash = ContentHash()
    for text in [line.productKey, line.name, line.category] { hash.combine(text ?? "\u{0}") }
    for amount in [line.quantity, line.unitPrice, line.total] {
      hash.combine(amount?.mantissa ?? 0)
      hash.combine(amount.map { Int64($0.scale) } ?? -1)
    }
    return hash.value
  }
}
