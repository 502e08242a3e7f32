import KithCore

extension RecordMapper {
  func touchpoint(_ view: RecordView) throws(MapFault) -> Touchpoint {
    guard let channel = try choice(Touchpoint.Channel.self, plan.own[OwnField.channel.rawValue], view) else {
      throw missing(.channel)
    }
    guard let type = try own(.type, view) else { throw missing(.type) }
    let occurredAt = try neededDate(.occurredAt, view)
    var touchpoint = Touchpoint(key: "", channel: channel, type: type, occurredAt: occurredAt)
    touchpoint.person = try person(view)
    touchpoint.valence = try valence(.valence, view)
    touchpoint.subject = try own(.subject, view)
    touchpoint.location = try own(.location, view)
    touchpoint.campaign = try own(.campaign, view)
    touchpoint.referrer = try own(.referrer, view)
    touchpoint.sessionID = try own(.sessionID, view)
    touchpoint.durationSeconds = try decimal(.durationSeconds, view)
    // Counted last: a reject must not shift the counts of the rows after it once it is mended.
    touchpoint.key = isPositional ? contentKey(of: recordHash(view)) : try neededKey(view)
    return touchpoint
  }

  func order(_ view: RecordView) throws(MapFault) -> Order {
    var order = try orderHead(view)
    guard let lines else { return order }
    var items: [Int32] = []
    view.walk(lines.each) { node in
      items.append(node)
      return items.count <= RecordMapper.maximumLines
    }
    guard items.count <= RecordMapper.maximumLines else {
      throw MapFault(code: "size", reason: "An order with more than \(RecordMapper.maximumLines) lines.")
    }
    order.lines.reserveCapacity(items.count)
    for (number, item) in items.enumerated() {
      var itemView = view
      itemView.root = item
      order.lines.append(try nestedLine(itemView, number: number + 1))
    }
    return order
  }

  private func orderHead(_ view: RecordView) throws(MapFault) -> Order {
    var order = Order(key: try neededKey(view), placedAt: try neededDate(.placedAt, view))
    if let kind = try choice(Order.Kind.self, plan.own[OwnField.kind.rawValue], view) { order.kind = kind }
    if let channel = try choice(Touchpoint.Channel.self, plan.own[OwnField.channel.rawValue], view) {
      order.channel = channel
    }
    order.person = try person(view)
    order.status = try own(.status, view)
    order.currency = try own(.currency, view)
    order.total = try amount(.total, view)
    order.tax = try amount(.tax, view)
    order.shipping = try amount(.shipping, view)
    order.discount = try amount(.discount, view)
    order.refunded = try amount(.refunded, view)
    order.country = try own(.country, view)
    order.campaign = try own(.campaign, view)
    return order
  }

  private func nestedLine(_ view: RecordView, number: Int) throws(MapFault) -> OrderLine {
    // A line that has no number of its own is known by its place: the order brings all of its lines each time.
    var line = OrderLine(key: String(number))
    for index in lineOffset..<fields.count {
      guard case .own(let field) = fields[index].target else { continue }
      switch field {
      case .lineKey: line.key = try key(index, view) ?? line.key
      case .lineProductKey: line.productKey = try text(index, view)
      case .lineName: line.name = try text(index, view)
      case .lineCategory: line.category = try text(index, view)
      case .lineQuantity: line.quantity = try amount(index, view) ?? line.quantity
      case .lineUnitPrice: line.unitPrice = try amount(index, view)
      case .lineTotal: line.total = try amount(index, view)
      default: break
      }
    }
    return line
  }

  func flatLine(_ view: RecordView) throws(MapFault) -> FlatOrderLine {
    let order = try orderHead(view)
    let quantity = try amount(.lineQuantity, view)
    let productKey = try own(.lineProductKey, view)
    let name = try own(.lineName, view)
    let unitPrice = try amount(.lineUnitPrice, view)
    let total = try amount(.lineTotal, view)
    guard let quantity else {
      let isBare = productKey == nil && name == nil && unitPrice == nil && total == nil
      guard isBare else { throw missing(.lineQuantity) }
      return FlatOrderLine(order: order, line: nil)
    }
    var line = OrderLine(
      key: "", productKey: productKey, name: name, category: try own(.lineCategory, view), quantity: quantity,
      unitPrice: unitPrice, total: total)
    if isPositional {
      line.key = contentKey(of: lineHash(order.key, view))
    } else {
      guard let key = try key(plan.own[OwnField.lineKey.rawValue], view) else { throw missing(.lineKey) }
      line.key = key
    }
    return FlatOrderLine(order: order, line: line)
  }

  func product(_ view: RecordView) throws(MapFault) -> Product {
    Product(
      key: try neededKey(view), name: try own(.name, view), category: try own(.category, view),
      price: try amount(.price, view), currency: try own(.currency, view))
  }

