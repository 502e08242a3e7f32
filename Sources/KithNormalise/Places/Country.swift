/// Countries as ISO 3166 alpha-2 codes.
enum Country {
  /// The code for an alpha-2 or alpha-3 code, a name in English, German, French, Italian or Spanish, or a common
  /// alias; nil when the text names no country that the table knows.
  static func code(_ text: String) -> String? {
    if isCode(text) { return text }
    let key = NameFolding.plain(text)
    return names[key] ?? (key.hasPrefix("the") ? names[String(key.dropFirst(3))] : nil)
  }

  /// Whether the text is an alpha-2 code in capitals.
  static func isCode(_ text: String) -> Bool { codes.contains(text, isUpper: true) }

  private static let codes = LetterPairs(rows.map { $0.prefix(2) })

  private static let rows = CountryTable.rows.split(separator: "\n")

  private static let names: [String: String] = {
    var table: [String: String] = [:]
    for row in rows {
      let code = String(row.prefix(2))
      table[code.lowercased()] = code
      for name in row.dropFirst(3).split(separator: "|") { table[NameFolding.plain(String(name))] = code }
    }
    return table
  }()
}
