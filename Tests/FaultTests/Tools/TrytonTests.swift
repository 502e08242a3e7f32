import Foundation
import KithTesting
import Testing

/// A real Tryton server, written to through its own API and read by the program that users run.
@Suite(
  .enabled(
    if: ToolServer.Kind.tryton.isInstalled,
    "there is no Tryton server: apt-get install tryton-server tryton-modules-sale tryton-modules-sale-opportunity"))
struct TrytonTests {
  private static let streams = ["parties", "sales", "opportunities"]

  private static func options(_ url: String) -> [String: String] {
    ["url": url, "database": "hub", "user": "admin", "password": "env:TOOL_PASSWORD"]
  }

  @Test func whatChangesInTheToolComesAndNothingIsLost() async throws {
    let server = try ToolServer(.tryton)
    let shop = try await TrytonShop(server)
    let hub = try ToolHub("tryton", options: Self.options(server.url), streams: Self.streams)
    defer { hub.program.remove() }
    let first = try hub.run("sync")
    #expect(first.status == 0, "\(first.errors)")
    // The company is a party as well. Ten sales are drafts.
    var run = try hub.newestRun()
    #expect(
      run == [
        "opportunities: 20 new, 0 changed, 0 gone", "parties: 231 new, 0 changed, 0 gone",
        "sales: 110 new, 0 changed, 0 gone",
      ])
    let profiles = try hub.rows("profiles", "key,given_name,family_name,email,postcode,is_deleted")
    #expect(profiles.contains("\(shop.parties[7]),Kunde,Müller7,kunde7@example.de,10007,0"), "\(profiles.prefix(9))")
    let orders = try hub.rows("orders", "key,status,currency,total,placed_at,is_deleted")
    #expect(orders.contains("\(shop.sales[3]),confirmed,EUR,46.5,2026-01-04 00:00:00,0"), "\(orders.prefix(5))")
    #expect(try hub.rows("order_lines", "order_line_id").count == 220)

    // Ten records: eight parties, a sale and an opportunity.
    let people = shop.parties
    try await shop.write("party.party", Array(people[200...202]), ["name": "Neuer Name"])
    try await shop.writeFirst(of: "party.contact_mechanism", party: people[203], ["value": "neu@example.de"])
    try await shop.writeFirst(of: "party.address", party: people[204], ["city": "Kiel", "postal_code": "24103"])
    try await shop.write("party.party", [people[205]], ["active": false])
    let added = try await shop.addParties([900, 901])
    try await shop.confirm([shop.sales[110]])
    try await shop.call("model.sale.opportunity.lost", [[shop.opportunities[5]]])
    #expect(try hub.run("sync").status == 0)
    run = try hub.newestRun()
    #expect(
      run == [
        "opportunities: 0 new, 1 changed, 0 gone", "parties: 2 new, 5 changed, 1 gone",
        "sales: 1 new, 0 changed, 0 gone",
      ])
    let changed = try hub.rows("profiles", "key,given_name,family_name,email,postcode,is_deleted")
    #expect(
      Set(changed).subtracting(profiles) == [
        "\(people[200]),Neuer,Name,kunde200@example.de,10200,0",
        "\(people[201]),Neuer,Name,kunde201@example.de,10201,0",
        "\(people[202]),Neuer,Name,kunde202@example.de,10202,0",
        "\(people[203]),Kunde,Müller203,neu@example.de,10203,0",
        "\(people[204]),Kunde,Müller204,kunde204@example.de,24103,0",
        "\(people[205]),Kunde,Müller205,kunde205@example.de,10205,1",
        "\(added[0]),Kunde,Müller900,kunde900@example.de,10900,0",
        "\(added[1]),Kunde,Müller901,kunde901@example.de,10901,0",
        // The sale's own person, by the customer's number.
        "customer_number:K110,Kunde,Müller110,,10110,0",
      ])
    try #expect(hub.rows("touchpoints", "key,type").contains("\(shop.opportunities[5]),opportunity_lost"))
    try ToolAccidents(server: server, connector: "tryton", options: Self.options, streams: Self.streams).check()
  }
}

/// A company's data in Tryton.
private struct TrytonShop {
  private var client: ToolClient
  private var company = 0
  private var currency = 0
  private var country = 0
  private(set) var parties: [Int] = []
  private(set) var sales: [Int] = []
  private(set) var opportunities: [Int] = []

