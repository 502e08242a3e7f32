import GRDB
import KithCore
import KithEngine
import KithStore
import Testing

@Suite struct IdentityResolverTests {
  /// A set of five sources that know the same few people by different signs.
  private static let sources: [(String, [KithCore.Record])] = [
    (
      "crm",
      [
        .profile(person("c1", "Anna", "Meier", email: "anna@example.com", phone: "079 555 01 23", updated: 10)),
        .profile(person("c2", "Peter", "Meier", email: "family@example.com", updated: 20)),
      ]
    ),
    (
      "shop",
      [
        .profile(person("s1", "ANNA", "MEIER", email: "Anna@Example.com", number: "77", updated: 30)),
        .profile(person("s2", "Eva", "Meier", email: "family@example.com", updated: 40)),
      ]
    ),
    (
      "survey",
      [
        .profile(person("r1", email: "family@example.com")),
        .profile(person("r2", "Anna", "Meier", phone: "+41 79 555 01 23")),
      ]
    ),
    (
      "web",
      [
        pageView("w1", person("", visitor: "cookie"), at: 1),
        pageView("w2", person("", number: "77", visitor: "cookie"), at: 2),
      ]
    ),
    ("desk", [.profile(person("d1", "Anna", "Meier-Huber", email: "anna@example.com", updated: 50))]),
  ]

  /// Who is with whom, by the sources' keys: independent of numbers given out by arrival.
  private func groups(_ test: TestHub) throws -> [String] {
    try test.rows(
      """
      SELECT GROUP_CONCAT(name, ' ') FROM (
        SELECT customer_id, source || '/' || key AS name FROM profiles ORDER BY customer_id, name
      ) WHERE customer_id IS NOT NULL GROUP BY customer_id
      """
    ).map { $0.split(separator: " ").sorted().joined(separator: " ") }.sorted()
  }

  private func table(_ test: TestHub) throws -> [String] {
    try test.rows(
      """
      SELECT display_name, email, phone, profiles, sources, source_names, touchpoints, web_touchpoints, valence
      FROM customers ORDER BY display_name, email, profiles
      """)
  }

  private func connectors(_ order: [Int]) -> [ListConnector] {
    order.map { ListConnector(Self.sources[$0].0, ["s": [Batch(records: Self.sources[$0].1)]]) }
  }

