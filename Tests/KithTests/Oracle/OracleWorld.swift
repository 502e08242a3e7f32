import KithTesting

/// A small company whose five tools export files: what they hold is drawn from a seed. All values are canonical
/// already, and each person has names and identifiers of their own, so that an obvious program can tell what must become
/// of them.
struct OracleWorld {
  struct Person {
    let number: Int
    var given: String { "Gi" + OracleWorld.letters(number) }
    var family: String { "Fa" + OracleWorld.letters(number) }
    var email: String { "p\(number)@example.com" }
    var visitor: String { "cookie\(number)" }
  }

  /// One file that a tool writes, and what is in it.
  struct Delivery {
    let source: String
    let stream: String
    let file: String
    let text: String
    let records: [OracleRecord]
    /// A complete listing: who is not in it is gone.
    var isListing = false
    var broken = 0
  }

  static let configuration = """
    hub: {country: CH, currency: CHF}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: crm/*.csv
            mode: snapshot
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, given_name: First, family_name: Last, email: Mail, phone: Phone, customer_number: {path: Number, namespace: all}}
      - name: shop
        connector: ecommerce_orders
        streams:
          customers: {path: shop/*.csv, layout: custom, settle_seconds: 0, mapping: {key: Id, given_name: First, family_name: Last, email: Mail}}
          order_lines:
            path: lines/*.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Order, placed_at: At, customer_number: {path: Number, namespace: all}, line.key: Line, line.quantity: Count, line.unit_price: Price}
      - name: web
        connector: web_analytics
        streams:
          events: {path: web/*.ndjson, layout: custom, settle_seconds: 0, mapping: {key: id, channel: {const: web}, type: what, occurred_at: at, visitor_id: who, email: mail}}
      - name: survey
        connector: survey_tool
        streams:
          responses: {path: survey/*.csv, layout: custom, settle_seconds: 0, mapping: {key: Id, responded_at: At, email: Mail, nps: Score}}
      - name: desk
        connector: support_desk
        streams:
          tickets: {path: desk/*.csv, layout: custom, settle_seconds: 0, mapping: {key: Id, created_at: At, email: Mail, subject: Subject}}

    """

  private var random: SeededGenerator
  private var step = 0
  private let people = (0..<14).map(Person.init)

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The files of the next step: of each tool perhaps one.
  mutating func next() -> [Delivery] {
    step += 1
    var deliveries: [Delivery] = []
    for tool in 0..<6 where random.below(3) > 0 {
      switch tool {
      case 0: deliveries.append(contacts())
      case 1: deliveries.append(customers())
      case 2: deliveries.append(lines())
      case 3: deliveries.append(events())
      case 4: deliveries.append(responses())
      default: deliveries.append(tickets())
      }
    }
    return deliveries
  }

  // MARK: tools

  private mutating func contacts() -> Delivery {
    let listed = people.filter { _ in random.below(5) > 0 }
    let records = listed.map { person in
      OracleRecord(
        key: "c\(person.number)", given: person.given, family: person.family,
        identifiers: [
          .init("customer_number", "all", "\(1000 + person.number)"), .init("email", "", person.email),
          .init("phone", "", "+4179555\(1_000 + person.number * 7 + random.below(2))"),
        ])
    }
    let rows = records.map { record in
      [record.key, record.given, record.family, record["email"], record["phone"], record["customer_number"]]
    }
    return delivery(
      "crm", "contacts", "crm/\(name).csv", ["Id,First,Last,Mail,Phone,Number"] + rows.map(Self.joined), records,
      isListing: true)
  }

  private mutating func customers() -> Delivery {
    let records = some(6).map { person in
      OracleRecord(
        key: "s\(person.number)", given: person.given, family: random.below(4) == 0 ? "" : person.family,
        identifiers: [.init("email", "", person.email)])
    }
    let rows = records.map { [$0.key, $0.given, $0.family, $0["email"]] }
    return delivery("shop", "customers", "shop/\(name).csv", ["Id,First,Last,Mail"] + rows.map(Self.joined), records)
  }

