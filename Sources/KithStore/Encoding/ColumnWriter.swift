import KithCore

/// Takes the values of a row, column by column: a statement that binds them, or the encoder that keeps them for later.
protocol ColumnWriter {
  mutating func put(_ text: String?)
  mutating func put(_ number: Int64?)
  mutating func put(_ number: Double?)
  mutating func put(_ time: Timestamp?)
}

extension ColumnWriter {
  @inline(__always) mutating func put(_ amount: Amount?) { put(amount?.double) }
  @inline(__always) mutating func put(_ flag: Bool) { put(flag ? 1 : 0 as Int64) }
}

/// The content of each table's rows, in the order of the schema.
extension ColumnWriter {
  mutating func putColumns(of touchpoint: Touchpoint, origin: String) {
    put(origin)
    put(touchpoint.channel.rawValue)
    put(touchpoint.type)
    put(touchpoint.occurredAt)
    put(touchpoint.valence ?? TouchpointDefaults.valence(type: touchpoint.type))
    put(touchpoint.subject)
    put(touchpoint.location)
    put(touchpoint.campaign)
    put(touchpoint.referrer)
    put(touchpoint.sessionID)
    put(touchpoint.durationSeconds)
  }

  mutating func putColumns(of header: OrderHeader, _ totals: OrderTotals, _ origin: HeaderOrigin, money: MoneySettings)
  {
    put(header.kind.rawValue)
    put(header.channel.rawValue)
    put(totals.placedAt)
    put(header.status)
    put(header.currency)
    put(totals.total)
    put(money.inBase(totals.total, header.currency))
    put(header.tax)
    put(header.shipping)
    put(header.discount)
    put(header.refunded)
    put(header.country)
    put(header.campaign)
    put(totals.lineCount)
    put(header.deliveredTotal)
    put(origin.line)
    put(origin.rank)
    put(origin.at)
    put(origin.hash)
    put(origin.rowAt)
  }

  mutating func putColumns(of line: OrderLine, order: Order) {
    put(order.placedAt)
    put(line.productKey)
    put(line.name)
    put(line.category)
    put(line.quantity)
    put(line.unitPrice)
    put(line.storedTotal)
    put(order.kind == .return || line.cameBack)
  }

  mutating func putColumns(of product: Product, money: MoneySettings) {
    put(product.name)
    put(product.category)
    put(product.price)
    put(product.price == nil ? product.currency : product.currency ?? money.baseCurrency)
  }

  mutating func putColumns(of response: SurveyResponse) {
    put(response.survey)
    put(response.respondedAt)
    put(response.nps.map(Int64.init))
    put(response.csat)
    put(response.csatScale)
    put(response.ces)
    put(response.cesScale)
    put(response.comment)
    put(response.language)
    put(response.subject)
  }

  mutating func putColumns(of ticket: Ticket) {
    put(ticket.subject)
    put(ticket.channel)
    put(ticket.status)
    put(ticket.priority)
    put(ticket.group)
    put(ticket.createdAt)
    put(ticket.firstResponseAt)
    put(ticket.solvedAt)
    put(ticket.satisfaction)
    put(ticket.comment)
  }

  mutating func putColumns(of traffic: Traffic) {
    put(traffic.date.iso)
    put(traffic.channel.rawValue)
    put(traffic.trafficSource)
    put(traffic.medium)
    put(traffic.campaign)
    put(traffic.page)
    put(traffic.country)
    put(traffic.device)
    put(traffic.goal)
    put(traffic.visitors.map(Int64.init))
    put(traffic.visits.map(Int64.init))
    put(traffic.pageViews.map(Int64.init))
    put(traffic.conversions.map(Int64.init))
  }
}

/// What amounts of money are worth.
public struct MoneySettings: Sendable {
  /// ISO 4217: stands for the currency of orders that name none, and revenue is summed in it.
  public var baseCurrency: String
  /// What one unit of a currency is worth in the base currency, by ISO 4217 code.
  public var rates: [String: Double]

  public init(baseCurrency: String, rates: [String: Double] = [:]) {
    self.baseCurrency = baseCurrency
    self.rates = rates
  }

  /// In the base currency, to two digits; nil when there is no rate.
  func inBase(_ total: Double?, _ currency: String) -> Double? {
    guard let total else { return nil }
    let rate = currency == baseCurrency ? 1 : rates[currency]
    return rate.map { HubStore.inBaseCurrency(total, rate: $0) }
  }
}

extension OrderLine {
  /// What a line costs, to two digits; nil when neither total nor unit price is known.
  var storedTotal: Amount? { (total ?? unitPrice?.times(quantity))?.rescaled(to: 2) }

  /// A negative quantity of something that was paid for. Corrections of the stock have no price: nobody returned them.
  var cameBack: Bool { quantity.isNegative && (storedTotal?.isNegative ?? true) }

  var contentHash: Int64 {
    var hash = ContentHash()
    for text in [productKey, name, category] { hash.combine(text ?? "\u{0}") }
    for amount in [quantity, unitPrice, total] {
      hash.combine(amount?.mantissa ?? 0)
      hash.combine(amount.map { Int64($0.scale) } ?? -1)
    }
    return hash.value
  }

  static func sum(_ lines: [OrderLine]) -> Double? {
    var exact: Amount?
    var rough = 0.0
    var isExact = true
    for line in lines {
      guard let total = line.storedTotal else { continue }
      rough += total.double
      guard isExact, let known = exact else {
        if isExact { exact = total }
        continue
      }
      exact = known.plus(total)
      isExact = exact != nil
    }
    return isExact ? exact?.double : rough
  }
}
