/// Numbers that a tool gives out: customer, user, loyalty and visitor ids. They are kept as they are but for what
/// spreadsheets do to them.
enum IssuedNumber {
  /// Trimmed, and `17850.0` back to `17850`.
  static func canonical(_ text: String) -> String {
    let scan = TextScan(text)
    if scan.isDisjoint(with: [.untidy, .sign, .high]) { return text }
    let line = TidyText.line(text, scan)
    guard scan.contains(.sign), let point = line.utf8.lastIndex(of: UInt8(ascii: ".")), point > line.startIndex else {
      return line
    }
    let fraction = line.utf8[line.utf8.index(after: point)...]
    guard !fraction.isEmpty, fraction.allSatisfy({ $0 == 0x30 }),
      line.utf8[..<point].allSatisfy({ (0x30...0x39).contains($0) })
    else { return line }
    return String(line[..<point])
  }

  /// Whether a canonical number points to nobody: a placeholder word, or nothing but zeros.
  static func isPlaceholder(_ number: String) -> Bool {
    withBytes(of: number) { bytes in
      if bytes.allSatisfy({ $0 == 0x30 || $0 == 0x2D || $0 == 0x2E }) { return true }
      return words.contains(bytes) || Placeholder.isMissing(bytes)
    }
  }

  private static let words = WordSet([
    "-1", "anonymous", "anonym", "guest", "gast", "invité", "ospite", "nan", "na", "false", "true", "no", "nobody",
    "deleted", "default", "(other)", "user", "customer", "visitor", "new",
  ])
}
