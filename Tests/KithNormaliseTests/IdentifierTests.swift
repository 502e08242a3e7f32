import KithCore
import Testing

@testable import KithNormalise

struct EmailTests {
  @Test(arguments: [
    ("anna@example.org", "anna@example.org", "anna@example.org"),
    (" Anna.Muster@Example.ORG ", "anna.muster@example.org", "anna.muster@example.org"),
    ("anna+shop@example.org", "anna+shop@example.org", "anna@example.org"),
    ("A.N.N.A+x@GMail.com", "a.n.n.a+x@gmail.com", "anna@gmail.com"),
    ("an.na@googlemail.com", "an.na@googlemail.com", "anna@gmail.com"),
    ("mailto:Anna@example.org?subject=hi", "anna@example.org", "anna@example.org"),
    ("Anna Muster <anna@example.org>", "anna@example.org", "anna@example.org"),
    ("\"Muster, Anna\" <Anna@example.org>;", "anna@example.org", "anna@example.org"),
    ("anna@example.org;", "anna@example.org", "anna@example.org"),
    ("'anna@example.org'", "anna@example.org", "anna@example.org"),
    ("JÜRG@Exämple.ch", "jürg@exämple.ch", "jürg@exämple.ch"),
    ("o'neil@example.co.uk", "o'neil@example.co.uk", "o'neil@example.co.uk"),
    ("+only@example.org", "+only@example.org", "+only@example.org"),
    ("a@b-c.example", "a@b-c.example", "a@b-c.example"),
  ])
  func addresses(text: String, display: String, key: String) throws {
    let email = try #require(EmailAddress(text))
    #expect(email.display == display)
    #expect(email.matchingKey == key)
    #expect(email.links)
    #expect(EmailAddress(display)?.display == display)
    #expect(EmailAddress(key)?.matchingKey == key)
  }

  @Test(arguments: [
    "", " ", "anna", "anna@", "@example.org", "anna@example", "anna@@example.org", "anna@exam ple.org",
    "anna@-example.org", "anna@example-.org", "anna@example..org", ".anna@example.org", "anna.@example.org",
    "an..na@example.org", "anna@example.o", "anna@127.0.0.1", "an na@example.org", "anna@exa_mple.org",
    "<anna@example.org", "n/a", String(repeating: "a", count: 65) + "@example.org",
  ])
  func notAnAddress(text: String) { #expect(EmailAddress(text) == nil) }

  @Test(arguments: [
    "noreply@example.org", "No-Reply@example.org", "donotreply@example.org", "unknown@example.org", "test@test.com",
    "TEST@test.ch", "x@shop.invalid", "anna@noemail.com", "nobody@example.org",
  ])
  func nobodysAddress(text: String) throws { #expect(try #require(EmailAddress(text)).links == false) }

  @Test(arguments: ["info@example.org", "office@example.org", "test@example.org", "anna@testing.org"])
  func roleAddressesLink(text: String) throws { #expect(try #require(EmailAddress(text)).links) }

  @Test func severalInOneField() throws {
    let profile = Profile(key: "1", identifiers: [Identifier(.email, "Anna@example.org; a.m@example.net")])
    let identifiers = try canonicalProfile(profile).identifiers
    #expect(identifiers.map(\.value) == ["anna@example.org", "a.m@example.net"])
    #expect(identifiers.allSatisfy { $0.delivered == "Anna@example.org; a.m@example.net" })
  }
}

struct IssuedNumberTests {
  @Test(arguments: [
    ("17850", "17850"), (" 17850 ", "17850"), ("17850.0", "17850"), ("17850.00", "17850"), ("17850.5", "17850.5"),
    ("C-1001", "C-1001"), ("1.2.0", "1.2.0"), (".0", ".0"), ("v1.0", "v1.0"), ("", ""), ("007", "007"),
  ])
  func numbers(text: String, expected: String) {
    #expect(IssuedNumber.canonical(text) == expected)
    #expect(IssuedNumber.canonical(expected) == expected)
  }

  @Test(arguments: [
    "0", "000", "00000000-0000-0000-0000-000000000000", "n/a", "N/A", "null", "None", "undefined", "(not set)", "-1",
    "guest", "nan", "unknown",
  ])
  func placeholders(text: String) { #expect(IssuedNumber.isPlaceholder(text)) }

  @Test(arguments: ["1", "10", "c0ffee", "00000000-0000-0000-0000-000000000001", "A0"])
  func realNumbers(text: String) { #expect(!IssuedNumber.isPlaceholder(text)) }
}

struct ProfileKeyTests {
  private func key(_ profile: Profile) -> String? {
    var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    return normaliser.profile(profile, source: "shop")?.key
  }

  @Test func theDeliveredKeyStays() { #expect(key(Profile(key: " C-7 ")) == "C-7") }

  @Test func theStrongestIdentifierElse() {
    let email = Identifier(.email, "An.na+x@gmail.com")
    let own = Identifier(.customerNumber, "17850.0")
    let foreign = Identifier(.customerNumber, "17850", namespace: "crm")
    #expect(key(Profile(identifiers: [email])) == "email:anna@gmail.com")
    #expect(key(Profile(identifiers: [email, own])) == "customer_number:17850")
    #expect(key(Profile(identifiers: [email, foreign])) == "customer_number@crm:17850")
    #expect(
      key(Profile(identifiers: [Identifier(.visitorID, "v1"), Identifier(.phone, "0446681800")]))
        == "phone:+41446681800")
  }

  @Test func nothingToHangItOn() {
    #expect(key(Profile()) == nil)
    #expect(key(Profile(identifiers: [Identifier(.email, "noreply@example.org")])) == nil)
    #expect(key(Profile(identifiers: [Identifier(.customerNumber, "0")])) == nil)
    let broken = Profile(identifiers: [Identifier(.email, "broken@")], attributes: [AttributeValue(.city, "Ulm")])
    #expect(key(broken) == nil)
  }

  @Test func namespaces() throws {
    let profile = Profile(
      key: "1",
      identifiers: [
        Identifier(.userID, "u1"), Identifier(.userID, "u1", namespace: "app"), Identifier(.userID, "u1 "),
        Identifier(.email, "a@example.org"),
      ])
    let identifiers = try canonicalProfile(profile, source: "shop").identifiers
    #expect(identifiers.map(\.namespace) == ["shop", "app", ""])
  }
}