  private mutating func lines() -> Delivery {
    let records = some(12).map { person in
      let order = person.number * 2 + random.below(2)
      return OracleRecord(
        key: "o\(order)", time: Self.time(day: 1 + order % 20 + random.below(3)),
        identifiers: [.init("customer_number", "all", "\(1000 + person.number)")], line: "l\(random.below(3))",
        quantity: 1 + random.below(3), cents: 100 * (1 + random.below(9)) + 95)
    }
    let rows = records.map { record in
      [
        record.key, record.time, record["customer_number"], record.line, "\(record.quantity)",
        "\(record.cents / 100).\(record.cents % 100)",
      ]
    }
    return delivery(
      "shop", "order_lines", "lines/\(name).csv", ["Order,At,Number,Line,Count,Price"] + rows.map(Self.joined), records)
  }

  private mutating func events() -> Delivery {
    let records = some(20).map { person in
      var identifiers: [OracleRecord.Identifier] = []
      if random.below(3) == 0 { identifiers.append(.init("email", "", person.email)) }
      identifiers.append(.init("visitor_id", "web", person.visitor))
      return OracleRecord(
        key: "e\(random.below(200))", time: Self.time(day: 1 + random.below(28)),
        type: random.pick(["viewed", "clicked"]),
        identifiers: identifiers)
    }
    var lines = records.map { record in
      let mail = record["email"].isEmpty ? "" : ",\"mail\":\"\(record["email"])\""
      return
        "{\"id\":\"\(record.key)\",\"what\":\"\(record.type)\",\"at\":\"\(record.time)\",\"who\":\"\(record["visitor_id"])\"\(mail)}"
    }
    // Nobody knows when the first was, and the second never ends.
    let broken = ["{\"id\":\"x\(step)\",\"what\":\"viewed\",\"at\":\"never\"}", "{\"id\":\"y\(step)\",\"what\":"]
    let count = random.below(3)
    for line in broken.prefix(count) { lines.insert(line, at: random.below(lines.count + 1)) }
    return delivery("web", "events", "web/\(name).ndjson", lines, records, broken: count)
  }

  private mutating func responses() -> Delivery {
    let records = some(5).map { person in
      OracleRecord(
        key: "r\(person.number * 2 + random.below(2))", time: Self.time(day: 1 + random.below(28)),
        identifiers: [.init("email", "", person.email)], score: random.below(11))
    }
    let rows = records.map { [$0.key, $0.time, $0["email"], "\($0.score)"] }
    return delivery("survey", "responses", "survey/\(name).csv", ["Id,At,Mail,Score"] + rows.map(Self.joined), records)
  }

  private mutating func tickets() -> Delivery {
    let records = some(4).map { person in
      OracleRecord(
        key: "t\(random.below(30))", time: Self.time(day: 1 + random.below(28)),
        identifiers: [.init("email", "", person.email)], type: random.pick(["Broken", "Late"]))
    }
    let rows = records.map { [$0.key, $0.time, $0["email"], $0.type] }
    return delivery("desk", "tickets", "desk/\(name).csv", ["Id,At,Mail,Subject"] + rows.map(Self.joined), records)
  }

  // MARK: parts

  private func delivery(
    _ source: String, _ stream: String, _ file: String, _ lines: [String], _ records: [OracleRecord],
    isListing: Bool = false, broken: Int = 0
  ) -> Delivery {
    Delivery(
      source: source, stream: stream, file: file, text: lines.joined(separator: "\n") + "\n", records: records,
      isListing: isListing, broken: broken)
  }

  private var name: String { String(100 + step) }

  private mutating func some(_ count: Int) -> [Person] { (0...random.below(count)).map { _ in random.pick(people) } }

  private static func joined(_ fields: [String]) -> String { fields.joined(separator: ",") }

  private static func time(day: Int) -> String { "2026-01-\(day < 10 ? "0" : "")\(day) 10:00:00" }

  private static func letters(_ number: Int) -> String {
    String(UnicodeScalar(UInt8(97 + number / 5))) + "ro" + String(UnicodeScalar(UInt8(97 + number % 5)))
  }
}