  /// 230 people, 120 sales of which 110 are confirmed, 20 opportunities.
  init(_ server: ToolServer) async throws {
    client = ToolClient(url: server.url)
    let login = try await Self.call(
      client, "common.db.login", ["admin", ["password": ToolServer.Kind.password], "en"])
    let (user, session) = (try #require((login as? [Any])?[0] as? Int), try #require((login as? [Any])?[1] as? String))
    client.headers = ["Authorization": "Session " + Data("admin:\(user):\(session)".utf8).base64EncodedString()]
    currency = try await make(
      "currency.currency",
      [
        "name": "Euro", "code": "EUR", "symbol": "€", "digits": 2, "rounding": Self.decimal("0.01"),
        "rates": [["create", [["date": Self.day(1), "rate": Self.decimal("1")]]]],
      ])
    country = try await make("country.country", ["name": "Germany", "code": "DE"])
    let own = try await make("party.party", ["name": "Laden GmbH"])
    company = try await make("company.company", ["party": own, "currency": currency])
    try await call("model.res.user.write", [[user], ["companies": [["add", [company]]], "company": company]])
    parties = try await addParties(Array(0..<230))
    try await addSales()
  }

  private func make(_ model: String, _ values: [String: Any]) async throws -> Int {
    try #require((try await Self.call(client, "model.\(model).create", [[values], [:]]) as? [Int])?.first)
  }

  func addParties(_ numbers: [Int]) async throws -> [Int] {
    let values = numbers.map { number in
      [
        "name": "Kunde Müller\(number)", "code": "K\(number)",
        "contact_mechanisms": [["create", [["type": "email", "value": "kunde\(number)@example.de"]]]],
        "addresses": [
          [
            "create",
            [
              [
                "street": "Hauptstraße \(number)", "postal_code": "\(10_000 + number)", "city": "Köln",
                "country": country,
              ]
            ],
          ]
        ],
      ] as [String: Any]
    }
    return try #require(try await call("model.party.party.create", [values]) as? [Int])
  }

  private mutating func addSales() async throws {
    let found = try await call(
      "model.party.address.search_read", [[["party", "in", parties]], 0, NSNull(), NSNull(), ["party"]])
    var addresses: [Int: Int] = [:]
    for address in try #require(found as? [[String: Any]]) {
      addresses[try #require(address["party"] as? Int)] = try #require(address["id"] as? Int)
    }
    let values = try (0..<120).map { number in
      let address = try #require(addresses[parties[number]])
      let lines = [1.0, 2.0].map { quantity in
        ["type": "line", "quantity": quantity, "unit_price": Self.decimal("15.50"), "description": "Tee; \"grün\""]
      }
      return [
        "company": company, "currency": currency, "party": parties[number], "invoice_address": address,
        "shipment_address": address, "reference": "WEB-\(number)", "sale_date": Self.day(number % 28 + 1),
        "lines": [["create", lines]],
      ] as [String: Any]
    }
    sales = try #require(try await call("model.sale.sale.create", [values]) as? [Int])
    try await confirm(Array(sales.prefix(110)))
    let chances = (0..<20).map { number in
      [
        "party": parties[number], "company": company, "description": "Rahmenvertrag \(number)",
        "start_date": Self.day(number + 1), "amount": Self.decimal("1000"), "conversion_probability": 0.4,
      ] as [String: Any]
    }
    opportunities = try #require(try await call("model.sale.opportunity.create", [chances]) as? [Int])
  }

  func confirm(_ sales: [Int]) async throws {
    try await call("model.sale.sale.quote", [sales])
    try await call("model.sale.sale.confirm", [sales])
  }

  func write(_ model: String, _ ids: [Int], _ values: [String: Any]) async throws {
    try await call("model.\(model).write", [ids, values])
  }

  func writeFirst(of model: String, party: Int, _ values: [String: Any]) async throws {
    let found = try await call("model.\(model).search", [[["party", "=", party]], 0, 1, NSNull()])
    try await write(model, try #require(found as? [Int]), values)
  }

  /// Calls a method in the company's name.
  @discardableResult func call(_ method: String, _ parameters: [Any]) async throws -> Any {
    try await Self.call(client, method, parameters + [["company": company]])
  }

  private static func call(_ client: ToolClient, _ method: String, _ parameters: [Any]) async throws -> Any {
    let answer = try await client.json("POST", "/hub/", ["id": 1, "method": method, "params": parameters])
    if let list = answer as? [Any] { return list }
    let object = try #require(answer as? [String: Any])
    try #require(object["error"] == nil, "\(method): \(object)")
    return object["result"] ?? NSNull()
  }

  private static func decimal(_ text: String) -> [String: Any] { ["__class__": "Decimal", "decimal": text] }

  private static func day(_ day: Int) -> [String: Any] {
    ["__class__": "date", "year": 2_026, "month": 1, "day": day]
  }
}
