/// A made-up customer: all of it follows from the row's number, so that visits and orders can name the same person
/// without anybody keeping a list of a million.
struct Person {
  let number: Int
  let given: Word
  let family: Word
  let isWoman: Bool
  let town: Town
  let mailDomain: String
  /// What the customer file draws further from.
  var random: SplitMix64

  init(_ row: Int) {
    var random = SplitMix64(.person, row: row)
    number = 100_000 + row
    town = random.pick(Town.all)
    isWoman = random.chance(50)
    given = random.pick(isWoman ? town.words.women : town.words.men)
    family = random.pick(town.words.families)
    mailDomain = random.pick(Self.mailDomains)
    self.random = random
  }

  private static let mailDomains = ["example.com", "example.org", "mail.example.com", "post.example.org"]

  /// One address per number, at domains that are reserved for examples.
  func writeMail(to out: RowWriter) {
    out.text(given.mail)
    out.byte(UInt8(ascii: "."))
    out.text(family.mail)
    out.number(number)
    out.byte(UInt8(ascii: "@"))
    out.text(mailDomain)
  }

  func writeName(to out: RowWriter) {
    out.text(given.text)
    out.byte(UInt8(ascii: " "))
    out.text(family.text)
  }
}
