import CPrefetch
import KithCore

/// Compares two profiles field by field.
struct Comparer: Sendable {
  let table: ProfileTable
  let frequencies: Frequencies

  func compare(_ one: Int, _ other: Int) -> Comparison { compare(table.cards[one], table.cards[other]) }

  func compare(_ one: ProfileCard, _ other: ProfileCard) -> Comparison {
    var result = Comparison()
    if one.kind != 0 || other.kind != 0 {
      result.pattern.setOrganisations()
      return result
    }
    compareNames(one, other, &result)
    compareEmails(one, other, &result)
    comparePhones(one, other, &result)
    compareBirths(one, other, &result)
    compareAddresses(one, other, &result)
    compareNumbers(.customerNumber, frequencies.customerNumbers, .customerNumber, one, other, &result)
    compareNumbers(.userID, frequencies.userIDs, .userID, one, other, &result)
    compareNumbers(.loyaltyNumber, frequencies.loyaltyNumbers, .loyaltyNumber, one, other, &result)
    if one.gender != 0, other.gender != 0 {
      result.pattern[.gender] = one.gender == other.gender ? GenderLevel.same : GenderLevel.different
    }
    if one.company != 0, other.company != 0 {
      result.pattern[.company] = one.company == other.company ? CompanyLevel.same : CompanyLevel.different
    }
    return result
  }

  /// Compares two places, and has memory brought in that the next pairs of an ascending list will wait for.
  func compare(_ index: Int, of pairs: [UInt64], _ cards: Column<ProfileCard>) -> Comparison {
    @inline(__always) func higher(_ index: Int) -> UnsafePointer<ProfileCard> {
      UnsafePointer(cards.base) + Int(pairs[index] & 0xffff_ffff)
    }
    if index + 12 < pairs.count {
      kith_prefetch(higher(index + 12))
      kith_prefetch(table.values.base + Int(higher(index + 6).pointee.firstValue))
      let card = higher(index + 3).pointee
      if let email = table.values(card, .email).first { table.emails.prefetch(number: email) }
    }
    return compare(cards[Int(pairs[index] >> 32)], cards[Int(pairs[index] & 0xffff_ffff)])
  }

  /// The same as `compare`, step by step: each with the fields that it adds, and what there is after it.
  func steps(_ one: Int, _ other: Int) -> [(fields: [Field], comparison: Comparison)] {
    let whole = compare(one, other)
    if whole.pattern.isOfOrganisations { return [([], whole)] }
    let (one, other) = (table.cards[one], table.cards[other])
    var current = Comparison()
    var steps: [(fields: [Field], comparison: Comparison)] = []
    func add(_ fields: Field..., by step: (inout Comparison) -> Void) {
      step(&current)
      steps.append((fields, current))
    }
    add(.given, .family) { compareNames(one, other, &$0) }
    add(.email) { compareEmails(one, other, &$0) }
    add(.phone) { comparePhones(one, other, &$0) }
    add(.birth) { compareBirths(one, other, &$0) }
    add(.address) { compareAddresses(one, other, &$0) }
    add(.customerNumber) {
      compareNumbers(.customerNumber, frequencies.customerNumbers, .customerNumber, one, other, &$0)
    }
    add(.userID) { compareNumbers(.userID, frequencies.userIDs, .userID, one, other, &$0) }
    add(.loyaltyNumber) {
      compareNumbers(.loyaltyNumber, frequencies.loyaltyNumbers, .loyaltyNumber, one, other, &$0)
    }
    steps.append(([.gender, .company], whole))
    return steps
  }

  // MARK: names

