/// A person's name in parts: `Dr. Anna Maria von der Heide-Müller Jr.` or `Heide, Anna von der`.
struct PersonName: Equatable {
  var given = ""
  var family = ""
  /// Titles as they are shown, those in front first, then what stands behind the name (`Jr.`, `PhD`).
  var titles: [String] = []
  /// What the titles say about the person's gender.
  var gender: String?

  var title: String { titles.joined(separator: " ") }

  init() {}

  /// Splits a tidy full name. A single word without a title can be either name: it stays unsplit, in `given`.
  init(full text: String) {
    let parts = text.split(separator: ",").map { PersonName.words($0) }.filter { !$0.isEmpty }
    if parts.count >= 2 {
      splitAtComma(parts)
    } else {
      var words = parts.first ?? []
      takeTitles(from: &words)
      takeSuffixes(from: &words)
      splitInOrder(words)
    }
  }

  /// Whether the text could be split into both names, or titles tell that its one word is a family name.
  var isSplit: Bool { !family.isEmpty }

  private static func words(_ text: Substring) -> [Substring] { text.split(separator: " ") }

  /// `Family, Given`, also with titles in either part or a suffix behind its own comma.
  private mutating func splitAtComma(_ parts: [[Substring]]) {
    var parts = parts
    takeTitles(from: &parts[0])
    var rest: [[Substring]] = []
    for var part in parts.dropFirst() {
      takeTitles(from: &part)
      takeSuffixes(from: &part, leaving: 0)
      if !part.isEmpty { rest.append(part) }
    }
    takeSuffixes(from: &parts[0])
    guard var givenWords = rest.first else {
      splitInOrder(parts[0])
      return
    }
    // `Heide, Anna von der`: particles behind the given name belong in front of the family name.
    var familyWords = parts[0]
    while givenWords.count > 1, let last = givenWords.last, NameWords.isParticle(last) {
      familyWords.insert(givenWords.removeLast(), at: 0)
    }
    family = familyWords.joined(separator: " ")
    given = givenWords.joined(separator: " ")
    for extra in rest.dropFirst() { given += " " + extra.joined(separator: " ") }
  }

  private mutating func splitInOrder(_ words: [Substring]) {
    guard words.count > 1 else {
      let word = words.first.map(String.init) ?? ""
      if titles.isEmpty { given = word } else { family = word }
      return
    }
    if let capitals = PersonName.familyInCapitals(words) {
      family = words[capitals].joined(separator: " ")
      given = (words[..<capitals.lowerBound] + words[capitals.upperBound...]).joined(separator: " ")
      return
    }
    var start = words.count - 1
    if let particle = words.indices.dropFirst().dropLast().first(where: { NameWords.isParticle(words[$0]) }) {
      start = particle
    } else if words.count > 2, NameWords.followers.contains(String(words[start - 1])),
      !NameWords.conjunctions.contains(words[start - 1].lowercased())
    {
      start -= 1
    } else if words.count > 2, ["st", "st.", "ben", "mac", "mc"].contains(words[start - 1].lowercased()) {
      start -= 1
    }
    given = words[..<start].joined(separator: " ")
    family = words[start...].joined(separator: " ")
  }

  /// `Anna MÜLLER`, `DE LA CRUZ Ana`: capitals mark the family name where not all words are capitals.
  private static func familyInCapitals(_ words: [Substring]) -> Range<Int>? {
    let marked = words.map { word in
      !word.utf8.contains(UInt8(ascii: ".")) && word.count > 1
        && NameCase.needsChange(String(word), TextScan(String(word)))
        && word.contains { $0.isUppercase }
    }
    guard let first = marked.firstIndex(of: true), let last = marked.lastIndex(of: true),
      marked[first...last].allSatisfy({ $0 }), last - first + 1 < words.count,
      first == 0 || last == words.count - 1,
      // Two capitals are as likely initials: `JP Morgan`.
      words[first...last].contains(where: { $0.count > 2 })
    else { return nil }
    // A particle in front belongs to it: `Anna von MÜLLER`.
    var start = first
    while start > 1, NameWords.isParticle(words[start - 1]) { start -= 1 }
    return start..<(last + 1)
  }

  /// Moves titles at the front of `words` into the name's titles.
  mutating func takeTitles(from words: inout [Substring]) {
    var hasTitle = false
    while let word = words.first {
      if let found = NameWords.title(word) {
        add(found)
        hasTitle = true
      } else if hasTitle, NameWords.continuesTitle(word) {
        add(NameWords.Title(display: String(word)))
      } else {
        return
      }
      words.removeFirst()
    }
  }

  /// Moves suffixes at the end of `words` into the titles, but for the first `least` words.
  mutating func takeSuffixes(from words: inout [Substring], leaving least: Int = 1) {
    var found: [String] = []
    while words.count > least, let last = words.last, let suffix = NameWords.suffix(last) {
      found.insert(suffix, at: 0)
      words.removeLast()
    }
    for suffix in found where !titles.contains(suffix) { titles.append(suffix) }
  }

  private mutating func add(_ title: NameWords.Title) {
    if !titles.contains(title.display) { titles.append(title.display) }
    gender = gender ?? title.gender
  }

  /// Titles of a title column: known ones as they are shown, others as they came.
  mutating func addTitles(_ text: String) {
    for word in text.split(separator: " ") {
      let title = NameWords.title(word) ?? NameWords.suffix(word).map { NameWords.Title(display: $0) }
      add(title ?? NameWords.Title(display: String(word)))
    }
  }
}
