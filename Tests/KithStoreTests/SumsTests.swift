import KithCore
import KithTesting
import Testing

@testable import KithStore

/// Whatever comes, changes, moves to another day, goes, and whoever turns out to be whom: the sums are those of what is
/// there, counted in the plainest way.
@Suite struct SumsTests {
  private static let days: [Int64] = [0, 1, 20, 45]
  private static let currencies = ["EUR", "USD", "CHF"]

  private func someTime(_ dice: inout SeededGenerator) -> Timestamp {
    time(dice.pick(Self.days) * 86_400 + Int64(dice.below(3)) * 7_000)
  }

  private func someone(_ dice: inout SeededGenerator) -> CanonicalProfile? {
    dice.below(5) == 0 ? nil : person("p\(dice.below(6))", name: "n")
  }

  private func record(_ record: KithCore.Record, _ who: CanonicalProfile?, _ touchpoint: Touchpoint? = nil)
    -> CanonicalRecord
  {
    var hash = ContentHash()
    hash.combine(String(describing: (record, who)))
    return CanonicalRecord(record: record, person: who, touchpoint: touchpoint, hash: hash.value)
  }

  private func someTouchpoint(_ dice: inout SeededGenerator) -> CanonicalRecord {
    let valences: [Double?] = [nil, 0, 0.1, -0.3, 1.0 / 3, 0.7, -1]
    return record(
      .touchpoint(
        Touchpoint(
          key: "t\(dice.below(25))", channel: dice.pick([.web, .email, .event]), type: "type \(dice.below(3))",
          occurredAt: someTime(&dice), valence: dice.pick(valences))), someone(&dice))
  }

  private func someAmount(_ dice: inout SeededGenerator, signed: Bool = false) -> Amount {
    Amount(mantissa: Int64(dice.below(900)) - (signed ? 300 : 0), scale: UInt8(dice.below(3)))
  }

  private func someLine(_ key: String, _ dice: inout SeededGenerator) -> OrderLine {
    OrderLine(
      key: key, productKey: dice.pick([nil, "s1", "s2"]), name: dice.pick(["Seil", "Zelt"]),
      category: dice.pick([nil, "Berg"]), quantity: someAmount(&dice, signed: true),
      unitPrice: dice.pick([nil, someAmount(&dice)]))
  }

  private func someOrder(_ key: String, _ lines: [OrderLine], _ dice: inout SeededGenerator) -> Order {
    Order(
      key: key, kind: dice.pick([.sale, .sale, .return]), channel: dice.pick([.commerce, .store]),
      placedAt: someTime(&dice), currency: dice.pick(Self.currencies + [nil]),
      total: dice.pick([nil, someAmount(&dice, signed: true)]), refunded: dice.pick([nil, someAmount(&dice)]),
      lines: lines)
  }

  private func someResponse(_ dice: inout SeededGenerator) -> CanonicalRecord {
    let key = "r\(dice.below(20))"
    let at = someTime(&dice)
    let touchpoint = Touchpoint(key: key, channel: .survey, type: "survey_answered", occurredAt: at, valence: 0.2)
    return record(
      .response(
        SurveyResponse(
          key: key, survey: dice.pick([nil, "a", "b"]), respondedAt: at, nps: dice.pick([nil, 0, 6, 7, 9, 10]),
          csat: dice.pick([nil, 1, 4]), csatScale: dice.pick([5, 7]), ces: dice.pick([nil, 2]), cesScale: 7)),
      someone(&dice), touchpoint)
  }