  private func compareNames(_ one: ProfileCard, _ other: ProfileCard, _ result: inout Comparison) {
    let (given, family) = (one.given, one.family)
    let (otherGiven, otherFamily) = (other.given, other.family)
    if family == 0 || otherFamily == 0 {
      return compareLoneNames(given, family, otherGiven, otherFamily, &result)
    }
    let givenLevel = given == 0 || otherGiven == 0 ? 0 : compareGiven(given, otherGiven)
    let familyLevel = compareFamily(family, otherFamily)
    if familyLevel >= FamilyLevel.sound, given != 0 || otherGiven != 0,
      areSwapped(given, family, otherGiven, otherFamily)
    {
      result.pattern[.given] = GivenLevel.swapped
      result.rarity += rarity(min(given, family), max(given, family))
      return
    }
    if givenLevel == GivenLevel.same {
      result.rarity +=
        familyLevel == FamilyLevel.same
        ? frequencies.fullName(one.fullName, given: given, family: family) : frequencies.given[given]
    } else if familyLevel == FamilyLevel.same {
      result.rarity += frequencies.family[family]
    }
    result.pattern[.given] = givenLevel
    result.pattern[.family] = familyLevel
  }

  /// The rarer reading of two names whose order is not known.
  private func rarity(_ one: Int32, _ other: Int32) -> Float {
    let straight = share(frequencies.given, one) + share(frequencies.family, other)
    let swapped = share(frequencies.given, other) + share(frequencies.family, one)
    return max(straight, swapped)
  }

  /// Names that the column does not know are as rare as one in all.
  private func share(_ column: ShareColumn, _ name: Int32) -> Float { name == 0 ? 0 : column[name] }

  /// One of the two has no family name: what it has may be either name of the other.
  private func compareLoneNames(
    _ given: Int32, _ family: Int32, _ otherGiven: Int32, _ otherFamily: Int32, _ result: inout Comparison
  ) {
    if given != 0, otherGiven != 0 {
      let level = compareGiven(given, otherGiven)
      if level == GivenLevel.different {
        let (lone, full) = family == 0 ? (given, otherFamily) : (otherGiven, family)
        if full != 0, family == 0 || otherFamily == 0, compareFamily(lone, full) <= FamilyLevel.near {
          result.pattern[.family] = compareFamily(lone, full)
          if lone == full { result.rarity += frequencies.family[full] }
          return
        }
      }
      result.pattern[.given] = level
      if level == GivenLevel.same {
        result.rarity += frequencies.given[given]
      }
    }
  }

  private func areSwapped(_ given: Int32, _ family: Int32, _ otherGiven: Int32, _ otherFamily: Int32) -> Bool {
    let first = given == 0 || isLike(given, otherFamily)
    let second = otherGiven == 0 || isLike(otherGiven, family)
    return first && second && (given != 0 && otherGiven != 0)
  }

  private func isLike(_ one: Int32, _ other: Int32) -> Bool {
    if one == other { return true }
    let (a, b) = (table.names.texts[one], table.names.texts[other])
    return min(a.count, b.count) > 3 && Similarity.isAlike(a, b, 0.92)
  }

  private func compareGiven(_ one: Int32, _ other: Int32) -> Int {
    if one == other { return GivenLevel.same }
    let names = table.names
    let (ours, theirs) = (names.tokens(of: one), names.tokens(of: other))
    for token in ours where names.texts[token].count > 1 && theirs.contains(token) { return GivenLevel.part }
    if names.shareNickname(one, other) { return GivenLevel.nickname }
    let (a, b) = (names.texts[one], names.texts[other])
    if names.texts[ours[0]].count == 1 || names.texts[theirs[0]].count == 1 {
      return a[0] == b[0] ? GivenLevel.initial : GivenLevel.different
    }
    if min(a.count, b.count) > 2, isNear(a, b, 0.88) { return GivenLevel.near }
    return GivenLevel.different
  }

  private func compareFamily(_ one: Int32, _ other: Int32) -> Int {
    if one == other { return FamilyLevel.same }
    let names = table.names
    let (ours, theirs) = (names.tokens(of: one), names.tokens(of: other))
    if ours.count > 1 || theirs.count > 1 {
      for token in ours where names.texts[token].count > 2 && theirs.contains(token) { return FamilyLevel.part }
    }
    let (a, b) = (names.texts[one], names.texts[other])
    if min(a.count, b.count) > 2, isNear(a, b, 0.9) { return FamilyLevel.near }
    return names.sounds[one] == names.sounds[other] ? FamilyLevel.sound : FamilyLevel.different
  }

