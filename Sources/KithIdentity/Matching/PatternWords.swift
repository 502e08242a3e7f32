/// How two profiles agree, in words: `given name the same, e-mail the same, birth date mistyped`. Each pattern is put
/// together once.
struct PatternWords {
  private var known: [UInt64: String] = [:]

  mutating func text(_ pattern: Pattern) -> String {
    if let text = known[pattern.bits] { return text }
    let text = Self.text(pattern)
    known[pattern.bits] = text
    return text
  }

  private static func text(_ pattern: Pattern) -> String {
    if pattern.isOfOrganisations { return "organisations with one number" }
    let parts = Field.allCases.filter { pattern[$0] != 0 }.map { "\($0.words) \($0.words(level: pattern[$0]))" }
    return parts.joined(separator: ", ")
  }
}

extension Field {
  var words: String {
    switch self {
    case .given: "given name"
    case .family: "family name"
    case .email: "e-mail"
    case .phone: "phone"
    case .birth: "birth date"
    case .address: "address"
    case .customerNumber: "customer number"
    case .userID: "user id"
    case .loyaltyNumber: "loyalty number"
    case .gender: "gender"
    case .company: "company"
    }
  }

  /// What a level from 1 says.
  func words(level: Int) -> String {
    let list: [String] =
      switch self {
      case .given:
        ["the same", "in part", "a nickname", "an initial", "mistyped", "different", "swapped with the family name"]
      case .family: ["the same", "in part", "mistyped", "sounds alike", "different"]
      case .email: ["the same", "the same before the @", "mistyped", "different"]
      case .phone: ["the same", "mistyped", "different"]
      case .birth: ["the same", "with day and month swapped", "one digit apart", "the same year", "near", "different"]
      case .address:
        [
          "the same", "the same but for the postcode", "the same street", "the same postcode",
          "another street of the postcode", "the same city", "different",
        ]
      case .customerNumber, .userID, .loyaltyNumber: ["the same", "mistyped", "different"]
      case .gender, .company: ["the same", "different"]
      }
    return level >= 1 && level <= list.count ? list[level - 1] : "unknown"
  }
}
