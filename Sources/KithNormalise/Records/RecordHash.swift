import KithCore

/// Hashes all that a record delivers: equal hashes mean that nothing has changed, neither the record nor the version and
/// settings of the normaliser.
public struct ContentHasher: Sendable {
  let seed: UInt64

  public func hash(of record: Record) -> Int64 {
    var hash = RecordHash(seed: seed)
    hash.add(record)
    return hash.value
  }
}

/// The content hash over all that was delivered: order counts, and so does where one value ends and the next begins
/// (every text is hashed with its length, every optional with a mark).
struct RecordHash {
  private var hash: ContentHash

  init(seed: UInt64) { hash = ContentHash(seed: seed) }

  var value: Int64 { hash.value }

  /// A short text and its length are one word, and most texts are short.
  mutating func add(_ text: String) {
    withBytes(of: text) { bytes in
      if bytes.count < 8 {
        hash.combine(Int64(bitPattern: RecordHash.word(UnsafeRawBufferPointer(bytes))))
      } else {
        hash.combine(UnsafeRawBufferPointer(bytes))
      }
    }
  }

  /// Up to seven bytes, and how many they are in the eighth. Loads overlap, so that no byte needs a loop.
  private static func word(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let count = bytes.count
    let length = UInt64(count) << 56
    if count >= 4 {
      let low = UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
      let high = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)))
      return low | high << UInt64(8 * (count - 4)) | length
    }
    if count == 0 { return length }
    let ends = UInt64(bytes[0]) | UInt64(bytes[count - 1]) << 16
    return ends | UInt64(bytes[count / 2]) << 8 | length
  }

  mutating func add(_ text: String?) {
    guard let text else { return hash.combine(-1) }
    add(text)
  }

  mutating func add(_ number: Int) { hash.combine(Int64(number)) }

  mutating func add(_ number: Double?) {
    hash.combine(number == nil ? -1 : 1)
    if let number { hash.combine(Int64(bitPattern: number.bitPattern)) }
  }

  mutating func add(_ number: Int?) {
    hash.combine(number == nil ? -1 : 1)
    if let number { hash.combine(Int64(number)) }
  }

  mutating func add(_ time: Timestamp?) {
    hash.combine(time == nil ? -1 : 1)
    if let time { hash.combine(time.microseconds) }
  }

  mutating func add(_ amount: Amount?) {
    guard let amount else { return hash.combine(-1) }
    hash.combine(Int64(amount.scale))
    hash.combine(amount.mantissa)
  }

  mutating func add(_ person: Profile?) {
    guard let person else { return hash.combine(-1) }
    add(profile: person)
  }

  mutating func add(profile: Profile) {
    add(profile.key)
    hash.combine(profile.kind == .person ? 1 : 2)
    hash.combine(Int64(profile.identifiers.count))
    for identifier in profile.identifiers {
      hash.combine(Int64(identifier.kind.rawValue))
      add(identifier.value)
      add(identifier.namespace)
    }
    hash.combine(Int64(profile.attributes.count))
    for attribute in profile.attributes {
      hash.combine(Int64(attribute.attribute.rawValue))
      add(attribute.value)
    }
    hash.combine(Int64(profile.consents.count))
    for consent in profile.consents {
      add(consent.purpose)
      add(consent.status.rawValue)
      add(consent.changedAt)
    }
    hash.combine(Int64(profile.traits.count))
    for trait in profile.traits {
      add(trait.name)
      add(trait.value)
    }
    add(profile.createdAt)
    add(profile.updatedAt)
  }
}

extension RecordHash {
  mutating func add(_ record: Record) {
    switch record {
    case .profile(let profile):
      add(1)
      add(profile: profile)
    case .touchpoint(let touchpoint):
      add(2)
      add(touchpoint)
    case .order(let order):
      add(3)
      add(order)
    case .orderLine(let flat):
      add(4)
      add(flat.order)
      add(flat.line == nil ? 0 : 1)
      if let line = flat.line { add(line) }
    case .product(let product):
      add(5)
      add(product)
    case .response(let response):
      add(6)
      add(response)
    case .ticket(let ticket):
      add(7)
      add(ticket)
    case .deletion(let deletion):
      add(8)
      add(deletion.kind.rawValue)
      add(deletion.key)
    case .traffic(let traffic):
      add(9)
      add(traffic)
    }
  }

  private mutating func add(_ touchpoint: Touchpoint) {
    add(touchpoint.key)
    add(touchpoint.person)
    add(touchpoint.channel.rawValue)
    add(touchpoint.type)
    add(touchpoint.occurredAt)
    add(touchpoint.valence)
    add(touchpoint.subject)
    add(touchpoint.location)
    add(touchpoint.campaign)
    add(touchpoint.referrer)
    add(touchpoint.sessionID)
    add(touchpoint.durationSeconds)
  }

  private mutating func add(_ order: Order) {
    add(order.key)
    add(order.person)
    add(order.kind.rawValue)
    add(order.channel.rawValue)
    add(order.placedAt)
    add(order.status)
    add(order.currency)
    add(order.total)
    add(order.tax)
    add(order.shipping)
    add(order.discount)
    add(order.refunded)
    add(order.country)
    add(order.campaign)
    add(order.lines.count)
    for line in order.lines { add(line) }
  }

  private mutating func add(_ line: OrderLine) {
    add(line.key)
    add(line.productKey)
    add(line.name)
    add(line.category)
    add(line.quantity)
    add(line.unitPrice)
    add(line.total)
  }

  private mutating func add(_ product: Product) {
    add(product.key)
    add(product.name)
    add(product.category)
    add(product.price)
    add(product.currency)
  }

  private mutating func add(_ response: SurveyResponse) {
    add(response.key)
    add(response.person)
    add(response.survey)
    add(response.respondedAt)
    add(response.nps)
    add(response.csat)
    add(response.csatScale)
    add(response.ces)
    add(response.cesScale)
    add(response.comment)
    add(response.language)
    add(response.subject)
  }

  private mutating func add(_ ticket: Ticket) {
    add(ticket.key)
    add(ticket.person)
    add(ticket.subject)
    add(ticket.channel)
    add(ticket.status)
    add(ticket.priority)
    add(ticket.group)
    add(ticket.createdAt)
    add(ticket.firstResponseAt)
    add(ticket.solvedAt)
    add(ticket.satisfaction)
    add(ticket.comment)
  }

  private mutating func add(_ traffic: Traffic) {
    add(traffic.key)
    add(Timestamp(traffic.date))
    add(traffic.channel.rawValue)
    add(traffic.trafficSource)
    add(traffic.medium)
    add(traffic.campaign)
    add(traffic.page)
    add(traffic.country)
    add(traffic.device)
    add(traffic.goal)
    add(traffic.visitors)
    add(traffic.visits)
    add(traffic.pageViews)
    add(traffic.conversions)
  }
}
