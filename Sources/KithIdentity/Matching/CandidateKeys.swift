import KithCore

/// What profiles may share that makes them worth comparing.
enum CandidateKey: UInt64, CaseIterable {
  case email, localPart, phone, phoneEnd, number
  /// Given and family name, in either order.
  case fullName
  /// Birth date, day and month in either order, with a name.
  case birthAndName
  case birthAndPlace
  case postcodeAndName
  case streetAndName
  case soundAndYear
  case soundAndPlace
  /// One thing alone: a key in small tables only, in large ones its blocks are crowded.
  case name, birth

  /// A block that was smaller when the model was learned may grow to so many times its limit before it is left out.
  static let growth = 4

  /// In a block of more rows than this nobody is compared, for n rows make n (n - 1) / 2 pairs: what so many share
  /// tells little, and those who are one person share something rarer as well.
  var blockLimit: Int {
    switch self {
    case .email, .phone, .number: 60
    case .fullName: 8
    case .name, .birth: 10
    default: 12
    }
  }
}

/// Works out the keys of rows: of a table to which no row is added meanwhile.
struct CandidateKeys: @unchecked Sendable {
  // Unchecked: it points into the table and only reads.
  private let table: ProfileTable
  private let values: UnsafePointer<Int32>
  private let names: NameView
  private let emails: TextView
  private let locals: UnsafePointer<Int32>
  private let localParts: TextView
  private let phones: TextView
  private let customerNumbers: TextView
  private let userIDs: TextView
  private let loyaltyNumbers: TextView
  private let streets: TextView
  private let houses: TextView
  private let postcodes: TextView
  private let cities: TextView

  init(_ table: ProfileTable) {
    self.table = table
    values = UnsafePointer(table.values.base)
    names = NameView(table.names)
    emails = TextView(table.emails)
    locals = UnsafePointer(table.locals.base)
    localParts = TextView(table.localParts.texts)
    phones = TextView(table.phones)
    customerNumbers = TextView(table.customerNumbers)
    userIDs = TextView(table.userIDs)
    loyaltyNumbers = TextView(table.loyaltyNumbers)
    streets = TextView(table.streets.texts)
    houses = TextView(table.houses.texts)
    postcodes = TextView(table.postcodes.texts)
    cities = TextView(table.cities.texts)
  }

  // MARK: entries: 4 bits of kind, 32 bits of hash, 28 bits of row

  static let rowBits = 28
  static let rowLimit = 1 << rowBits

  @inline(__always) static func entry(_ key: CandidateKey, hash: UInt64, row: Int) -> UInt64 {
    key.rawValue << 60 | hash >> 4 & ~(UInt64(rowLimit) - 1) | UInt64(row)
  }
  static func limit(of key: UInt64) -> Int { CandidateKey(rawValue: key >> 60)?.blockLimit ?? 0 }

  /// The entry without its row.
  @inline(__always) static func key(of entry: UInt64) -> UInt64 { entry & ~(UInt64(rowLimit) - 1) }
  @inline(__always) static func row(of entry: UInt64) -> Int { Int(entry & (UInt64(rowLimit) - 1)) }
  @inline(__always) static func isSameKey(_ one: UInt64, _ other: UInt64) -> Bool { one >> rowBits == other >> rowBits }

  // MARK: keys

