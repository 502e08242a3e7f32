import CPhoneNumber

/// Phone numbers to E.164: the fast path first, libphonenumber for what it leaves open, remembering its answers.
struct PhoneReader: Sendable {
  private var plans = PhonePlans()
  private var answers = BoundedCache<String?>(limit: 32_768)

  /// The number in E.164, nil when it is none in that region (ISO alpha-2) nor written internationally.
  mutating func e164(_ text: String, region: String) -> String? {
    let number = PhoneReader.withoutArtefacts(text)
    switch read(number, region: region) {
    case .number(let e164): return e164
    case .unsure:
      let answer = answers.value(for: region + number) { _ in PhoneReader.askLibrary(number, region: region) }
      if let answer { return answer }
    case .invalid: break
    }
    // In countries that dial abroad otherwise people still write 00 for the plus.
    guard number.hasPrefix("00") else { return nil }
    let international = "+" + number.dropFirst(2)
    if case .number(let e164) = read(international, region: region) { return e164 }
    return nil
  }

  /// The fast path's verdict on a text.
  mutating func read(_ text: String, region: String) -> PhonePlans.Verdict {
    withBytes(of: text) { bytes in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PhoneReader.mostDigits) { digits in
        guard let found = PhoneReader.digits(of: bytes, into: digits) else { return .unsure }
        let buffer = UnsafeBufferPointer(digits)
        return plans.read(buffer[..<found.count], hasPlus: found.hasPlus, region: region)
      }
    }
  }

  private static let mostDigits = 24

  /// The digits of a text that has nothing else but separators and one leading plus; nil for any other.
  private static func digits(
    of bytes: UnsafeBufferPointer<UInt8>, into digits: UnsafeMutableBufferPointer<UInt8>
  ) -> (count: Int, hasPlus: Bool)? {
    var count = 0
    var hasPlus = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39:
        guard count < mostDigits else { return nil }
        digits[count] = byte - 0x30
        count += 1
      case UInt8(ascii: "+"):
        guard count == 0, !hasPlus else { return nil }
        hasPlus = true
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "/"),
        UInt8(ascii: "."):
        break
      default: return nil
      }
    }
    return count >= 5 ? (count, hasPlus) : nil
  }

  /// `tel:`, the apostrophe that forces text in spreadsheets and the `.0` that they add to numbers, taken off.
  static func withoutArtefacts(_ text: String) -> String {
    let isSuspect = withBytes(of: text) { bytes in
      guard let first = bytes.first, let last = bytes.last else { return false }
      return first == UInt8(ascii: "'") || asciiLowered(first) == UInt8(ascii: "t")
        || (last == UInt8(ascii: "0") && bytes.dropLast().last == UInt8(ascii: "."))
    }
    guard isSuspect else { return text }
    var number = Substring(text)
    if number.utf8.first == UInt8(ascii: "'") { number = number.dropFirst() }
    if number.utf8.count > 4, number.prefix(4).lowercased() == "tel:" { number = number.dropFirst(4) }
    if number.hasSuffix(".0"), number.dropLast(2).utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      number = number.dropLast(2)
    }
    return String(number)
  }

  /// What libphonenumber says.
  static func askLibrary(_ text: String, region: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { out in
      let length = withBytes(of: text) { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          kith_phone_e164(characters.baseAddress, characters.count, region, out.baseAddress, out.count)
        }
      }
      guard length > 0 else { return nil }
      return String(decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(out)[..<length]), as: UTF8.self)
    }
  }

  /// Valid numbers that stand for none: the last eight digits are one and the same, or the keys in a row. (Switchboards
  /// end in six zeros, so fewer digits say nothing.)
  static func isPlaceholder(e164: String) -> Bool {
    withBytes(of: e164) { bytes in
      let tail = bytes.suffix(8)
      guard tail.count == 8, let first = tail.first, let second = tail.dropFirst().first else { return true }
      let step = (second + 10 - first) % 10
      guard step == 0 || step == 1 || step == 9 else { return false }
      return zip(tail, tail.dropFirst()).allSatisfy { ($1 + 10 - $0) % 10 == step }
    }
  }
}
