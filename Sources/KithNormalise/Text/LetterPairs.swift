/// A set of two-letter codes, found by their bytes.
struct LetterPairs: Sendable {
  private var bits = [UInt32](repeating: 0, count: 32)

  /// `codes` of two ASCII letters in either case.
  init(_ codes: some Sequence<Substring>) {
    for code in codes {
      let bytes = Array(code.utf8)
      if bytes.count == 2 { bits[Int(bytes[0] & 31)] |= 1 << UInt32(bytes[1] & 31) }
    }
  }

  /// Whether the text is one of the codes, in lower case or (with `isUpper`) in capitals.
  func contains(_ text: String, isUpper: Bool) -> Bool {
    withBytes(of: text) { bytes in
      guard bytes.count == 2 else { return false }
      let first = bytes[0] &- (isUpper ? 0x41 : 0x61)
      let second = bytes[1] &- (isUpper ? 0x41 : 0x61)
      return first < 26 && second < 26 && bits[Int(first) &+ 1] >> UInt32(second &+ 1) & 1 != 0
    }
  }
}
