import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct CSVReaderTests {
  private func csv(_ change: (inout ReadingOptions) -> Void = { _ in }) -> ReadingOptions {
    var options = ReadingOptions(format: .csv)
    change(&options)
    return options
  }

  @Test func readsRecordsWithLineNumbers() throws {
    #expect(
      try read("id,name\n1,Ada\n\n2,\"Grace, B\"\r\n3,\"say \"\"hi\"\"\"\n4,\"two\nlines\"\n5,x", csv()) == [
        .record(position: 2, "1|Ada"), .record(position: 4, "2|Grace, B"), .record(position: 5, "3|say \"hi\""),
        .record(position: 6, "4|two\nlines"), .record(position: 8, "5|x"),
      ])
  }

  @Test func rejectsWhatIsNoRecordAndGoesOn() throws {
    let text = "a,b,c\n1,2\n1,2,3,4\nx,\"y\"z,w\nn,\u{0},n\nok,ok,ok\n"
    #expect(
      try read(text, csv()) == [
        .reject(position: 2, code: "field_count", raw: "1,2"),
        .reject(position: 3, code: "field_count", raw: "1,2,3,4"),
        .reject(position: 4, code: "quote", raw: "x,\"y\"z,w"),
        .reject(position: 5, code: "syntax", raw: "n,\u{0},n"), .record(position: 6, "ok|ok|ok"),
      ])
  }

  @Test func saysWhatIsWrong() throws {
    let reader = try reader("a,b\n1\n", csv())
    let record = RawRecord()
    #expect(
      try reader.next(into: record)
        == .reject(code: "field_count", reason: "Too few fields: 1; the columns are 2"))
  }

  @Test func rejectsBrokenUTF8WithItsPlace() throws {
    let head = Array("name,city\nZoë,Zürich\nJürg,Köln\nÅsa,Malmö\nRené,Genève\nÖzil,Çanakkale\n".utf8)
    let bytes = head + [0x41, 0xFC, 0x2C, 0x42, 0x0A] + Array("Ada,Bern\n".utf8)
    let reader = try RecordReaders.makeReader(stream: MemoryStream(bytes), options: csv())
    #expect(reader.dialect.encoding == .utf8)
    let record = RawRecord()
    for _ in 0..<5 { #expect(try reader.next(into: record) == .record) }
    guard case .reject("encoding", let reason) = try reader.next(into: record) else {
      Issue.record("no reject")
      return
    }
    #expect(reason.contains("byte 2") && reason.contains("0xFC"))
    #expect(reader.rawBytes == [0x41, 0xFC, 0x2C, 0x42])
    #expect(try reader.next(into: record) == .record)
  }

  @Test func rejectsLinesOverTheLimitAndKeepsTheirBeginning() throws {
    let long = String(repeating: "x", count: 300_000)
    let options = csv { $0.maxRecordBytes = 100_000 }
    let reader = try reader("a,b\n1,2\n\(long),z\n3,4\n", options)
    let result = outcomes(reader)
    #expect(result.map(\.text) == ["1|2", nil, "3|4"])
    #expect(result[1] == .reject(position: 3, code: "size", raw: String(long.prefix(65_536))))
    #expect(reader.offset == Int64(4 + 4 + 300_003 + 4))
  }

  @Test func aFieldOverManyLinesIsBounded() throws {
    let many = String(repeating: "line\n", count: 2_000)
    let result = try read("a,b\n1,\"\(many)\",\n2,x\n", csv())
    #expect(result.first == .reject(position: 2, code: "quote", raw: "1,\"line"))
    #expect(result.last == .record(position: 2_003, "2|x"))
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13]) func chunksMakeNoDifference(_ size: Int) throws {
    let text =
      "id;name;note\r\n1;Ada;\"a\r\nb\"\r\n2;\"x;\"\"y\"\"\";\r\n3;\"open;z\r\n4;ü;€\r\n5;a;b"
      + ";c\r\n6;\"q\"\"\";\"\"\r\n7;;x"
    try expectSameInChunks(Array(text.utf8), csv(), sizes: [size])
  }

  @Test func resumesAfterEachRecord() throws {
    let text = "id,name\n1,Ada\n2,\"two\nlines\"\nbad\n3,\"open\n4,é\n5,x\n"
    try expectSameResumed(Array(text.utf8), csv())
    try expectSameResumed([0xEF, 0xBB, 0xBF] + Array(text.utf8), csv())
  }

  @Test func anUnfinishedLastLineOfAGrowingFileWaits() throws {
    let growing = csv { $0.isGrowing = true }
    #expect(try read("a,b\n1,2\n3,", growing) == [.record(position: 2, "1|2"), .incomplete(offset: 8)])
    #expect(try read("a,b\n1,\"2\n3", growing) == [.incomplete(offset: 4)])
    #expect(try read("a,b\n1,\"2\"", growing) == [.incomplete(offset: 4)])
    #expect(try read("a,", growing) == [.incomplete(offset: 0)])
    #expect(try read("", growing).isEmpty)
    #expect(try read("a,b\n1,2", csv()) == [.record(position: 2, "1|2")])
  }

  @Test func replaysARejectedLineByItsContext() throws {
    let original = try reader("id;name\n1;a;b\n", csv())
    let record = RawRecord()
    _ = try original.next(into: record)
    let context = try #require(original.rawContext)
    let again = try RecordReaders.makeReader(
      replaying: original.rawBytes, context: context, format: .csv, options: csv())
    #expect(again.columns == ["id", "name"])
    #expect(outcomes(again) == [.reject(position: 1, code: "field_count", raw: "1;a;b")])
    let mended = try RecordReaders.makeReader(
      replaying: Array("1;a".utf8), context: context, format: .csv, options: csv())
    #expect(outcomes(mended) == [.record(position: 1, "1|a")])
  }

  @Test func bareReturnsEndLinesWhenThereIsNothingElse() throws {
    #expect(try read("a,b\r1,2\r3,4", csv()).map(\.text) == ["1|2", "3|4"])
    try expectSameInChunks(Array("a,b\r1,2\r\r3,4\r".utf8), csv())
  }

  @Test func trimsWhenAsked() throws {
    let options = csv { $0.trim = true }
    #expect(try read("a , b\n 1 , \"x\" \n2,  y\n", options).map(\.text) == ["1|x", "2|y"])
  }

  @Test func quotesWithinUnquotedFieldsAreText() throws {
    #expect(try read("a,b\n5\" disk,x\ny\"\",z\n", csv()).map(\.text) == ["5\" disk|x", "y\"\"|z"])
  }

  @Test func withoutQuotingQuotesAreText() throws {
    let options = csv { $0.quoting = ReadingOptions.Quoting.none }
    #expect(try read("a,b\n\"x,y\n\"1\",2\n", options).map(\.text) == ["\"x|y", "\"1\"|2"])
  }

  @Test func aFileWithoutColumnsLikeTheHeaderSaysSo() throws {
    let long = "a,b" + String(repeating: "x", count: 70_000)
    #expect(throws: KithError.self) { try reader(long, csv()) }
  }
}

