import Foundation
import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

/// The unified table after any sequence of syncs equals the one rebuilt from all profiles.
@Suite struct IncrementalIdentityTests {
  private static let names = [
    ("Anna", "Meier"), ("Peter", "Meier"), ("A.", "Meier"), ("Eva", "Kunz"), ("Hans", "Frei"),
  ]

  /// Few names, addresses and numbers, so that households, chains and contradictions come up all the time.
  private func someone(_ dice: inout SeededGenerator) -> Record {
    let key = String(dice.below(14))
    if dice.below(6) == 0 {
      let who = person("", number: dice.below(2) == 0 ? String(dice.below(4)) : nil, visitor: "v\(dice.below(3))")
      return pageView("w\(dice.below(20))", who, at: Int64(dice.below(1_000)))
    }
    if dice.below(8) == 0 {
      let who = person(
        "", email: "m\(dice.below(6))@example.com", number: dice.below(3) > 0 ? String(dice.below(4)) : nil)
      let line = OrderLine(key: "1", unitPrice: Amount(mantissa: Int64(dice.below(90))))
      return .order(
        Order(
          key: "o\(dice.below(9))", person: who, placedAt: Timestamp(seconds: 1_700_000_000 + Int64(dice.below(1_000))),
          lines: [line]))
    }
    let name = dice.below(4) == 0 ? nil : Self.names[dice.below(Self.names.count)]
    return .profile(
      person(
        key, name?.0, name?.1, email: dice.below(3) > 0 ? "m\(dice.below(6))@example.com" : nil,
        phone: dice.below(3) == 0 ? "+4179555010\(dice.below(4))" : nil,
        number: dice.below(5) == 0 ? String(dice.below(4)) : nil,
        updated: Int64(dice.below(1_000))))
  }

  private func table(_ test: TestHub) throws -> [String] {
    try test.rows(
      """
      SELECT customer_id, display_name, email, phone, profiles, sources, source_names, touchpoints, valence,
        first_seen_at, last_seen_at, orders, revenue, first_order_at, commerce_touchpoints, digital_weekdays
      FROM customers ORDER BY customer_id
      """) + test.rows("SELECT * FROM customer_channels ORDER BY 1, 2")
      + test.rows("SELECT profile_id, customer_id FROM profiles ORDER BY profile_id")
      + test.rows(
        """
        SELECT left_profile_id, right_profile_id, rule, kind, value, score, is_used, note FROM matches ORDER BY 1, 2, 3, 4, 5
        """)
      + test.rows("SELECT customer_id, attribute, value, profile_id FROM customer_attributes ORDER BY 1, 2")
  }

  private func decide(_ test: TestHub, _ dice: inout SeededGenerator) throws {
    let ids = try test.rows("SELECT profile_id FROM profiles WHERE NOT is_deleted").compactMap { Int64($0) }
    guard ids.count > 3, dice.below(2) == 0 else { return }
    let (one, other) = (ids[dice.below(ids.count)], ids[dice.below(ids.count)])
    let now = Timestamp(microseconds: 0)
    switch dice.below(4) {
    case 0: _ = try test.hub.store.withdrawDecisions(among: ids, isSame: true, by: "test", at: now)
    case 1: _ = try test.hub.store.withdrawDecisions(among: ids, isSame: false, by: "test", at: now)
    default:
      if one == other { return }
      try test.hub.store.decide([(one, other, dice.below(2) == 0)], by: "test", note: nil, at: now)
    }
  }

