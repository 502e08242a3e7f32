/// A record as a tool's file says it, with all that any of the six streams has.
struct OracleRecord: Equatable {
  struct Identifier: Hashable {
    let kind: String
    let namespace: String
    let value: String
    init(_ kind: String, _ namespace: String, _ value: String) {
      self.kind = kind
      self.namespace = namespace
      self.value = value
    }
  }

  var key: String
  var given = ""
  var family = ""
  var time = ""
  var type = ""
  var identifiers: [Identifier] = []
  var line = ""
  var quantity = 0
  var cents = 0
  var score = 0

  init(
    key: String, given: String = "", family: String = "", time: String = "", identifiers: [Identifier],
    type: String = "",
    line: String = "", quantity: Int = 0, cents: Int = 0, score: Int = 0
  ) {
    self.key = key
    self.given = given
    self.family = family
    self.time = time
    self.type = type
    self.identifiers = identifiers
    self.line = line
    self.quantity = quantity
    self.cents = cents
    self.score = score
  }

  init(key: String, time: String, type: String, identifiers: [Identifier]) {
    self.init(key: key, time: time, identifiers: identifiers, type: type)
  }

  subscript(kind: String) -> String { identifiers.first { $0.kind == kind }?.value ?? "" }

  /// What makes it the same record as an earlier one.
  var identity: String { key + "/" + line }
}

/// What a hub must hold after these files in this order: slow and obvious, with nothing of the product in it.
struct OracleHub {
  struct Counts: Equatable, CustomStringConvertible {
    var inserted = 0
    var updated = 0
    var unchanged = 0
    var deleted = 0
    var quarantined = 0
    var read: Int { inserted + updated + unchanged + deleted + quarantined }
    var description: String {
      "read \(read), inserted \(inserted), updated \(updated), unchanged \(unchanged), deleted \(deleted), "
        + "quarantined \(quarantined)"
    }
  }

  private struct Stored {
    var record: OracleRecord
    var isDeleted = false
  }

  /// By `source/stream`, then by identity.
  private var streams: [String: [String: Stored]] = [:]
  /// Who was met in records, by `source/stream`, then by the key that the strongest identifier gives.
  private var met: [String: [String: Set<OracleRecord.Identifier>]] = [:]

  mutating func take(_ delivery: OracleWorld.Delivery) -> Counts {
    let name = delivery.source + "/" + delivery.stream
    var stream = streams[name] ?? [:]
    var counts = Counts(quarantined: delivery.broken)
    for (index, record) in delivery.records.enumerated() {
      let isReplaced = delivery.records[(index + 1)...].contains { $0.identity == record.identity }
      if isReplaced || stream[record.identity].map({ $0.record == record && !$0.isDeleted }) == true {
        counts.unchanged += 1
        continue
      }
      if stream[record.identity] == nil { counts.inserted += 1 } else { counts.updated += 1 }
      stream[record.identity] = Stored(record: record)
      if !isListed(name) { meet(record, in: name) }
    }
    if delivery.isListing, !delivery.records.isEmpty {
      for key in stream.keys where !delivery.records.contains(where: { $0.identity == key }) {
        if stream[key]?.isDeleted == false { counts.deleted += 1 }
        stream[key]?.isDeleted = true
      }
    }
    streams[name] = stream
    return counts
  }

  private func isListed(_ stream: String) -> Bool { stream == "crm/contacts" || stream == "shop/customers" }

  private mutating func meet(_ record: OracleRecord, in stream: String) {
    met[stream, default: [:]][Self.personKey(record), default: []].formUnion(record.identifiers)
  }

  /// `email:…`, after the identifier that says most; numbers that another one gave out say whose they are.
  private static func personKey(_ record: OracleRecord) -> String {
    if !record["customer_number"].isEmpty { return "customer_number@all:" + record["customer_number"] }
    if !record["email"].isEmpty { return "email:" + record["email"] }
    return "visitor_id:" + record["visitor_id"]
  }

  // MARK: tables