  private func isNear(_ a: TextBytes, _ b: TextBytes, _ bound: Double) -> Bool {
    (min(a.count, b.count) > 3 && Similarity.isOneEdit(a, b)) || Similarity.isAlike(a, b, bound)
  }

  // MARK: identifiers

  private func compareEmails(_ one: ProfileCard, _ other: ProfileCard, _ result: inout Comparison) {
    let (ours, theirs) = (table.values(one, .email), table.values(other, .email))
    if ours.isEmpty || theirs.isEmpty { return }
    var best = EmailLevel.different
    var rarity: Float = 0
    for email in ours {
      for otherEmail in theirs {
        if email == otherEmail {
          if best != EmailLevel.same || frequencies.emails[email] < rarity { rarity = frequencies.emails[email] }
          best = EmailLevel.same
        } else if best > EmailLevel.localPart, table.locals[email] != 0, table.locals[email] == table.locals[otherEmail]
        {
          best = EmailLevel.localPart
          rarity = frequencies.locals[table.locals[email]]
        } else if best > EmailLevel.near, isNearEmail(email, otherEmail) {
          best = EmailLevel.near
        }
      }
    }
    result.pattern[.email] = best
    // Of people with one name many choose one local part: that is counted by the model, not by how rare it is.
    if best == EmailLevel.same || !result.pattern.hasLikeNames { result.rarity += rarity }
  }

  private func isNearEmail(_ one: Int32, _ other: Int32) -> Bool {
    let (a, b) = (table.emails[one], table.emails[other])
    if Similarity.isOneEdit(a, b) { return true }
    let (c, d) = (table.localParts.texts[table.locals[one]], table.localParts.texts[table.locals[other]])
    return min(c.count, d.count) > 5 && (Similarity.isOneEdit(c, d) || Similarity.isAlike(c, d, 0.94))
  }

  private func comparePhones(_ one: ProfileCard, _ other: ProfileCard, _ result: inout Comparison) {
    let (ours, theirs) = (table.values(one, .phone), table.values(other, .phone))
    if ours.isEmpty || theirs.isEmpty { return }
    var best = PhoneLevel.different
    var rarity: Float = 0
    for phone in ours {
      for otherPhone in theirs {
        if phone == otherPhone {
          if best != PhoneLevel.same || frequencies.phones[phone] < rarity { rarity = frequencies.phones[phone] }
          best = PhoneLevel.same
        } else if best > PhoneLevel.near, isNearNumber(table.phones[phone], table.phones[otherPhone]) {
          best = PhoneLevel.near
        }
      }
    }
    result.pattern[.phone] = best
    result.rarity += rarity
  }

  private func isNearNumber(_ a: TextBytes, _ b: TextBytes) -> Bool {
    if Similarity.isOneEdit(a, b) { return true }
    guard a.count > 8, b.count > 8 else { return false }
    for index in 1...8 where a[a.count - index] != b[b.count - index] { return false }
    return true
  }

  private func compareNumbers(
    _ kind: Identifier.Kind, _ shares: ShareColumn, _ field: Field, _ one: ProfileCard, _ other: ProfileCard,
    _ result: inout Comparison
  ) {
    let (ours, theirs) = (table.values(one, kind), table.values(other, kind))
    if ours.isEmpty || theirs.isEmpty { return }
    let texts = table.texts(of: kind)
    var best = 0
    for number in ours {
      for otherNumber in theirs {
        if number == otherNumber {
          result.pattern[field] = NumberLevel.same
          result.rarity += shares[number]
          return
        }
        let (a, b) = (texts[number], texts[otherNumber])
        guard Comparer.haveOneNamespace(a, b) else { continue }
        let level = Similarity.isOneEdit(a, b) ? NumberLevel.near : NumberLevel.different
        best = best == 0 ? level : min(best, level)
      }
    }
    result.pattern[field] = best
  }

