import KithCore
import Testing

@testable import KithStore

@Suite struct AlertStoreTests {
  private static let failed = AlertFinding(AlertKey(.runFailed, source: "crm"), "crm: run 1 failed")
  private static let late = AlertFinding(
    AlertKey(.sourceLate, source: "crm", stream: "contacts"), "late",
    {
      var details = AlertDetails()
      (details.since, details.within, details.runID) = ("2026-11-01T00:00:00Z", "6h", 7)
      return details
    }())

  private func open(
    _ hub: TemporaryHub, _ findings: [AlertFinding], tell: [String] = ["chat", "mail"], at second: Int64 = 0
  ) throws -> [AlertRecord] {
    try hub.store.changeAlerts(tell: tell, at: time(second)) { open in
      findings.filter { finding in !open.contains { $0.key == finding.key } }.map { .open($0) }
    }.map(\.alert)
  }

  @Test(arguments: Backend.allCases) func alertsOpenAndEndAndAreKept(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    #expect(try open(hub, [Self.failed, Self.late]).map(\.id) == [1, 2])
    #expect(try open(hub, [Self.failed]).isEmpty)
    try hub.reopen()
    let kept = try hub.store.openAlerts()
    #expect(kept.map(\.key) == [Self.failed.key, Self.late.key] && kept[1].details == Self.late.details)
    #expect(kept[0].openedAt == time(0) && kept[0].resolvedAt == nil)
    let over = try hub.store.changeAlerts(tell: ["chat"], at: time(60)) { _ in [.resolve(1, .good), .resolve(9, .good)]
    }
    #expect(over.map(\.event) == [.resolved] && over[0].alert.resolution == .good)
    #expect(try hub.store.openAlerts().map(\.id) == [2])
    #expect(try hub.store.alerts(limit: 9).map(\.id) == [2, 1])
    #expect(try hub.store.alerts(limit: 9, before: 2).map(\.resolvedAt) == [time(60)])
    // The same may happen again: it is another alert.
    #expect(try open(hub, [Self.failed]).map(\.id) == [3])
  }

  @Test(arguments: Backend.allCases) func messagesWaitTheirTurn(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try open(hub, [Self.failed])
    _ = try hub.store.changeAlerts(tell: ["chat", "mail"], at: time(1)) { _ in [.resolve(1, .good)] }
    let due = try hub.store.dueDeliveries(at: time(1), limit: 9)
    #expect(due.map(\.destination) == ["chat", "mail"] && due.allSatisfy { $0.event == .opened })
    // Another process has it; after a while, when that one died, it is free.
    #expect(try hub.store.claimDelivery(due[0].id, at: time(1), until: time(50)))
    #expect(try !hub.store.claimDelivery(due[0].id, at: time(1), until: time(50)))
    #expect(try hub.store.dueDeliveries(at: time(49), limit: 9).map(\.destination) == ["mail"])
    #expect(try hub.store.dueDeliveries(at: time(50), limit: 9).map(\.destination) == ["chat", "mail"])
    try hub.store.noteDelivered(due[0].id, at: time(50))
    #expect(try hub.store.dueDeliveries(at: time(50), limit: 9).map(\.event) == [.opened, .resolved])
    #expect(try hub.store.deliveryProblems().isEmpty)

    try hub.store.noteUndelivered(due[1].id, error: "no answer", next: time(100))
    #expect(
      try hub.store.deliveryProblems() == [
        AlertDeliveryProblem(destination: "mail", waiting: 1, givenUp: 0, error: "no answer")
      ])
    #expect(try hub.store.dueDeliveries(at: time(100), limit: 9).first { $0.destination == "mail" }?.attempts == 1)
    try hub.store.noteUndelivered(due[1].id, error: "still none", next: nil)
    #expect(try hub.store.deliveryProblems().map(\.givenUp) == [1])
    // What is given up keeps nothing from being told; what arrives ends the trouble.
    let next = try #require(try hub.store.dueDeliveries(at: time(200), limit: 9).first { $0.destination == "mail" })
    #expect(next.event == .resolved)
    try hub.store.noteDelivered(next.id, at: time(200))
    #expect(try hub.store.deliveryProblems().isEmpty)
  }

  @Test(arguments: Backend.allCases) func whatIsWatchedKeepsItsBeginning(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    #expect(try hub.store.watchedSince(["crm/contacts"], at: time(0)) == ["crm/contacts": time(0)])
    try hub.reopen()
    #expect(
      try hub.store.watchedSince(["crm/contacts", "crm/deals"], at: time(9))
        == ["crm/contacts": time(0), "crm/deals": time(9)])
    #expect(try hub.store.pausedSources().isEmpty)
  }

  @Test(arguments: Backend.allCases) func whatRunsTellOfAStream(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    func run(_ records: [CanonicalRecord], _ status: RunStatus, at second: Int64) throws {
      let writer = try hub.writer()
      _ = try writer.write(StoreBatch(records: records))
      let run = try #require(try hub.store.runs(limit: 1).first).id
      try hub.store.finishStream(run, source: "crm", stream: "contacts", status: status)
      try hub.store.finishRun(run, status: status, at: time(second))
    }
    #expect(try hub.store.newestReadings(source: "crm", stream: "contacts") == (nil, nil))
    try run((0..<12).map { contact(person("\($0)")) }, .succeeded, at: 1)
    try run([contact(person("1"))], .succeeded, at: 2)
    try run([contact(person("new"))], .failed, at: 3)
    try run([], .failed, at: 4)
    #expect(try hub.store.newestReadings(source: "crm", stream: "contacts") == (time(2), time(3)))
    #expect(try hub.store.newestReadings(source: "crm", stream: "deals") == (nil, nil))
    #expect(try hub.store.endedRuns(of: "crm", limit: 2).map(\.id.rawValue) == [4, 3])
    #expect(try hub.store.newestRun(of: "crm", reading: 10)?.id == RunID(1))
    _ = try hub.writer()
    #expect(try hub.store.endedRuns(of: "crm", limit: 9).map(\.id.rawValue) == [4, 3, 2, 1], "not the one under way")
  }

  /// A hub of an earlier version gets the tables.
  @Test func earlierHubsGetThem() throws {
    let hub = try TemporaryHub()
    try hub.run(
      "DROP TABLE alerts; DROP TABLE alert_deliveries; DELETE FROM grdb_migrations WHERE identifier IN ('v11', 'v12', 'v13')"
    )
    try hub.reopen()
    #expect(try open(hub, [Self.failed]).map(\.id) == [1])
  }
}
