import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct VCardReaderTests {
  private let options = ReadingOptions(format: .vcard)

  @Test func readsVersion3() throws {
    let card = """
      BEGIN:VCARD\r\nVERSION:3.0\r\nN:Muster;Anna;Maria\\, Eva;Dr.;\r\nFN:Dr. Anna Muster\r
      EMAIL;TYPE=INTERNET,PREF:anna\r
       @example.com\r\nitem1.EMAIL;TYPE=WORK:anna@example.org\r\nTEL;TYPE=\"cell,voice\":+41 79 123\r
      ADR;TYPE=home:;;Weg 1;Bern;BE;3000;CH\r\nORG:Muster AG;Verkauf\r\nNOTE:a\\nb\\;c\\\\\r\nUID:u-1\r\nEND:VCARD\r\n
      """
    #expect(
      try read(card, options).map(\.text) == [
        "{VERSION: {value: 3.0}, N: {family: Muster, given: Anna, additional: Maria, Eva, prefix: Dr.}, "
          + "FN: {value: Dr. Anna Muster}, EMAIL: {value: anna@example.com, type: internet, pref: 1}, "
          + "EMAIL: {value: anna@example.org, type: work}, TEL: {value: +41 79 123, type: cell,voice}, "
          + "ADR: {street: Weg 1, city: Bern, region: BE, postcode: 3000, country: CH, type: home}, "
          + "ORG: {value: Muster AG, unit: Verkauf}, NOTE: {value: a\nb;c\\}, UID: {value: u-1}}"
      ])
  }

  @Test func readsVersion21WithQuotedPrintableAndCharset() throws {
    let card = """
      BEGIN:VCARD
      VERSION:2.1
      N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrg
      NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:gr=FC=
      =DFe
      TEL;HOME;VOICE;PREF:031 1
      PHOTO;ENCODING=BASE64;JPEG:
       AAAA
       BBBB

      TITLE:Chef
      END:VCARD
      """
    #expect(
      try read(card, options).map(\.text) == [
        "{VERSION: {value: 2.1}, N: {family: Müller, given: Jürg}, NOTE: {value: grüße}, "
          + "TEL: {value: 031 1, type: home,voice, pref: 1}, TITLE: {value: Chef}}"
      ])
  }

  @Test func readsVersion4() throws {
    let card = """
      begin:vcard
      VERSION:4.0
      TEL;VALUE=uri;TYPE="work,cell";PREF=2:tel:+1-418-262;ext=102
      EMAIL;X-LABEL="a:b;c":mailto:a@example.com
      PHOTO:data:image/png;base64,AAAA
      end:vcard
      """
    #expect(
      try read(card, options).map(\.text) == [
        "{VERSION: {value: 4.0}, TEL: {value: +1-418-262, type: work,cell, pref: 2}, EMAIL: {value: a@example.com}}"
      ])
  }

  @Test func aBrokenCardCostsOnlyItself() throws {
    let text = """
      BEGIN:VCARD
      FN:One
      END:VCARD
      stray
      BEGIN:VCARD
      FN:Two has no end
      BEGIN:VCARD
      this is no property
      END:VCARD

      BEGIN:VCARD
      FN:Three
      END:VCARD
      """
    #expect(
      try read(text, options) == [
        .record(position: 1, "{FN: {value: One}}"), .reject(position: 4, code: "syntax", raw: "stray\n"),
        .reject(position: 5, code: "syntax", raw: "BEGIN:VCARD\nFN:Two has no end\n"),
        .reject(position: 7, code: "syntax", raw: "BEGIN:VCARD\nthis is no property\nEND:VCARD\n"),
        .record(position: 11, "{FN: {value: Three}}"),
      ])
  }

  @Test func anotherPersonsCardWithinACardIsLeftOut() throws {
    let text = "BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nTITLE:T\nEND:VCARD\n"
    #expect(try read(text, options).map(\.text) == ["{FN: {value: A}, TITLE: {value: T}}"])
  }

  @Test func limitsGrowthChunksAndResumption() throws {
    let text = "BEGIN:VCARD\nFN:A\nEND:VCARD\n\nBEGIN:VCARD\nN:B;é\nEND:VCARD\nx\nBEGIN:VCARD\nFN:C\nEND:VCARD"
    try expectSameInChunks(Array(text.utf8), options)
    try expectSameResumed(Array(text.utf8), options)
    var growing = options
    growing.isGrowing = true
    #expect(try read(text, growing).last == .incomplete(offset: 59))
    var small = options
    small.maxRecordBytes = 100
    let long = "BEGIN:VCARD\nNOTE:\(String(repeating: "x", count: 5_000))\nEND:VCARD\n"
    #expect(try read(long + text, small).map(\.code) == ["size", nil, nil, "syntax", nil])
  }

  @Test func isDetected() throws {
    #expect(try reader("BEGIN:VCARD\nFN:A\nEND:VCARD\n").dialect.format == .vcard)
  }
}
