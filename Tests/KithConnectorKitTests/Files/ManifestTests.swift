import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct ManifestTests {
  private func problems(_ text: String) -> [String] {
    ConnectorManifest.parse(text, name: "manifest").problems.map(\.description)
  }

  @Test func mistakesComeAllAtOnce() {
    let text = """
      name: Shop Export
      title: Shop
      sumary: typo
      streams:
        orders:
          summary: An order.
          record: ordr
        people:
          summary: A person.
          record: profile
          layouts:
            auto:
              title: Taken
              detect: [id, id]
              read: {encodng: utf-8, format: csvx, delimiter: abc}
              fields: {key: id, emial: mail}
            none:
              fields: {key: id}
      """
    let found = problems(text)
    #expect(
      found.contains(
        "manifest:3: a manifest has no key of this name: \"sumary\"; allowed: name, title, summary, streams. "
          + "Did you mean summary?"))
    #expect(found.contains("manifest:1: this is no name: \"Shop Export\"; allowed: lower-case letters, digits and _"))
    #expect(
      found.contains {
        $0.hasPrefix("manifest:7: there is no such kind of record: \"ordr\"") && $0.hasSuffix("Did you mean order?")
      })
    #expect(found.contains { $0.contains("this name is taken: \"auto\"") })
    #expect(found.contains("manifest:14: a name stands twice in detect: \"id\""))
    #expect(
      found.contains {
        $0.contains("there is no such reading option: \"encodng\"") && $0.hasSuffix("Did you mean encoding?")
      })
    #expect(found.contains { $0.hasPrefix("manifest:15: this is no value of format; allowed: auto, csv") })
    #expect(found.contains { $0.hasPrefix("manifest:15: this is no value of delimiter: \"abc\"") })
    #expect(
      found.contains { $0.contains("has no field of this name: \"emial\"") && $0.hasSuffix("Did you mean email?") })
    #expect(found.contains { $0.contains("a layout needs the names that tell it from others") })
  }

  @Test func detection() throws {
    let text = """
      name: shop
      title: Shop
      summary: A shop.
      streams:
        people:
          summary: A person.
          record: profile
          layouts:
            one: {title: One, detect: [Id, Mail], fields: {key: Id}}
            two: {title: Two, detect: [Id, "Mail*", Town], fields: {key: Id}}
            three: {title: Three, detect: [Id, Phone, Town], fields: {key: Id}}
      """
    #expect(problems(text) == [])
    let stream = try #require(ConnectorManifest.parse(text, name: "m").manifest.stream("people"))
    #expect(stream.fitting(columns: ["id", "MAIL"]).map(\.name) == ["one"])
    #expect(stream.fitting(columns: ["Id", "Mail", "Town"]).map(\.name) == ["two", "one"])
    #expect(stream.fitting(columns: ["x"]).isEmpty)
    #expect(stream.ties(columns: ["Id", "Mail", "Town"]).isEmpty)
    #expect(stream.ties(columns: ["Id", "Mail", "Town", "Phone"]) == ["two", "three"])
  }

  @Test func theSpecificationOffersTheLayouts() {
    let specification = FileConnector(manifest: FileWorld.manifest).specification
    #expect(specification.name == "people")
    #expect(specification.streams.map(\.name) == ["people", "visits"])
    #expect(specification.streamOptions.first { $0.name == "layout" }?.kind == .choice(["auto", "custom", "plain"]))
    #expect(specification.streamOptions.filter(\.isRequired).map(\.name) == ["path"])
  }
}
