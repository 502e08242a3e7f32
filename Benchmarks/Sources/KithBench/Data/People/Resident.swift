/// One person with all that was ever true of him or her. Records are of an early or of a late time: in between some
/// married, moved, or changed their mailbox or their number.
struct Resident {
  let seat: Seat
  let household: Household
  let given: Word
  let birth: BirthDay
  private let families: [Word]
  private let homes: [Home]
  private let mailboxes: [String]
  private let phones: [Int]

  init(_ seat: Seat) {
    var random = SplitMix64(.resident, row: seat.person)
    self.seat = seat
    household = Household(seat)
    let member = household.members[seat.place]
    (given, birth) = (member.given, member.birth)
    let marries = random.chance(member.isWoman ? 8 : 2)
    let born = NameStock.of(household.home.town).families.pick(&random)
    families = marries ? [born, member.family] : [member.family]
    homes = random.chance(15) ? [Home(&random), household.home] : [household.home]
    let first = Mailbox.text(given, families[0], number: 2 * seat.person, &random)
    let second = Mailbox.text(given, member.family, number: 2 * seat.person + 1, &random)
    mailboxes = random.chance(25) ? [first, second] : [first]
    let number = PeoplePhone.mobile(of: seat.person)
    phones = random.chance(12) ? [number, PeoplePhone.nextMobile(of: seat.person)] : [number]
  }

  func family(isEarly: Bool) -> Word { families[isEarly ? 0 : families.count - 1] }
  func home(isEarly: Bool) -> Home { homes[isEarly ? 0 : homes.count - 1] }
  func phone(isEarly: Bool) -> Int { phones[isEarly ? 0 : phones.count - 1] }
  func mailbox(isEarly: Bool) -> String { mailboxes[isEarly ? 0 : mailboxes.count - 1] }
}

/// Numbers as `Phone` knows them: those of two people differ in files of up to three million records.
enum PeoplePhone {
  static func mobile(of person: Int) -> Int { 3 * person }
  static func nextMobile(of person: Int) -> Int { 3 * person + 1 }
  static func landline(of household: Int) -> Int { 3 * household + 2 }
}

/// E-mail addresses at domains that are reserved for examples.
enum Mailbox {
  /// No two numbers give the same address. They are scrambled, or neighbours would resemble one another.
  static func text(_ given: Word, _ family: Word, number: Int, _ random: inout SplitMix64) -> String {
    let code = number * 7_368_787 % 10_000_000
    let user =
      switch random.below(4) {
      case 0: "\(given.mail.prefix(1))\(family.mail)\(code)"
      case 1: "\(random.pick(words))\(code)"
      default: "\(given.mail).\(family.mail)\(code)"
      }
    return "\(user)@\(domain(&random))"
  }

  static func domain(_ random: inout SplitMix64) -> String { random.pick(domains) }

  private static let words = [
    "sonne", "berg", "murmeltier", "alpenrose", "velo", "gipfel", "kiesel", "lumiere", "stella",
  ]
  private static let domains = ["example.com", "example.com", "example.org", "mail.example.com", "post.example.org"]
}
