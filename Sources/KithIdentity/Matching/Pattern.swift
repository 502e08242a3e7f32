/// What two profiles are compared by.
enum Field: Int, CaseIterable {
  case given, family, email, phone, birth, address, customerNumber, userID, loyaltyNumber, gender, company

  /// Each field has 3 bits of a pattern, addresses included.
  static let bits = 3
  static let levels = 1 << bits
}

/// How two values of a field agree. Level 0 is "not known on one side or both": evidence for nothing.
enum GivenLevel { static let same = 1, part = 2, nickname = 3, initial = 4, near = 5, different = 6, swapped = 7 }
enum FamilyLevel { static let same = 1, part = 2, near = 3, sound = 4, different = 5 }
enum EmailLevel { static let same = 1, localPart = 2, near = 3, different = 4 }
enum PhoneLevel { static let same = 1, near = 2, different = 3 }
enum BirthLevel { static let same = 1, swapped = 2, digit = 3, year = 4, near = 5, different = 6 }
enum AddressLevel {
  static let same = 1, otherPostcode = 2, street = 3, postcode = 4, otherStreet = 5, city = 6, different = 7
}
enum NumberLevel { static let same = 1, near = 2, different = 3 }
enum GenderLevel { static let same = 1, different = 2 }
enum CompanyLevel { static let same = 1, different = 2 }

/// The levels of all fields of a pair in one integer.
struct Pattern: Hashable, BitwiseCopyable {
  var bits: UInt64 = 0

  @inline(__always) subscript(field: Field) -> Int {
    get { Int(bits >> UInt64(field.rawValue * Field.bits)) & (Field.levels - 1) }
    set {
      let shift = UInt64(field.rawValue * Field.bits)
      bits = bits & ~(UInt64(Field.levels - 1) << shift) | UInt64(newValue) << shift
    }
  }
}

extension Pattern {
  /// Two organisations that share a number that somebody gave out: what else they say is no evidence.
  @inline(__always) var isOfOrganisations: Bool { bits >> 63 != 0 }
  mutating func setOrganisations() { bits = 1 << 63 }

  /// Whether the names may be one person's, both of them.
  @inline(__always) var hasLikeNames: Bool {
    let given = self[.given]
    if given == GivenLevel.swapped { return true }
    let family = self[.family]
    return given != 0 && given != GivenLevel.different && family != 0 && family < FamilyLevel.sound
  }

  /// Whether both say something of what differs between people who live together.
  @inline(__always) var tellsApart: Bool { self[.given] != 0 || self[.birth] != 0 }
}

/// The outcome of comparing two profiles.
struct Comparison: BitwiseCopyable {
  var pattern = Pattern()
  /// log2 of how likely two strangers are to share just these values, of the fields that agree exactly.
  var rarity: Float = 0
}