  private func some(_ stream: String, _ dice: inout SeededGenerator) -> CanonicalRecord {
    switch stream {
    case "events":
      return dice.below(8) == 0 ? deletion(.touchpoint, "t\(dice.below(25))") : someTouchpoint(&dice)
    case "orders":
      let key = "o\(dice.below(12))"
      if dice.below(8) == 0 { return deletion(.order, key) }
      let keys = ["1", "2", "3"].filter { _ in dice.below(2) == 0 }
      let lines = keys.map { someLine($0, &dice) }
      return record(.order(someOrder(key, lines, &dice)), someone(&dice))
    case "rows":
      let key = "f\(dice.below(8))"
      if dice.below(10) == 0 { return deletion(.order, key) }
      let line = dice.below(6) == 0 ? nil : someLine("\(dice.below(3))", &dice)
      return record(.orderLine(FlatOrderLine(order: someOrder(key, [], &dice), line: line)), someone(&dice))
    default:
      return dice.below(8) == 0 ? deletion(.response, "r\(dice.below(20))") : someResponse(&dice)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64], Backend.allCases)
  func equalWhatIsThere(seed: UInt64, backend: Backend) throws {
    var dice = SeededGenerator(seed: seed)
    let hub = try TemporaryHub(backend)
    let rates = ["USD": 0.9]
    var writers: [String: StreamWriter] = [:]
    for step in 0..<24 {
      let stream = dice.pick(["events", "orders", "rows", "answers"])
      let writer = try writers[stream] ?? hub.writer(stream, source: "src-\(stream)", rates: rates)
      // Now and then the process dies.
      writers[stream] = dice.below(6) == 0 ? nil : writer
      let records = (0..<(1 + dice.below(25))).map { _ in some(stream, &dice) }
      _ = try writer.write(
        StoreBatch(records: records, snapshot: dice.pick([.none, .none, .none, .whole, .begins, .ends])))
      try hub.store.buildIndexes()
      if dice.below(3) == 0 {
        let rate = dice.pick([0.9, 1.1])
        try hub.store.applyRates(baseCurrency: "EUR", rates: ["USD": rate])
      }
      try compareSums(hub, "seed \(seed), step \(step), \(stream)")
      if dice.below(2) == 0 {
        try resolve(hub, &dice)
        try compareChannels(hub, "seed \(seed), step \(step)")
      }
      #expect(try hub.store.verify() == [], "seed \(seed), step \(step)")
    }
    // What a hub without sums would be given.
    let tables = SumSpecification.all.map(\.table) + ["customer_channels"]
    try resolve(hub, &dice)
    let kept = try tables.map { try lines(hub, "SELECT * FROM \($0)") }
    let weekdays = try lines(hub, "SELECT customer_id, digital_weekdays FROM customers")
    try hub.run("UPDATE customers SET digital_weekdays = NULL")
    try hub.store.write { try HubStore.makeSums(in: $0) }
    #expect(try tables.map { try lines(hub, "SELECT * FROM \($0)") } == kept, "seed \(seed)")
    #expect(try lines(hub, "SELECT customer_id, digital_weekdays FROM customers") == weekdays, "seed \(seed)")
  }

  // MARK: customers

  /// Who is whom is drawn by lot: merges, splits and moves all the time.
  private func resolve(_ hub: TemporaryHub, _ dice: inout SeededGenerator) throws {
    let first = Int64(dice.below(3))
    let people = Int64(2 + dice.below(4))
    let isEverything = dice.below(3) == 0
    _ = try hub.store.resolveIdentity(
      baseCurrency: "EUR", at: FixedTime.noon,
      decide: { session in
        var previous: [Int64: Int64] = [:]
        var customers: [Int64: Int64] = [:]
        func note(_ row: IdentityRow) {
          previous[row.id] = row.customer
          customers[row.id] = first + row.id % people + 1
        }
        if isEverything { try session.eachRow(.all, note) } else { _ = try session.touchQueued(note) }
        return IdentityOutcome(
          profiles: customers.count, isOfAll: isEverything, hasLearned: false, previousCustomers: previous,
          customerOf: customers, nextCustomerID: 10,
          matches: [],
          lineage: [])
      },
      golden: { customer, _ in GoldenCustomer(customerID: customer, displayName: "c\(customer)", values: []) })
  }

  // MARK: counted anew

  private func lines(_ hub: TemporaryHub, _ sql: String) throws -> [String] {
    try hub.rows(sql).map { $0.map(\.text).joined(separator: "|") }.sorted()
  }

  /// Sums by group: the first cells of a row are its group, the others are added up.
  private func sums(_ rows: [[TableValue]], groups: Int, digits: Int) -> [String] {
    var sums: [String: [Int]] = [:]
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    for row in rows {
      let name = row.prefix(groups).map(\.text).joined(separator: "|")
      let values = row.dropFirst(groups).map { Int(((Double($0.text) ?? 0) * factor).rounded()) }
      sums[name] = sums[name].map { zip($0, values).map(+) } ?? values
    }
    return sums.map { name, values in ([name] + values.map(String.init)).joined(separator: "|") }.sorted()
  }

