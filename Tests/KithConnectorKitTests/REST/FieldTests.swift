import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What is seen of the raw fields of an answer, and what becomes of records that have others.
@Suite struct FieldTests {
  private static let answer = """
    {"people": [{"id": 1, "name": "A", "since": "2026-11-01", "address": {"city": "Bern", "codes": [1, 2]}, "note": null},
      {"id": 2, "name": "B", "vip": true, "address": {}}, {"id": 3, "gone": true}]}
    """
  private static let stream = """
    request: {path: /people}
    records: people
    deleted: {path: gone, equals: "true"}
    """

  @Test func leavesAreTheFields() async throws {
    let (sink, error, _) = try await REST.answers(Self.stream) { _, _ in .text(Self.answer) }
    #expect(error == nil)
    let sample = try #require(sink.batches.compactMap(\.fields).first)
    #expect(sample.records == 2 && !sample.isWhole, "a deletion has no fields to speak of")
    #expect(
      sample.fields == [
        "id": .init(kind: .number, seen: 2, filled: 2), "name": .init(kind: .text, seen: 2, filled: 2),
        "since": .init(kind: .date, seen: 1, filled: 1), "vip": .init(kind: .boolean, seen: 1, filled: 1),
        "address.city": .init(kind: .text, seen: 1, filled: 1),
        "address.codes": .init(kind: .number, seen: 1, filled: 1), "address": .init(seen: 1),
        "note": .init(seen: 1),
      ])
  }

  @Test func whatDiffersIsSetAside() async throws {
    let server = try LoopbackServer { _ in .text(Self.answer) }
    let source = try REST.open(REST.manifest(server.url, Self.stream))
    let names = ["id", "name", "since", "address", "address.city", "address.codes", "note"]
    let kinds: [String: FieldKind?] = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldKind?.none) })
    let sink = CollectingSink()
    try await source.read(
      ReadRequest(stream: "people", expected: ExpectedFields(kinds: kinds, required: ["id"])), into: sink)
    #expect(sink.records.count == 2)
    let reject = try #require(sink.rejects.first)
    #expect(reject.code == "drift" && reject.reason == "The field \"vip\" is new.")
    #expect(String(decoding: reject.raw, as: UTF8.self).contains("\"vip\":true"))
  }

  /// A few of many are looked at.
  @Test func aBatchIsSampled() async throws {
    let (sink, _, _) = try await REST.answers("request: {path: /people}\nrecords: people") { _, _ in
      .text(REST.people(1...500))
    }
    #expect(sink.records.count == 500)
    #expect(sink.batches.compactMap(\.fields).map(\.records) == [16])
  }
}
