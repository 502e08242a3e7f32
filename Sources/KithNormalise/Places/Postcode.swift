/// Postcodes as the post writes them.
enum Postcode {
  /// In capitals, without the country in front (`CH-8001`); spreadsheets' `8001.0` and lost leading zeros mended where
  /// the country (ISO alpha-2) leaves no doubt. Nil when nothing but zeros is left.
  static func canonical(_ text: String, _ scan: TextScan, country: String?) -> String? {
    var code = text
    if !scan.isDisjoint(with: [.untidy, .lower, .high, .sign, .joiner]) {
      code = withoutCountry(IssuedNumber.canonical(TidyText.line(text, scan)).uppercased())
    }
    if code.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x2D }) { return nil }
    guard let country else { return code }
    if country == "GB" { return spaced(code) }
    if code.utf8.count == 4, fiveDigits.contains(country), code.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
      return "0" + code
    }
    return code
  }

  private static let fiveDigits: Set<String> = ["DE", "FR", "IT", "ES", "US", "FI", "EE", "HR"]

  static func withoutCountry(_ code: String) -> String {
    guard let hyphen = code.firstIndex(of: "-") else { return code }
    let prefix = code[..<hyphen]
    let rest = code[code.index(after: hyphen)...]
    guard prefixes.contains(String(prefix)), rest.utf8.count >= 4, let first = rest.utf8.first, first &- 0x30 < 10
    else { return code }
    return String(rest)
  }

  private static let prefixes: Set<String> = [
    "CH", "D", "DE", "A", "AT", "F", "FR", "I", "IT", "L", "LU", "FL", "B", "NL",
  ]

  /// `SW1A2AA` is `SW1A 2AA`.
  private static func spaced(_ code: String) -> String {
    guard !code.contains(" "), (5...7).contains(code.utf8.count), isBritish(code) else { return code }
    let inward = code.index(code.endIndex, offsetBy: -3)
    return code[..<inward] + " " + code[inward...]
  }

  /// Whether the text is a postcode of the United Kingdom, with or without its blank.
  static func isBritish(_ text: String) -> Bool {
    let bytes = Array(text.uppercased().utf8.filter { $0 != 0x20 })
    guard (5...7).contains(bytes.count) else { return false }
    func isLetter(_ index: Int) -> Bool { bytes[index] &- 0x41 < 26 }
    func isDigit(_ index: Int) -> Bool { bytes[index] &- 0x30 < 10 }
    let inward = bytes.count - 3
    guard isDigit(inward), isLetter(inward + 1), isLetter(inward + 2), isLetter(0) else { return false }
    let areaLetters = isLetter(1) ? 2 : 1
    guard areaLetters < inward, isDigit(areaLetters) else { return false }
    return inward - areaLetters <= 2
  }
}
