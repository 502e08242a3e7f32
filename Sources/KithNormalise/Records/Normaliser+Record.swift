import KithCore

extension Normaliser {
  /// A whole record: its person apart and canonical, its own currency, amounts, codes and texts cleaned, the
  /// touchpoint that an order, answer or ticket is, and the hash of all that was delivered.
  public mutating func record(_ record: Record, source: String) -> CanonicalRecord {
    self.record(record, source: source, hash: ContentHasher(seed: hashSeed).hash(of: record))
  }

  /// The key that a record is stored under; nil for profiles that get theirs from an identifier.
  public static func key(of record: Record) -> String? {
    switch record {
    case .profile(let profile):
      let key = IssuedNumber.canonical(profile.key)
      return key.isEmpty ? nil : key
    case .touchpoint(let touchpoint): return TidyText.line(touchpoint.key)
    case .order(let order): return TidyText.line(order.key)
    case .orderLine(let flat): return TidyText.line(flat.order.key)
    case .product(let product): return TidyText.line(product.key)
    case .response(let response): return TidyText.line(response.key)
    case .ticket(let ticket): return TidyText.line(ticket.key)
    case .traffic(let traffic): return TidyText.line(traffic.key)
    case .deletion(let deletion):
      return deletion.kind == .profile ? IssuedNumber.canonical(deletion.key) : TidyText.line(deletion.key)
    }
  }

  /// The same for a record whose hash is known.
  public mutating func record(_ record: Record, source: String, hash: Int64) -> CanonicalRecord {
    switch record {
    case .profile(let delivered):
      let person = profile(delivered, source: source)
      let key = person?.key ?? IssuedNumber.canonical(delivered.key)
      return CanonicalRecord(
        record: .profile(Profile(key: key, kind: delivered.kind)), person: person, hash: hash)
    case .touchpoint(var touchpoint):
      let person = takePerson(&touchpoint.person, source: source)
      clean(&touchpoint)
      return CanonicalRecord(record: .touchpoint(touchpoint), person: person, hash: hash)
    case .order(var order):
      let person = takePerson(&order.person, source: source)
      clean(&order)
      completeTotal(&order)
      return CanonicalRecord(
        record: .order(order), person: person, touchpoint: Normaliser.touchpoint(of: order), hash: hash)
    case .orderLine(var flat):
      let person = takePerson(&flat.order.person, source: source)
      clean(&flat.order)
      if var line = flat.line {
        clean(&line, digits: minorDigits(flat.order))
        flat.line = line
      }
      return CanonicalRecord(record: .orderLine(flat), person: person, hash: hash)
    case .product(var product):
      clean(&product)
      return CanonicalRecord(record: .product(product), hash: hash)
    case .response(var response):
      let person = takePerson(&response.person, source: source)
      clean(&response)
      return CanonicalRecord(
        record: .response(response), person: person, touchpoint: Normaliser.touchpoint(of: response), hash: hash)
    case .ticket(var ticket):
      let person = takePerson(&ticket.person, source: source)
      clean(&ticket)
      return CanonicalRecord(
        record: .ticket(ticket), person: person, touchpoint: Normaliser.touchpoint(of: ticket), hash: hash)
    case .traffic(var traffic):
      clean(&traffic)
      return CanonicalRecord(record: .traffic(traffic), hash: hash)
    case .deletion(var deletion):
      deletion.key = deletion.kind == .profile ? IssuedNumber.canonical(deletion.key) : TidyText.line(deletion.key)
      return CanonicalRecord(record: .deletion(deletion), hash: hash)
    }
  }

  private mutating func takePerson(_ person: inout Profile?, source: String) -> CanonicalProfile? {
    guard let delivered = person else { return nil }
    person = nil
    return profile(delivered, source: source)
  }

  private func clean(_ touchpoint: inout Touchpoint) {
    touchpoint.key = TidyText.line(touchpoint.key)
    touchpoint.type = Normaliser.lowered(TidyText.line(touchpoint.type))
    touchpoint.valence = (touchpoint.valence ?? TouchpointDefaults.valence(type: touchpoint.type))
      .map { min(1, max(-1, $0)) }
    touchpoint.subject = TidyText.optionalLine(touchpoint.subject)
    touchpoint.location = TidyText.optionalLine(touchpoint.location)
    touchpoint.campaign = TidyText.optionalLine(touchpoint.campaign)
    touchpoint.referrer = TidyText.optionalLine(touchpoint.referrer)
    touchpoint.sessionID = TidyText.optionalLine(touchpoint.sessionID)
  }

  static func lowered(_ text: String) -> String { TextScan(text).contains(.upper) ? text.lowercased() : text }

  private mutating func clean(_ product: inout Product) {
    product.key = TidyText.line(product.key)
    product.name = TidyText.optionalLine(product.name)
    product.category = TidyText.optionalLine(product.category)
    guard let price = product.price else {
      product.currency = product.currency.flatMap { TidyText.optionalLine($0) }.map { currencyCode($0) }
      return
    }
    let code = currencyCode(product.currency)
    product.currency = code
    product.price = price.rescaled(to: Currency.minorDigits(code)) ?? price
  }

  private mutating func clean(_ response: inout SurveyResponse) {
    response.key = TidyText.line(response.key)
    response.survey = TidyText.optionalLine(response.survey)
    response.comment = TidyText.block(response.comment)
    response.subject = TidyText.optionalLine(response.subject)
    response.language = TidyText.optionalLine(response.language).map { languages.value(for: $0, Language.canonical) }
  }

  private func clean(_ ticket: inout Ticket) {
    ticket.key = TidyText.line(ticket.key)
    ticket.subject = TidyText.optionalLine(ticket.subject)
    ticket.channel = TidyText.optionalLine(ticket.channel)
    ticket.status = TidyText.optionalLine(ticket.status).map(Normaliser.lowered)
    ticket.priority = TidyText.optionalLine(ticket.priority).map(Normaliser.lowered)
    ticket.group = TidyText.optionalLine(ticket.group)
    ticket.satisfaction = ticket.satisfaction.map { min(1, max(-1, $0)) }
    ticket.comment = TidyText.block(ticket.comment)
  }

  private mutating func clean(_ traffic: inout Traffic) {
    traffic.key = TidyText.line(traffic.key)
    traffic.trafficSource = TidyText.optionalLine(traffic.trafficSource)
    traffic.medium = TidyText.optionalLine(traffic.medium).map(Normaliser.lowered)
    traffic.campaign = TidyText.optionalLine(traffic.campaign)
    traffic.page = TidyText.optionalLine(traffic.page)
    traffic.country = TidyText.optionalLine(traffic.country).map { countryCode($0) ?? $0 }
    traffic.device = TidyText.optionalLine(traffic.device).map(Normaliser.lowered)
    traffic.goal = TidyText.optionalLine(traffic.goal)
    for count in [\Traffic.visitors, \.visits, \.pageViews, \.conversions] {
      traffic[keyPath: count] = traffic[keyPath: count].map { max(0, $0) }
    }
  }
}
