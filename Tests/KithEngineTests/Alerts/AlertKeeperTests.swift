import Foundation
import KithCore
import KithEngine
import KithStore
import KithTesting
import Synchronization
import Testing

/// On a real hub, with destinations on loopback and a clock that the test moves.
@Suite struct AlertKeeperTests {
  private static let canary = "canary-3e5c"

  /// A failure that repeats what a person and a tool said.
  private static let failure = KithError(
    .configuration, "\(canary) is no field", place: "\(canary)@example.com.csv:4", seen: canary, allowed: canary,
    fix: canary)
  private static let aside = (0..<20).map {
    Reject(code: "date", reason: "\"\(canary)\" is no date", place: "\(canary):\($0)", raw: Array(canary.utf8))
  }

  private static func hook(_ server: LoopbackServer) -> String {
    "{name: chat, webhook: \"env:URL\", bearer: \"env:TOKEN\", allow_private_network: true}"
  }

  private func environment(_ server: LoopbackServer) -> [String: String] {
    ["URL": "\(server.url)/hooks/\(Self.canary)-path?key=\(Self.canary)-key", "TOKEN": "\(Self.canary)-token"]
  }

  @Test func anAlertIsToldOnceAndWhenItIsOver() async throws {
    let server = try LoopbackServer { _ in .text("") }
    let broken = ListConnector("crm", ["people": [Batch(rejects: Self.aside)]], failure: Self.failure)
    let stage = try AlertStage([broken], alerts: [Self.hook(server)], environment: environment(server))
    defer { stage.remove() }
    #expect(try await stage.look().isEmpty, "nothing has run")
    try await stage.sync()
    let told = try await stage.look()
    #expect(told == ["opened run_failed", "opened quarantine_high", "told opened", "told opened"], "\(told)")
    #expect(try await stage.look().isEmpty)
    // Another process on the same hub.
    let again = try AlertStage(
      [broken], alerts: [Self.hook(server)], environment: environment(server), folder: stage.folder)
    #expect(try await again.look().isEmpty)
    try await again.sync()
    #expect(try await again.look().isEmpty, "it fails again, and is open already")

    let good = ListConnector("crm", ["people": (0..<30).map { Batch(records: [.profile(person("\($0)"))]) }])
    let mended = try AlertStage(
      [good], alerts: [Self.hook(server)], environment: environment(server), folder: stage.folder)
    try await mended.sync()
    let over = try await mended.look()
    #expect(over.filter { $0.hasPrefix("resolved") } == ["resolved run_failed", "resolved quarantine_high"], "\(over)")
    #expect(try await mended.look().isEmpty)

    let bodies = server.requests.map(\.text)
    #expect(bodies.count == 4)
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(bodies[0].utf8)) as? [String: Any])
    #expect(first["version"] as? Int == 1 && first["id"] as? Int == 1 && first["event"] as? String == "opened")
    #expect(first["kind"] as? String == "run_failed" && first["source"] as? String == "crm")
    #expect(first["opened_at"] as? String == "2026-11-01T12:00:00Z" && first["resolved_at"] == nil)
    #expect(first["command"] as? String == "kith runs show 1")
    #expect((first["details"] as? [String: Any])?["error_class"] as? String == "configuration")
    let last = try #require(try JSONSerialization.jsonObject(with: Data(bodies[2].utf8)) as? [String: Any])
    #expect(last["event"] as? String == "resolved" && last["resolution"] as? String == "good")
    #expect(last["resolved_at"] as? String == "2026-11-01T12:00:00Z")
    #expect(server.requests[0]["Authorization"] == "Bearer \(Self.canary)-token")
    #expect(server.requests[0]["Idempotency-Key"] == "kith-alert-1-opened")
    for body in bodies { #expect(!body.contains(Self.canary), "\(body)") }
    #expect(try stage.rows("SELECT text, details FROM alerts").allSatisfy { !$0.contains(Self.canary) })
  }

  /// Not the URL, which lets somebody in, nor the token, whatever the server says.
  @Test func whatDoesNotArriveIsTriedAgainAndTold() async throws {
    let status = Mutex(500)
    let server = try LoopbackServer { request in
      .text("\(request.target) \(request["Authorization"] ?? "")", status.withLock { $0 })
    }
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stage = try AlertStage([broken], alerts: [Self.hook(server)], environment: environment(server))
    defer { stage.remove() }
    try await stage.sync()
    #expect(try await stage.look() == ["opened run_failed", "not told opened, again in 60"])
    #expect(try await stage.look().isEmpty, "not before its time")
    stage.time.advance(seconds: 60)
    #expect(try await stage.look() == ["not told opened, again in 120"])
    let problem = try #require(try stage.hub.store.deliveryProblems().first)
    #expect(problem.destination == "chat" && problem.waiting == 1 && problem.error.contains("status 500"))
    #expect(!problem.error.contains(Self.canary), "\(problem.error)")
    status.withLock { $0 = 204 }
    stage.time.advance(seconds: 120)
    #expect(try await stage.look() == ["told opened"])
    #expect(try stage.hub.store.deliveryProblems().isEmpty && server.requests.count == 3)
  }

  @Test func afterTenAttemptsItIsGivenUp() async throws {
    let server = try LoopbackServer { _ in .text("", 404) }
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stage = try AlertStage([broken], alerts: [Self.hook(server)], environment: environment(server))
    defer { stage.remove() }
    try await stage.sync()
    var reports: [String] = []
    for _ in 0..<20 {
      reports += try await stage.look()
      stage.time.advance(seconds: 3_600)
    }
    #expect(reports.last == "not told opened, given up" && server.requests.count == 10, "\(reports)")
    #expect(try stage.hub.store.deliveryProblems().map(\.givenUp) == [1])
  }

  @Test func aDestinationThatIsGoneIsTold() async throws {
    let server = try LoopbackServer { _ in .text("", 500) }
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stage = try AlertStage([broken], alerts: [Self.hook(server)], environment: environment(server))
    defer { stage.remove() }
    try await stage.sync()
    _ = try await stage.look()
    let without = try AlertStage([broken], alerts: [], folder: stage.folder)
    without.time.advance(seconds: 60)
    #expect(try await without.look() == ["not told opened, given up"])
    #expect(try without.hub.store.deliveryProblems().first?.error.contains("no longer configured") == true)
  }

  /// Two services on one hub.
  @Test func twoKeepersTellOnce() async throws {
    let server = try LoopbackServer { _ in .text("") }
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stages = try [nil, true].reduce(into: [AlertStage]()) { stages, _ in
      stages.append(
        try AlertStage(
          [broken], alerts: [Self.hook(server)], environment: environment(server), folder: stages.first?.folder))
    }
    defer { stages[0].remove() }
    try await stages[0].sync()
    async let one = stages[0].look()
    async let other = stages[1].look()
    let all = try await one + other
    #expect(all.sorted() == ["opened run_failed", "told opened"], "\(all)")
    #expect(server.requests.count == 1)
  }

  @Test func objectivesAreMissedAndMet() async throws {
    let batches = [Batch(records: [.profile(person("1"))])]
    let stage = try AlertStage(
      [ListConnector("crm", ["people": batches])], alerts: [], source: "fresh_within: 6h, new_within: 2d, ")
    defer { stage.remove() }
    #expect(try await stage.look().isEmpty)
    stage.time.advance(seconds: 6 * 3_600 + 1)
    #expect(try await stage.look() == ["opened source_late"], "never read since it is watched")
    try await stage.sync()
    #expect(try await stage.look() == ["resolved source_late"])
    stage.time.advance(seconds: 2 * 86_400 + 1)
    #expect(try await stage.look() == ["opened source_late"], "nothing is said of what is new: nobody has looked")
    try await stage.sync()
    #expect(try await stage.look() == ["resolved source_late", "opened nothing_new"])
    // The objective is taken away: nobody can say that it is met.
    let other = try AlertStage([ListConnector("crm", ["people": batches])], alerts: [], folder: stage.folder)
    #expect(try await other.look() == ["resolved nothing_new, not watched"])
  }

  /// How many fields, not which: a file without its header has people for names.
  @Test func driftIsToldWithoutNames() async throws {
    func connector(_ fields: [String], key: String) -> ListConnector {
      var sample = FieldSample()
      sample.add(fields.map { ($0, .text) }, isWhole: true)
      return ListConnector("crm", ["people": [Batch(records: [.profile(person(key))], fields: sample)]])
    }
    let stage = try AlertStage([connector(["a"], key: "1")], alerts: [])
    defer { stage.remove() }
    try await stage.sync(isFull: true)
    #expect(try await stage.look().isEmpty)
    let changed = connector(["a", Self.canary], key: "2")
    let next = try AlertStage([changed], alerts: [], source: "drift: stop, ", folder: stage.folder)
    try await next.sync(isFull: true)
    #expect(try await next.look() == ["opened run_failed", "opened drift"])
    let alert = try #require(try next.hub.store.openAlerts().last)
    #expect(alert.text == "crm/people: the fields have changed: 1 new, 0 vanished, 0 retyped; somebody must accept it")
    #expect(alert.details.fieldsNew == 1)
    _ = try next.hub.store.acceptFields(source: "crm", stream: "people", by: "test", at: next.time.now())
    try await next.sync(isFull: true)
    #expect(try await next.look() == ["resolved run_failed", "resolved drift"])
  }

  @Test func aPausedSourceIsLeftAlone() async throws {
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stage = try AlertStage([broken], alerts: [])
    defer { stage.remove() }
    try await stage.sync()
    try stage.hub.store.pause("crm", reason: "moving", by: "test", at: stage.time.now())
    #expect(try await stage.look().isEmpty)
    _ = try stage.hub.store.resume("crm", by: "test", at: stage.time.now())
    #expect(try await stage.look() == ["opened run_failed"])
  }

  @Test func mailAndCommandsAreTold() async throws {
    let server = try LoopbackMailServer()
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let stage = try AlertStage(
      [broken],
      alerts: [
        "{name: mail, email: ops@example.com, from: kith@example.com, smtp: \"127.0.0.1:\(server.port)\", encryption: none, allow_private_network: true}",
        "{name: page, command: [sh, -c, \"cat > page.json\"]}",
      ])
    defer { stage.remove() }
    try await stage.sync()
    #expect(try await stage.look().sorted() == ["opened run_failed", "told opened", "told opened"])
    let mail = try #require(server.messages.first)
    #expect(mail.text.contains("Subject: [kith] opened: run_failed of crm\r\n"), "\(mail.text)")
    let body = mail.text.components(separatedBy: "\r\n\r\n")[1].replacing("\r\n", with: "")
    let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
    #expect(text.contains("crm: run 1 failed (configuration)") && text.contains("kith runs show 1"))
    let page = try String(contentsOf: stage.folder.appendingPathComponent("page.json"), encoding: .utf8)
    #expect(text.contains(page) && page.contains("\"kind\":\"run_failed\""))
    #expect(!text.contains(Self.canary) && !page.contains(Self.canary))
  }

  /// A server of the company is not asked unless that is said.
  @Test func thePrivateNetworkIsRefused() async throws {
    let server = try LoopbackServer { _ in .text("") }
    let broken = ListConnector("crm", ["people": []], failure: Self.failure)
    let url = server.url.replacing("http:", with: "https:")
    let stage = try AlertStage([broken], alerts: ["{name: chat, webhook: \"\(url)\"}"])
    defer { stage.remove() }
    try await stage.sync()
    _ = try await stage.look()
    #expect(try stage.hub.store.deliveryProblems().first?.error.contains("not on the public internet") == true)
    #expect(server.requests.isEmpty)
  }
}

