/// A record as a list of fields, under the names that mappings use: for previews and golden files, not for hot paths.
extension Record {
  public var kindName: String {
    switch self {
    case .profile: Kind.profile.rawValue
    case .touchpoint: Kind.touchpoint.rawValue
    case .order: Kind.order.rawValue
    case .orderLine: Kind.orderLine.rawValue
    case .product: Kind.product.rawValue
    case .response: Kind.response.rawValue
    case .ticket: Kind.ticket.rawValue
    case .traffic: Kind.traffic.rawValue
    case .deletion: "deletion"
    }
  }

  /// What the record has, in a fixed order; missing fields are left out.
  public var fields: [(name: String, value: String)] {
    var list = FieldList()
    switch self {
    case .profile(let profile):
      list.add("key", profile.key)
      list.add("kind", profile.kind.rawValue)
      list.add(person: profile)
    case .touchpoint(let touchpoint): list.add(touchpoint)
    case .order(let order): list.add(order)
    case .orderLine(let flat):
      list.add(flat.order)
      if let line = flat.line { list.add(line, prefix: "line") }
    case .product(let product):
      list.add("key", product.key)
      list.add("name", product.name)
      list.add("category", product.category)
      list.add("price", product.price?.text)
      list.add("currency", product.currency)
    case .response(let response): list.add(response)
    case .ticket(let ticket): list.add(ticket)
    case .traffic(let traffic): list.add(traffic)
    case .deletion(let deletion):
      list.add("kind", deletion.kind.rawValue)
      list.add("key", deletion.key)
    }
    return list.fields
  }
}

private struct FieldList {
  var fields: [(name: String, value: String)] = []

  mutating func add(_ name: String, _ value: String?) {
    if let value { fields.append((name, value)) }
  }

  mutating func add(_ name: String, _ value: Timestamp?) { add(name, value?.sqlText) }
  mutating func add(_ name: String, _ value: Amount?) { add(name, value?.text) }
  mutating func add(_ name: String, _ value: Double?) { add(name, value.map { "\($0)" }) }
  mutating func add(_ name: String, _ value: Int?) { add(name, value.map(String.init)) }

  mutating func add(person: Profile?) {
    guard let person else { return }
    for identifier in person.identifiers {
      let name = identifier.kind.name
      add(identifier.namespace.map { "\(name)@\($0)" } ?? name, identifier.value)
    }
    for attribute in person.attributes { add(attribute.attribute.name, attribute.value) }
    for consent in person.consents {
      add("consent.\(consent.purpose)", consent.status.rawValue)
      add("consent.\(consent.purpose).at", consent.changedAt)
    }
    for trait in person.traits { add("trait.\(trait.name)", trait.value) }
    add("created_at", person.createdAt)
    add("updated_at", person.updatedAt)
  }

  /// The person of a record that is not a profile itself.
  mutating func add(owner: Profile?) {
    if let owner, !owner.key.isEmpty { add("person.key", owner.key) }
    add(person: owner)
  }

  mutating func add(_ touchpoint: Touchpoint) {
    add("key", touchpoint.key)
    add("channel", touchpoint.channel.rawValue)
    add("type", touchpoint.type)
    add("occurred_at", touchpoint.occurredAt)
    add("valence", touchpoint.valence)
    add("subject", touchpoint.subject)
    add("location", touchpoint.location)
    add("campaign", touchpoint.campaign)
    add("referrer", touchpoint.referrer)
    add("session_id", touchpoint.sessionID)
    add("duration_seconds", touchpoint.durationSeconds)
    add(owner: touchpoint.person)
  }

  mutating func add(_ order: Order) {
    add("key", order.key)
    add("kind", order.kind.rawValue)
    add("channel", order.channel.rawValue)
    add("placed_at", order.placedAt)
    add("status", order.status)
    add("currency", order.currency)
    add("total", order.total)
    add("tax", order.tax)
    add("shipping", order.shipping)
    add("discount", order.discount)
    add("refunded", order.refunded)
    add("order_country", order.country)
    add("campaign", order.campaign)
    for (index, line) in order.lines.enumerated() { add(line, prefix: "lines[\(index)]") }
    add(owner: order.person)
  }

  mutating func add(_ line: OrderLine, prefix: String) {
    add("\(prefix).key", line.key)
    add("\(prefix).product_key", line.productKey)
    add("\(prefix).name", line.name)
    add("\(prefix).category", line.category)
    add("\(prefix).quantity", line.quantity.text)
    add("\(prefix).unit_price", line.unitPrice)
    add("\(prefix).total", line.total)
  }

  mutating func add(_ response: SurveyResponse) {
    add("key", response.key)
    add("survey", response.survey)
    add("responded_at", response.respondedAt)
    add("nps", response.nps)
    add("csat", response.csat)
    add("csat_scale", response.csatScale)
    add("ces", response.ces)
    add("ces_scale", response.cesScale)
    add("comment", response.comment)
    add("response_language", response.language)
    add("subject", response.subject)
    add(owner: response.person)
  }

  mutating func add(_ ticket: Ticket) {
    add("key", ticket.key)
    add("subject", ticket.subject)
    add("channel", ticket.channel)
    add("status", ticket.status)
    add("priority", ticket.priority)
    add("group", ticket.group)
    add("created_at", ticket.createdAt)
    add("first_response_at", ticket.firstResponseAt)
    add("solved_at", ticket.solvedAt)
    add("satisfaction", ticket.satisfaction)
    add("comment", ticket.comment)
    add(owner: ticket.person)
  }
  mutating func add(_ traffic: Traffic) {
    add("key", traffic.key)
    add("date", traffic.date.iso)
    add("channel", traffic.channel.rawValue)
    add("traffic_source", traffic.trafficSource)
    add("medium", traffic.medium)
    add("campaign", traffic.campaign)
    add("page", traffic.page)
    add("country", traffic.country)
    add("device", traffic.device)
    add("goal", traffic.goal)
    add("visitors", traffic.visitors)
    add("visits", traffic.visits)
    add("page_views", traffic.pageViews)
    add("conversions", traffic.conversions)
  }
}
