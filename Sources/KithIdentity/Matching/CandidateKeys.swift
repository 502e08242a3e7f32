import KithCore

/// What profiles may share that makes them worth comparing.
enum CandidateKey: CaseIterable {
  case email, localPart, phone, phoneEnd, number
  /// Given and family name, in either order.
  case fullName
  /// Birth date, day and month in either order, with a name.
  case birthAndName
  case birthAndPlace
  case postcodeAndName
  case houseAndInitial
  case streetAndName
  case soundAndYear
  case soundAndPlace
  case soundOfFullName
  case cityAndName
  /// One thing alone: most of its blocks are large and get parted.
  case name, birth

  /// A block of more rows than this is parted by a further key: n rows make n (n - 1) / 2 pairs.
  var blockLimit: Int {
    switch self {
    case .email, .phone, .number: 60
    case .fullName, .soundOfFullName: 8
    case .name, .birth: 10
    default: 12
    }
  }
}

/// Works out the keys of rows.
struct CandidateKeys {
  private let table: ProfileTable
  var count: Int { table.count }

  init(_ table: ProfileTable) { self.table = table }

  // MARK: entries: 36 bits of hash above 28 bits of row

  static let rowBits = 28
  static let rowLimit = 1 << rowBits

  @inline(__always) static func entry(hash: UInt64, row: Int) -> UInt64 {
    hash & ~(UInt64(rowLimit) - 1) | UInt64(row)
  }
  @inline(__always) static func row(of entry: UInt64) -> Int { Int(entry & (UInt64(rowLimit) - 1)) }
  @inline(__always) static func isSameKey(_ one: UInt64, _ other: UInt64) -> Bool { one >> rowBits == other >> rowBits }

  // MARK: keys

  func appendKeys(_ key: CandidateKey, row: Int, to entries: inout [UInt64]) {
    let before = entries.count
    // Of several parts each must be known.
    @inline(__always) func add(_ one: UInt64, _ two: UInt64 = 1, _ three: UInt64 = 1) {
      if one == 0 || two == 0 || three == 0 { return }
      let hash = CandidateKeys.mix(CandidateKeys.mix(CandidateKeys.mix(0x9e37_79b9_7f4a_7c15, one), two), three)
      let entry = CandidateKeys.entry(hash: hash, row: row)
      if !entries[before...].contains(entry) { entries.append(entry) }
    }
    let (given, family) = (table.given[row], table.family[row])
    switch key {
    case .email: for value in table.emails[row] { add(UInt64(value)) }
    case .localPart: for value in table.emails[row] { add(UInt64(table.locals[value])) }
    case .phone: for value in table.phones[row] { add(UInt64(value)) }
    case .phoneEnd: for value in table.phones[row] { add(lastDigits(value)) }
    case .number:
      for value in table.customerNumbers[row] { add(1, UInt64(value)) }
      for value in table.userIDs[row] { add(2, UInt64(value)) }
      for value in table.loyaltyNumbers[row] { add(3, UInt64(value)) }
    case .fullName:
      for one in table.names.tokens(of: given) {
        for other in table.names.tokens(of: family) { add(UInt64(min(one, other)), UInt64(max(one, other))) }
      }
      if family == 0 { for one in table.names.tokens(of: given) { add(UInt64(one), 1 << 40) } }
    case .birthAndName:
      let birth = fullBirth(row)
      if birth > 0 { eachName(given, family) { add(birth, UInt64($0)) } }
    case .birthAndPlace:
      let birth = fullBirth(row)
      if birth > 0 { add(birth, UInt64(table.postcodes[row])) }
      if birth > 0 { add(birth, UInt64(table.cities[row]), 7) }
    case .postcodeAndName:
      let postcode = UInt64(table.postcodes[row])
      if postcode > 0 { eachName(given, family) { add(postcode, UInt64($0)) } }
    case .houseAndInitial:
      add(UInt64(table.postcodes[row]), UInt64(table.houses[row]), initial(given))
      add(UInt64(table.postcodes[row]), UInt64(table.houses[row]), initial(family))
    case .streetAndName:
      let (street, house) = (UInt64(table.streets[row]), UInt64(table.houses[row]))
      if street > 0 {
        eachName(given, family) {
          add(street, house, UInt64($0))
          if house == 0 { add(street, UInt64($0), 3) }
        }
      }
    case .soundAndYear:
      let year = UInt64(table.births[row] / 10_000)
      add(sound(family), initial(given), year)
      add(sound(given), initial(family), year)
    case .soundAndPlace:
      add(sound(family), UInt64(table.postcodes[row]))
      add(sound(given), UInt64(table.postcodes[row]), 5)
      add(sound(family), initial(given), UInt64(table.cities[row]))
    case .soundOfFullName: add(min(sound(given), sound(family)), max(sound(given), sound(family)))
    case .cityAndName:
      let city = UInt64(table.cities[row])
      let year = UInt64(table.births[row] / 10_000)
      if city > 0 { eachName(given, family) { add(city, UInt64($0), year) } }
    case .name: eachName(given, family) { add(UInt64($0)) }
    case .birth: add(fullBirth(row))
    }
  }

  private func eachName(_ given: Int32, _ family: Int32, _ body: (Int32) -> Void) {
    for token in table.names.tokens(of: given) where table.names.texts[token].count > 1 { body(token) }
    for token in table.names.tokens(of: family) where table.names.texts[token].count > 1 { body(token) }
  }

  /// A full birth date with the smaller of day and month first; 0 when it is not known.
  private func fullBirth(_ row: Int) -> UInt64 {
    let birth = table.births[row]
    let (month, day) = (birth / 100 % 100, birth % 100)
    return month == 0 ? 0 : UInt64(birth / 10_000 * 10_000 + min(month, day) * 100 + max(month, day))
  }

  private func sound(_ name: Int32) -> UInt64 { UInt64(table.names.sounds[name]) }

  private func initial(_ name: Int32) -> UInt64 {
    let text = table.names.texts[name]
    return text.count == 0 ? 0 : UInt64(text[0])
  }

  private func lastDigits(_ phone: Int32) -> UInt64 {
    let text = table.phones.texts[phone]
    var value: UInt64 = 0
    for index in max(0, text.count - 7)..<text.count { value = value * 10 + UInt64(text[index] & 15) }
    return text.count < 8 ? 0 : value + 1
  }

  // MARK: what parts large blocks

  static let refinements = 4

  /// A further key for blocks that are too large; 0 when it is not known.
  func refinement(_ level: Int, row: Int) -> UInt64 {
    let value: UInt64 =
      switch level {
      case 0: UInt64(table.postcodes[row])
      case 1: UInt64(table.births[row] / 10_000)
      case 2: UInt64(table.cities[row])
      default: initial(table.given[row])
      }
    return value == 0 ? 0 : CandidateKeys.mix(0x2545_f491_4f6c_dd1d, value) | 1 << 63
  }

  /// Rows with like names stand together.
  func nameOrder(_ row: Int) -> UInt64 {
    UInt64(table.names.sounds[table.family[row]]) << 32 | UInt64(table.names.sounds[table.given[row]])
  }

  @inline(__always) private static func mix(_ hash: UInt64, _ part: UInt64) -> UInt64 {
    var value = (hash ^ part) &* 0xbf58_476d_1ce4_e5b9
    value ^= value >> 32
    value = value &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 29
  }
}