  private func compare(
    _ hub: TemporaryHub, _ table: String, groups: Int, digits: Int = 4, _ columns: String, from: String, _ place: String
  ) throws {
    let expected = sums(try hub.rows("SELECT \(columns) FROM \(from)"), groups: groups, digits: digits)
    let found = sums(try hub.rows("SELECT * FROM \(table)"), groups: groups, digits: digits)
    let rows = try hub.int("SELECT COUNT(*) FROM \(table)")
    #expect(rows == expected.count, "\(table), \(place)")
    let differing = Set(found).symmetricDifference(expected).sorted()
    #expect(differing == [], "\(table), \(place)")
  }

  private func compareSums(_ hub: TemporaryHub, _ place: String) throws {
    try compare(
      hub, "touchpoints_daily", groups: 4, digits: 6,
      """
      occurred_on, source, channel, type, 1, CASE WHEN valence IS NULL THEN 0 ELSE 1 END, COALESCE(valence, 0)
      """, from: "fact_touchpoints", place)
    try compare(
      hub, "orders_daily", groups: 5,
      "placed_on, source, channel, kind, currency, 1, line_count, total, total_base, refunded", from: "fact_orders",
      place)
    try compare(
      hub, "survey_responses_daily", groups: 3, digits: 6,
      """
      responded_on, source, COALESCE(survey, ''), 1, CASE WHEN nps IS NULL THEN 0 ELSE 1 END,
        CASE WHEN nps IN (9, 10) THEN 1 ELSE 0 END, CASE WHEN nps IN (0, 6) THEN 1 ELSE 0 END, nps,
        CASE WHEN csat IS NULL THEN 0 ELSE 1 END, csat / csat_scale, CASE WHEN ces IS NULL THEN 0 ELSE 1 END,
        ces / ces_scale
      """, from: "fact_survey_responses", place)
    try compare(
      hub, "order_lines_monthly", groups: 5,
      """
      SUBSTR(CAST(placed_on AS TEXT), 1, 7) || '-01', source, COALESCE(product_key, ''), COALESCE(name, ''),
        COALESCE(category, ''), 1, CASE WHEN is_return THEN 0 ELSE quantity END,
        CASE WHEN is_return THEN -quantity ELSE 0 END
      """, from: "fact_order_lines", place)
  }

  private func compareChannels(_ hub: TemporaryHub, _ place: String) throws {
    let facts = try hub.rows(
      """
      SELECT customer_id, t.channel, valence, occurred_at, d.weekday, c.is_digital
      FROM fact_touchpoints t JOIN dim_date d ON d.date = t.occurred_on JOIN dim_channel c ON c.channel = t.channel
      WHERE customer_id IS NOT NULL
      """)
    var expected: [String: (count: Int, valences: [Double], times: [String], days: Set<String>)] = [:]
    var digital: [String: Set<String>] = [:]
    for row in facts {
      var group = expected["\(row[0].text)|\(row[1].text)"] ?? (0, [], [], [])
      group.count += 1
      if let valence = Double(row[2].text) { group.valences.append(valence) }
      group.times.append(row[3].text)
      group.days.insert(row[4].text)
      expected["\(row[0].text)|\(row[1].text)"] = group
      if row[5].text == "1" { digital[row[0].text, default: []].insert(row[4].text) }
    }
    func pattern(_ days: Set<String>) -> String {
      "\"" + (1...7).map { days.contains("\($0)") ? "\($0)" : "-" }.joined() + "\""
    }
    func millionths(_ value: Double) -> Int { Int((value * 1e6).rounded()) }
    let wanted = expected.map { name, group in
      [
        name, "\(group.count)", "\(group.valences.count)", "\(group.valences.map(millionths).reduce(0, +))",
        group.times.min() ?? "", group.times.max() ?? "", pattern(group.days),
      ].joined(separator: "|")
    }.sorted()
    let found = try hub.rows("SELECT * FROM customer_channels").map { row in
      row.enumerated().map { $0 == 4 ? "\(millionths(Double($1.text) ?? 0))" : $1.text }.joined(separator: "|")
    }.sorted()
    #expect(found == wanted, "\(place)")
    let weekdays = try lines(
      hub, "SELECT customer_id, digital_weekdays FROM customers WHERE digital_weekdays IS NOT NULL")
    #expect(weekdays == digital.map { "\($0)|\(pattern($1))" }.sorted(), "\(place)")
  }
}
