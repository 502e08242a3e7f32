import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct JSONReaderTests {
  private let lines = ReadingOptions(format: .ndjson)

  private func json(_ records: String? = nil) -> ReadingOptions {
    var options = ReadingOptions(format: .json)
    options.records = records
    return options
  }

  @Test func readsOneObjectPerLine() throws {
    let text = "{\"a\": 1, \"b\": {\"c\": [true, null, -1.5e3]}}\r\n\n{}\n {\"a\":\"x\"} \n"
    #expect(
      try read(text, lines) == [
        .record(position: 1, "{a: 1, b: {c: [true, null, -1.5e3]}}"), .record(position: 3, "{}"),
        .record(position: 4, "{a: x}"),
      ])
  }

  @Test func decodesStrings() throws {
    let text = #"{"k\"\u0041":"a\n\t\/\\\u00fc\ud83d\ude00","half":"\ud83dx\udc00","ü":"é"}"#
    #expect(try read(text, lines) == [.record(position: 1, "{k\"A: a\n\t/\\ü😀, half: \u{FFFD}x\u{FFFD}, ü: é}")])
  }

  @Test(arguments: [
    "{\"a\":1", "{\"a\" 1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{'a':1}",
    "{\"a\":tru}",
    "{\"a\":1,}", "[1,2", "nonsense", "{\"a\":\"x\ty\"}", "{\"a\":1} {\"b\":2}", "{\"a\":-}", "{\"a\":1e}", "[1]", "12",
    "\"x\"",
  ])
  func aBrokenLineCostsOnlyItself(_ broken: String) throws {
    #expect(
      try read("{\"n\":1}\n\(broken)\n{\"n\":2}\n", lines) == [
        .record(position: 1, "{n: 1}"), .reject(position: 2, code: "syntax", raw: broken),
        .record(position: 3, "{n: 2}"),
      ])
  }

  @Test func saysWhereTheSyntaxIsWrong() throws {
    let reader = try reader("{\"a\" 1}\n", lines)
    #expect(
      try reader.next(into: RawRecord())
        == .reject(code: "syntax", reason: "JSON at byte 6 of the line: : must stand here, not 1"))
  }

  @Test func depthIsBounded() throws {
    let deep = String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)
    let fine = String(repeating: "{\"a\":", count: 64) + "1" + String(repeating: "}", count: 64)
    let result = try read("\(deep)\n\(fine)\n", lines)
    #expect(result.map(\.code) == ["syntax", nil])
    let bomb = String(repeating: "[", count: 500_000)
    #expect(try read("{\"x\":\(bomb)\n{}\n", lines).map(\.code) == ["syntax", nil])
  }

  @Test func theLastOfRepeatedNamesCounts() throws {
    #expect(
      try read("{\"a\":1,\"b\":2,\"a\":{\"c\":3},\"a\":4}\n", lines) == [.record(position: 1, "{b: 2, a: 4}")])
    let many = (0..<500).map { "\"k\($0 % 100)\":\($0)" }.joined(separator: ",")
    let record = RawRecord()
    _ = try reader("{\(many)}\n", lines).next(into: record)
    #expect(record.child(of: record.root, named: Array("k7".utf8)).flatMap(record.text) == "407")
    var count = 0
    var child = record.firstChild(of: record.root)
    while let id = child {
      count += 1
      child = record.next(after: id)
    }
    #expect(count == 100)
  }

  @Test func readsAnArrayAtAPath() throws {
    let text =
      "{\"meta\":{\"data\":[9]},\"n\":\"]}\",\"data\":{\"x\":[],\"items\":[ {\"a\":1} , {\"a\":2} ]},\"rest\":1}"
    #expect(
      try read(text, json("data.items")) == [.record(position: 1, "{a: 1}"), .record(position: 2, "{a: 2}")])
    #expect(try read("[{\"a\":1},{\"a\":2}]", json()).map(\.text) == ["{a: 1}", "{a: 2}"])
    #expect(try read("{\"a\":{\"b\":1}}", json("a")).map(\.text) == ["{b: 1}"])
    #expect(try read("{\"a\":null}", json("a")).isEmpty)
    #expect(try read(" [ ] ", json()).isEmpty)
    #expect(try read("", json()).isEmpty)
  }

  @Test func aPathThatIsNotThereNamesWhatIs() throws {
    let result = try read("{\"orders\":[],\"total\":1}", json("data"))
    guard case .failure(let error)? = result.first else {
      Issue.record("no error")
      return
    }
    #expect(error.recovery == .configuration)
    #expect(error.seen == "data" && error.allowed == "orders, total")
  }

  @Test func readsObjectsOneAfterTheOther() throws {
    #expect(try read("{\n\"a\":\n1}\n{\n\"a\":\n2\n}", json()).map(\.text) == ["{a: 1}", "{a: 2}"])
    #expect(try reader("{\n\"a\":\n1}\n", json()).dialect.layout == .values)
    #expect(try reader("{\"a\":1}\n{\"a\":2}\n").dialect.format == .ndjson)
  }

  @Test func goesOnAfterABrokenItem() throws {
    let text = "[{\"n\":1},{\"n\":nope},{\"n\":3},5]"
    #expect(
      try read(text, json()) == [
        .record(position: 1, "{n: 1}"), .reject(position: 2, code: "syntax", raw: "{\"n\":nope}"),
        .record(position: 3, "{n: 3}"), .reject(position: 4, code: "syntax", raw: "5"),
      ])
    // Brackets do not match, but every item has its line.
    let unmatched = "[\n  {\"n\":1},\n  {\"n\":\"open},\n  {\"n\":3},\n  {\"n\":[4},\n  {\"n\":5}\n]"
    #expect(
      try read(unmatched, json()).map(\.text) == ["{n: 1}", nil, "{n: 3}", nil, "{n: 5}"])
  }

  @Test func whatCannotBeReadOnThrowsAfterTheRecordsBefore() throws {
    let result = try read("[{\"n\":1},{\"n\":[2},{\"n\":3}]", json())
    #expect(result.first == .record(position: 1, "{n: 1}"))
    guard result.count == 2, case .failure(let error) = result[1] else {
      Issue.record("\(result)")
      return
    }
    #expect(error.recovery == .record && error.place?.hasPrefix("item 2") == true)
  }

  @Test func anArrayThatEndsEarlyIsNoSuccess() throws {
    for text in ["[{\"n\":1},", "[{\"n\":1}", "[{\"n\":1},{\"n\":"] {
      let result = try read(text, json())
      guard case .failure(let error)? = result.last else {
        Issue.record("\(result)")
        continue
      }
      #expect(error.recovery == .transient)
    }
    var growing = json()
    growing.isGrowing = true
    #expect(try read("[{\"n\":1},{\"n\":", growing).last == .incomplete(offset: 9))
  }

  @Test func itemsOverTheLimitArePassedOver() throws {
    var options = json()
    options.maxRecordBytes = 1_000
    let long = String(repeating: "x]}\\\"", count: 100_000)
    let result = try read("[{\"a\":1},{\"a\":\"\(long)\"},{\"a\":3}]", options)
    #expect(result.map(\.code) == [nil, "size", nil])
    #expect(result.map(\.text) == ["{a: 1}", nil, "{a: 3}"])
    var perLine = lines
    perLine.maxRecordBytes = 1_000
    #expect(try read("{\"a\":1}\n{\"a\":\"\(long)\"}\n{\"a\":3}\n", perLine).map(\.code) == [nil, "size", nil])
  }

  @Test func brokenUTF8IsARejectOfItsRecord() throws {
    let bytes =
      Array("{\"a\":\"é\"}\n{\"a\":\"".utf8) + [0xFF] + Array("\"}\n{\"a\":\"ü\"}\n{\"a\":\"ü äö éè ñ øß\"}\n".utf8)
    let options: ReadingOptions = {
      var options = lines
      options.encoding = .utf8
      return options
    }()
    let reader = try RecordReaders.makeReader(stream: MemoryStream(bytes), options: options)
    #expect(outcomes(reader).map(\.code) == [nil, "encoding", nil, nil])
  }

  @Test func chunksMakeNoDifference() throws {
    let text =
      "{\"d\":{\"k\\n\":\"a\\u00e9\\ud83d\\ude00\",\"i\":[ {\"n\":1.5} ,{\"n\":nope},\n{\"n\":\"é\"} ,{\"n\":true}] } }"
    try expectSameInChunks(Array(text.utf8), json("d.i"))
    try expectSameInChunks(Array("{\"a\":1}\n{\"a\"}\n\n{\"a\":\"x\"}".utf8), lines)
    try expectSameInChunks(Array("{\n\"a\":12}{\"a\":3} {\"a\"\n:[4]}".utf8), json())
  }

  @Test func resumesAfterEachRecord() throws {
    try expectSameResumed(Array("{\"x\":0,\"d\":[{\"n\":1} ,{\"n\":nope},\n{\"n\":3}], \"y\":{}}".utf8), json("d"))
    try expectSameResumed(Array("{\"a\":1}\n{\"a\"}\n\n{\"a\":\"x\"}\n".utf8), lines)
    try expectSameResumed(Array("{\n\"a\":1}{\"a\":2}\n{\n\"a\":3}".utf8), json())
  }

  @Test func replaysARejectedItem() throws {
    let again = try RecordReaders.makeReader(
      replaying: Array("{\n \"n\":1}".utf8), context: nil, format: .json, options: json("data.items"))
    #expect(outcomes(again).map(\.text) == ["{n: 1}"])
  }
}
