import KithCore
import KithEngine
import KithStore
import Testing

@Suite struct SyncRunnerTests {
  private let anna = Record.profile(person("1", "Anna", "Meier", email: "anna@example.com"))
  private let beat = Record.profile(person("2", "Beat", "Keller", email: "beat@example.com"))

  @Test func storesResolvesAndThenChangesNothing() async throws {
    let test = try TestHub([ListConnector("crm", ["people": [Batch(records: [anna, beat])]])])
    defer { test.remove() }
    let first = try await test.sync()
    #expect(first.map(\.status) == [.succeeded])
    #expect(first[0].counts == RunCounts(read: 2, inserted: 2))
    #expect(
      try test.rows("SELECT customer_id, display_name FROM customers ORDER BY 1") == ["1|Anna Meier", "2|Beat Keller"])
    let second = try await test.sync()
    #expect(second[0].counts == RunCounts())
    let third = try await test.sync(SyncRequest(isFull: true))
    #expect(third[0].counts == RunCounts(read: 2, unchanged: 2))
    #expect(try test.rows("SELECT COUNT(*) FROM customer_lineage") == ["2"])
  }

  @Test func whatWasStoredBeforeAFailureStays() async throws {
    let failure = KithError(.transient, "the tool went away")
    let broken = ListConnector("crm", ["people": [Batch(records: [anna])]], failure: failure)
    let other = ListConnector("shop", ["people": [Batch(records: [beat])]])
    let test = try TestHub([broken, other])
    defer { test.remove() }
    let reports = try await test.sync()
    #expect(reports.map(\.status) == [.failed, .succeeded])
    #expect(reports[0].streams[0].error == failure)
    #expect(reports[0].counts.inserted == 1)
    #expect(try test.rows("SELECT source, status FROM runs ORDER BY run_id") == ["crm|failed", "shop|succeeded"])
    #expect(try test.rows("SELECT COUNT(*) FROM customers") == ["2"])
  }

  @Test func oneStreamFailingIsPartial() async throws {
    let connector = ListConnector("crm", ["a": [Batch(records: [anna])], "b": [Batch(records: [beat])]])
    let test = try TestHub([connector])
    defer { test.remove() }
    let reports = try await test.sync(SyncRequest(streams: ["b"]))
    #expect(reports[0].streams.map(\.stream) == ["b"])
    await #expect(throws: KithError.self) { try await test.sync(SyncRequest(streams: ["c"])) }
    await #expect(throws: KithError.self) { try await test.sync(SyncRequest(sources: ["cmr"])) }
  }

  /// Also a source that cannot even be opened leaves a run that tells why.
  @Test func whatCannotBeOpenedIsInTheHistory() async throws {
    let closed = ListConnector("crm", ["people": []], opening: KithError(.configuration, "the folder is not there"))
    let test = try TestHub([closed])
    defer { test.remove() }
    let reports = try await test.sync()
    #expect(reports[0].status == .failed && reports[0].run == RunID(1))
    let run = try #require(try test.hub.store.run(RunID(1)))
    #expect(run.status == .failed && run.errorClass == .configuration && run.finishedAt != nil)
    #expect(run.error?.hasSuffix("the folder is not there") == true)
  }

  @Test func aRunKeepsWhatItsReadingTook() async throws {
    let batch = Batch(records: [anna], progress: 700, requests: 2)
    let test = try TestHub([ListConnector("crm", ["people": [batch]])])
    defer { test.remove() }
    _ = try await test.sync()
    #expect(try test.hub.store.run(RunID(1))?.streams[0].traffic == RunTraffic(bytes: 700, requests: 2))
    _ = try await test.sync()
    #expect(try test.hub.store.run(RunID(2))?.streams[0].traffic == RunTraffic())
  }

  @Test func aSecondRunOfTheSameSourceIsRefused() async throws {
    let test = try TestHub([ListConnector("crm", ["people": [Batch(records: [anna])]])])
    defer { test.remove() }
    let lease = try test.hub.store.acquireLease(source: "crm")
    let reports = try await test.sync()
    #expect(reports[0].status == .failed)
    #expect(reports[0].error?.recovery == .transient)
    withExtendedLifetime(lease) {}
  }

  @Test func everyRunBalances() async throws {
    let reject = Reject(code: "date", reason: "no such day", place: "a.csv:3", raw: [0x41])
    let batch = Batch(records: [anna, beat, anna], rejects: [reject])
    let test = try TestHub([ListConnector("crm", ["people": [batch]])])
    defer { test.remove() }
    let counts = try await test.sync()[0].counts
    #expect(counts.isBalanced)
    #expect(counts == RunCounts(read: 4, inserted: 2, unchanged: 1, quarantined: 1, duplicates: 1))
    #expect(try test.rows("SELECT code, place, hex(raw) FROM quarantine") == ["date|a.csv:3|41"])
  }

  @Test func aCompleteListingDeletesWhoIsGone() async throws {
    let first = ListConnector("crm", ["people": [Batch(records: [anna, beat], snapshot: .whole)]])
    let test = try TestHub([first])
    defer { test.remove() }
    _ = try await test.sync()
    let second = ListConnector("crm", ["people": [Batch(), Batch(records: [anna], snapshot: .whole)]])
    let next = try TestHub([second], folder: test.folder)
    let counts = try await next.sync()[0].counts
    #expect(counts == RunCounts(read: 2, unchanged: 1, deleted: 1))
    #expect(try next.rows("SELECT display_name FROM customers") == ["Anna Meier"])
    #expect(
      try next.rows("SELECT event FROM customer_lineage WHERE customer_id = 2 ORDER BY sequence") == ["new", "retired"])
  }

  /// Days that were delivered whole lose what came no more, also when batches wait for each other; a day between them
  /// that came torn loses nothing.
  @Test func wholeDaysAreReplaced() async throws {
    func count(_ key: String, _ day: Int, _ visits: Int) throws -> Record {
      let date = try #require(CalendarDate(year: 2026, month: 3, day: day))
      return .traffic(Traffic(key: key, date: date, visits: visits))
    }
    func day(_ number: Int) throws -> ClosedRange<CalendarDate> {
      let date = try #require(CalendarDate(year: 2026, month: 3, day: number))
      return date...date
    }
    let old = try (1...3).flatMap { try [count("a\($0)", $0, 1), count("b\($0)", $0, 2)] }
    let test = try TestHub([ListConnector("web", ["visits": [Batch(records: old)]])])
    defer { test.remove() }
    _ = try await test.sync()
    let new = [
      Batch(),
      try Batch(records: [count("a1", 1, 1)], wholeDays: [day(1)]),
      try Batch(records: [count("a2", 2, 5)]),
      try Batch(records: [count("c3", 3, 1)], wholeDays: [day(3)]),
    ]
    let next = try TestHub([ListConnector("web", ["visits": new])], folder: test.folder)
    let counts = try await next.sync()[0].counts
    #expect(counts == RunCounts(read: 6, inserted: 1, updated: 1, unchanged: 1, deleted: 3))
    #expect(
      try next.rows("SELECT key, visits FROM fact_traffic ORDER BY date, key")
        == ["a1|1", "a2|5", "b2|2", "c3|1"])
  }

  @Test func ordersInForeignCurrencyCountInTheBaseCurrency() async throws {
    func order(_ key: String, _ currency: String, _ cents: Int64) -> Record {
      .order(
        Order(
          key: key, person: person("1", "Anna", "Meier", email: "anna@example.com"),
          placedAt: Timestamp(seconds: 1_700_000_000), currency: currency, total: Amount(mantissa: cents, scale: 2)))
    }
    let batch = Batch(records: [order("a", "CHF", 1_000), order("b", "EUR", 2_000), order("c", "USD", 9_900)])
    let test = try TestHub([ListConnector("shop", ["orders": [batch]])])
    defer { test.remove() }
    _ = try await test.sync()
    #expect(
      try test.rows("SELECT orders, revenue, currency FROM customers") == ["3|20.0|CHF"]
        || test.rows("SELECT orders, revenue, currency FROM customers") == ["3|20|CHF"])
    #expect(try test.rows("SELECT total_base FROM orders WHERE key = 'c'") == ["-"])
    #expect(try test.rows("SELECT type FROM touchpoints") == ["order_placed", "order_placed", "order_placed"])
  }

  @Test func aNewExchangeRateReachesOrdersThatStay() async throws {
    let order = KithCore.Record.order(
      Order(
        key: "a", person: person("1", "Anna", "Meier", email: "anna@example.com"),
        placedAt: Timestamp(seconds: 1_700_000_000), currency: "EUR", total: Amount(mantissa: 1_025, scale: 2)))
    let connector = ListConnector("shop", ["orders": [Batch(records: [order])]])
    let test = try TestHub([connector])
    defer { test.remove() }
    _ = try await test.sync()
    // 5.125 is a tie: to the even digit.
    #expect(try test.rows("SELECT revenue FROM customers") == ["5.12"])
    let next = try TestHub([connector], folder: test.folder, euro: "2")
    _ = try await next.sync()
    #expect(try next.rows("SELECT revenue FROM customers") == ["20.5"])
    #expect(try next.rows("SELECT total_base FROM orders") == ["20.5"])
    let last = try TestHub([connector], folder: test.folder, euro: nil)
    _ = try await last.sync()
    #expect(try last.rows("SELECT total_base FROM orders") == ["-"])
  }
}
