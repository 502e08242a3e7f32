import KithCore
import Testing

@testable import KithStore

@Suite struct QuarantineTests {
  @Test(arguments: Backend.allCases) func aRejectIsKeptWholeAndOnce(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let faults = [reject("f.csv:3", raw: "a\u{0}b"), reject("f.csv:4", code: "encoding"), reject("f.csv:5", raw: "")]
    #expect(try hub.writer().write(StoreBatch(rejects: faults)) == RunCounts(read: 3, quarantined: 3))
    #expect(try hub.writer().write(StoreBatch(rejects: faults)).quarantined == 3)
    let entries = try hub.store.quarantine()
    #expect(entries.map(\.reject) == faults)
    #expect(entries.map(\.run) == [RunID(2), RunID(2), RunID(2)])
    #expect(entries[0].source == "crm" && entries[0].stream == "contacts" && entries[0].createdAt == FixedTime.noon)
    #expect(try hub.store.quarantine(QuarantineFilter(code: "encoding")).map(\.id) == [2])
    #expect(try hub.store.quarantine(QuarantineFilter(source: "shop")).isEmpty)
    #expect(try hub.store.quarantine(limit: 1, after: 1).map(\.id) == [2])
    #expect(try hub.store.quarantineEntry(3)?.reject == faults[2])
    #expect(try hub.store.quarantineEntry(9) == nil)
    let counts = try hub.store.quarantineCounts()
    #expect(counts.map(\.code) == ["date", "encoding"] && counts.map(\.count) == [2, 1])
  }

  @Test(arguments: Backend.allCases) func aReplayResolvesInTheSameTransaction(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(rejects: [reject("f:1"), reject("f:2")]))
    var still = reject("f:2", code: "number")
    still.reason = "x is no number"
    let counts = try hub.writer().write(
      StoreBatch(
        records: [contact(person("1"))], resolvedQuarantine: [1],
        quarantineUpdates: [QuarantineUpdate(id: 2, reject: still)]))
    #expect(counts == RunCounts(read: 2, inserted: 1, quarantined: 1))
    let first = try #require(try hub.store.quarantineEntry(1))
    #expect(first.status == .replayed && first.resolvedAt == FixedTime.noon)
    let second = try #require(try hub.store.quarantineEntry(2))
    #expect(second.status == .waiting && second.reject.reason == "x is no number" && second.reject.code == "number")
  }

  @Test(arguments: Backend.allCases) func discardedEntriesStayDiscarded(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(rejects: [reject("f:1")]))
    #expect(try hub.store.discardQuarantine([1, 7], at: time(1)) == 1)
    #expect(try hub.store.discardQuarantine([1], at: time(2)) == 0)
    _ = try hub.writer().write(StoreBatch(rejects: [reject("f:1")]))
    #expect(try hub.store.quarantineEntry(1)?.status == .discarded)
    #expect(try hub.store.quarantineEntry(1)?.resolvedAt == time(1))
  }
}
