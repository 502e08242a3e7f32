import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct XMLReaderTests {
  private func xml(_ element: String? = nil) -> ReadingOptions {
    var options = ReadingOptions(format: .xml)
    options.element = element
    return options
  }

  private let orders = """
    <?xml version="1.0" encoding="UTF-8"?>
    <shop xmlns:x="urn:x"><info><made>today</made></info><orders>
      <order id="1"><total cur="EUR"> 9.50 </total><x:item>a</x:item><x:item>b &amp; c</x:item><empty/></order>
      <order id="2"><note><![CDATA[<b>]]> und &#xFC;</note></order>
    </orders></shop>
    """

  @Test func readsElementsAsTrees() throws {
    #expect(
      try read(orders, xml("order")) == [
        .record(position: 1, "{@id: 1, total: {@cur: EUR, #text: 9.50}, item: a, item: b & c, empty: }"),
        .record(position: 2, "{@id: 2, note: <b> und ü}"),
      ])
  }

  @Test func findsTheRecordElement() throws {
    #expect(try reader(orders).dialect.element == "shop/orders/order")
    #expect(try read(orders).count == 2)
    #expect(try read("<o><r><a>1</a></r></o>").map(\.text) == ["{a: 1}"])
    #expect(try read("<r><a>1</a><b>2</b></r>").map(\.text) == ["{a: 1, b: 2}"])
  }

  @Test func anElementPathTellsEqualNamesApart() throws {
    let text = "<d><fields><row><x>1</x></row></fields><rows><row><x>2</x></row></rows></d>"
    #expect(try read(text, xml("rows/row")).map(\.text) == ["{x: 2}"])
    #expect(try read(text, xml("row")).count == 2)
  }

  @Test func aRecordWithinARecordIsPartOfIt() throws {
    #expect(try read("<o><r><r>1</r></r><r>2</r></o>", xml("r")).map(\.text) == ["{r: 1}", "{#text: 2}"])
  }

  @Test func honoursTheDeclaredEncoding() throws {
    let bytes =
      Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><o><r><n>Z".utf8) + [0xFC]
      + Array("rich</n></r></o>".utf8)
    let reader = try RecordReaders.makeReader(stream: MemoryStream(bytes), options: ReadingOptions())
    #expect(outcomes(reader) == [.record(position: 1, "{n: Zürich}")])
  }

  @Test func refusesDocumentTypes() throws {
    let bomb = "<!DOCTYPE o [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><o><r>&b;</r></o>"
    let external = "<?xml version=\"1.0\"?><!DOCTYPE o SYSTEM \"file:///etc/passwd\"><o><r>x</r></o>"
    for text in [bomb, external] {
      #expect { try reader(text, xml()) } throws: { ($0 as? KithError)?.recovery == .configuration }
      guard case .failure(let error)? = try read(text, xml("r")).first else {
        Issue.record("no error")
        continue
      }
      #expect(error.recovery == .configuration && error.what.contains("DOCTYPE"))
    }
    guard case .failure? = try read("<o><r>&undefined;</r></o>", xml("r")).first else {
      Issue.record("an undefined entity is no text")
      return
    }
  }

  @Test func malformedXMLThrowsAfterTheRecordsBefore() throws {
    let result = try read("<o>\n<r><n>1</n></r>\n<r><n>2</x></r>\n</o>", xml("r"))
    #expect(result.first == .record(position: 1, "{n: 1}"))
    guard result.count == 2, case .failure(let error) = result[1] else {
      Issue.record("\(result)")
      return
    }
    #expect(error.recovery == .record && error.place == "line 3")
    guard case .failure? = try read("<o><r><n>1</n></r>", xml("r")).last else {
      Issue.record("a document that ends early is no success")
      return
    }
    var growing = xml("r")
    growing.isGrowing = true
    #expect(try read("<o><r><n>1</n></r>", growing).last == .incomplete(offset: 0))
    #expect(try read("", xml("r")).isEmpty)
  }

  @Test func limitsOfSizeAndDepth() throws {
    var options = xml("r")
    options.maxRecordBytes = 10_000
    let long = String(repeating: "x", count: 200_000)
    #expect(
      try read("<o><r><n>1</n></r><r><n>\(long)</n></r><r><n>3</n></r></o>", options).map(\.code) == [nil, "size", nil])
    let deep = String(repeating: "<n>", count: 70) + String(repeating: "</n>", count: 70)
    #expect(try read("<o><r>\(deep)</r><r><n>2</n></r></o>", xml("r")).map(\.code) == ["syntax", nil])
  }

  @Test func chunksMakeNoDifference() throws {
    try expectSameInChunks(Array(orders.utf8), xml("orders/order"))
  }

  @Test func replaysARecord() throws {
    let original = try reader(orders, xml("orders/order"))
    let record = RawRecord()
    _ = try original.next(into: record)
    let first = tree(record, record.root)
    let again = try RecordReaders.makeReader(
      replaying: original.rawBytes, context: original.rawContext, format: .xml, options: xml("orders/order"))
    #expect(outcomes(again) == [.record(position: 1, first)])
  }
}
