/// A regular expression over digits, as numbering plans use them: `[2-9]\d{8}|80(?:0|1[2-4])`.
indirect enum DigitPattern: Equatable {
  /// One digit out of a set; bit n stands for digit n.
  case digit(UInt16)
  case sequence([DigitPattern])
  case choice([DigitPattern])
  /// `most` nil: without end.
  case repeated(DigitPattern, least: Int, most: Int?)

  /// Nil for what the small grammar does not know (look-ahead, back references, letters). `$` matches nothing here:
  /// only prefixes use it, where matching too much means asking the library.
  init?(_ text: String) {
    var parser = Parser(bytes: Array(text.utf8))
    guard let pattern = parser.choice(depth: 0), parser.position == parser.bytes.count else { return nil }
    self = pattern
  }

  private struct Parser {
    static let anyDigit: UInt16 = 0x3FF
    var bytes: [UInt8]
    var position = 0

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
      guard current == byte else { return false }
      position += 1
      return true
    }

    mutating func choice(depth: Int) -> DigitPattern? {
      guard depth < 32, let first = sequence(depth: depth) else { return nil }
      var branches = [first]
      while take(UInt8(ascii: "|")) {
        guard let branch = sequence(depth: depth) else { return nil }
        branches.append(branch)
      }
      return branches.count == 1 ? first : .choice(branches)
    }

    mutating func sequence(depth: Int) -> DigitPattern? {
      var items: [DigitPattern] = []
      while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
        guard let item = item(depth: depth), let repeated = quantified(item) else { return nil }
        items.append(repeated)
      }
      return items.count == 1 ? items[0] : .sequence(items)
    }

    mutating func item(depth: Int) -> DigitPattern? {
      guard let byte = current else { return nil }
      position += 1
      switch byte {
      case 0x30...0x39: return .digit(1 << UInt16(byte - 0x30))
      case UInt8(ascii: "$"): return .sequence([])
      case UInt8(ascii: "\\"): return take(UInt8(ascii: "d")) ? .digit(Self.anyDigit) : nil
      case UInt8(ascii: "["): return digitSet()
      case UInt8(ascii: "("):
        if take(UInt8(ascii: "?")), !take(UInt8(ascii: ":")) { return nil }
        guard let inner = choice(depth: depth + 1), take(UInt8(ascii: ")")) else { return nil }
        return inner
      default: return nil
      }
    }

    mutating func digitSet() -> DigitPattern? {
      var mask: UInt16 = 0
      while let byte = current, byte != UInt8(ascii: "]") {
        position += 1
        if byte == UInt8(ascii: "\\"), take(UInt8(ascii: "d")) {
          mask |= Self.anyDigit
          continue
        }
        guard (0x30...0x39).contains(byte) else { return nil }
        var last = byte
        if take(UInt8(ascii: "-")) {
          guard let end = current, end >= byte, end <= 0x39 else { return nil }
          last = end
          position += 1
        }
        for digit in byte...last { mask |= 1 << UInt16(digit - 0x30) }
      }
      return take(UInt8(ascii: "]")) ? .digit(mask) : nil
    }

    mutating func quantified(_ item: DigitPattern) -> DigitPattern? {
      switch current {
      case UInt8(ascii: "?"): return finish(item, 0, 1)
      case UInt8(ascii: "*"): return finish(item, 0, nil)
      case UInt8(ascii: "+"): return finish(item, 1, nil)
      case UInt8(ascii: "{"):
        position += 1
        guard let least = number() else { return nil }
        var most: Int? = least
        if take(UInt8(ascii: ",")) { most = number() }
        guard current == UInt8(ascii: "}"), least <= 32, (most ?? 0) <= 32 else { return nil }
        return finish(item, least, most)
      default: return item
      }
    }

    private mutating func finish(_ item: DigitPattern, _ least: Int, _ most: Int?) -> DigitPattern {
      position += 1
      // A lazy quantifier matches the same numbers.
      _ = take(UInt8(ascii: "?"))
      return .repeated(item, least: least, most: most)
    }

    private mutating func number() -> Int? {
      var value: Int?
      while let byte = current, (0x30...0x39).contains(byte), (value ?? 0) < 1_000 {
        value = (value ?? 0) * 10 + Int(byte - 0x30)
        position += 1
      }
      return value
    }
  }
}