@Suite struct CSVSniffingTests {
  private func columns(_ text: String, _ change: (inout ReadingOptions) -> Void = { _ in }) throws -> [String]? {
    var options = ReadingOptions(format: .csv)
    change(&options)
    return try reader(text, options).columns
  }

  @Test(arguments: [",", ";", "\t", "|"]) func findsTheDelimiter(_ delimiter: String) throws {
    let rows = [["id", "name", "price"], ["1", "\"a, b; c | d\"", "1.5"], ["2", "x", "2.5"]]
    let text = rows.map { $0.joined(separator: delimiter) }.joined(separator: "\n")
    #expect(try columns(text) == ["id", "name", "price"])
  }

  @Test func decimalCommasAreNoDelimiters() throws {
    #expect(try columns("a;b;c\n1,5;2,5;3\n1,5;2,5;4\n") == ["a", "b", "c"])
  }

  @Test func skipsTitlesBeforeTheTable() throws {
    let text = "Report of sales\nmade 2024-01-01\n\nid,name,city\n1,Ada,Bern\n2,Grace,Basel\n"
    #expect(try columns(text) == ["id", "name", "city"])
    #expect(try read(text, ReadingOptions(format: .csv)).first == .record(position: 5, "1|Ada|Bern"))
    #expect(try columns("Title,,\nid,name,city\n1,a,b\n") == ["id", "name", "city"])
  }

  @Test func skipsGivenLinesAndHeaderRows() throws {
    var options = ReadingOptions(format: .csv)
    options.skipLines = 1
    options.headerRows = 3
    let text = "junk,x\nQ1,Q2\n\"How\nlikely?\",Why?\n{id},{id}\n9,fine\n"
    #expect(try reader(text, options).columns == ["Q1", "Q2"])
    #expect(try read(text, options) == [.record(position: 6, "9|fine")])
  }

  @Test func tellsFilesWithoutHeader() throws {
    #expect(try columns("1,ada@example.com\n2,bob@example.org\n") == ["column 1", "column 2"])
    #expect(try columns("1,ada@example.com\n") { $0.columns = ["id", "email"] } == ["id", "email"])
    #expect(try columns("id,name\n") { $0.header = .none } == ["column 1", "column 2"])
    #expect(try columns("ID,Email\n1,x\n") { $0.columns = ["id", "email"] } == ["id", "email"])
  }

  @Test func namesColumnsApart() throws {
    #expect(try columns("a,a,,a\nx,y,z,w\n") == ["a", "a (2)", "column 3", "a (3)"])
    #expect(try columns("a,\"b \"\"c\"\"\",\" d \"\nx,y,z\n") == ["a", "b \"c\"", "d"])
    #expect(try columns("a,b,\n1,2\n3,4\n") == ["a", "b"])
  }

  @Test func hostileHeaderIsOnlyText() throws {
    #expect(try columns("\"; DROP TABLE x; --\",b\n1,2\n") == ["; DROP TABLE x; --", "b"])
  }

  @Test func tabSeparatedTextWithLooseQuotesKnowsNoQuotes() throws {
    let text = "id\ttext\n1\t\"a\n2\t\"b\n3\tc\n4\t\"\"d\"\n"
    #expect(try read(text, ReadingOptions(format: .tsv)).compactMap(\.text) == ["1|\"a", "2|\"b", "3|c", "4|\"\"d\""])
  }

  @Test func anEmptyFileHasNoRecords() throws {
    #expect(try read("", ReadingOptions(format: .csv)).isEmpty)
    #expect(try read("\n\n", ReadingOptions(format: .csv)).isEmpty)
    #expect(try read("a,b\n", ReadingOptions(format: .csv)).isEmpty)
  }

  @Test func theDialectSurvivesItsJSON() throws {
    let dialect = try reader("a;b\n1;2\n").dialect
    #expect(try FileDialect(json: dialect.json) == dialect)
    #expect(dialect.summary == "CSV, utf-8, separator ;, 2 columns")
    #expect(throws: KithError.self) { try FileDialect(json: "{}") }
  }
}