  @Test(arguments: 1...16) func equalsARebuild(seed: Int) async throws {
    var dice = SeededGenerator(seed: UInt64(seed))
    var batches: [String: [Batch]] = ["crm": [], "shop": []]
    var test: TestHub?
    defer { test?.remove() }
    for step in 1...6 {
      for source in ["crm", "shop"] {
        let records = (0..<(1 + dice.below(5))).map { _ in someone(&dice) }
        // Now and then a complete listing, which deletes whom it lacks.
        let isListing = dice.below(5) == 0 && records.contains { if case .profile = $0 { true } else { false } }
        batches[source]?.append(Batch(records: records, snapshot: isListing ? .whole : .none))
      }
      let connectors = ["crm", "shop"].map { ListConnector($0, ["s": batches[$0] ?? []]) }
      let next = try TestHub(connectors, folder: test?.folder)
      test = next
      for source in ["crm", "shop"] {
        // With the model of the first pass, so that only what changed is looked at; in odd seeds decisions come and go.
        _ = try await SyncRunner(hub: next.hub).sync(SyncRequest(sources: [source])) { _ in }
        if seed % 2 == 1 { try decide(next, &dice) }
        // In some seeds the index is kept beside the database and followed, and now and then it is torn or gone.
        let file = try #require(IdentityIndexFile(next.hub.store.location)).path
        if seed % 4 < 2, dice.below(6) == 0 { try? FileManager.default.removeItem(atPath: file) }
        if seed % 4 < 2, dice.below(6) == 0 { truncate(file, 999) }
        let identity = IdentityResolver(
          store: next.hub.store, configuration: next.hub.configuration, time: next.hub.time,
          keepsIndexFrom: seed % 4 < 2 ? 1 : .max)
        let changes = try identity.resolve(learning: .never)
        #expect(changes.hasLearned == (step == 1 && source == "crm"))
        #expect(FileManager.default.fileExists(atPath: file) == (seed % 4 < 2))
        let incremental = try table(next)
        _ = try next.hub.identity.resolve(everything: true, learning: .never)
        let rebuilt = try table(next)
        let differing = Set(rebuilt).symmetricDifference(incremental).sorted()
        #expect(rebuilt == incremental, "seed \(seed), step \(step), \(source): \(differing.joined(separator: "\n"))")
      }
    }
    let lost = try test?.rows(
      """
      SELECT customer_id FROM customer_lineage WHERE event = 'new' AND customer_id NOT IN (SELECT customer_id FROM customers)
        AND customer_id NOT IN (SELECT customer_id FROM customer_lineage WHERE event IN ('merge', 'retired'))
      """)
    #expect(lost == [], "seed \(seed): an id neither lives nor tells where it went")
  }

  /// An index that lacks ever more is kept anew before reading what it lacks has taken longer than that.
  @Test func theIndexIsKeptAnewWhenReadingBesideItHasTakenAsLong() async throws {
    var test: TestHub?
    defer { test?.remove() }
    let people = (0..<8).map { Record.profile(person("\($0)", Self.names[$0 % 5].0, "N\($0)", updated: 1)) }
    var batches = [Batch(records: people)]
    var seen: [[String]] = []
    for step in 1...6 {
      let next = try TestHub([ListConnector("crm", ["s": batches])], folder: test?.folder)
      test = next
      _ = try await SyncRunner(hub: next.hub).sync(SyncRequest()) { _ in }
      let identity = IdentityResolver(
        store: next.hub.store, configuration: next.hub.configuration, time: next.hub.time, keepsIndexFrom: 8)
      #expect(try identity.resolve(learning: .never).profiles > 0)
      seen.append(try next.rows("SELECT value FROM hub_settings WHERE name LIKE 'identity_index%' ORDER BY name"))
      batches.append(Batch(records: [.profile(person("\(step)", "Eva", "N\(step)", updated: 2))]))
    }
    // One, two and three profiles were read beside the first index; four more would have been ten, and eight are enough.
    #expect(seen == [["1", "0"], ["1", "1"], ["1", "3"], ["1", "6"], ["2", "0"], ["2", "1"]])
  }

  /// Why a customer is no more: its profile is gone, or does not say any more who it is.
  @Test func aRetiredCustomerTellsWhy() async throws {
    let anna = person("1", "Anna", "Meier", updated: 1)
    let first = Batch(records: [.profile(anna), .profile(person("2", "Eva", "Kunz", updated: 1))], snapshot: .whole)
    let test = try TestHub([ListConnector("crm", ["s": [first]])])
    defer { test.remove() }
    _ = try await test.sync()
    _ = try test.hub.identity.resolve()
    let second = Batch(records: [.profile(person("1", nil, nil, updated: 2))], snapshot: .whole)
    let next = try TestHub([ListConnector("crm", ["s": [first, second]])], folder: test.folder)
    _ = try await next.sync()
    _ = try next.hub.identity.resolve()
    #expect(
      try next.rows("SELECT customer_id, reason FROM customer_lineage WHERE event = 'retired' ORDER BY 1") == [
        "1|no profile says any more who it is: neither name nor address nor number",
        "2|the last profile is gone at its source",
      ])
  }
}
