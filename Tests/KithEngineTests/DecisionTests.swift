import Foundation
import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

/// What humans say binds, is audited, and can be taken back.
@Suite struct DecisionTests {
  private static let names = ["Anna", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Gina", "Hugo", "Iris", "Jonas"]

  private func people(_ count: Int) -> ListConnector {
    ListConnector(
      "crm",
      [
        "s": [
          Batch(
            records: (0..<count).map { number in
              .profile(
                person(
                  "\(number)", Self.names[number % 10], "Muster\(number)", email: "m\(number)@example.com",
                  phone: "+4179555\(1_000 + number)"))
            })
        ]
      ])
  }

  private func table(_ test: TestHub) throws -> [String] {
    try test.rows("SELECT profile_id, customer_id FROM profiles ORDER BY 1")
      + test.rows("SELECT customer_id, display_name, email, phone, profiles FROM customers ORDER BY 1")
  }

  @Test func mergeThenSplitGivesBackWhatWasThere() async throws {
    let test = try TestHub([people(12)])
    defer { test.remove() }
    _ = try await test.sync()
    let before = try table(test)
    let merged = try test.hub.merge(3, 9, by: "ops", note: "called her")
    #expect(merged.mergedCustomers == 1)
    #expect(try test.hub.store.customer(9, journeyLimit: 0)?.summary.customerID == 3)
    let profile = try #require(
      try test.rows("SELECT profile_id FROM profiles WHERE key = '8'").first.flatMap { Int64($0) })
    let split = try test.hub.split(3, profiles: [profile], by: "ops", note: nil)
    #expect(split.splitCustomers == 1)
    #expect(try table(test) == before)
    #expect(
      try test.rows("SELECT action, actor FROM audit_log") == [
        "decide same|ops", "withdraw same|ops", "decide different|ops",
      ])
  }

  @Test func decisionsOutliveFullResolvesAndSyncs() async throws {
    let test = try TestHub([people(12)])
    defer { test.remove() }
    _ = try await test.sync()
    _ = try test.hub.merge(2, 7, by: "ops", note: nil)
    let merged = try table(test)
    _ = try test.hub.identity.resolve(everything: true, learning: .always)
    #expect(try table(test) == merged)
    _ = try await test.sync(SyncRequest(isFull: true))
    #expect(try table(test) == merged)
    // Its copy, as a restored backup, holds the same.
    let copy = test.folder.appendingPathComponent("copy.sqlite").path
    try test.hub.store.copy(to: copy)
    let restored = try HubStore(path: copy)
    let identity = IdentityResolver(store: restored, configuration: test.hub.configuration, time: test.hub.time)
    #expect(try identity.resolve(everything: true, learning: .always).movedProfiles == 0)
    #expect(try restored.decisions().count == 1)
    try restored.close()
  }

  /// What was decided is learned from as soon as the model is learned anew, and forgotten when it is withdrawn. However
  /// many pairs a word parts, it is one.
  @Test func decisionsTeach() async throws {
    let test = try TestHub([people(40)])
    defer { test.remove() }
    _ = try await test.sync()
    func learned() throws -> [UInt8]? {
      _ = try test.hub.identity.resolve(everything: true, learning: .always)
      return try test.hub.identity.model()?.encoded
    }
    let before = try learned()
    _ = try test.hub.merge(2, 7, by: "ops", note: nil)
    let merged = try learned()
    #expect(merged != before)
    _ = try test.hub.withdraw(2, 7, by: "ops")
    #expect(try learned() == before)
  }

  @Test func wrongWordsAreRefused() async throws {
    let test = try TestHub([people(4)])
    defer { test.remove() }
    _ = try await test.sync()
    for (one, other) in [(1, 1), (1, 99), (99, 1)] as [(Int64, Int64)] {
      #expect(throws: KithError.self) { _ = try test.hub.merge(one, other, by: "ops", note: nil) }
    }
    for profiles in [[], [99], [1]] as [[Int64]] {
      #expect(throws: KithError.self) { _ = try test.hub.split(1, profiles: profiles, by: "ops", note: nil) }
    }
    #expect(try test.rows("SELECT COUNT(*) FROM decisions") == ["0"])
  }

  @Test func previewsChangeNothing() async throws {
    let test = try TestHub([people(8)])
    defer { test.remove() }
    _ = try await test.sync()
    try test.hub.store.decide([(1, 2, true)], by: "ops", note: nil, at: test.hub.time.now())
    let before = try table(test)
    let preview = try test.hub.identity.resolve(isPreview: true)
    #expect(preview.mergedCustomers == 1 && preview.lineage.count == 1)
    #expect(try table(test) == before)
    #expect(try test.hub.identity.resolve().mergedCustomers == 1)
  }

  /// Over many syncs with changes, deletions and decisions: whoever changes his number stands in the lineage, and every
  /// number that was ever given out lives, leads to where it went, or is told to be gone.
  @Test(arguments: 1...3) func everyNumberIsAccountedFor(seed: UInt64) async throws {
    var dice = SeededGenerator(seed: seed)
    var batches: [Batch] = []
    var test: TestHub?
    defer { test?.remove() }
    var customerOf: [Int64: Int64] = [:]
    var given: Set<Int64> = []
    var sequence: Int64 = 0
    for step in 1...50 {
      let records = (0..<12).map { _ -> Record in
        let number = dice.below(25)
        let mistaken = dice.below(5)
        return .profile(
          person(
            "\(number)", mistaken == 0 ? nil : Self.names[number % 10],
            mistaken == 1 ? "Mustre" : "Muster\(number % 9)",
            email: dice.below(3) == 0 ? nil : "m\(number / 2 + (mistaken == 2 ? 1 : 0))@example.com",
            phone: dice.below(2) == 0 ? nil : "+4179555\(1_000 + number / 3)", updated: Int64(step)))
      }
      batches.append(Batch(records: records, snapshot: dice.below(8) == 0 ? .whole : .none))
      let next = try TestHub([ListConnector("crm", ["s": batches])], folder: test?.folder)
      test = next
      _ = try await next.sync()
      if step % 5 == 0 {
        let ids = try next.rows("SELECT profile_id FROM profiles WHERE NOT is_deleted").compactMap { Int64($0) }
        let pair = (ids[dice.below(ids.count)], ids[dice.below(ids.count)])
        if pair.0 != pair.1 {
          let decision = (pair.0, pair.1, dice.below(2) == 0)
          try next.hub.store.decide([decision], by: "ops", note: nil, at: next.hub.time.now())
          _ = try next.hub.identity.resolve()
        }
      }
      try check(next, &customerOf, &given, &sequence, "seed \(seed), step \(step)")
    }
    #expect(given.count > 10 && sequence > 40)
  }

  private func check(
    _ test: TestHub, _ customerOf: inout [Int64: Int64], _ given: inout Set<Int64>, _ sequence: inout Int64,
    _ place: String
  ) throws {
    func numbers(_ sql: String) throws -> [[Int64]] {
      try test.rows(sql).map { $0.split(separator: "|").map { Int64($0) ?? 0 } }
    }
    let now = try numbers("SELECT profile_id, customer_id FROM profiles WHERE customer_id IS NOT NULL")
    let steps = try numbers(
      "SELECT sequence, customer_id, other_customer_id FROM customer_lineage WHERE sequence > \(sequence)")
    sequence = steps.map { $0[0] }.max() ?? sequence
    let told = Set(steps.flatMap { $0.dropFirst() })
    for row in now {
      if let old = customerOf[row[0]], old != row[1] {
        #expect(told.contains(old) && told.contains(row[1]), "\(place): profile \(row[0]) from \(old) to \(row[1])")
      }
      given.insert(row[1])
    }
    customerOf = Dictionary(uniqueKeysWithValues: now.map { ($0[0], $0[1]) })
    let gone = Set(try numbers("SELECT customer_id FROM customer_lineage WHERE event = 'retired'").map { $0[0] })
    for id in given where try test.hub.store.customer(id, journeyLimit: 0) == nil {
      // It was retired itself, or went into one that was.
      var current = id
      while !gone.contains(current),
        let next = try numbers(
          "SELECT other_customer_id FROM customer_lineage WHERE event = 'merge' AND customer_id = \(current) "
            + "ORDER BY sequence DESC LIMIT 1"
        ).first
      { current = next[0] }
      #expect(gone.contains(current), "\(place): nobody knows where \(id) went")
    }
  }
}
