import Foundation
import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct FileSourceTests {
  private func problems(_ world: FileWorld) async throws -> [String] {
    try await world.source().check(stream: "people").map(\.description)
  }

  @Test func checkTellsEverythingAtOnce() async throws {
    let world = try FileWorld()
    try world.write("a.csv", "id,email,name\n1,a@example.com,Ada\n")
    #expect(try await problems(world) == [])
    world.mapping = "city: Twon\nbirth_date: Born\n"
    #expect(
      try await problems(world) == [
        "connectors.yml:1: the file has no such column for city: \"Twon\"; allowed: id, email, name",
        "connectors.yml:2: the file has no such column for birth_date: \"Born\"; allowed: id, email, name",
      ])
    world.mapping = "updated_at: {path: name, date: dd.MM.yyyy}"
    #expect(
      try await problems(world) == [
        "a.csv: none of the first records fits layout plain: \"updated_at (column name): \"Ada\" is not a date "
          + "written as dd.MM.yyyy.\". Mend it under mapping:, or name another layout."
      ])
    world.mapping = nil
    try world.write("a.csv", "colour;size\nred;1\n")
    #expect(try await problems(world)[0].contains("which has colour, size; allowed: plain misses id, email"))
    try world.remove("a.csv")
    #expect(try await problems(world) == ["connectors.yml:3: the path fits no file: \"*.csv\". The folder is empty."])
  }

  @Test func checkKnowsThePathsOfTrees() async throws {
    let world = try FileWorld()
    world.options["path"] = .text("a.json")
    world.mapping = "city: adress.city\nstreet: address.line"
    try world.write("a.json", "[{\"id\":\"1\",\"email\":\"a@example.com\",\"address\":{\"city\":\"Bern\"}}]")
    #expect(
      try await problems(world) == [
        "connectors.yml:1: the first records have no such path for city: \"adress.city\"; allowed: id, email, address. "
          + "Did you mean address?"
      ])
  }

  @Test func openRefusesWhatCannotBe() throws {
    let world = try FileWorld()
    func refusal(_ option: String, _ value: String) throws -> String {
      world.options = ["path": .text("a.csv"), option: .text(value)]
      do {
        _ = try world.source()
        return ""
      } catch let error as KithError { return error.description }
    }
    #expect(
      try refusal("layout", "plian")
        == "connectors.yml:3: people has no layout of this name: \"plian\"; "
        + "allowed: auto, custom, plain. Did you mean plain?"
    )
    #expect(
      try refusal("layout", "custom") == "connectors.yml:3: layout custom needs a mapping. Add mapping: to the stream.")
    #expect(
      try refusal("delimiter", "ab")
        == "connectors.yml:3: this is no value of delimiter: \"ab\"; "
        + "allowed: one ASCII character, or comma, semicolon, tab, pipe"
    )
    #expect(try refusal("time_zone", "Mars").contains("an IANA name such as Europe/Zurich or UTC"))
  }

  @Test func discoverAndPreview() async throws {
    let world = try FileWorld()
    try world.write("a.csv", "id;email;name\n1;a@example.com;Ada\n2;b@example.com\n")
    let source = try world.source()
    let found = try await source.discover(stream: "people")
    #expect(found.summary == "CSV, utf-8, separator ;, 3 columns; layout plain; a.csv")
    #expect(found.fields[1] == DiscoveredStream.Field(name: "email", example: "a@example.com"))
    let records = try await source.preview(stream: "people", limit: 5)
    #expect(records.map(\.place) == ["a.csv:2", "a.csv:3"])
    #expect(records[0].raw.map(\.name) == ["id", "email", "name"])
    guard case .record(.profile(let person)) = records[0].outcome, case .reject(let reject) = records[1].outcome else {
      Issue.record("one record and one reject")
      return
    }
    #expect(person.key == "1")
    #expect(reject.code == "field_count")
  }

  @Test func rejectsAreReplayedWithTodaysMapping() async throws {
    let world = try FileWorld()
    world.mapping = "updated_at: {path: name, date: dd.MM.yyyy}"
    try world.write("a.csv", "id;email;name\n1;a@example.com;2024-03-05\n2;b@example.com\n")
    let rejects = try await world.run().rejects
    #expect(rejects.map(\.code) == ["date", "field_count"])
    #expect(
      rejects.map { String(decoding: $0.raw, as: UTF8.self) } == ["1;a@example.com;2024-03-05", "2;b@example.com"])
    try world.remove("a.csv")
    world.mapping = "updated_at: {path: name, date: yyyy-MM-dd}"
    let outcomes = try await world.source().replay(stream: "people", rejects: rejects)
    guard case .record(.profile(let person)) = outcomes[0], case .reject(let still) = outcomes[1] else {
      Issue.record("one record and one reject: \(outcomes)")
      return
    }
    #expect(person.key == "1" && person.updatedAt?.sqlText == "2024-03-05 00:00:00")
    #expect(still.code == "field_count" && still.place == "a.csv:3" && still.context == rejects[1].context)
  }

  @Test func layoutsThatSayHowTheyAreRead() async throws {
    let world = try FileWorld()
    try world.write("a.csv", "1;a@example.com;Ada\n2;b@example.com;Ben\n", age: 200)
    let manifest = """
      name: people
      title: People
      summary: People.
      streams:
        people:
          summary: A person.
          record: profile
          layouts:
            four:
              title: Without header, four columns
              detect: [no, a, b, c]
              read: {format: csv, delimiter: ";", header: none, columns: [no, a, b, c]}
              fields: {key: no}
            three:
              title: Without header, three columns
              detect: [no, mail, first]
              read: {format: csv, delimiter: ";", header: none, columns: [no, mail, first]}
              fields: {key: no, email: mail, given_name: first}
      """
    let connector = FileConnector(manifest: manifest)
    #expect(connector.problems.isEmpty)
    let settings = StreamSettings(name: "people", options: world.options)
    let source = try connector.open(
      SourceSettings(
        name: "test", options: [:], streams: [settings],
        environment: HubEnvironment(
          baseDirectory: world.folder, timeZone: "UTC", country: "CH", currency: "CHF", time: world.clock)))
    let store = TestStore()
    try await source.read(ReadRequest(stream: "people"), into: store)
    #expect(await store.keys == ["1", "2"])
    #expect(await store.rejects.isEmpty)
  }

  @Test func aMappingOfOnesOwn() async throws {
    let world = try FileWorld()
    world.options["layout"] = .text("custom")
    world.mapping = "key: colour\ntrait.size: size"
    try world.write("a.csv", "colour,size\nred,1\n")
    let store = try await world.run()
    #expect(
      await store.records == [.profile(Profile(key: "red", traits: [Trait(name: "size", value: "1")]))])
    #expect(try await world.keys() == [])
  }

  @Test func naturalOrder() {
    #expect(NaturalOrder.isBefore("export-9", "export-10") && !NaturalOrder.isBefore("export-10", "export-9"))
    #expect(NaturalOrder.isBefore("a", "b") && NaturalOrder.isBefore("a", "a1") && NaturalOrder.isBefore("a01", "a1b"))
    #expect(!NaturalOrder.isBefore("a", "a"))
  }

  @Test func ledgersSurviveTheirText() throws {
    #expect(throws: KithError.self) { _ = try FileLedger(Checkpoint("{\"version\":99}")) }
    var ledger = FileLedger()
    let dialect = ledger.index(of: FileDialect(format: .ndjson))
    for number in 0..<20 {
      ledger.set(
        FileLedger.Entry(
          fingerprint: Fingerprint(length: 9, head: -1, tail: 2, whole: nil), offset: 9, position: 2, size: 9,
          modified: Int64(number),
          inode: 1, configuration: 5, layout: "plain", dialect: dialect, isDone: true,
          occurrences: number == 7 ? "AAAAAAAAAAA=" : nil), for: "a\"\(number)")
    }
    let text = ledger.checkpoint()
    #expect(try FileLedger(text) == ledger)
    #expect(ledger.checkpoint() == text)
    ledger.remove("a\"3")
    #expect(try FileLedger(ledger.checkpoint()).entries.count == 19)
  }
}
