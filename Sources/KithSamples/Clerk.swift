import KithCore

/// Whoever types a person into a tool: the person at a form, an assistant on the phone, an import. What arrives differs
/// from the truth by typos, nicknames, missing umlauts, capital letters and styles of writing numbers.
struct Clerk {
  var random: SampleRandom
  /// How many of 100 names have a slip.
  let slips: Int

  init(seed: UInt64, purpose: String, number: Int, slips: Int) {
    random = SampleRandom(seed: seed, purpose: purpose, number: number)
    self.slips = slips
  }

  mutating func name(_ person: Person, on day: CalendarDate) -> (given: String, family: String) {
    var given = person.given
    var family = person.family(on: day)
    if let nickname = NameBook.nicknames[given], random.chance(12) { given = nickname }
    if random.chance(slips) { family = slipped(family) }
    if random.chance(slips / 2) { given = slipped(given) }
    if random.chance(8) { (given, family) = (withoutUmlauts(given), withoutUmlauts(family)) }
    switch random.below(100) {
    case 0..<4: return (given.uppercased(), family.uppercased())
    case 4..<7: return (given.lowercased(), family.lowercased())
    case 7: return (family, given)
    default: return (given, family)
    }
  }

  /// One of the person's addresses, as they type it today.
  mutating func email(_ person: Person) -> String {
    var email = person.usualEmail
    if person.emails.count > 1, random.chance(18) { email = person.emails[1] }
    switch random.below(100) {
    case 0..<4: return email.uppercased()
    case 4..<9: return email.prefix(1).uppercased() + email.dropFirst()
    case 9..<11: return tagged(email)
    case 11..<13: return mistyped(email)
    default: return email
    }
  }

  mutating func phone(_ number: String?) -> String {
    guard let number else { return "" }
    return random.pick(PhoneStyle.allCases).written(number)
  }

  /// Nothing, in so many of 100 cases.
  mutating func maybe(_ text: String, missing percent: Int) -> String { random.chance(percent) ? "" : text }

  /// Two letters swapped, one dropped or one doubled; short names stay as they are.
  mutating func slipped(_ text: String) -> String {
    var letters = Array(text)
    guard letters.count > 3 else { return text }
    let position = random.within(1...(letters.count - 2))
    switch random.below(3) {
    case 0: letters.swapAt(position, position + 1)
    case 1: letters.remove(at: position)
    default: letters.insert(letters[position], at: position)
    }
    return String(letters)
  }

  private func tagged(_ email: String) -> String {
    guard let at = email.firstIndex(of: "@") else { return email }
    return "\(email[..<at])+shop\(email[at...])"
  }

  private mutating func mistyped(_ email: String) -> String {
    guard let at = email.firstIndex(of: "@") else { return email }
    return "\(slipped(String(email[..<at])))\(email[at...])"
  }

  private func withoutUmlauts(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "ä": result += "ae"
      case "ö": result += "oe"
      case "ü": result += "ue"
      case "ß": result += "ss"
      case "é", "è", "ë": result += "e"
      case "É": result += "E"
      case "ç": result += "c"
      case "ò": result += "o"
      default: result.append(character)
      }
    }
    return result
  }
}
