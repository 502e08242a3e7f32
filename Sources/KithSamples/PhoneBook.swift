/// Numbers that nobody answers, in E.164: in Germany and France the ranges that the regulators keep for films, in
/// Switzerland, which keeps none, subscriber numbers that begin with a zero.
struct PhoneBook {
  /// Numbers given out so far, by range.
  private var given: [String: Int] = [:]

  /// Nil for those who have none, and for everybody once a range is used up.
  mutating func mobile(_ country: String, _ random: inout SampleRandom) -> String? {
    if random.chance(6) { return nil }
    switch country {
    case "DE":
      // Two ranges of a hundred numbers each, so few there have one.
      let range = random.pick(["+4917139200", "+49176040690"])
      return random.chance(30) ? next(in: range, digits: 2) : nil
    case "FR": return next(in: "+3363998", digits: 4)
    default: return next(in: "+41\(random.pick(["76", "77", "78", "79"]))0", digits: 6)
    }
  }

  mutating func landline(_ country: String, _ language: Language, _ random: inout SampleRandom) -> String? {
    switch (country, language) {
    case ("DE", _): next(in: random.pick(["+493023125", "+494066969", "+496990009", "+498999998"]), digits: 3)
    case ("FR", _): next(in: "+3335301", digits: 4)
    case (_, .french): next(in: "+41210", digits: 6)
    case (_, .italian): next(in: "+41910", digits: 6)
    default: next(in: "+41440", digits: 6)
    }
  }

  /// Another number of a range, spread over it. 314,159 is a prime that divides no power of ten, so none comes twice.
  private mutating func next(in range: String, digits: Int) -> String? {
    let size = (0..<digits).reduce(1) { size, _ in size * 10 }
    let count = given[range, default: 0]
    guard count < size else { return nil }
    given[range] = count + 1
    let start = range.utf8.reduce(0) { $0 + Int($1) * 7_919 }
    return range + padded((start + count * 314_159) % size, digits)
  }
}

/// How people and programs write a number.
enum PhoneStyle: CaseIterable {
  case e164, spaced, doubleZero, national, slashed, bracketed

  /// `number` is one of a `PhoneBook`: `+41`, `+49` or `+33` and its digits.
  func written(_ number: String) -> String {
    let code = String(number.dropFirst().prefix(2))
    let rest = Array(number.dropFirst(3))
    let areaLength = code == "33" ? 1 : code == "49" && "346789".contains(rest[0]) ? 2 : code == "49" ? 3 : 2
    let area = String(rest.prefix(areaLength))
    let groups = PhoneStyle.grouped(rest.dropFirst(areaLength))
    switch self {
    case .e164: return number
    case .spaced: return "+\(code) \(area) \(groups)"
    case .doubleZero: return "00\(code)\(area)\(groups.replacingSpaces(with: ""))"
    // National writing is for home; abroad it would be read as a Swiss number.
    case .national: return code == "41" ? "0\(area) \(groups)" : "+\(code) \(area) \(groups)"
    case .slashed: return code == "41" ? "0\(area)/\(groups)" : "+\(code) \(area) \(groups)"
    case .bracketed: return "+\(code) (0)\(area) \(groups)"
    }
  }

  /// `012 34 56`, `98 12 34`: pairs from the end, the rest in front.
  private static func grouped(_ digits: ArraySlice<Character>) -> String {
    var groups: [String] = []
    var rest = digits
    while rest.count > 3 {
      groups.insert(String(rest.suffix(2)), at: 0)
      rest = rest.dropLast(2)
    }
    return ([String(rest)] + groups).joined(separator: " ")
  }
}

extension String {
  func replacingSpaces(with text: String) -> String { split(separator: " ").joined(separator: text) }
}
