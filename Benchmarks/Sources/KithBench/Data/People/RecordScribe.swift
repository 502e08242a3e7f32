/// Writes down one record of a resident, as somebody at one of the sources does it at some time.
struct RecordScribe {
  private let resident: Resident
  private let isEarly: Bool
  private let slot: Int
  private var typist: Typist
  private var row = PeopleRow()

  private var family: Word { resident.family(isEarly: isEarly) }

  static func row(of resident: Resident, slot: Int) -> (source: PeopleSource, row: PeopleRow) {
    var random = SplitMix64(.record, row: slot)
    let source = PeopleSource.of(&random)
    var scribe = RecordScribe(resident, slot, Typist(random: random, slips: source == .news ? 4 : 2))
    switch source {
    case .crm: scribe.writeContact()
    case .shop: scribe.writeBuyer()
    case .news: scribe.writeReader()
    }
    return (source, scribe.row)
  }

  private init(_ resident: Resident, _ slot: Int, _ typist: Typist) {
    self.resident = resident
    self.slot = slot
    self.typist = typist
    isEarly = self.typist.random.chance(40)
  }

  /// Somebody types in what is on a visiting card; now and then names into the wrong box.
  private mutating func writeContact() {
    row.given = chance(97) ? typist.given(resident.given.text) : ""
    row.family = typist.words(family.text)
    if chance(2) { (row.given, row.family) = (row.family, row.given) }
    if chance(70) { writeMail() }
    if chance(75) { writePhone() }
    if chance(65) { writeBirth(isGerman: false) }
    if chance(88) { writeHome() }
    if chance(92) { writeNumber(isNew: resident.seat.copy > 0 && chance(30)) }
  }

  /// Buyers give their name as a whole and where the parcel goes; half of them are signed in.
  private mutating func writeBuyer() {
    row.full = fullName(commaPercent: 8)
    if chance(97) { writeMail() }
    if chance(50) { writePhone() }
    if chance(95) { writeHome() }
    if chance(45) { writeNumber(isNew: false) }
  }

  /// A form of which only the address is needed.
  private mutating func writeReader() {
    if chance(75) {
      row.full = fullName(commaPercent: 40)
    } else if chance(60) {
      row.given = typist.given(resident.given.text)
    }
    writeMail()
    if chance(5) { writePhone() }
    if chance(35) { writeBirth(isGerman: true) }
    if chance(40) { row.postcode = resident.home(isEarly: isEarly).town.postcode }
  }

  private mutating func chance(_ percent: Int) -> Bool { typist.random.chance(percent) }

  private mutating func fullName(commaPercent: Int) -> String {
    let (given, family) = (typist.given(resident.given.text), typist.words(family.text))
    if chance(commaPercent) { return "\(family), \(given)" }
    return chance(3) ? "\(family) \(given)" : "\(given) \(family)"
  }

  private mutating func writeMail() {
    let own = resident.mailbox(isEarly: isEarly)
    let shared = resident.household.mailbox
    row.mail = typist.mail(chance(45) ? shared ?? own : own)
  }

  private mutating func writePhone() {
    let own = resident.phone(isEarly: isEarly)
    let index = chance(35) ? resident.household.landline ?? own : own
    row.phone = Phone(index: index, isFrench: false, style: typist.random.below(100))
  }

  private mutating func writeBirth(isGerman: Bool) {
    let birth = typist.birth(resident.birth)
    let (day, month) = (Self.twoDigits(birth.day), Self.twoDigits(birth.month))
    row.birth = isGerman ? "\(day).\(month).\(birth.year)" : "\(birth.year)-\(month)-\(day)"
  }

  private mutating func writeHome() {
    let home = resident.home(isEarly: isEarly)
    let street = chance(20) ? home.street.replacing("strasse", with: "str.") : home.street
    row.street = typist.words(street) + (chance(97) ? " \(home.house)" : "")
    row.postcode = chance(97) ? home.town.postcode : ""
    row.city = chance(95) ? typist.words(home.town.name) : ""
  }

  /// Whoever is entered a second time gets a second number.
  private mutating func writeNumber(isNew: Bool) {
    row.customerNumber = "K\(isNew ? 50_000_000 + slot : 10_000_000 + resident.seat.person)"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