  func response(_ view: RecordView) throws(MapFault) -> SurveyResponse {
    var response = SurveyResponse(key: try neededKey(view), respondedAt: try neededDate(.respondedAt, view))
    response.person = try person(view)
    response.survey = try own(.survey, view)
    response.nps = try nps(view)
    response.csat = try decimal(.csat, view)
    response.csatScale = try decimal(.csatScale, view)
    response.ces = try decimal(.ces, view)
    response.cesScale = try decimal(.cesScale, view)
    response.comment = try own(.comment, view)
    response.language = try own(.responseLanguage, view)
    response.subject = try own(.subject, view)
    try checkScale(response.csat, response.csatScale, .csat, view)
    try checkScale(response.ces, response.cesScale, .ces, view)
    return response
  }

  private func checkScale(
    _ score: Double?, _ scale: Double?, _ field: OwnField, _ view: RecordView
  ) throws(MapFault) {
    guard let score, let scale, score < 0 || score > scale else { return }
    let index = plan.own[field.rawValue]
    guard let value = single(index, view) else { return }
    throw fault("range", index, value, view, "is outside of 0 to \(decimalText(scale))")
  }

  private func decimalText(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }

  func ticket(_ view: RecordView) throws(MapFault) -> Ticket {
    var ticket = Ticket(key: try neededKey(view), createdAt: try neededDate(.createdAt, view))
    ticket.person = try person(view)
    ticket.subject = try own(.subject, view)
    ticket.channel = try own(.channel, view)
    ticket.status = try own(.status, view)
    ticket.priority = try own(.priority, view)
    ticket.group = try own(.group, view)
    ticket.firstResponseAt = try date(.firstResponseAt, view)
    ticket.solvedAt = try date(.solvedAt, view)
    ticket.satisfaction = try valence(.satisfaction, view)
    ticket.comment = try own(.comment, view)
    return ticket
  }

  func traffic(_ view: RecordView) throws(MapFault) -> Traffic {
    guard let date = try day(.date, view) else { throw missing(.date) }
    var traffic = Traffic(key: "", date: date)
    if let channel = try choice(Touchpoint.Channel.self, plan.own[OwnField.channel.rawValue], view) {
      traffic.channel = channel
    }
    traffic.trafficSource = try own(.trafficSource, view)
    traffic.medium = try own(.medium, view)
    traffic.campaign = try own(.campaign, view)
    traffic.page = try own(.page, view)
    traffic.country = try own(.country, view)
    traffic.device = try own(.device, view)
    traffic.goal = try own(.goal, view)
    traffic.visitors = try count(.visitors, view)
    traffic.visits = try count(.visits, view)
    traffic.pageViews = try count(.pageViews, view)
    traffic.conversions = try count(.conversions, view)
    let hasKey = plan.own[OwnField.key.rawValue] >= 0
    traffic.key = hasKey ? try neededKey(view) : digits(of: hash(of: plan.dimensions, after: nil, view))
    return traffic
  }

  // MARK: keys from content

  /// `8f3a…-0`: the content's hash and how often it was seen before among the most recent contents.
  private func contentKey(of hash: Int64) -> String { digits(of: hash) + "-" + String(occurrences.count(hash)) }

  private func digits(of hash: Int64) -> String {
    let word = UInt64(bitPattern: hash)
    return String(unsafeUninitializedCapacity: 16) { buffer in
      for index in 0..<16 {
        let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * index)) & 15
        buffer[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
      }
      return 16
    }
  }

  /// Over all names and texts of the record, whatever the mapping takes from them: a changed mapping keeps the keys.
  private func recordHash(_ view: RecordView) -> Int64 {
    var hash = ContentHash()
    let bytes = UnsafeRawBufferPointer(view.bytes)
    for node in view.nodes {
      if !hasColumns {
        hash.combine(Int64(node.kind.rawValue))
        hash.combine(UnsafeRawBufferPointer(rebasing: bytes[Int(node.keyStart)..<Int(node.keyStart + node.keyCount)]))
      }
      hash.combine(UnsafeRawBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.start + node.count)]))
    }
    return hash.value
  }

  /// Over what tells one line of an order from another. The order's own columns stay out: in exports of flat rows they
  /// change with its status, and the line is still the same.
  private func lineHash(_ orderKey: String, _ view: RecordView) -> Int64 {
    hash(of: plan.lineIdentity, after: orderKey, view)
  }

  private func hash(of identity: [(ordinal: Int64, field: Int)], after key: String?, _ view: RecordView) -> Int64 {
    var hash = ContentHash()
    if let key { hash.combine(key) }
    for (ordinal, field) in identity {
      hash.combine(ordinal)
      if let value = single(field, view) {
        withBytes(of: value, view) { hash.combine(UnsafeRawBufferPointer($0)) }
      }
    }
    return hash.value
  }
}
