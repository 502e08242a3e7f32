import KithCore
import Testing

@Suite struct FieldSampleTests {
  @Test(
    arguments: [
      ("", nil), ("1", FieldKind.number), ("-12.5", .number), ("1,5", .number), ("0", .number), ("0.5", .number),
      ("079", .text), ("1.2.3", .text), (".", .text), ("-", .text), ("1e5", .text), ("12345678901234567890", .text),
      ("true", .boolean), ("FALSE", .boolean), ("yes", .text), ("2026-11-01", .date), ("2026-11-01T02:03:04Z", .date),
      ("01.11.2026", .text), ("Zürich", .text), (" ", .text),
    ] as [(String, FieldKind?)])
  func whatValuesLookLike(text: String, kind: FieldKind?) { #expect(FieldKind(of: text) == kind) }

  @Test func kindsThatDifferAreText() {
    #expect(FieldKind.number.joined(with: nil) == .number && FieldKind.number.joined(with: .number) == .number)
    #expect(FieldKind.number.joined(with: .date) == .text && FieldKind.text.joined(with: .number) == .text)
  }

  @Test func samplesAddUp() {
    var one = FieldSample()
    one.add([("a", .number), ("b", nil), ("b", .text)], isWhole: true)
    var other = FieldSample()
    other.add([("a", .text)], isWhole: false)
    one.add(other)
    #expect(one.records == 2 && !one.isWhole)
    #expect(one.fields["a"] == FieldSample.Field(kind: .text, seen: 2, filled: 2))
    #expect(one.fields["b"] == FieldSample.Field(kind: .text, seen: 1, filled: 0), "a list counts once")
  }

  /// Objects whose names are data do not fill the memory.
  @Test func thereIsALimit() {
    var sample = FieldSample()
    for number in 0..<2_000 { sample.add([("f\(number)", .text)], isWhole: false) }
    #expect(sample.fields.count == FieldSample.mostFields && sample.records == 2_000)
  }

  @Test func whyARecordIsNoneOfTheStreams() {
    let kinds: [String: FieldKind?] = ["id": .number, "name": FieldKind?.none]
    let expected = ExpectedFields(kinds: kinds, required: ["id"])
    #expect(expected.fault([("id", .number), ("name", .date)]) == nil)
    #expect(expected.fault([("id", nil)]) == nil, "empty is of every kind")
    #expect(expected.fault([("id", .text)]) == "The field \"id\" was always of kind number, and is of kind text now.")
    #expect(expected.fault([("id", .number), ("fax", .text)]) == "The field \"fax\" is new.")
    #expect(expected.fault([("name", .text)]) == "The field \"id\" has gone.")
  }
}
