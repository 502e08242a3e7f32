import KithCore
import KithTesting
import Testing

@testable import KithConnectorKit

/// A quote that never closes must cost its own line and no other.
@Suite struct CSVQuoteTests {
  private let options: ReadingOptions = {
    var options = ReadingOptions(format: .csv)
    options.header = .present
    options.delimiter = 0x2C
    options.skipLines = 0
    return options
  }()

  @Test func anUnclosedQuoteCostsItsLine() throws {
    let text = "a,b,c\n1,\"x,y\n2,x,y\n3,\"q\",z\n4,x,\"\n5,x,y\n"
    #expect(
      try read(text, options) == [
        .reject(position: 2, code: "quote", raw: "1,\"x,y"), .record(position: 3, "2|x|y"),
        .record(position: 4, "3|q|z"), .reject(position: 5, code: "quote", raw: "4,x,\""),
        .record(position: 6, "5|x|y"),
      ])
  }

  @Test func aLaterFieldThatSeemsToCloseItDoesNot() throws {
    // The opening quote of line 3 is followed by a separator, and the count comes out right.
    let text = "a,b,c,d\nx,\"y,z,w\na,b,\",c\",d\nk,l,m,n\n"
    #expect(
      try read(text, options) == [
        .reject(position: 2, code: "quote", raw: "x,\"y,z,w"), .record(position: 3, "a|b|,c|d"),
        .record(position: 4, "k|l|m|n"),
      ])
  }

  @Test func aStrayQuoteThatSeemsToCloseItDoesNot() throws {
    let text = "a,b,c,d,e\n1,\"x,y,z,w\n2,b,c,d,e\n3,5\",p,q,r\n4,b,c,d,e\n"
    #expect(
      try read(text, options).map(\.text) == [nil, "2|b|c|d|e", "3|5\"|p|q|r", "4|b|c|d|e"])
  }

  @Test func textOverLinesThatLooksLikeRecordsStaysText() throws {
    let text = "id,comment\n1,\"Hello\nthanks, bye\"\n2,\"a\nb\n\nc\"\n3,\"x, y\nz\"\n"
    #expect(try read(text, options).map(\.text) == ["1|Hello\nthanks, bye", "2|a\nb\n\nc", "3|x, y\nz"])
  }

  @Test func aRaggedRecordOverLinesIsOneReject() throws {
    let text = "a,b,c\n1,\"x\ny\",2,3\n4,5,6\n"
    #expect(
      try read(text, options) == [
        .reject(position: 2, code: "field_count", raw: "1,\"x\ny\",2,3"), .record(position: 4, "4|5|6"),
      ])
  }

  @Test func unclosedAtTheEndOfTheFile() throws {
    #expect(
      try read("a,b\n1,2\n3,\"x", options) == [
        .record(position: 2, "1|2"), .reject(position: 3, code: "quote", raw: "3,\"x"),
      ])
  }

  // MARK: at random

  private func difference<Item: Equatable>(_ result: [Item], _ expected: [Item]) -> String {
    let index = zip(result, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    return index.map { "\(result[$0]) for \(expected[$0])" } ?? "\(result.count) for \(expected.count)"
  }

  private func field(_ random: inout SeededGenerator, plain: Bool) -> String {
    let alphabet = plain ? "abcdefgh0123 ;" : "abcdefghijklm,\"\n 0123"
    let length = Int.random(in: 1...12, using: &random)
    return String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "a" })
  }

  private func written(_ field: String, _ random: inout SeededGenerator) -> String {
    let needsQuotes = field.contains { ",\"\n\r".contains($0) }
    guard needsQuotes || Int.random(in: 0..<8, using: &random) == 0 else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  private func header(_ count: Int) -> String { (1...count).map { "c\($0)" }.joined(separator: ",") }

  /// Rows where about one field in six may hold separators, quotes and line ends.
  private func rows(_ count: Int, columns: Int, _ random: inout SeededGenerator) -> [[String]] {
    (0..<count).map { _ in
      (0..<columns).map { _ in field(&random, plain: Int.random(in: 0..<6, using: &random) > 0) }
    }
  }

  @Test(arguments: 1...40) func validFilesComeThrough(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let columns = Int.random(in: 4...12, using: &random)
    let rows = rows(120, columns: columns, &random)
    let lines = rows.map { row in row.map { written($0, &random) }.joined(separator: ",") }
    let end = seed % 2 == 0 ? "\n" : "\r\n"
    let text = ([header(columns)] + lines).joined(separator: end) + end
    let expected = rows.map { $0.joined(separator: "|") }
    let result = try read(text, options).map(\.text)
    #expect(result == expected, "seed \(seed), first difference: \(difference(result, expected))")
    try expectSameInChunks(Array(text.utf8), options, sizes: [1 + seed % 9])
  }

  @Test(arguments: 1...60) func brokenLinesCostOnlyThemselves(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) &* 7_919)
    let columns = Int.random(in: 4...12, using: &random)
    var text = header(columns) + "\n"
    var line = 2
    var expected: [Outcome] = []
    for row in rows(150, columns: columns, &random) {
      let isPlain = !row.joined().contains { ",\"\n".contains($0) }
      if isPlain, Int.random(in: 0..<10, using: &random) == 0 {
        // A quote opens in one field and closes nowhere.
        var broken = row
        let index = Int.random(in: 0..<columns, using: &random)
        broken[index] = "\"" + broken[index]
        let raw = broken.joined(separator: ",")
        expected.append(.reject(position: line, code: "quote", raw: raw))
        text += raw + "\n"
      } else {
        expected.append(.record(position: line, row.joined(separator: "|")))
        text += row.map { written($0, &random) }.joined(separator: ",") + "\n"
        line += row.joined().count { $0 == "\n" }
      }
      line += 1
    }
    let result = try read(text, options)
    #expect(result == expected, "seed \(seed), first difference: \(difference(result, expected))")
  }
}
