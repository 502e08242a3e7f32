import KithCore

/// Makes the people: alone, as couples that share an address, a landline and sometimes a mailbox, and as fathers and
/// sons of one name.
struct Population {
  private(set) var people: [Person] = []
  private(set) var employers: [Employer] = []
  private let seed: UInt64
  private let until: CalendarDate
  private var takenEmails: Set<String> = ["test@example.com", "noreply@example.com"]
  private var phones = PhoneBook()
  /// People made so far, those included who are not in the list yet.
  private var made = 0

  init(people count: Int, seed: UInt64, until: CalendarDate) {
    self.seed = seed
    self.until = until
    makeEmployers(max(3, count / 25))
    while people.count < count {
      var random = SampleRandom(seed: seed, purpose: "household", number: people.count)
      let size = random.pick(weighted: [(HouseholdKind.single, 62), (.couple, 28), (.fatherAndSon, 5), (.flatShare, 5)])
      add(household: size, room: count - people.count, &random)
    }
  }

  private enum HouseholdKind { case single, couple, fatherAndSon, flatShare }

  /// What the members of a household have in common.
  private struct Household {
    var language: Language
    var country: String
    var home: Address
    var landline: String?
    var formerHome: Address?
    var movedOn: CalendarDate?
    var family: String
  }

  private mutating func add(household kind: HouseholdKind, room: Int, _ random: inout SampleRandom) {
    let shared = makeHousehold(&random)
    let gender: Gender = random.chance(50) ? .woman : .man
    switch (kind, room > 1) {
    case (.couple, true):
      var first = makePerson(shared, gender: gender, age: random.within(24...72), &random)
      var second = makePerson(
        shared, gender: random.chance(92) ? gender.other : gender, age: random.within(24...72),
        family: random.chance(70) ? nil : random.pick(NameBook.of(shared.language).families), &random)
      if random.chance(30) {
        let mailbox = unique(Population.mailbox("familie", shared.family), &random)
        first.householdEmail = mailbox
        if random.chance(75) { second.householdEmail = mailbox }
      }
      people += [first, second]
    case (.fatherAndSon, true):
      let father = makePerson(shared, gender: .man, age: random.within(48...78), &random)
      people.append(father)
      people.append(makePerson(shared, gender: .man, age: random.within(18...28), given: father.given, &random))
    case (.flatShare, true):
      for _ in 0..<min(room, 3) {
        let family = random.pick(NameBook.of(shared.language).families)
        let other: Gender = random.chance(50) ? .woman : .man
        people.append(makePerson(shared, gender: other, age: random.within(20...32), family: family, &random))
      }
    default: people.append(makePerson(shared, gender: gender, age: random.within(18...79), &random))
    }
  }

  private mutating func makeHousehold(_ random: inout SampleRandom) -> Household {
    let country = random.pick(weighted: [("CH", 70), ("DE", 15), ("FR", 15)])
    let language: Language =
      switch country {
      case "DE": .german
      case "FR": .french
      default: random.pick(weighted: [(Language.german, 64), (.french, 21), (.italian, 10), (.english, 5)])
      }
    var household = Household(
      language: language, country: country, home: Population.address(country, language, &random),
      landline: random.chance(45) ? phones.landline(country, language, &random) : nil,
      family: random.pick(NameBook.of(language).families))
    if random.chance(14) {
      household.formerHome = Population.address(country, language, &random)
      household.movedOn = until.adding(days: -random.within(20...340))
    }
    return household
  }

  private mutating func makePerson(
    _ household: Household, gender: Gender, age: Int, given: String? = nil, family: String? = nil,
    _ random: inout SampleRandom
  ) -> Person {
    let book = NameBook.of(household.language)
    let number = made
    made += 1
    let given = given ?? random.pick(gender == .woman ? book.women : book.men)
    let family = family ?? household.family
    let employer = random.chance(18) ? random.below(employers.count) : nil
    let birth = until.adding(days: -(age * 365 + age / 4 + random.below(365)))
    var person = Person(
      truth: "P" + padded(number + 1, 4), number: number, language: household.language, gender: gender,
      country: household.country, given: given, family: family, birth: birth, home: household.home,
      formerHome: household.formerHome, movedOn: household.movedOn,
      emails: makeEmails(given, family, birth, &random), mobile: phones.mobile(household.country, &random),
      landline: household.landline, employer: employer,
      workEmail: employer.map { unique(Population.mailbox(given, family, at: employers[$0].domain), &random) },
      temper: random.pick(weighted: [
        (.enthusiast, 12), (.regular, 30), (.bargainHunter, 18), (.quiet, 18), (.troubled, 12), (.newcomer, 10),
      ]),
      memberships: Memberships(), visitors: makeVisitors(&random),
      network: "2001:db8:\(random.hex(3)):\(random.hex(4))::\(random.hex(3))")
    if gender == .woman, age < 45, random.chance(14) {
      person.formerFamily = random.pick(book.families)
      person.marriedOn = until.adding(days: -random.within(30...330))
    }
    person.memberships = makeMemberships(person, &random)
    return person
  }

