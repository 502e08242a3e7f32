/// Upper and lower case of names that came in one case: `ANNA VON DER HEIDE` is a typist's habit, not a name. A text
/// in mixed case is somebody's own spelling and stays as it is.
enum NameCase {
  /// Whose small words stay small.
  enum Style: Sendable { case person, place }

  /// Whether all letters are of one case (and there are two at least).
  static func needsChange(_ text: String, _ scan: TextScan) -> Bool {
    if !scan.contains(.high) {
      let letters = scan.intersection(.letters)
      return letters == .upper ? text.utf8.count > 1 : letters == .lower
    }
    if scan.isSuperset(of: .letters) { return false }
    var upper = 0
    var lower = 0
    for scalar in text.unicodeScalars {
      // ß stands in texts of capitals too; ª and º in any.
      if scalar == "ß" || scalar == "ª" || scalar == "º" { continue }
      if scalar.properties.isUppercase { upper += 1 } else if scalar.properties.isLowercase { lower += 1 }
      if upper > 0, lower > 0 { return false }
    }
    return upper > 1 || lower > 0
  }

  /// The text with each word's case set. Only for texts that need it.
  static func changed(_ text: String, style: Style) -> String {
    let words = text.split(separator: " ")
    var result = ""
    result.reserveCapacity(text.utf8.count)
    var afterParticle = false
    for (index, word) in words.enumerated() {
      if index > 0 { result += " " }
      let position = Position(index: index, count: words.count, afterParticle: afterParticle)
      afterParticle = NameWords.isParticle(word)
      if isSmall(word, position, style) {
        result += word.lowercased()
      } else if style == .place, index > 0, index == words.count - 1, isCanton(word) {
        result += word
      } else {
        appendWord(word, style, to: &result)
      }
    }
    return result
  }

  private struct Position {
    var index: Int
    var count: Int
    var afterParticle: Bool
    var isLast: Bool { index == count - 1 }
  }

  private static func isSmall(_ word: Substring, _ position: Position, _ style: Style) -> Bool {
    let text = String(word)
    switch style {
    case .person:
      if position.isLast { return false }
      return NameWords.isParticle(word) || (position.afterParticle && NameWords.followers.contains(text))
    case .place: return position.index > 0 && placeWords.contains(text)
    }
  }

  /// A word with its hyphenated parts.
  private static func appendWord(_ word: Substring, _ style: Style, to result: inout String) {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index > 0 { result += "-" }
      let isSmall: Bool =
        switch style {
        case .person: index == 0 && parts.count > 1 && (part.lowercased() == "al" || part.lowercased() == "el")
        case .place: index > 0 && index < parts.count - 1 && placeWords.contains(String(part))
        }
      if isSmall { result += part.lowercased() } else { appendCapitalised(part, to: &result) }
    }
  }

  private static func appendCapitalised(_ part: Substring, to result: inout String) {
    var isStart = true
    var letters = 0
    let lowered = part.lowercased()
    let isMc = lowered.utf8.count > 4 && lowered.hasPrefix("mc")
    for scalar in lowered.unicodeScalars {
      let isApostrophe = scalar == "'" || scalar == "\u{2019}"
      if isStart, scalar.properties.isAlphabetic {
        result += scalar.properties.titlecaseMapping
        isStart = false
      } else {
        result.unicodeScalars.append(scalar)
      }
      if isApostrophe {
        // O'Neil, D'Angelo, Dell'Acqua; but 't and Hawai'i stay.
        let before = lowered.prefix { $0 != "'" && $0 != "\u{2019}" }
        isStart = letters == 1 || elisions.contains(String(before))
        letters = 0
      } else {
        letters += 1
      }
      if isMc, letters == 2 { isStart = true }
      // J.P. and (Zug): a letter after a dot or bracket begins anew.
      if scalar == "." || scalar == "(" || scalar == "/" || scalar == "&" { isStart = true }
    }
  }

  private static let elisions: Set<String> = ["dell", "dall", "nell", "sant", "dall", "all", "qu"]

  private static let placeWords = WordSet([
    "am", "an", "auf", "aux", "au", "bei", "by", "ca", "d", "da", "de", "degli", "dei", "del", "della", "delle", "den",
    "der", "des", "di", "die", "do", "du", "e", "en", "et", "ob", "im", "in", "la", "las", "le", "les", "los", "lez",
    "near", "of", "on", "op", "os", "sous", "sul", "sulla", "sur", "the", "und", "under", "unter", "upon", "van",
    "vom", "von", "vor", "y", "zu", "zum", "zur", "aan", "het",
  ])

  /// `BUCHS SG`: the canton behind a Swiss place stays in capitals.
  private static func isCanton(_ word: Substring) -> Bool { cantons.contains(String(word)) }

  private static let cantons: Set<String> = [
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO", "SZ",
    "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
  ]
}
