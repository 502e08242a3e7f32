import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct RecordMapperTests {
  @Test func profile() throws {
    let mapper = try mapping(
      .profile,
      """
      key: Id
      kind: Kind
      given_name: First
      birth_date: {path: Born, date: [dd.MM.yyyy, iso]}
      email: [Mail, Mail2]
      customer_number: {path: No, namespace: erp}
      consent.email: {path: Opt, map: {yes: granted, no: denied}}
      consent.email.at: {path: At, date: dd.MM.yyyy, zone: Europe/Zurich}
      trait.tier: Tier
      updated_at: {path: Changed, date: unix}
      """
    ).mapper(["Id", "Kind", "First", "Born", "Mail", "Mail2", "No", "Opt", "At", "Tier", "Changed"])
    let full = row([
      "7", "PERSON", "Ada", "05.03.1990", "a@example.com", "a@example.com", "12", "YES", "01.02.2024", "gold", "0",
    ])
    #expect(
      mapper.map(full).profile
        == Profile(
          key: "7",
          identifiers: [Identifier(.customerNumber, "12", namespace: "erp"), Identifier(.email, "a@example.com")],
          attributes: [AttributeValue(.givenName, "Ada"), AttributeValue(.birthDate, "1990-03-05")],
          consents: [
            Consent(purpose: "email", status: .granted, changedAt: Timestamp(sqlText: "2024-01-31 23:00:00"))
          ],
          traits: [Trait(name: "tier", value: "gold")], updatedAt: Timestamp(seconds: 0)))
    let bare = row(["8", "", "", "", "", "", "", "", "", "", ""])
    #expect(mapper.map(bare).profile == Profile(key: "8"))
  }

  @Test(arguments: [
    ("", "2024-01-01", "1", "sale", "missing_key: key (column Id) is missing; every order needs it."),
    ("1", "", "1", "sale", "missing: placed_at (column Date) is missing; every order needs it."),
    ("1", "31.02.2024", "1", "sale", "date: placed_at (column Date): \"31.02.2024\" is not a date written as iso."),
    (
      "1", "2024-01-01", "1.234", "sale",
      "number: total (column Total): \"1.234\" could be thousands or decimals; say number: point or number: comma."
    ),
    ("1", "2024-01-01", "viel", "sale", "number: total (column Total): \"viel\" is not a number."),
    ("1", "2024-01-01", "1", "gift", "choice: kind (column Kind): \"gift\" is none of sale, return."),
    (
      String(repeating: "k", count: 513), "2024-01-01", "1", "sale",
      "size: key (column Id): a key of 513 bytes; at most 512 are allowed."
    ),
  ])
  func rejects(_ id: String, _ date: String, _ total: String, _ kind: String, _ reason: String) throws {
    let mapper = try mapping(.order, "key: Id\nplaced_at: Date\ntotal: Total\nkind: Kind\n")
      .mapper(["Id", "Date", "Total", "Kind"])
    #expect(mapper.map(row([id, date, total, kind])).reason == reason)
  }

  @Test func longValuesAreCutInReasons() throws {
    let mapper = try mapping(.order, "key: Id\nplaced_at: Date\n").mapper(["Id", "Date"])
    let reason = try #require(mapper.map(row(["1", String(repeating: "x", count: 5_000)])).reason)
    #expect(
      reason
        == "date: placed_at (column Date): \"\(String(repeating: "x", count: 79))…\" is not a date written as iso."
    )
  }

  @Test func orderWithLinesFromATree() throws {
    let mapper = try mapping(
      .order,
      """
      key: id
      placed_at: created
      total: {path: total_cents, divide: 100}
      email: customer.email
      country: customer.address.country
      lines: {each: "items[]", fields: {product_key: sku, quantity: qty, unit_price: price, name: title}}
      """
    ).mapper(nil)
    let order = try #require(
      mapper.map(
        try tree(
          """
          {"id":1,"created":"2024-01-01T00:00:00Z","total_cents":1250,\
          "customer":{"email":"a@example.com","address":{"country":"CH"}},\
          "items":[{"sku":"A","qty":2,"price":"6.25"},{"sku":"B","price":1.125,"title":"Bee"}]}
          """)
      ).order)
    #expect(order.total == Amount(mantissa: 1_250, scale: 2))
    #expect(order.person?.identifiers == [Identifier(.email, "a@example.com")])
    #expect(
      order.lines == [
        OrderLine(key: "1", productKey: "A", quantity: Amount(mantissa: 2), unitPrice: Amount(mantissa: 625, scale: 2)),
        OrderLine(key: "2", productKey: "B", name: "Bee", unitPrice: Amount(mantissa: 1_125, scale: 3)),
      ])
  }

  @Test func divisionIsExact() throws {
    let mapper = try mapping(.order, "key: {const: k}\nplaced_at: {const: 2024-01-01}\ntotal: {path: T, divide: 3}\n")
      .mapper(["T"])
    #expect(mapper.map(row(["1"])).order?.total?.text == "0.333333333")
    #expect(mapper.map(row(["-2"])).order?.total?.text == "-0.666666667")
    #expect(mapper.map(row(["6"])).order?.total?.text == "2")
  }

  @Test func flatRowsOfAnOrder() throws {
    let fields = """
      key: No
      placed_at: Date
      status: Status
      line.product_key: Sku
      line.quantity: Qty
      line.unit_price: {path: Price, number: point}
      """
    let columns = ["No", "Date", "Status", "Sku", "Qty", "Price"]
    let rows = [
      ["1", "2024-01-01", "open", "A", "2", "1.125"], ["1", "2024-01-01", "open", "A", "2", "1.125"],
      ["2", "2024-01-01", "open", "A", "2", "1.125"], ["1", "2024-01-01", "open", "B", "-1", "3"],
    ]
    let mapper = try mapping(.orderLine, fields).mapper(columns)
    #expect(mapper.isPositional)
    let keys = rows.map { mapper.map(row($0)).flatLine?.line?.key ?? "" }
    #expect(Set(keys).count == 4)
    #expect(keys[0].hasSuffix("-0") && keys[1].hasSuffix("-1") && keys[0].dropLast(2) == keys[1].dropLast(2))
    // Read again, also with the order's state changed, the rows keep their keys.
    let again = try mapping(.orderLine, fields).mapper(columns)
    #expect(rows.map { again.map(row([$0[0], $0[1], "paid"] + $0[3...])).flatLine?.line?.key ?? "" } == keys)
    #expect(mapper.map(row(["1", "2024-01-01", "open", "", "", ""])).flatLine?.line == nil)
    #expect(
      mapper.map(row(["1", "2024-01-01", "open", "A", "", ""])).reason
        == "missing: line.quantity (column Qty) is missing; every order_line needs it.")
  }

  @Test func touchpointsWithoutKeysGetThemFromTheirContent() throws {
    let fields = "channel: {const: web}\ntype: {const: page_viewed}\noccurred_at: At\nvisitor_id: V\n"
    let mapper = try mapping(.touchpoint, fields).mapper(["At", "V"])
    let one = ["2024-01-01T00:00:00Z", "v1"]
    let keys = [one, ["2024-01-01T00:00:00Z", "v2"], one].map { mapper.map(row($0)).touchpoint?.key ?? "" }
    #expect(Set(keys).count == 3)
    #expect(keys[0].dropLast(2) == keys[2].dropLast(2) && keys[2].hasSuffix("-1"))
    // What differs only in where a column ends is not equal.
    let split = try mapping(.touchpoint, fields).mapper(["At", "V", "W"])
    let left = split.map(row(["2024-01-01T00:00:00Z", "ab", "c"])).touchpoint?.key
    let right = split.map(row(["2024-01-01T00:00:00Z", "a", "bc"])).touchpoint?.key
    #expect(left != right)
    let keyed = try mapping(.touchpoint, fields + "key: K\n").mapper(["At", "V", "K"])
    #expect(!keyed.isPositional)
    #expect(keyed.map(row(one + [""])).reason == "missing_key: key (column K) is missing; every touchpoint needs it.")
  }

  @Test(arguments: [
    ("30.02.1990", true), ("1990-02-30", true), ("1.13.1990", true), ("1990-02-28", false), ("1.2.1980", false),
    ("0000-00-00", false), ("00.00.0000", false), ("2/30/1990", false), ("1990", false), ("", false),
    ("19900230", false), ("30.2.90", false), ("n.a.1990", false),
  ])
  func birthDatesWithoutAFormatMustExist(_ text: String, _ isImpossible: Bool) throws {
    let mapper = try mapping(.profile, "key: {const: k}\nbirth_date: Born\n").mapper(["Born"])
    let outcome = mapper.map(row([text]))
    if isImpossible {
      #expect(outcome.reason == "date: birth_date (column Born): \"\(text)\" is no day of the calendar.")
    } else {
      #expect(outcome.reason == nil)
    }
  }

  @Test func windowIsBounded() {
    var window = OccurrenceWindow(capacity: 4)
    #expect((0..<3).map { _ in window.count(1) } == [0, 1, 2])
    for content in 10..<13 { _ = window.count(Int64(content)) }
    #expect(window.count(1) == 3)
    for content in 20..<40 { _ = window.count(Int64(content)) }
    #expect(window.count(1) == 0)
  }

  @Test func windowGoesOnFromItsState() throws {
    var window = OccurrenceWindow(capacity: 8)
    for round in 0..<200 {
      // Few contents, so that they recur.
      let content = Int64(round * round % 13) - 6
      let state = try #require(window.state)
      var resumed = try #require(OccurrenceWindow(capacity: 8, state: state))
      #expect(window.count(content) == resumed.count(content), "round \(round)")
      #expect(window.state == resumed.state)
    }
    #expect(OccurrenceWindow(capacity: OccurrenceWindow.portableCapacity + 1).state == nil)
    for broken in ["?", "AQ==", "AQAAAA==", "/////w=="] {
      #expect(OccurrenceWindow(capacity: 8, state: broken) == nil, "\(broken)")
    }
  }

  @Test(arguments: [
    ("good", 1.0), ("Bad", -1.0), ("neutral", 0.0), ("offered", nil), ("0.5", 0.5), ("", nil),
  ])
  func satisfaction(_ text: String, _ expected: Double?) throws {
    let mapper = try mapping(.ticket, "key: {const: k}\ncreated_at: {const: 2024-01-01}\nsatisfaction: S\n").mapper([
      "S"
    ])
    #expect(mapper.map(row([text])).ticket?.satisfaction == expected)
    #expect(mapper.map(row([text])).ticket != nil)
  }

  @Test func ranges() throws {
    let mapper = try mapping(
      .response, "key: {const: k}\nresponded_at: {const: 2024-01-01}\nnps: N\ncsat: C\ncsat_scale: {const: 5}\n"
    ).mapper(["N", "C"])
    #expect(mapper.map(row(["10", "4.5"])).response?.nps == 10)
    #expect(mapper.map(row(["11", ""])).reason == "range: nps (column N): \"11\" is not a whole number from 0 to 10.")
    #expect(mapper.map(row(["7.5", ""])).reason?.hasPrefix("range:") == true)
    #expect(mapper.map(row(["-1", ""])).reason?.hasPrefix("range:") == true)
    #expect(mapper.map(row(["", "6"])).reason == "range: csat (column C): \"6\" is outside of 0 to 5.")
    let ticket = try mapping(.ticket, "key: {const: k}\ncreated_at: {const: 2024-01-01}\nsatisfaction: S\n").mapper([
      "S"
    ])
    #expect(ticket.map(row(["2"])).reason == "range: satisfaction (column S): \"2\" is outside of -1 to 1.")
    #expect(ticket.map(row(["meh"])).reason == "number: satisfaction (column S): \"meh\" is not a number.")
  }

  private static let counted = """
    date: {path: D, date: [yyyyMMdd, iso]}
    traffic_source: {path: S, map: {"(not set)": ""}}
    campaign: C
    country: L
    visitors: V
    visits: W
    """
  private static let counts = ["D", "S", "C", "L", "V", "W"]

  /// The day is the one that is written, whatever the zone, and the key is made of what was counted, not of the counts.
  @Test func traffic() throws {
    let mapper = try mapping(.traffic, Self.counted, zone: "Pacific/Auckland").mapper(Self.counts)
    func count(_ values: String...) throws -> Traffic { try #require(mapper.map(row(values)).traffic) }
    let first = try count("20240305", "google", "spring", "DE", "12", "15.0")
    #expect(first.date == CalendarDate(iso: "2024-03-05") && first.channel == .web && first.trafficSource == "google")
    #expect(first.visitors == 12 && first.visits == 15 && first.pageViews == nil && first.conversions == nil)
    #expect(first.key.utf8.count == 16)
    #expect(try count("20240305", "google", "spring", "DE", "13", "0").key == first.key)
    let others = [
      first, try count("20240306", "google", "spring", "DE", "1", "1"),
      try count("20240305", "(not set)", "spring", "DE", "1", "1"),
      try count("20240305", "google", "", "spring", "", ""),
      try count("20240305", "google", "spring", "", "1", "1"),
      try count("20240305", "googles", "pring", "DE", "1", "1"),
    ]
    #expect(Set(others.map(\.key)).count == others.count)
    #expect(others[2].trafficSource == nil)
    #expect(try count("2024-03-05T23:30:00-08:00", "", "", "", "", "").date == CalendarDate(iso: "2024-03-05"))

    let named = try mapping(.traffic, "key: S\n" + "date: D\n").mapper(["S", "D"])
    #expect(named.map(row(["k", "2024-03-05"])).traffic?.key == "k")
    #expect(named.map(row(["", "2024-03-05"])).reason == "missing_key: key (column S) is missing; traffic needs it.")
  }

  @Test(arguments: [
    (["", "", "", "", "1", "1"], "missing: date (column D) is missing; traffic needs it."),
    (
      ["20240231", "", "", "", "1", "1"],
      "date: date (column D): \"20240231\" is not a date written as yyyyMMdd or iso."
    ),
    (["20240305", "", "", "", "-1", "1"], "range: visitors (column V): \"-1\" is not a whole number from 0 on."),
    (["20240305", "", "", "", "1", "1.5"], "range: visits (column W): \"1.5\" is not a whole number from 0 on."),
    (["20240305", "", "", "", "many", "1"], "number: visitors (column V): \"many\" is not a number."),
  ])
  func countsThatCannotBe(_ values: [String], _ reason: String) throws {
    #expect(try mapping(.traffic, Self.counted).mapper(Self.counts).map(row(values)).reason == reason)
  }

  @Test func trafficNamesNobody() throws {
    let mistakes = try mistakes(.traffic, "date: D\nemail: E\nvisitor: V\n")
    #expect(mistakes.count == 2 && mistakes.contains { $0.contains("visitors") }, "\(mistakes)")
  }
}
