import KithCore

extension Normaliser {
  /// Codes, texts and amounts of an order and its lines. Amounts get the currency's digits; unit prices and quantities
  /// keep theirs.
  mutating func clean(_ order: inout Order) {
    let currency = currencyCode(order.currency)
    let digits = Currency.minorDigits(currency)
    order.key = TidyText.line(order.key)
    order.currency = currency
    order.status = TidyText.optionalLine(order.status).map(Normaliser.lowered)
    order.campaign = TidyText.optionalLine(order.campaign)
    if let country = TidyText.optionalLine(order.country) {
      order.country = countryCode(country) ?? country
    } else {
      order.country = nil
    }
    order.total = rescaled(order.total, digits)
    order.tax = rescaled(order.tax, digits)
    order.shipping = rescaled(order.shipping, digits)
    order.discount = rescaled(order.discount, digits)
    order.refunded = rescaled(order.refunded, digits).map { refunded in
      let positive = Int64(exactly: refunded.mantissa.magnitude) ?? .max
      return Amount(mantissa: positive, scale: refunded.scale)
    }
    for index in order.lines.indices { clean(&order.lines[index], digits: digits) }
    if order.kind == .sale, let total = order.total, total.isNegative { order.kind = .return }
  }

  func clean(_ line: inout OrderLine, digits: UInt8) {
    line.key = TidyText.line(line.key)
    line.productKey = TidyText.optionalLine(line.productKey)
    line.name = TidyText.optionalLine(line.name)
    line.category = TidyText.optionalLine(line.category)
    line.total = rescaled(line.total ?? line.unitPrice.flatMap { line.quantity.times($0) }, digits)
  }

  /// An order without a total has the sum of its lines, when each of them has one.
  func completeTotal(_ order: inout Order) {
    guard order.total == nil, !order.lines.isEmpty else { return }
    var sum: Amount? = Amount(mantissa: 0, scale: minorDigits(order))
    for line in order.lines { sum = line.total.flatMap { total in sum?.plus(total) } }
    order.total = sum
    if order.kind == .sale, let sum, sum.isNegative { order.kind = .return }
  }

  func minorDigits(_ order: Order) -> UInt8 { Currency.minorDigits(order.currency ?? settings.currency) }

  /// The code of a currency as delivered, the hub's own for none.
  mutating func currencyCode(_ text: String?) -> String {
    guard let text = TidyText.optionalLine(text) else { return settings.currency }
    let base = settings.currency
    return currencies.value(for: text) { Currency.canonical($0, base: base) }
  }

  private func rescaled(_ amount: Amount?, _ digits: UInt8) -> Amount? {
    guard let amount else { return nil }
    // What does not fit in 64 bits at that scale keeps its own: exact goes before uniform.
    return amount.rescaled(to: digits) ?? amount
  }

  /// The touchpoint that an order is.
  static func touchpoint(of order: Order) -> Touchpoint {
    let (type, valence) = TouchpointDefaults.orderTouchpoint(kind: order.kind, status: order.status)
    return Touchpoint(
      key: "order:" + order.key, channel: order.channel, type: type, occurredAt: order.placedAt, valence: valence,
      campaign: order.campaign)
  }

  /// The touchpoint that an answer is: its valence is the mean of what was rated, each rating mapped to -1 … 1.
  static func touchpoint(of response: SurveyResponse) -> Touchpoint {
    var ratings: [Double] = []
    if let nps = response.nps { ratings.append((Double(nps) - 5) / 5) }
    if let csat = response.csat { ratings.append(onScale(csat, response.csatScale ?? 5)) }
    if let ces = response.ces { ratings.append(onScale(ces, response.cesScale ?? 7)) }
    let mean = ratings.isEmpty ? nil : ratings.reduce(0, +) / Double(ratings.count)
    return Touchpoint(
      key: "response:" + response.key, channel: .survey, type: "survey_answered", occurredAt: response.respondedAt,
      valence: mean.map { min(1, max(-1, $0)) } ?? TouchpointDefaults.valence(type: "survey_answered"),
      subject: response.survey)
  }

  /// A rating from 1 to `scale` as -1 to 1.
  private static func onScale(_ rating: Double, _ scale: Double) -> Double {
    scale > 1 ? (rating - 1) / (scale - 1) * 2 - 1 : 0
  }

  /// The touchpoint that a request for help is.
  static func touchpoint(of ticket: Ticket) -> Touchpoint {
    Touchpoint(
      key: "ticket:" + ticket.key, channel: .support, type: "ticket_opened", occurredAt: ticket.createdAt,
      valence: ticket.satisfaction ?? TouchpointDefaults.valence(type: "ticket_opened"), subject: ticket.subject)
  }
}
