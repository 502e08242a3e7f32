import KithCore
import Testing

@Suite struct ErrorTests {
  @Test func tellsEverything() {
    let error = KithError(
      .configuration, "the connector is not known", place: "connectors.yml:3", seen: "crm_exprot",
      allowed: "crm_export", fix: "Did you mean \"crm_export\"?")
    #expect(
      error.description
        == "connectors.yml:3: the connector is not known: \"crm_exprot\"; allowed: crm_export. Did you mean \"crm_export\"?"
    )
  }

  @Test func keepsTheFirstPlace() {
    #expect(KithError(.record, "bad", place: "a:1").at("b:2").place == "a:1")
    #expect(KithError(.record, "bad").at("b:2").place == "b:2")
  }
}

@Suite struct SecretTests {
  @Test func neverPrints() {
    struct Holder { let token: Secret }
    let holder = Holder(token: Secret("hunter2"))
    var dumped = ""
    dump(holder, to: &dumped)
    for text in ["\(holder)", "\(holder.token)", String(reflecting: holder), dumped] {
      #expect(!text.contains("hunter2"))
    }
    #expect(holder.token.reveal() == "hunter2")
  }
}

@Suite struct ContentHashTests {
  private func hash(_ parts: [String]) -> Int64 {
    var hash = ContentHash()
    for part in parts { hash.combine(part) }
    return hash.value
  }

  @Test func isStableBecauseItIsStored() {
    #expect(hash(["Anna", "Meier"]) == hash(["Anna", "Meier"]))
    #expect(hash([]) == ContentHash().value)
  }

  @Test func tellsPartsApart() {
    #expect(hash(["ab", "c"]) != hash(["a", "bc"]))
    #expect(hash(["a", ""]) != hash(["", "a"]))
    #expect(hash(["a"]) != hash(["a", ""]))
    #expect(hash(["12345678"]) != hash(["12345678\0"]))
  }

  @Test func hasNoCollisionsAmongNeighbours() {
    var seen: Set<Int64> = []
    for number in 0..<200_000 { seen.insert(hash(["customer-\(number)@example.com"])) }
    #expect(seen.count == 200_000)
  }
}

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("emial", "email"), ("curency", "currency"), ("Time_zone", "time_zone"), ("xyz", nil), ("", nil),
  ])
  func finds(_ word: String, _ expected: String?) {
    #expect(nearestWord(to: word, among: ["email", "currency", "time_zone"]) == expected)
  }
}

/// Dummy conformances: a change of a public protocol shows here first.
private struct DummyConnector: Connector {
  let specification = ConnectorSpecification(name: "dummy", title: "", summary: "", streams: [])
  func open(_ settings: SourceSettings) throws(KithError) -> any Source { DummySource() }
}

private struct DummySource: CheckableSource, DiscoverableSource, PreviewableSource, ReplayableSource {
  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) { try await sink.send(Batch()) }
  func check(stream: String) async -> [KithError] { [] }
  func discover(stream: String) async throws(KithError) -> DiscoveredStream {
    DiscoveredStream(summary: "", fields: [])
  }
  func preview(stream: String, limit: Int) async throws(KithError) -> [PreviewedRecord] { [] }
  func replay(stream: String, rejects: [Reject]) async throws(KithError) -> [ReplayOutcome] {
    rejects.map { .reject($0) }
  }
}

private actor DummySink: RecordSink {
  var count = 0
  func send(_ batch: Batch) async throws(KithError) { count += 1 }
}

private struct DummyTime: TimeSource {
  func now() -> Timestamp { Timestamp(seconds: 7) }
}

@Suite struct ContractTests {
  @Test func aConnectorIsTwoThingsAndASourceOne() async throws {
    let environment = HubEnvironment(
      baseDirectory: "/", timeZone: "UTC", country: "CH", currency: "CHF", time: DummyTime())
    let source = try DummyConnector().open(
      SourceSettings(name: "s", options: [:], streams: [], environment: environment))
    let sink = DummySink()
    try await source.read(ReadRequest(stream: "x"), into: sink)
    #expect(await sink.count == 1)
  }

  @Test func fieldsNameEveryKind() {
    let moment = Timestamp(seconds: 0)
    let records: [Record] = [
      .profile(Profile(key: "1")),
      .touchpoint(Touchpoint(key: "1", channel: .web, type: "page_viewed", occurredAt: moment)),
      .order(Order(key: "1", placedAt: moment, lines: [OrderLine(key: "1")])),
      .orderLine(FlatOrderLine(order: Order(key: "1", placedAt: moment), line: OrderLine(key: "1"))),
      .product(Product(key: "1")), .response(SurveyResponse(key: "1", respondedAt: moment)),
      .ticket(Ticket(key: "1", createdAt: moment)), .traffic(Traffic(key: "1", date: moment.date)),
      .deletion(Deletion(kind: .ticket, key: "1")),
    ]
    for record in records {
      #expect(record.fields.contains { $0.name == "key" && $0.value == "1" }, "\(record.kindName)")
    }
    #expect(Set(records.map(\.kindName)).count == records.count)
  }
}
