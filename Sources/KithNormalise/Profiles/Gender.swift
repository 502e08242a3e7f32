/// Gender as `female`, `male` or `other`.
enum Gender {
  /// Nil for what says nothing (`unknown`, `Firma`, codes nobody knows).
  static func canonical(_ text: String) -> String? {
    switch text {
    case "m", "M": return "male"
    case "f", "F", "w", "W": return "female"
    case "male", "female", "other": return text
    default: break
    }
    let word = TidyText.line(text)
    if let known = words[NameFolding.plain(word)] { return known }
    return NameWords.title(word)?.gender
  }

  // The digits are ISO/IEC 5218.
  private static let words: [String: String] = {
    var table: [String: String] = [:]
    let lists = [
      (
        "female",
        "f w female feminine weiblich frau woman girl femme feminin feminine donna femmina femminile mujer"
          + " femenino mme mrs ms miss madame signora dame v vrouw vrouwelijk 2 fem she sheher"
      ),
      (
        "male",
        "m male masculine mannlich maennlich herr mann man boy homme masculin h uomo maschio maschile hombre"
          + " masculino mr monsieur signore 1 masc he hehim u mannelijk"
      ),
      (
        "other",
        "d x o other divers diverse andere anderes autre altro otro nonbinary nonbinar nichtbinar nonbinaire"
          + " nb enby genderqueer 3 drittes inter they theythem"
      ),
    ]
    for (gender, list) in lists { for word in list.split(separator: " ") { table[String(word)] = gender } }
    return table
  }()
}