  private static func haveOneNamespace(_ a: TextBytes, _ b: TextBytes) -> Bool {
    var index = 0
    while index < a.count, index < b.count, a[index] == b[index] {
      if a[index] == 1 { return true }
      index += 1
    }
    return false
  }

  // MARK: birth dates and places

  private func compareBirths(_ one: ProfileCard, _ other: ProfileCard, _ result: inout Comparison) {
    let (a, b) = (one.birth, other.birth)
    if a == 0 || b == 0 { return }
    let level = Comparer.birthLevel(a, b)
    result.pattern[.birth] = level
    if level == BirthLevel.same {
      result.rarity += frequencies.birth(a)
    }
  }

  static func birthLevel(_ a: Int32, _ b: Int32) -> Int {
    let (year, otherYear) = (a / 10_000, b / 10_000)
    let (rest, otherRest) = (a % 10_000, b % 10_000)
    if rest == 0 || otherRest == 0 {
      return year == otherYear ? BirthLevel.year : abs(year - otherYear) == 1 ? BirthLevel.near : BirthLevel.different
    }
    if a == b { return BirthLevel.same }
    if year == otherYear, rest / 100 == otherRest % 100, rest % 100 == otherRest / 100 { return BirthLevel.swapped }
    var difference = 0
    var (x, y) = (a, b)
    while x > 0 || y > 0 {
      if x % 10 != y % 10 { difference += 1 }
      (x, y) = (x / 10, y / 10)
    }
    if difference == 1 { return BirthLevel.digit }
    if difference == 2, year == otherYear || rest == otherRest { return BirthLevel.near }
    if year == otherYear, rest / 100 == otherRest / 100 { return BirthLevel.near }
    return BirthLevel.different
  }

  private func compareAddresses(_ one: ProfileCard, _ other: ProfileCard, _ result: inout Comparison) {
    let (postcode, otherPostcode) = (one.postcode, other.postcode)
    let (street, otherStreet) = (one.street, other.street)
    let (house, otherHouse) = (one.house, other.house)
    let (city, otherCity) = (one.city, other.city)
    let knowsPostcodes = postcode != 0 && otherPostcode != 0
    let knowsStreets = street != 0 && otherStreet != 0
    let knowsCities = city != 0 && otherCity != 0
    guard knowsPostcodes || knowsCities || knowsStreets else { return }
    let isSamePostcode = knowsPostcodes && postcode == otherPostcode
    let isSameStreet = knowsStreets && isLikeStreet(street, otherStreet)
    let isSameHouse = house == otherHouse
    let isSameCity = knowsCities && (city == otherCity || isLikeCity(city, otherCity))
    let level: Int
    if isSameStreet, isSameHouse, isSamePostcode || !knowsPostcodes {
      level = AddressLevel.same
    } else if isSameStreet, isSameHouse {
      let (a, b) = (table.postcodes.texts[postcode], table.postcodes.texts[otherPostcode])
      level =
        isSameCity && Similarity.isOneEdit(a, b) ? AddressLevel.same : AddressLevel.otherPostcode
    } else if isSameStreet, isSamePostcode || isSameCity {
      level = AddressLevel.street
    } else if isSamePostcode {
      level = knowsStreets ? AddressLevel.otherStreet : AddressLevel.postcode
    } else if isSameCity {
      level = AddressLevel.city
    } else {
      level = AddressLevel.different
    }
    result.pattern[.address] = level
  }

  private func isLikeStreet(_ one: Int32, _ other: Int32) -> Bool {
    if one == other { return true }
    let (a, b) = (table.streets.texts[one], table.streets.texts[other])
    return isNear(a, b, 0.92)
  }

  private func isLikeCity(_ one: Int32, _ other: Int32) -> Bool {
    isNear(table.cities.texts[one], table.cities.texts[other], 0.92)
  }
}
