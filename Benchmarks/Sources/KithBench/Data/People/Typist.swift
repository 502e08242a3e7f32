/// Whoever fills in a form: mostly right, sometimes not.
struct Typist {
  var random: SplitMix64
  /// How many words of a hundred are mistyped.
  let slips: Int

  /// A name or a street. Some have no umlauts on their keyboard, some no capitals.
  mutating func words(_ text: String) -> String {
    var text = text
    if random.chance(15) { text = Self.plain(text, random.chance(70) ? Self.spelledOut : Self.bare) }
    if random.chance(slips) { text = mistyped(text) }
    return random.chance(slips) ? text.lowercased() : random.chance(2) ? text.uppercased() : text
  }

  /// Some write what they are called, some only the first letter.
  mutating func given(_ name: String) -> String {
    if random.chance(3) { return "\(name.prefix(1))." }
    let nicknames = Nicknames.of(name)
    return words(!nicknames.isEmpty && random.chance(12) ? random.pick(nicknames) : name)
  }

  mutating func mail(_ address: String) -> String {
    guard random.chance(1), let at = address.firstIndex(of: "@") else { return address }
    return mistyped(String(address[..<at])) + address[at...]
  }

  /// Day and month change places where that gives a date, or the day is a wrong one.
  mutating func birth(_ birth: BirthDay) -> BirthDay {
    var birth = birth
    if birth.day <= 12 && random.chance(4) { (birth.day, birth.month) = (birth.month, birth.day) }
    if random.chance(1) { birth.day = 1 + (birth.day + random.below(3)) % 28 }
    return birth
  }

  /// One letter dropped, doubled, wrong, or two of them swapped; never the first, which people notice.
  mutating func mistyped(_ text: String) -> String {
    var letters = Array(text)
    guard letters.count > 3 else { return text }
    let place = 1 + random.below(letters.count - 2)
    switch random.below(4) {
    case 0: letters.remove(at: place)
    case 1: letters.insert(letters[place], at: place)
    case 2: letters[place] = random.pick(Self.alphabet)
    default: letters.swapAt(place, place + 1)
    }
    return String(letters)
  }

  private static let alphabet = Array("aeionrstlmdu")
  private static let spelledOut: [Character: String] = ["ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "è": "e"]
  private static let bare: [Character: String] = ["ä": "a", "ö": "o", "ü": "u", "é": "e", "è": "e", "ç": "c"]

  private static func plain(_ text: String, _ table: [Character: String]) -> String {
    text.reduce(into: "") { plain, letter in plain += table[letter] ?? String(letter) }
  }
}
