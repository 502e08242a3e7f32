import Foundation

/// One-line texts: trimmed, runs of white space as one blank, invisible characters gone, accents composed (NFC).
enum TidyText {
  static func line(_ text: String) -> String { line(text, TextScan(text)) }

  static func line(_ text: String, _ scan: TextScan) -> String {
    if !scan.contains(.untidy), !scan.contains(.high) || !hasHiddenCharacters(text) { return text }
    var scalars = String.UnicodeScalarView()
    var pendingBlank = false
    var needsComposing = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace || isControl(scalar) {
        pendingBlank = !scalars.isEmpty
      } else if !isInvisible(scalar) {
        if pendingBlank { scalars.append(" ") }
        pendingBlank = false
        needsComposing = needsComposing || isCombining(scalar)
        scalars.append(scalar)
      }
    }
    let line = String(scalars)
    return needsComposing ? line.precomposedStringWithCanonicalMapping : line
  }

  /// A text that may have several lines: only its ends are trimmed; nil when nothing is left.
  static func block(_ text: String?) -> String? {
    guard let text else { return nil }
    let scan = TextScan(text)
    if !scan.contains(.untidy), !scan.contains(.high) { return text }
    let isEdge: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || isInvisible($0) || $0.value == 0 }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isEdge($0) }), let last = scalars.lastIndex(where: { !isEdge($0) })
    else { return nil }
    if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
    return String(scalars[first...last])
  }

  /// A one-line text, nil when nothing is left.
  static func optionalLine(_ text: String?) -> String? {
    guard let text else { return nil }
    let tidy = line(text)
    return tidy.isEmpty ? nil : tidy
  }

  /// Bytes that may begin a special blank, an invisible or a combining character.
  private static func hasHiddenCharacters(_ text: String) -> Bool {
    withBytes(of: text) { bytes in
      for (index, byte) in bytes.enumerated() where byte >= 0xC2 {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch byte {
        case 0xC2: if next <= 0xA0 || next == 0xAD { return true }
        case 0xCC, 0xCD: return true
        case 0xE1: if next == 0x9A { return true }
        case 0xE2: if next == 0x80 || next == 0x81, !isTypographic(bytes, index) { return true }
        case 0xE3: if next == 0x80 { return true }
        case 0xEF: if next == 0xBB { return true }
        default: break
        }
      }
      return false
    }
  }

  /// Dashes, quotes, bullets and dots (U+2010 to U+2027): visible, and common in names and companies.
  private static func isTypographic(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    index + 2 < bytes.count && bytes[index + 1] == 0x80 && (0x90...0xA7).contains(bytes[index + 2])
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// Soft hyphen, zero-width characters, direction marks, byte order mark.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: true
    default: false
    }
  }

  private static func isCombining(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }
}
