import KithCore
import Testing

@testable import KithNormalise

struct PhoneTests {
  @Test(arguments: [
    ("+41 44 668 18 00", "CH", "+41446681800"), ("0041 44 668 18 00", "CH", "+41446681800"),
    ("044 668 18 00", "CH", "+41446681800"), ("044/668 18 00", "CH", "+41446681800"),
    ("+41 (0)44 668 18 00", "DE", "+41446681800"), ("+41 (0) 44-668.18.00", "US", "+41446681800"),
    ("(044) 668 18 00", "CH", "+41446681800"), ("446681800", "CH", "+41446681800"),
    ("41446681800", "CH", "+41446681800"), ("41446681800.0", "CH", "+41446681800"),
    ("'+41446681800", "CH", "+41446681800"), ("tel:+41446681800", "CH", "+41446681800"),
    ("0041446681800", "US", "+41446681800"), ("030 901820", "DE", "+4930901820"),
    ("+39 06 69812345", "CH", "+390669812345"), ("(650) 253-0000", "US", "+16502530000"),
    ("1-650-253-0000", "US", "+16502530000"), ("+1 650 253 0000 ext. 12", "CH", "+16502530000"),
    ("020 7183 8750", "GB", "+442071838750"), ("01 42 68 53 00", "FR", "+33142685300"),
    ("+41 44 668 18 00", "", "+41446681800"), ("８００ 0000", "CH", nil),
    ("044 668 18", "CH", nil), ("not a phone", "CH", nil), ("12", "CH", nil), ("", "CH", nil), ("+", "CH", nil),
    ("044 668 18 00", "ZZ", nil), ("+999 123 456 789", "CH", nil), ("0000000000", "CH", nil),
  ])
  func numbers(text: String, region: String, expected: String?) {
    var reader = PhoneReader()
    #expect(reader.e164(text, region: region) == expected)
    #expect(reader.e164(text, region: region) == expected, "from the cache")
    if let expected { #expect(reader.e164(expected, region: region) == expected) }
  }

  @Test(arguments: [
    ("+41444444444", true), ("+41112345678", true), ("+41187654321", true), ("+41446681800", false),
    ("+41791234567", false), ("+41582000000", false),
  ])
  func placeholders(number: String, expected: Bool) {
    #expect(PhoneReader.isPlaceholder(e164: number) == expected)
  }

  @Test func thePersonsCountryDecides() throws {
    let german = Profile(
      key: "1", identifiers: [Identifier(.phone, "030 901820")], attributes: [AttributeValue(.country, "Deutschland")])
    let swiss = Profile(key: "2", identifiers: [Identifier(.phone, "044 668 18 00")])
    #expect(try canonicalProfile(german).identifiers.first?.value == "+4930901820")
    #expect(try canonicalProfile(swiss).identifiers.first?.value == "+41446681800")
  }

  @Test func anInvalidNumberStaysAndLinksNobody() throws {
    let profile = Profile(key: "1", identifiers: [Identifier(.phone, " 044  12 "), Identifier(.phone, "n/a")])
    let identifiers = try canonicalProfile(profile).identifiers
    #expect(
      identifiers == [
        CanonicalIdentifier(kind: .phone, value: "044 12", display: "044 12", delivered: " 044  12 ", links: false)
      ])
  }
}
