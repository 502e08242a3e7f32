import FoundationEssentials

/// What a CRM or a shop answers when it is asked for its contacts, page by page: each line of the file is one answer, a
/// JSON document of about a megabyte as a tool's server sends it. The last line is the empty page that ends the list.
enum PageFile {
  /// The bytes of records after which a page ends.
  static let pageBytes = 1 << 20

  /// How large the records are. The larger ones have what tools send along and nobody maps; a shop sends addresses twice.
  enum Size { case small, large, shop }

  static func write(_ rows: Int, _ size: Size, to url: URL) throws {
    let out = try RowWriter(url)
    var start = out.bytes
    out.text(head)
    for row in 0..<rows {
      if out.bytes - start > pageBytes {
        out.text(tail)
        try out.endRow()
        start = out.bytes
        out.text(head)
      } else if row > 0 {
        out.comma()
      }
      write(row, size, to: out)
    }
    out.text(tail)
    try out.endRow()
    out.text(head + tail)
    try out.endRow()
    try out.finish()
  }

  private static let head = #"{"contacts":["#
  private static let tail = "]}"

  private static func write(_ row: Int, _ size: Size, to out: RowWriter) {
    var person = Person(row)
    out.text(#"{"id":"#)
    out.number(person.number)
    out.text(#","email":""#)
    person.writeMail(to: out)
    member("first_name", person.given.text, to: out)
    member("last_name", person.family.text, to: out)
    out.text(#"","phone":""#)
    Phone(index: row, isFrench: person.town.country == "FR", style: person.random.below(100)).write(to: out)
    let street = person.random.pick(person.town.words.streets)
    out.text(#"","address":{"street":""#)
    out.text(street)
    out.byte(UInt8(ascii: " "))
    out.number(1 + person.random.below(120))
    member("postcode", person.town.postcode, to: out)
    member("city", person.town.name, to: out)
    member("country", person.town.country, to: out)
    out.text(#""},"language":""#)
    out.text(person.town.words.language)
    out.text(#"","updated_at":""#)
    out.time(Clock.start + person.random.below(Clock.year))
    out.byte(UInt8(ascii: "\""))
    if size != .small { writeExtras(&person, to: out) }
    if size == .shop { writeShop(&person, to: out) }
    out.byte(UInt8(ascii: "}"))
  }

  private static func member(_ name: String, _ value: String, to out: RowWriter) {
    out.text(#"",""#)
    out.text(name)
    out.text(#"":""#)
    out.text(value)
  }

  private static func writeExtras(_ person: inout Person, to out: RowWriter) {
    out.text(#","owner":{"id":"#)
    out.number(1 + person.random.below(40))
    out.text(#","team":"Kundendienst \u0026 Verkauf","active":true},"tags":["newsletter","trade-fair","#)
    out.text(person.random.chance(50) ? #""outdoor"]"# : #""climbing"]"#)
    out.text(#","lead_score":"#)
    out.number(person.random.below(100))
    out.text(#".5,"lifecycle":null,"source":{"utm_source":"search","utm_medium":"cpc","utm_campaign":"spring-tents"},"#)
    out.text(#""visits":"#)
    out.number(person.random.below(500))
    out.text(#","note":"Met at the fair, asked for the \"Kiesel\" catalogue.","_token":""#)
    out.hex(person.random.next())
    out.byte(UInt8(ascii: "\""))
  }

  private static func writeShop(_ person: inout Person, to out: RowWriter) {
    out.text(#","orders_count":"#)
    out.number(person.random.below(40))
    out.text(#","total_spent":"#)
    out.number(person.random.below(9_000))
    out.text(
      #".90,"currency":"CHF","verified_email":true,"multipass_identifier":null,"tax_exempt":false,"tax_exemptions":[],"#
    )
    out.text(
      #""email_marketing_consent":{"state":"subscribed","opt_in_level":"single_opt_in","consent_updated_at":null},"#)
    out.text(#""sms_marketing_consent":null,"addresses":["#)
    writeAddress(person, to: out)
    out.text(#"],"default_address":"#)
    writeAddress(person, to: out)
  }

  private static func writeAddress(_ person: Person, to out: RowWriter) {
    out.text(#"{"id":"#)
    out.number(person.number * 10)
    out.text(#","company":null,"first_name":""#)
    out.text(person.given.text)
    member("last_name", person.family.text, to: out)
    member("address1", person.town.words.streets[0], to: out)
    member("zip", person.town.postcode, to: out)
    member("city", person.town.name, to: out)
    member("country_code", person.town.country, to: out)
    out.text(#"","province":null,"province_code":null,"phone":null,"default":true}"#)
  }
}
