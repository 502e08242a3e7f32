import KithCore
import Testing

@testable import KithServer

/// JSON in and out, shapes, cursors, metrics text.
@Suite struct ValueTests {
  @Test(arguments: [
    (#"{"a":[1,-2.5,true,null,"x\n\u00e9\ud83d\ude00"]}"#, #"{"a":[1,-2.5,true,null,"x\né😀"]}"#),
    (" [ ] ", "[]"), ("{}", "{}"), ("1e3", "1000"), ("9223372036854775807", "9223372036854775807"),
    ("\"\\u0000\"", "\"\\u0000\""), ("1.0", "1"),
  ]) func jsonIsReadAndWritten(text: String, written: String) throws {
    var writer = JSONWriter()
    writer.write(try JSONReader.read(Array(text.utf8)))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == written)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
    "[1] 2",
    "{a:1}", "\"\u{01}\"", "1e999", String(repeating: "[", count: 40) + String(repeating: "]", count: 40), "'a'", "--1",
  ]) func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array("\"\\u12".utf8)) }
  }

  private static let shape = Shape.object(
    ObjectShape(
      "Thing", "For tests.",
      [
        Property("name", .text(.init(least: 1, most: 3)), ""), Property("size", .integer(1...10), "", isOptional: true),
        Property("tone", .word(["high", "low"]), "", isNullable: true, isOptional: true),
        Property("ids", .list(.integer(), most: 2), "", isOptional: true),
      ]))

  @Test(arguments: [
    (#"{"name":"ab"}"#, ""), (#"{"name":"ab","size":3,"tone":null,"ids":[1,2]}"#, ""),
    (#"{}"#, "name: a member is missing"), (#"{"name":""}"#, "name: the length is wrong"),
    (#"{"name":"a","size":11}"#, "size: the number is out of range"),
    (#"{"name":"a","size":"3"}"#, "size: the value is of another kind"),
    (#"{"name":"a","tone":"hihg"}"#, "tone: there is no such choice"),
    (#"{"name":"a","ids":[1,2,3]}"#, "ids: there are too many"),
    (#"{"name":"a","ids":[1,"2"]}"#, "ids[1]: the value is of another kind"),
    (#"{"nam":"a"}"#, "nam: there is no such member|name: a member is missing"),
    (#"[]"#, ": the value is of another kind"), (#"{"name":"a\u0000"}"#, "name: a text holds the character U+0000"),
  ]) func bodiesAreCheckedWhole(text: String, words: String) throws {
    let violations = Self.shape.check(try JSONReader.read(Array(text.utf8)), at: "")
    #expect(violations.map { "\($0.place): \($0.what)" }.joined(separator: "|") == words)
  }

  @Test(arguments: [
    ("2026-03-01", "2026-03-01 00:00:00"), ("2026-03-01T12:30:00Z", "2026-03-01 12:30:00"),
    ("2026-03-01t12:30:00.123z", "2026-03-01 12:30:00"), ("2026-03-01T00:30:00+01:00", "2026-02-28 23:30:00"),
    ("2026-03-01T23:30:00-01:15", "2026-03-02 00:45:00"), ("2026-02-30", nil), ("2026-03-01T25:00:00Z", nil),
    ("2026-03-01T12:30:00", nil), ("now", nil),
  ]) func timesAreRead(text: String, time: String?) { #expect(Shape.time(text)?.sqlText == time) }

  @Test func cursorsBelongToTheirList() {
    let cursor = Cursor(endpoint: "list_runs").text(of: ["17", "a b"])
    #expect(Cursor(endpoint: "list_runs").parts(of: cursor, count: 2) == ["17", "a b"])
    #expect(Cursor(endpoint: "list_runs").parts(of: cursor, count: 1) == nil)
    #expect(Cursor(endpoint: "list_customers").parts(of: cursor, count: 2) == nil)
    for wrong in ["", "0", "zz", "17", "\u{E9}\u{E9}", "ffff"] {
      #expect(Cursor(endpoint: "list_runs").parts(of: wrong, count: 2) == nil)
    }
  }

  @Test func labelsAreEscaped() {
    var text = PrometheusText()
    text.metric("kith_x", .gauge, "Back\\slash.", [([("source", "a\"b\\c\nd")], 1.5), ([], .infinity)])
    #expect(
      text.text == """
        # HELP kith_x Back\\\\slash.
        # TYPE kith_x gauge
        kith_x{source="a\\"b\\\\c\\nd"} 1.5
        kith_x +Inf

        """)
  }

  @Test func answersAreMasked() throws {
    let shape = Shape.object(
      ObjectShape(
        "Person", "For tests.",
        [
          Property.column("customer_id", of: "customers"), Property.column("email", of: "customers"),
          Property.column("city", of: "customers"), Property.column("last_seen_at", of: "customers", as: "seen_at"),
        ]))
    let value = JSON.of(
      ("customer_id", 1), ("email", "a@example.com"), ("city", "Bern"), ("seen_at", "2026-03-01 12:00:00"))
    func text(_ seesContacts: Bool) -> String {
      var writer = JSONWriter()
      shape.render(value, seesContacts: seesContacts, into: &writer)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    #expect(
      text(true) == #"{"customer_id":1,"email":"a@example.com","city":"Bern","seen_at":"2026-03-01T12:00:00Z"}"#)
    #expect(text(false) == #"{"customer_id":1,"email":null,"city":"Bern","seen_at":"2026-03-01T12:00:00Z"}"#)
  }
}
