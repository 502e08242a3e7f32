/// Streets, cities and the like made comparable: what abbreviations, keyboards and habits make of one place becomes
/// one text.
public enum PlaceFolding {
  /// A street without its house number in lower-case ASCII, in one word: `Bahnhofstr.`, `Bahnhof Straße` and
  /// `Bahnhofstrasse` are one, so are `12 High St` and `High Street` once the number is away.
  public static func street(_ text: String) -> String {
    var result = ""
    for word in words(text.prefix { $0 != "," }) {
      if let short = streetWords[word] {
        result += short
      } else {
        result += compound(word)
      }
    }
    return result
  }

  /// A city in lower-case ASCII without what is said of it: `Frankfurt am Main`, `Frankfurt/Main` and `Frankfurt a. M.`
  /// are one, `St. Louis` and `Saint Louis` too.
  public static func city(_ text: String) -> String {
    var result = ""
    for word in words(text.prefix { $0 != "(" && $0 != "/" && $0 != "," }) {
      if !result.isEmpty, cityEnds.contains(word) { break }
      result += cityWords[word] ?? word
    }
    return result
  }

  /// Letters and digits in lower case: postcodes, house numbers.
  public static func code(_ text: String) -> String { NameFolding.plain(text) }

  private static func words(_ text: Substring) -> [String] {
    text.split { $0 == " " || $0 == "-" || $0 == "." || $0 == "\u{2010}" }.compactMap { word in
      let folded = NameFolding.joiningUmlauts(NameFolding.plain(String(word)))
      return folded.isEmpty ? nil : folded
    }
  }

  /// `bahnhofstrasse` → `bahnhofstr`.
  private static func compound(_ word: String) -> String {
    for ending in ["strasse", "street"] where word.hasSuffix(ending) { return word.dropLast(ending.count) + "str" }
    return word
  }

  private static let streetWords: [String: String] = {
    var table: [String: String] = [:]
    for line in [
      "str strasse street st", "rd road", "av avenue ave", "ln lane", "dr drive drv", "bd boulevard blvd boul",
      "pl place platz plaza", "r rue", "ct court", "cl close", "cres crescent cr", "ter terrace tce", "hwy highway",
      "sq square", "wy way", "pde parade", "cct circuit", "imp impasse", "ch chemin", "rte route", "all allee",
    ] {
      let forms = line.split(separator: " ").map(String.init)
      for form in forms { table[form] = forms[0] }
    }
    return table
  }()

  private static let cityWords = ["saint": "st", "sankt": "st", "sainte": "ste", "mount": "mt"]
  private static let cityEnds: Set<String> = [
    "am", "an", "im", "in", "i", "a", "upon", "sur", "ob", "bei", "b", "d", "der", "s",
  ]
}
