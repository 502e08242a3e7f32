import Foundation

/// Names made comparable: what different keyboards, countries and typists make of one name becomes one text.
public enum NameFolding {
  /// The words of a name in lower-case ASCII letters and digits, without titles and particles (unless there is nothing
  /// else). ß becomes ss, accents go, then ae, oe and ue become a, o and u on both sides, so that Müller, Mueller and
  /// Muller are one (and Bauer becomes baur, wherever it stands). Hyphens part words, apostrophes and dots do not.
  public static func tokens(_ text: String) -> [String] {
    let words = text.split { $0 == " " || $0 == "-" || $0 == "," || $0 == "/" || $0 == "&" || $0 == "\u{2010}" }
    let telling = words.filter { NameWords.title($0) == nil && !NameWords.isParticle($0) }
    return (telling.isEmpty ? words : telling).compactMap { word in
      let token = joiningUmlauts(plain(String(word)))
      return token.isEmpty ? nil : token
    }
  }

  /// A text's letters and digits in lower-case ASCII as far as there are such, nothing else; ä becomes a.
  public static func plain(_ text: String) -> String {
    let scan = TextScan(text)
    if !scan.contains(.high) {
      if scan.subtracting([.lower, .digit]).isEmpty { return text }
      return withBytes(of: text) { bytes in
        String(unsafeUninitializedCapacity: bytes.count) { buffer in
          var count = 0
          for byte in bytes {
            let lowered = asciiLowered(byte)
            guard lowered &- 0x61 < 26 || lowered &- 0x30 < 10 else { continue }
            buffer[count] = lowered
            count += 1
          }
          return count
        }
      }
    }
    return transliterated(text)
  }

  private static func transliterated(_ text: String) -> String {
    var result = ""
    var needsTransform = false
    for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39, 0x61...0x7A: result.unicodeScalars.append(scalar)
      case 0..<0x80, 0x300...0x36F: break
      default:
        if let letters = letters[scalar] {
          result += letters
        } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
          result.unicodeScalars.append(scalar)
          needsTransform = true
        }
      }
    }
    guard needsTransform else { return result }
    // Other scripts: Иван becomes ivan. Slow, and rare where names are Latin.
    let transform = StringTransform("Any-Latin; Latin-ASCII; Lower")
    let latin = result.applyingTransform(transform, reverse: false) ?? result
    return String(latin.filter { $0.isLetter || $0.isNumber })
  }

  /// Letters that do not come apart into a base and an accent.
  private static let letters: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ſ": "s", "ə": "a",
  ]

  static func joiningUmlauts(_ text: String) -> String {
    withBytes(of: text) { bytes in
      let e = UInt8(ascii: "e")
      func opensUmlaut(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "a") || byte == UInt8(ascii: "o") || byte == UInt8(ascii: "u")
      }
      let hasUmlaut = zip(bytes, bytes.dropFirst()).contains { opensUmlaut($0) && $1 == e }
      guard hasUmlaut else { return text }
      return String(unsafeUninitializedCapacity: bytes.count) { buffer in
        var count = 0
        for (index, byte) in bytes.enumerated() {
          if byte == e, index > 0, opensUmlaut(bytes[index - 1]) { continue }
          buffer[count] = byte
          count += 1
        }
        return count
      }
    }
  }
}