  private mutating func makeEmails(
    _ given: String, _ family: String, _ birth: CalendarDate, _ random: inout SampleRandom
  ) -> [String] {
    let domains = [
      ("example.org", 30), ("example.net", 25), ("example.com", 20), ("mail.example.com", 15), ("post.example.net", 10),
    ]
    let first = Population.mailbox(given, family, at: random.pick(weighted: domains))
    var emails = [unique(first, &random)]
    if random.chance(25) {
      let short = Population.ascii(given).prefix(1) + Population.ascii(family) + padded(birth.year % 100, 2)
      emails.append(unique(short + "@" + random.pick(weighted: domains), &random))
    }
    return emails
  }

  /// The address itself or, when somebody has it already, one with a number.
  private mutating func unique(_ email: String, _ random: inout SampleRandom) -> String {
    var candidate = email
    while !takenEmails.insert(candidate).inserted {
      let parts = email.split(separator: "@", maxSplits: 1)
      candidate = "\(parts[0])\(random.within(2...999))@\(parts[1])"
    }
    return candidate
  }

  private func makeVisitors(_ random: inout SampleRandom) -> [String] {
    (0..<random.pick(weighted: [(1, 50), (2, 38), (3, 12)])).map { _ in
      "\(random.within(100_000_000...2_147_483_647)).\(1_750_000_000 + random.below(10_000_000))"
    }
  }

  private func makeMemberships(_ person: Person, _ random: inout SampleRandom) -> Memberships {
    var memberships = Memberships()
    memberships.isContact = random.chance(person.employer == nil ? 45 : 85)
    memberships.isLead = random.chance(memberships.isContact ? 4 : 14)
    memberships.hasCard = random.chance(person.employer == nil ? 2 : 25)
    if random.chance(58) { memberships.shopNumber = String(7_100_000_000_000 + person.number * 32_768 + 21_317) }
    if person.language == .french, random.chance(55) {
      memberships.frenchShopNumber = String(40_000 + person.number * 3)
    }
    memberships.isSubscriber = random.chance(28)
    if random.chance(20) { memberships.loyaltyNumber = "77" + padded(100_000 + person.number * 7, 8) }
    // Whoever declines the cookies leaves no trace.
    memberships.surfs = random.chance(25)
    return memberships
  }
}

extension Population {
  private mutating func makeEmployers(_ count: Int) {
    var random = SampleRandom(seed: seed, purpose: "employers")
    let first = [
      "Wolkenhaus", "Silberdistel", "Kieselgrund", "Laternenhof", "Mühlrad", "Zirbenblick", "Papiermond",
      "Sägewerk Föhn",
    ]
    let second = [
      ("Treuhand AG", "Finanzen"), ("Holzbau GmbH", "Bau"), ("Optik AG", "Handel"), ("Verlag GmbH", "Medien"),
      ("Informatik AG", "IT"), ("Reisen Sàrl", "Tourismus"), ("Praxis", "Gesundheit"), ("Stiftung", "Verein"),
    ]
    for index in 0..<count {
      let kind = second[(index / first.count + index) % second.count]
      let name = first[index % first.count] + " " + kind.0 + (index >= 64 ? " \(index / 64 + 1)" : "")
      employers.append(
        Employer(
          id: "0015i00000" + padded(index * 37 + 4_100, 5) + "AAB", truth: "A" + padded(index + 1, 4), name: name,
          domain: Population.ascii(name.split(separator: " ")[0] + "\(index + 1)") + ".example.com",
          home: Population.address("CH", .german, &random), phone: phones.landline("CH", .german, &random),
          industry: kind.1,
          created: Timestamp(until.adding(days: -random.within(400...1_800)), hour: 9, minute: random.below(60))))
    }
  }

  static func address(_ country: String, _ language: Language, _ random: inout SampleRandom) -> Address {
    let town = random.pick(Town.of(country, language))
    let house = "\(random.within(1...120))" + (random.chance(8) ? random.pick(["a", "b"]) : "")
    return Address(
      street: Streets.name(country, language, &random), house: house, postcode: town.postcode, city: town.name,
      country: country)
  }

  static func mailbox(_ given: String, _ family: String, at domain: String = "example.org") -> String {
    "\(ascii(given)).\(ascii(family))@\(domain)"
  }

  /// Letters as they stand in addresses: lower case, ä as ae, é as e, nothing but letters, digits and hyphens.
  static func ascii(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text.lowercased() {
      switch character {
      case "ä": result += "ae"
      case "ö": result += "oe"
      case "ü": result += "ue"
      case "ß": result += "ss"
      case "é", "è", "ê", "ë": result += "e"
      case "à", "á", "â": result += "a"
      case "ç": result += "c"
      case "î", "ï": result += "i"
      case "ô", "ò": result += "o"
      case "û": result += "u"
      case "a"..."z", "0"..."9", "-": result.append(character)
      default: break
      }
    }
    return result
  }
}

extension Gender {
  var other: Gender { self == .woman ? .man : .woman }
}