/// A hub with destinations, and what looking at it brought.
private final class AlertStage: Sendable {
  let folder: URL
  let hub: Hub
  let time = AlertTime()

  init(
    _ connectors: [ListConnector], alerts: [String], environment: [String: String] = [:], source: String = "",
    folder: URL? = nil
  ) throws {
    let folder = folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    var text = "hub:\n  database: kith.sqlite\n" + (alerts.isEmpty ? "" : "  alerts:\n")
    for alert in alerts { text += "    - \(alert)\n" }
    text += "sources:\n"
    for connector in connectors {
      let name = connector.specification.name
      text += "  - {name: \(name), connector: \(name), \(source)streams: {people: {}}}\n"
    }
    var reader = ConfigurationReader(
      connectors: ConnectorCatalogue(connectors), time: time, environment: environment)
    let configuration = try reader.read(
      text: text, name: "connectors.yml", path: folder.path + "/connectors.yml", baseDirectory: folder.path)
    hub = try Hub(configuration: configuration, connectors: ConnectorCatalogue(connectors), time: time)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func sync(isFull: Bool = false) async throws {
    _ = try await SyncRunner(hub: hub).sync(SyncRequest(isFull: isFull)) { _ in }
  }

  func rows(_ sql: String) throws -> [String] { try sqliteRows(sql, in: folder) }

  /// Looks once and tells what is due.
  func look() async throws -> [String] {
    let keeper = AlertKeeper(hub: hub, time: time)
    let reports = Mutex<[String]>([])
    let add: @Sendable (AlertKeeper.Report) -> Void = { [time] report in
      reports.withLock { $0.append(Self.words(report, time.now())) }
    }
    for report in try keeper.look() { add(report) }
    try await keeper.tell(isStopped: { false }, add)
    return reports.withLock { $0 }
  }

  private static func words(_ report: AlertKeeper.Report, _ now: Timestamp) -> String {
    switch report {
    case .changed(let alert, let event):
      "\(event.rawValue) \(alert.key.kind.rawValue)\(alert.resolution == .notWatched ? ", not watched" : "")"
    case .delivered(let delivery, _): "told \(delivery.event.rawValue)"
    case .undelivered(let delivery, _, let next):
      "not told \(delivery.event.rawValue), "
        + (next.map { "again in \(Int($0.seconds(since: now)))" } ?? "given up")
    }
  }
}

/// A clock that the test moves; nobody waits on it for long.
private final class AlertTime: WaitingTime {
  private let moment = Mutex(Timestamp(sqlText: "2026-11-01 12:00:00") ?? Timestamp(seconds: 0))

  func now() -> Timestamp { moment.withLock { $0 } }

  func advance(seconds: Double) { moment.withLock { $0 = $0.adding(seconds: seconds) } }

  func sleep(until moment: Timestamp) async throws(KithError) {
    do {
      try await Task.sleep(for: .seconds(86_400))
    } catch {
      throw KithError(.transient, "the wait was stopped")
    }
  }
}
