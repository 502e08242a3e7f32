import KithCore
import KithEngine
import KithStore
import Testing

@Suite struct FieldDriftTests {
  private static func field(
    _ name: String, _ kind: FieldKind?, records: Int = 20, seen: Int = 20, filled: Int = 20, isGone: Bool = false
  ) -> StreamField {
    StreamField(name: name, kind: kind, records: records, seen: seen, filled: filled, isGone: isGone)
  }

  static func sample(
    _ values: [(name: String, kind: FieldKind?)], records: Int = 1, isWhole: Bool = true
  ) -> FieldSample {
    var sample = FieldSample()
    for _ in 0..<records { sample.add(values, isWhole: isWhole) }
    return sample
  }

  private func changes(_ known: [StreamField], _ sample: FieldSample) -> [FieldChange] {
    var drift = FieldDrift(known)
    drift.add(sample)
    return drift.changes
  }

  @Test func newVanishedAndRetyped() {
    let known = [Self.field("a", .number), Self.field("b", .text), Self.field("c", .number, filled: 9)]
    let seen = Self.sample([("a", .text), ("c", .text), ("d", .date)])
    #expect(
      changes(known, seen) == [
        FieldChange(.retyped, "a", before: .number, after: .text), FieldChange(.vanished, "b", before: .text),
        FieldChange(.new, "d", after: .date),
      ])
    #expect(changes([], seen).isEmpty, "the first run knows nothing")
    #expect(changes(known, FieldSample()).isEmpty, "what reads nothing sees nothing")
    #expect(changes(known, Self.sample([("a", .number), ("b", .number), ("c", nil)])).isEmpty, "numbers are text, too")
    let back = changes(
      [Self.field("a", .number), Self.field("b", .text, isGone: true)], Self.sample([("a", nil), ("b", .date)]))
    #expect(back == [FieldChange(.new, "b", after: .date)])
  }

  /// Not every object has all of its members.
  @Test func inATreeOnlyWhatAllHadIsMissed() {
    let known = [
      Self.field("id", .number), Self.field("note", .text, seen: 12), Self.field("late", .text, records: 9, seen: 9),
    ]
    let ten = Self.sample([("id", .number)], records: 10, isWhole: false)
    #expect(changes(known, ten).isEmpty)
    let without = Self.sample([("x", .number)], records: 10, isWhole: false)
    #expect(changes(known, without).map(\.what) == [.vanished, .new])
    #expect(changes(known, Self.sample([("x", nil)], records: 9, isWhole: false)).map(\.what) == [.new])
  }

  /// Accepted once, nothing is told again.
  @Test func whatIsAcceptedIsKnown() throws {
    var known = [Self.field("a", .number), Self.field("b", .text)]
    for _ in 0..<3 {
      var drift = FieldDrift(known)
      drift.add(Self.sample([("a", .text), ("d", .date)], records: 4))
      known = try #require(drift.fields)
    }
    #expect(changes(known, Self.sample([("a", .number), ("d", .date)])).isEmpty)
    #expect(known.first { $0.name == "b" }?.isGone == true)
    #expect(known.first { $0.name == "d" } == Self.field("d", .date, records: 12, seen: 12, filled: 12))
  }

  @Test func whatAConnectorIsToExpect() {
    #expect(FieldDrift.expected([]) == nil)
    let expected = FieldDrift.expected([
      Self.field("a", .number), Self.field("b", .date, seen: 3, filled: 3), Self.field("c", .text, isGone: true),
    ])
    let kinds: [String: FieldKind?] = ["a": .number, "b": FieldKind?.none]
    #expect(expected == ExpectedFields(kinds: kinds, required: ["a"]))
  }

  // MARK: runs

  private let anna = Record.profile(person("1", "Anna"))

  private func run(
    _ fields: FieldSample, _ policy: DriftPolicy, key: String, in test: TestHub? = nil
  ) async throws -> (test: TestHub, report: SourceReport) {
    let batch = Batch(records: [.profile(person(key))], fields: fields)
    let next = try TestHub(
      [ListConnector("crm", ["people": [batch]])], folder: test?.folder, source: "drift: \(policy.rawValue), ")
    return (next, try await next.sync(SyncRequest(isFull: true))[0])
  }

  @Test func acceptedChangesAreToldOnce() async throws {
    let (test, first) = try await run(Self.sample([("id", .number)]), .accept, key: "1")
    defer { test.remove() }
    #expect(first.streams[0].notes.isEmpty)
    let (_, second) = try await run(Self.sample([("id", .number), ("fax", .text)]), .accept, key: "2", in: test)
    #expect(second.status == .succeeded && second.streams[0].notes.first?.contains("1 new (fax)") == true)
    let told = try test.hub.store.fieldChanges(source: "crm", limit: 9)
    #expect(told.map(\.change) == [FieldChange(.new, "fax", after: .text)])
    #expect(told[0].state == .accepted && told[0].run == RunID(2))
    let (_, third) = try await run(Self.sample([("id", .number), ("fax", .text)]), .accept, key: "3", in: test)
    #expect(third.streams[0].notes.isEmpty)
    #expect(try test.hub.store.fieldChanges(source: "crm", limit: 9).count == 1)
  }

  @Test func stopStoresNothingUntilSomebodyAccepts() async throws {
    let (test, _) = try await run(Self.sample([("id", .number)]), .stop, key: "1")
    defer { test.remove() }
    let changed = Self.sample([("id", .number), ("fax", .text)])
    for number in 2...3 {
      let (_, report) = try await run(changed, .stop, key: "2", in: test)
      #expect(report.status == .failed && report.counts.read == 0)
      #expect(report.worstError?.recovery == .configuration)
      #expect(report.worstError?.fix?.contains("kith drift crm --accept") == true)
      let waiting = try test.hub.store.fieldChanges(source: "crm", state: .waiting, limit: 9)
      #expect(waiting.map(\.run) == [RunID(Int64(number))], "the newest run's only")
    }
    #expect(try test.rows("SELECT COUNT(*) FROM profiles") == ["1"])
    let now = test.hub.time.now()
    #expect(try test.hub.store.acceptFields(source: "crm", stream: "people", by: "test", at: now) == 1)
    #expect(try test.hub.store.acceptFields(source: "crm", stream: "people", by: "test", at: now) == 0)
    let (_, report) = try await run(changed, .stop, key: "2", in: test)
    #expect(report.status == .succeeded && report.counts.inserted == 1)
    #expect(
      try test.rows("SELECT action, object, detail FROM audit_log") == ["accept fields|stream crm/people|1 changes"])
  }

  /// A source that goes back to what it was lets nothing wait.
  @Test func whatGoesBackIsPast() async throws {
    let (test, _) = try await run(Self.sample([("id", .number)]), .stop, key: "1")
    defer { test.remove() }
    _ = try await run(Self.sample([("id", .number), ("fax", nil)]), .stop, key: "2", in: test)
    _ = try await run(Self.sample([("id", .number)]), .stop, key: "2", in: test)
    #expect(try test.hub.store.fieldChanges(source: "crm", limit: 9).map(\.state) == [.past])
  }
}
