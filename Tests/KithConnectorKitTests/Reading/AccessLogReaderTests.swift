import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct AccessLogReaderTests {
  private let combined =
    #"192.0.2.7 - ada [10/Oct/2000:13:55:36 -0700] "GET /a%20b?q=1&r=2 HTTP/1.1" 200 2326 "https://example.com/" "#
    + #""Agent \"X\" 1.0""#
  private let common = #"192.0.2.8 - - [01/Jan/2024:00:00:00 +0000] "POST /x HTTP/2.0" 404 -"#

  @Test func readsCombinedAndCommonFormat() throws {
    let reader = try reader("\(combined)\n\(common)\n\(combined) 0.012 rt=5\n")
    #expect(reader.dialect.format == .accessLog)
    #expect(reader.columns == LogDialect.standard)
    let first =
      "|192.0.2.7|ada|2000-10-10T13:55:36-07:00|GET|/a%20b|q=1&r=2|HTTP/1.1|200|2326|https://example.com/|"
      + "Agent \"X\" 1.0"
    #expect(
      outcomes(reader) == [
        .record(position: 1, first),
        .record(position: 2, "|192.0.2.8||2024-01-01T00:00:00+00:00|POST|/x||HTTP/2.0|404|||"),
        .record(position: 3, first),
      ])
  }

  @Test func readsVirtualHosts() throws {
    let reader = try reader("shop.example.com:443 \(combined)\nwww.example.com:80 \(combined)\n")
    #expect(reader.dialect.log?.kind == .vhost)
    #expect(outcomes(reader).first?.text?.hasPrefix("shop.example.com:443|192.0.2.7|ada|") == true)
  }

  @Test func rejectsLinesOfAnotherFormat() throws {
    let lines = [combined, "garbage", String(combined.dropLast(4)), common.replacing("Jan", with: "Foo"), common]
    let result = try read(lines.joined(separator: "\n"))
    #expect(result.map(\.code) == [nil, "syntax", "syntax", "syntax", nil])
    #expect(result[1] == .reject(position: 2, code: "syntax", raw: "garbage"))
  }

  @Test func whatIsNoRequestIsThePath() throws {
    let odd = #"192.0.2.9 - - [01/Jan/2024:00:00:00 +0000] "\x16\x03\x01" 400 0 "-" "-""#
    #expect(
      try read("\(common)\n\(odd)\n").last
        == .record(position: 2, "|192.0.2.9||2024-01-01T00:00:00+00:00||\u{16}\u{3}\u{1}|||400|0||"))
  }

  private let iis = """
    #Software: Microsoft Internet Information Services 10.0
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status
    2024-05-01 10:00:01 10.0.0.1 GET /a x=1 192.0.2.1 Mozilla/5.0+(X) 200
    too few fields
    #Fields: date time c-ip cs-method cs-uri-stem sc-status time-taken
    2024-05-01 10:00:02 192.0.2.2 GET /b 404 15

    """

  @Test func fieldsOfAW3CLogMayChange() throws {
    let reader = try reader(iis)
    #expect(reader.columns == LogDialect.standard + ["s-ip"])
    let result = outcomes(reader)
    #expect(
      result == [
        .record(position: 3, "|192.0.2.1||2024-05-01T10:00:01Z|GET|/a|x=1||200|||Mozilla/5.0 (X)|10.0.0.1"),
        .reject(position: 4, code: "field_count", raw: "too few fields"),
        .record(position: 6, "|192.0.2.2||2024-05-01T10:00:02Z|GET|/b|||404|||||15"),
      ])
    #expect(reader.columns == LogDialect.standard + ["s-ip", "time-taken"])
  }

  @Test func readsCloudFront() throws {
    let text =
      "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem "
      + "sc-status cs(Referer) cs(User-Agent)\n"
      + "2024-05-01\t10:00:01\tZRH50\t512\t192.0.2.1\tGET\td1.example.net\t/i.html"
      + "\t200\t-\tMozilla/5.0%20(X)\n"
    let reader = try reader(text)
    #expect(reader.columns == LogDialect.standard + ["x-edge-location", "cs(Host)"])
    #expect(
      outcomes(reader).map(\.text) == [
        "|192.0.2.1||2024-05-01T10:00:01Z|GET|/i.html|||200|512||Mozilla/5.0 (X)|ZRH50|d1.example.net"
      ])
  }

  @Test func chunksAndResumption() throws {
    let text = "\(combined)\r\n\n\(common)\nbad\n\(combined)"
    try expectSameInChunks(Array(text.utf8), ReadingOptions(format: .accessLog))
    try expectSameResumed(Array(text.utf8), ReadingOptions(format: .accessLog))
    try expectSameInChunks(Array(iis.utf8), ReadingOptions())
  }

  @Test func resumesAndReplaysWithTheFieldsInEffect() throws {
    let first = try reader(iis)
    let record = RawRecord()
    while try first.next(into: record) != .end {}
    let more = Array("2024-05-02 10:00:02 192.0.2.3 GET /c 200 1\n".utf8)
    let resume = RecordReaders.Resume(offset: first.offset, position: first.nextPosition, dialect: first.dialect)
    let second = try RecordReaders.makeReader(stream: MemoryStream(more), resume: resume, options: ReadingOptions())
    let expected = "|192.0.2.3||2024-05-02T10:00:02Z|GET|/c|||200|||||1"
    #expect(outcomes(second) == [.record(position: 7, expected)])
    let replayed = try RecordReaders.makeReader(
      replaying: more, context: first.rawContext, format: .accessLog, options: ReadingOptions())
    #expect(outcomes(replayed).map(\.text) == [expected])
  }

  @Test func nginxJSONIsJSON() throws {
    #expect(try reader("{\"time\":\"x\",\"status\":200}\n{\"time\":\"y\",\"status\":200}\n").dialect.format == .ndjson)
  }
}