  /// source, key, names, whether deleted, and all identifiers.
  var profiles: [String] {
    var lines: [String] = []
    for name in ["crm/contacts", "shop/customers"] {
      for stored in streams[name, default: [:]].values {
        let record = stored.record
        lines.append(
          Self.line([
            name, record.key, record.given, record.family, stored.isDeleted ? "1" : "0", Self.text(record.identifiers),
          ]))
      }
    }
    for (name, persons) in met {
      for (key, identifiers) in persons {
        lines.append(Self.line([name, key, "", "", "0", Self.text(Array(identifiers))]))
      }
    }
    return lines.sorted()
  }

  /// key, type, time, person.
  var touchpoints: [String] {
    var lines = records(of: "web/events").map { Self.line([$0.key, $0.type, $0.time, Self.personKey($0)]) }
    for order in orders {
      lines.append(Self.line(["order:" + order.key, "order_placed", order.time, Self.personKey(order.lines[0])]))
    }
    for record in records(of: "survey/responses") {
      lines.append(Self.line(["response:" + record.key, "survey_answered", record.time, Self.personKey(record)]))
    }
    for record in records(of: "desk/tickets") {
      lines.append(Self.line(["ticket:" + record.key, "ticket_opened", record.time, Self.personKey(record)]))
    }
    return lines.sorted()
  }

  private struct Order {
    let key: String
    let lines: [OracleRecord]
    var time: String { lines.map(\.time).min() ?? "" }
    var cents: Int { lines.reduce(0) { $0 + $1.quantity * $1.cents } }
  }

  private var orders: [Order] {
    Dictionary(grouping: records(of: "shop/order_lines"), by: \.key).map { Order(key: $0.key, lines: $0.value) }
  }

  /// key, time, total in cents, lines.
  var orderLines: [String] {
    orders.flatMap { order in
      order.lines.map { line in
        Self.line([
          order.key, order.time, "\(order.cents)", "\(order.lines.count)", line.line, "\(line.quantity)",
          "\(line.cents)",
        ])
      }
    }.sorted()
  }

  /// Answers and tickets.
  var answers: [String] {
    let responses = records(of: "survey/responses").map {
      Self.line([$0.key, $0.time, "\($0.score)", Self.personKey($0)])
    }
    return (responses + records(of: "desk/tickets").map { Self.line([$0.key, $0.time, $0.type, Self.personKey($0)]) })
      .sorted()
  }

  private func records(of stream: String) -> [OracleRecord] { streams[stream, default: [:]].values.map(\.record) }

  /// Profiles that share an identifier are one customer, and so on; anonymous visitors are none.
  var customers: [String] {
    var members: [(name: String, identifiers: Set<OracleRecord.Identifier>, isKnown: Bool)] = []
    for name in ["crm/contacts", "shop/customers"] {
      for stored in streams[name, default: [:]].values where !stored.isDeleted {
        members.append((name + "/" + stored.record.key, Set(stored.record.identifiers), true))
      }
    }
    for (name, persons) in met {
      for (key, identifiers) in persons {
        members.append((name + "/" + key, identifiers, identifiers.contains { $0.kind != "visitor_id" }))
      }
    }
    var groups: [[Int]] = []
    for index in members.indices {
      let touching = groups.filter { group in
        group.contains { !members[$0].identifiers.isDisjoint(with: members[index].identifiers) }
      }
      groups.removeAll { group in touching.contains(group) }
      groups.append([index] + touching.flatMap { $0 })
    }
    return groups.filter { $0.contains { members[$0].isKnown } }.map { group in
      let names = Set(group.map { members[$0].name })
      let own = orders.filter { names.contains("shop/order_lines/" + Self.personKey($0.lines[0])) }
      let others = [
        ("web/events", "web/events/"), ("survey/responses", "survey/responses/"), ("desk/tickets", "desk/tickets/"),
      ]
      let seen = others.reduce(own.count) { sum, other in
        sum + records(of: other.0).count { names.contains(other.1 + Self.personKey($0)) }
      }
      return Self.line([
        names.sorted().joined(separator: " "), "\(own.count)", "\(own.reduce(0) { $0 + $1.cents })", "\(seen)",
      ])
    }.sorted()
  }

  private static func line(_ fields: [String]) -> String { fields.joined(separator: "|") }

  private static func text(_ identifiers: [OracleRecord.Identifier]) -> String {
    identifiers.map { "\($0.kind) \($0.namespace) \($0.value)" }.sorted().joined(separator: ",")
  }
}