  @Test func knowsTheIndividualBehindEveryTouchpoint() async throws {
    let test = try TestHub(connectors([0, 1, 2, 3, 4]))
    defer { test.remove() }
    _ = try await test.sync()
    let found = try groups(test)
    #expect(
      found == [
        "crm/c1 desk/d1 shop/s1 survey/r2 web/customer_number@all:77 web/visitor_id:cookie", "crm/c2", "shop/s2",
        "survey/r1",
      ])
  }

  /// Who only says other things has the records of before, which may be thousands: they are not counted again.
  @Test func recordsAreCountedAgainOnlyWhereTheyMayBeOthers() async throws {
    func profile(_ updated: Int64) -> KithCore.Record {
      .profile(person("c1", "Anna", "Meier", number: "77", updated: updated))
    }
    let view = pageView("w1", person("", number: "77"), at: 1)
    let people = [Batch(records: [profile(10)]), Batch(records: [profile(20)])]
    let visits = [Batch(records: [view]), Batch(records: [pageView("w2", person("", number: "77"), at: 2)])]
    var test = try TestHub([ListConnector("crm", ["s": [people[0]]]), ListConnector("web", ["s": [visits[0]]])])
    defer { test.remove() }
    _ = try await test.sync()
    let figures = "SELECT touchpoints, web_touchpoints, last_seen_at FROM customers"
    #expect(try test.rows(figures) == ["1|1|2023-11-14 22:13:30"])
    let folder = test.folder
    func sync(_ people: [Batch], _ visits: [Batch]) async throws -> [String] {
      test = try TestHub([ListConnector("crm", ["s": people]), ListConnector("web", ["s": visits])], folder: folder)
      _ = try await SyncRunner(hub: test.hub).sync(SyncRequest()) { _ in }
      #expect(try test.hub.identity.resolve(learning: .never).refreshedCustomers == 1)
      return try test.rows(figures)
    }
    // What nobody could have counted stays until there is something to count.
    let queue = try DatabaseQueue(path: folder.appendingPathComponent("kith.sqlite").path)
    try await queue.write { db in try db.execute(sql: "UPDATE customer_channels SET touchpoints = 9") }
    #expect(try await sync(people, [visits[0]]) == ["9|9|2023-11-14 22:13:40"])
    #expect(try await sync(people, visits) == ["2|2|2023-11-14 22:13:40"])
  }

  @Test func everyOrderOfArrivalGivesTheSameCustomers() async throws {
    let reference = try TestHub(connectors([0, 1, 2, 3, 4]))
    defer { reference.remove() }
    _ = try await reference.sync()
    let (expectedGroups, expectedTable) = (try groups(reference), try table(reference))
    for order in permutations([0, 1, 2, 3, 4]) {
      let test = try TestHub(connectors(order))
      defer { test.remove() }
      // One source after the other, each with its own identity pass.
      for index in order { _ = try await test.sync(SyncRequest(sources: [Self.sources[index].0])) }
      #expect(try groups(test) == expectedGroups, "\(order)")
      #expect(try table(test) == expectedTable, "\(order)")
      let before = try test.rows("SELECT * FROM customers ORDER BY customer_id")
      _ = try test.hub.identity.resolve(everything: true)
      #expect(try test.rows("SELECT * FROM customers ORDER BY customer_id") == before, "a rebuild differs: \(order)")
    }
  }

  @Test func mergesKeepTheOlderNumberAndRememberTheOther() async throws {
    let early = ListConnector(
      "crm",
      [
        "s": [
          Batch(records: [
            .profile(person("1", email: "a@example.com")), .profile(person("2", email: "b@example.com")),
          ])
        ]
      ])
    let bridge = ListConnector(
      "shop",
      [
        "s": [
          Batch(records: [
            .profile(
              {
                var profile = person("9", "Anna", "Meier", email: "a@example.com")
                profile.identifiers.append(Identifier(.email, "b@example.com"))
                return profile
              }())
          ])
        ]
      ])
    let test = try TestHub([early, bridge])
    defer { test.remove() }
    _ = try await test.sync(SyncRequest(sources: ["crm"]))
    #expect(try test.rows("SELECT customer_id FROM customers ORDER BY 1") == ["1", "2"])
    _ = try await test.sync(SyncRequest(sources: ["shop"]))
    #expect(try test.rows("SELECT customer_id, profiles FROM customers") == ["1|3"])
    #expect(try test.hub.store.customer(2, journeyLimit: 0)?.summary.customerID == 1)
    #expect(
      try test.rows("SELECT customer_id, other_customer_id FROM customer_lineage WHERE event = 'merge'") == ["2|1"])
  }

  @Test func goldenValuesTellWhereTheyComeFrom() async throws {
    let test = try TestHub(connectors([0, 1, 2, 3, 4]))
    defer { test.remove() }
    _ = try await test.sync()
    let anna = try #require(try test.hub.customers(matching: "anna@example.com", in: .revenue, limit: 5).first)
    let detail = try #require(try test.hub.store.customer(anna.customerID, journeyLimit: 10))
    let family = try #require(detail.goldenValues.first { $0.field == "family_name" })
    #expect(family.value == "Meier")
    #expect(family.rule == "most_frequent")
    #expect(["crm", "shop", "survey"].contains(family.source))
    #expect(detail.journey.map(\.type) == ["page_viewed", "page_viewed"])
    #expect(detail.matches.count == detail.profiles.count - 1)
  }

  @Test func anonymousVisitorsAreNoCustomersUntilTheyAreKnown() async throws {
    let visit = ListConnector(
      "web",
      [
        "s": [
          Batch(records: [pageView("1", person("", visitor: "v1"), at: 1)]),
          Batch(records: [pageView("2", person("", number: "5", visitor: "v1"), at: 2)]),
        ]
      ])
    let first = ListConnector("web", ["s": [visit.streams["s"]![0]]])
    let test = try TestHub([first])
    defer { test.remove() }
    _ = try await test.sync()
    #expect(try test.rows("SELECT COUNT(*) FROM customers") == ["0"])
    let later = try TestHub([visit], folder: test.folder)
    _ = try await later.sync()
    #expect(try later.rows("SELECT profiles, touchpoints FROM customers") == ["2|2"])
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    if items.count <= 1 { return [items] }
    return items.flatMap { item in permutations(items.filter { $0 != item }).map { [item] + $0 } }
  }
}