  func appendKeys(_ key: CandidateKey, of card: ProfileCard, as number: Int, to entries: inout [UInt64]) {
    let before = entries.count
    // Of several parts each must be known.
    @inline(__always) func add(_ one: UInt64, _ two: UInt64 = 1, _ three: UInt64 = 1) {
      if one == 0 || two == 0 || three == 0 { return }
      let hash = CandidateKeys.mix(CandidateKeys.mix(CandidateKeys.mix(0x9e37_79b9_7f4a_7c15, one), two), three)
      let entry = CandidateKeys.entry(key, hash: hash, row: number)
      if !entries[before...].contains(entry) { entries.append(entry) }
    }
    if card.kind != 0 {
      // Organisations share mailboxes, switchboards and names with their people: only their numbers tell who they are.
      guard key == .number else { return }
      for value in values(card, .customerNumber) { add(4, customerNumbers.hash(value)) }
      for value in values(card, .userID) { add(5, userIDs.hash(value)) }
      return
    }
    let (given, family) = (card.given, card.family)
    switch key {
    case .email: for value in values(card, .email) { add(emails.hash(value)) }
    case .localPart: for value in values(card, .email) { add(localParts.hash(locals[Int(value)])) }
    case .phone: for value in values(card, .phone) { add(phones.hash(value)) }
    case .phoneEnd: for value in values(card, .phone) { add(lastDigits(value)) }
    case .number:
      for value in values(card, .customerNumber) { add(1, customerNumbers.hash(value)) }
      for value in values(card, .userID) { add(2, userIDs.hash(value)) }
      for value in values(card, .loyaltyNumber) { add(3, loyaltyNumbers.hash(value)) }
    case .fullName:
      for one in names.tokens(of: given) {
        for other in names.tokens(of: family) {
          let (one, other) = (names.texts.hash(one), names.texts.hash(other))
          add(min(one, other), max(one, other))
        }
      }
      if family == 0 { for one in names.tokens(of: given) { add(names.texts.hash(one), 1 << 40) } }
    case .birthAndName:
      let birth = fullBirth(card.birth)
      if birth > 0 { eachName(given, family) { add(birth, $0) } }
    case .birthAndPlace:
      let birth = fullBirth(card.birth)
      if birth > 0 { add(birth, postcodes.hash(card.postcode)) }
      if birth > 0 { add(birth, cities.hash(card.city), 7) }
    case .postcodeAndName:
      let postcode = postcodes.hash(card.postcode)
      if postcode > 0 { eachName(given, family) { add(postcode, $0) } }
    case .streetAndName:
      let street = streets.hash(card.street)
      let house = houses.hash(card.house)
      if street > 0 {
        eachName(given, family) {
          add(street, house, $0)
          if house == 0 { add(street, $0, 3) }
        }
      }
    case .soundAndYear:
      let year = UInt64(card.birth / 10_000)
      add(sound(family), initial(given), year)
      add(sound(given), initial(family), year)
    case .soundAndPlace:
      let postcode = postcodes.hash(card.postcode)
      add(sound(family), postcode)
      add(sound(given), postcode, 5)
      add(sound(family), initial(given), cities.hash(card.city))
    case .name: eachName(given, family) { add($0) }
    case .birth: add(fullBirth(card.birth))
    }
  }

  @inline(__always) private func values(_ card: ProfileCard, _ kind: Identifier.Kind) -> UnsafeBufferPointer<Int32> {
    let (start, count) = card.place(of: kind)
    return UnsafeBufferPointer(start: values + start, count: count)
  }

  @inline(__always) private func eachName(_ given: Int32, _ family: Int32, _ body: (UInt64) -> Void) {
    let texts = names.texts
    for token in names.tokens(of: given) where texts[token].count > 1 { body(texts.hash(token)) }
    for token in names.tokens(of: family) where texts[token].count > 1 { body(texts.hash(token)) }
  }

  /// A full birth date with the smaller of day and month first; 0 when it is not known.
  private func fullBirth(_ birth: Int32) -> UInt64 {
    let (month, day) = (birth / 100 % 100, birth % 100)
    return month == 0 ? 0 : UInt64(birth / 10_000 * 10_000 + min(month, day) * 100 + max(month, day))
  }

  private func sound(_ name: Int32) -> UInt64 { UInt64(names.sound(of: name)) }

  private func initial(_ name: Int32) -> UInt64 {
    let text = names.texts[name]
    return text.count == 0 ? 0 : UInt64(text[0])
  }

  private func lastDigits(_ phone: Int32) -> UInt64 {
    let text = phones[phone]
    var value: UInt64 = 0
    for index in max(0, text.count - 7)..<text.count { value = value * 10 + UInt64(text[index] & 15) }
    return text.count < 8 ? 0 : value + 1
  }

  @inline(__always) private static func mix(_ hash: UInt64, _ part: UInt64) -> UInt64 {
    var value = (hash ^ part) &* 0xbf58_476d_1ce4_e5b9
    value ^= value >> 32
    value = value &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 29
  }
}
