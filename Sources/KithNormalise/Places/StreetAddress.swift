/// A street with its house number, in the order of the country: `Bahnhofstrasse 12a`, `12 bis, rue de la Paix`.
struct StreetAddress: Equatable {
  var street: String
  /// Empty when the text has none.
  var number: String

  /// Takes a tidy line apart; a line without a house number (a post-office box, a hamlet) is all street.
  init(_ line: String) {
    if let plain = withBytes(of: line, StreetAddress.plain) {
      self = plain
    } else {
      self.init(inWords: line)
    }
  }

  /// Nearly all lines: a street, a blank, a number, or a number, perhaps a comma, a street. Nil for whatever needs a
  /// closer look.
  private static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> StreetAddress? {
    numberBehind(bytes) ?? numberInFront(bytes)
  }

  private static func numberInFront(_ bytes: UnsafeBufferPointer<UInt8>) -> StreetAddress? {
    guard let blank = bytes.firstIndex(of: 0x20), blank > 0, blank + 1 < bytes.count, isLetter(bytes[blank + 1]),
      let last = bytes.last, last != UInt8(ascii: ",")
    else { return nil }
    let hasComma = bytes[blank - 1] == UInt8(ascii: ",")
    let number = UnsafeBufferPointer(rebasing: bytes[..<(hasComma ? blank - 1 : blank)])
    guard number.last != UInt8(ascii: ","), isHouseNumber(number) else { return nil }
    if !hasComma {
      let second = bytes[(blank + 1)...].prefix { $0 != 0x20 && $0 != UInt8(ascii: ",") }
      if repetitions.contains(UnsafeBufferPointer(rebasing: second)) { return nil }
    }
    return StreetAddress(
      street: String(decoding: bytes[(blank + 1)...], as: UTF8.self), number: String(decoding: number, as: UTF8.self))
  }

  private static func numberBehind(_ bytes: UnsafeBufferPointer<UInt8>) -> StreetAddress? {
    guard let first = bytes.first, isLetter(first), !mayBeBox(bytes), let blank = bytes.lastIndex(of: 0x20), blank > 0,
      bytes[blank - 1] != UInt8(ascii: ","), !isNumberWord(endingAt: blank, bytes)
    else { return nil }
    let number = UnsafeBufferPointer(rebasing: bytes[(blank + 1)...])
    guard number.last != UInt8(ascii: ","), isHouseNumber(number) else { return nil }
    return StreetAddress(
      street: String(decoding: bytes[..<blank], as: UTF8.self), number: String(decoding: number, as: UTF8.self))
  }

