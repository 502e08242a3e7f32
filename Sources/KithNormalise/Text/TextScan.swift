/// What one pass over a text's bytes tells about it, so that most values are known to be canonical without a copy.
struct TextScan: OptionSet {
  let rawValue: UInt8

  static let upper = TextScan(rawValue: 1)
  static let lower = TextScan(rawValue: 2)
  static let digit = TextScan(rawValue: 4)
  /// Single blanks between words.
  static let blank = TextScan(rawValue: 8)
  /// Hyphen or apostrophe.
  static let joiner = TextScan(rawValue: 16)
  /// Any other ASCII sign.
  static let sign = TextScan(rawValue: 32)
  /// Bytes of characters beyond ASCII.
  static let high = TextScan(rawValue: 64)
  /// Empty, padded, with doubled blanks or control characters.
  static let untidy = TextScan(rawValue: 128)

  static let letters: TextScan = [.upper, .lower]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var flags: UInt8 = 0
    var afterBlank = true
    for byte in bytes {
      if (byte | 0x20) &- 0x61 < 26 {
        // Bit 5 tells lower (2) from upper (1), without a branch that texts would keep mispredicting.
        flags |= 1 << (byte >> 5 & 1)
        afterBlank = false
      } else if byte == 0x20 {
        flags |= afterBlank ? TextScan.untidy.rawValue : TextScan.blank.rawValue
        afterBlank = true
      } else {
        afterBlank = false
        flags |= TextScan.flag(ofOther: byte)
      }
    }
    if afterBlank { flags |= TextScan.untidy.rawValue }
    rawValue = flags
  }

  @inline(__always)
  private static func flag(ofOther byte: UInt8) -> UInt8 {
    if byte >= 0x80 { return high.rawValue }
    if byte &- 0x30 < 10 { return digit.rawValue }
    if byte == 0x2D || byte == 0x27 { return joiner.rawValue }
    return byte < 0x20 || byte == 0x7F ? untidy.rawValue : sign.rawValue
  }

  init(_ text: String) { self = withBytes(of: text) { TextScan($0) } }
}

/// The UTF-8 bytes of a text, without copying it where it is stored as such.
@inline(__always)
func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
  if let result = text.utf8.withContiguousStorageIfAvailable(body) { return result }
  var copy = text
  return copy.withUTF8(body)
}
