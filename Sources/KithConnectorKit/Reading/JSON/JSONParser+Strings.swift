extension JSONParser {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

  /// The high bit of each byte that is zero.
  @inline(__always)
  private static func zeroes(_ word: UInt64) -> UInt64 { ~(((word & lows) &+ lows) | word | lows) }

  /// Parses the string at `index` and puts its text behind the record's bytes; nil when it failed.
  @inline(__always)
  mutating func string() -> Range<Int>? {
    let start = record.bytes.count
    index &+= 1
    var from = index
    while true {
      passPlain()
      guard index < count else {
        _ = cutOff()
        return nil
      }
      if index > from {
        record.bytes.append(base + from, count: index &- from)
      }
      switch base[index] {
      case 0x22:
        index &+= 1
        return start..<record.bytes.count
      case 0x5C:
        guard escape() else { return nil }
        from = index
      default:
        _ = syntax("control byte 0x\(hex(base[index])) within a string must be written as an escape")
        return nil
      }
    }
  }

  /// Goes on to the next quote, backslash or control byte, or to the end.
  @inline(__always)
  private mutating func passPlain() {
    let raw = UnsafeRawPointer(base)
    while index &+ 8 <= count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found =
        Self.zeroes(word ^ (0x22 &* Self.ones)) | Self.zeroes(word ^ (0x5C &* Self.ones))
        | Self.zeroes(word & (0xE0 &* Self.ones))
      if found != 0 {
        index &+= found.trailingZeroBitCount &>> 3
        return
      }
      index &+= 8
    }
    while index < count, base[index] != 0x22, base[index] != 0x5C, base[index] >= 0x20 { index &+= 1 }
  }

  private mutating func escape() -> Bool {
    guard index + 1 < count else { return cutOff() }
    let plain: UInt8
    switch base[index + 1] {
    case 0x22, 0x5C, 0x2F: plain = base[index + 1]
    case 0x62: plain = 0x08
    case 0x66: plain = 0x0C
    case 0x6E: plain = 0x0A
    case 0x72: plain = 0x0D
    case 0x74: plain = 0x09
    case 0x75: return unicodeEscape()
    default:
      return syntax("\\\(shown(base[index + 1])) is no escape")
    }
    record.bytes.append(plain)
    index += 2
    return true
  }

  /// `\uXXXX`, or two of them for a character beyond the basic plane. Half a pair becomes U+FFFD.
  private mutating func unicodeEscape() -> Bool {
    guard let first = hexUnit(at: index + 2) else { return false }
    index += 6
    guard first & 0xFC00 == 0xD800 else {
      append(first & 0xFC00 == 0xDC00 ? 0xFFFD : first)
      return true
    }
    guard index + 1 < count else { return cutOff() }
    guard base[index] == 0x5C, base[index + 1] == 0x75 else {
      append(0xFFFD)
      return true
    }
    guard let second = hexUnit(at: index + 2) else { return false }
    if second & 0xFC00 == 0xDC00 {
      index += 6
      append(0x10000 + ((first & 0x3FF) << 10 | second & 0x3FF))
    } else {
      append(0xFFFD)
    }
    return true
  }

  private mutating func hexUnit(at start: Int) -> UInt32? {
    guard start + 4 <= count else {
      _ = cutOff()
      return nil
    }
    var unit: UInt32 = 0
    for offset in 0..<4 {
      let byte = base[start + offset]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default:
        _ = syntax("four hex digits must follow \\u")
        return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  private func append(_ code: UInt32) {
    guard let scalar = UnicodeScalar(code) else { return }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { record.bytes.append(byte) }
  }
}