  private init(street: String, number: String) {
    self.street = street
    self.number = number
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// Whether the word before `end` is one of those that announce a number: `Nr.`.
  private static func isNumberWord(endingAt end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let blank = bytes[..<end].lastIndex(of: 0x20) else { return false }
    return numberWordSet.contains(UnsafeBufferPointer(rebasing: bytes[(blank + 1)..<end]))
  }

  /// Whether the line begins with the first two letters of a box.
  private static func mayBeBox(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count > 2 else { return true }
    switch bytes[0] | 0x20 {
    case UInt8(ascii: "p"): return bytes[1] | 0x20 == UInt8(ascii: "o") || !isLetter(bytes[1])
    case UInt8(ascii: "b"):
      let second = bytes[1] | 0x20
      return second == UInt8(ascii: "p") || second == UInt8(ascii: "o") || !isLetter(bytes[1])
    case UInt8(ascii: "c"):
      let second = bytes[1] | 0x20
      return second == UInt8(ascii: "p") || second == UInt8(ascii: "a") || !isLetter(bytes[1])
    case UInt8(ascii: "a"): return bytes[1] | 0x20 == UInt8(ascii: "p") || !isLetter(bytes[1])
    default: return false
    }
  }

  /// The same for every line, however it is written.
  init(inWords line: String) {
    street = line
    number = ""
    guard line.utf8.contains(where: { $0 &- 0x30 < 10 }), !StreetAddress.isBox(line) else { return }
    let words = line.split(separator: " ")
    guard words.count > 1 else { return }
    if let count = StreetAddress.numberLength(words, atFront: true), count < words.count {
      let rest = words[count...].joined(separator: " ")
      if rest.contains(where: \.isLetter) {
        street = StreetAddress.trimmed(rest)
        number = StreetAddress.joined(words[..<count])
      }
      return
    }
    for count in [1, 2] where count < words.count {
      let tail = words[(words.count - count)...]
      guard StreetAddress.numberLength(Array(tail), atFront: false) == count else { continue }
      var front = words[..<(words.count - count)]
      if front.count > 1, let last = front.last, StreetAddress.numberWords.contains(last.lowercased()) {
        front = front.dropLast()
      }
      let rest = StreetAddress.trimmed(front.joined(separator: " "))
      if rest.contains(where: \.isLetter) {
        street = rest
        number = StreetAddress.joined(tail)
      }
      return
    }
  }

  /// Whether a part is nothing but a house number: `12`, `12 bis`.
  static func isNumber(_ part: String) -> Bool {
    let words = part.split(separator: " ")
    return numberLength(words, atFront: false) == words.count
  }

  private static let repetitions = WordSet(["bis", "ter", "quater"])
  private static let numberWords: Set<String> = ["nr.", "nr", "no.", "n.", "n°", "nº", "num."]
  private static let numberWordSet = WordSet(Array(numberWords))

  /// How many words from the start make a house number: `12`, `12a`, `12-14`, `12/3`, `12 a`, `12 bis`.
  private static func numberLength(_ words: [Substring], atFront: Bool) -> Int? {
    guard let first = words.first, isHouseNumber(first) else { return nil }
    guard words.count > 1 else { return 1 }
    // A comma closes the number: `12, rue de la Paix`.
    if first.hasSuffix(",") { return 1 }
    var second = words[1].lowercased()
    if second.hasSuffix(",") { second.removeLast() }
    if repetitions.contains(second) { return 2 }
    // `12 a` behind a street; in front of one a single letter may be its article.
    if !atFront, second.utf8.count == 1, let letter = second.utf8.first, letter &- 0x61 < 26 { return 2 }
    return atFront ? 1 : nil
  }

  private static func isHouseNumber(_ word: Substring) -> Bool {
    var word = word
    if word.hasSuffix(",") { word.removeLast() }
    return word.withUTF8 { isHouseNumber($0) }
  }

  private static func isHouseNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var digits = 0
    var letters = 0
    for byte in bytes {
      switch byte {
      case 0x30...0x39:
        digits += 1
        letters = 0
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "+"): letters = 0
      default:
        letters += 1
        guard asciiLowered(byte) &- 0x61 < 26, letters == 1, digits > 0 else { return false }
      }
    }
    guard let first = bytes.first else { return false }
    return first &- 0x30 < 10 && digits <= 9 && bytes.count <= 12
  }

  private static func joined(_ words: ArraySlice<Substring>) -> String { trimmed(words.joined(separator: " ")) }

  private static func trimmed(_ text: String) -> String {
    var slice = Substring(text)
    while let last = slice.last, last == "," || last == " " { slice = slice.dropLast() }
    while let first = slice.first, first == "," || first == " " { slice = slice.dropFirst() }
    return String(slice)
  }

  /// Boxes have numbers of their own that are no house.
  private static func isBox(_ line: String) -> Bool {
    guard let first = line.utf8.first, "abcp".utf8.contains(asciiLowered(first)) else { return false }
    let lowered = line.lowercased()
    return boxes.contains { lowered.hasPrefix($0) }
  }

  private static let boxes = [
    "postfach", "po box", "p.o. box", "p.o.box", "p. o. box", "case postale", "cp ", "bp ", "b.p.", "boîte postale",
    "casella postale", "c.p.", "apartado", "postbus",
  ]
}
