import KithCore

/// How a column writes numbers.
enum NumberFormat: String, Sendable, CaseIterable {
  case point, comma, auto

  enum Outcome: Equatable {
    case value(Amount)
    case notANumber
    /// It could be a thousand or a decimal.
    case ambiguous
    case tooLarge
  }

  /// Reads a number with signs, grouping (blank, apostrophe and the separator that is not the decimal one, in threes),
  /// a currency sign or code around it and an exponent. Digits beyond the ninth decimal are rounded.
  func parse(_ text: UnsafeBufferPointer<UInt8>) -> Outcome {
    if let plain = NumberFormat.plainInteger(text) { return .value(plain) }
    var body = NumberBody(text)
    guard body.peel() else { return .notANumber }
    let decimal: UInt8
    switch self {
    case .point: decimal = UInt8(ascii: ".")
    case .comma: decimal = UInt8(ascii: ",")
    case .auto:
      switch body.decimalSeparator() {
      case .found(let byte): decimal = byte
      case .ambiguous: return .ambiguous
      }
    }
    return body.amount(decimal: decimal)
  }

  /// Most quantities, scores and ids: up to 17 digits and a minus.
  @inline(__always)
  private static func plainInteger(_ text: UnsafeBufferPointer<UInt8>) -> Amount? {
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard text.count > index, text.count <= 17 else { return nil }
    var value: Int64 = 0
    while index < text.count {
      let digit = text[index] &- 0x30
      guard digit <= 9 else { return nil }
      value = value * 10 + Int64(digit)
      index += 1
    }
    return Amount(mantissa: isNegative ? -value : value)
  }
}

/// A number's text without what stands around it.
private struct NumberBody {
  private let text: UnsafeBufferPointer<UInt8>
  private var start: Int
  private var end: Int
  private var isNegative = false

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    start = 0
    end = text.count
  }

  private static let point = UInt8(ascii: ".")
  private static let comma = UInt8(ascii: ",")

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

  /// Takes signs, brackets and currencies away from both ends; false when nothing like a number is left.
  mutating func peel() -> Bool {
    var (hasSign, hasCurrency, isBracketed) = (false, false, false)
    if start < end, text[start] == UInt8(ascii: "("), text[end - 1] == UInt8(ascii: ")") {
      start += 1
      end -= 1
      isNegative = true
      isBracketed = true
    }
    while start < end {
      let byte = text[start]
      if NumberBody.isDigit(byte) || byte == NumberBody.point || byte == NumberBody.comma { break }
      if byte == 0x20 {
        start += 1
      } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"), !hasSign, !isBracketed {
        isNegative = byte == UInt8(ascii: "-")
        hasSign = true
        start += 1
      } else if let length = signLength(at: start), !hasSign || length == 3 {
        isNegative = true
        hasSign = true
        start += length
      } else if !hasCurrency, let length = currencyLength(at: start) {
        hasCurrency = true
        start += length
      } else if let length = blankLength(at: start) {
        start += length
      } else {
        return false
      }
    }
    return peelEnd(hasSign: hasSign || isBracketed, hasCurrency: hasCurrency)
  }

  private mutating func peelEnd(hasSign: Bool, hasCurrency: Bool) -> Bool {
    guard let lastDigit = (start..<end).last(where: { NumberBody.isDigit(text[$0]) }) else { return false }
    var index = lastDigit + 1
    if index < end, text[index] == NumberBody.point || text[index] == NumberBody.comma { index += 1 }
    let stop = index
    var (hasSign, hasCurrency) = (hasSign, hasCurrency)
    while index < end {
      if text[index] == UInt8(ascii: "-"), !hasSign {
        hasSign = true
        isNegative = true
        index += 1
      } else if text[index] == 0x20 {
        index += 1
      } else if !hasCurrency, let length = currencyLength(at: index) {
        hasCurrency = true
        index += length
      } else if let length = blankLength(at: index) {
        index += length
      } else {
        return false
      }
    }
    end = stop
    return true
  }

  private func matches(_ bytes: [UInt8], at index: Int) -> Bool {
    guard index + bytes.count <= end else { return false }
    for (offset, byte) in bytes.enumerated() where text[index + offset] != byte { return false }
    return true
  }

  /// U+2212, the typographic minus.
  private func signLength(at index: Int) -> Int? { matches([0xE2, 0x88, 0x92], at: index) ? 3 : nil }

  /// No-break space, thin space, narrow no-break space.
  private func blankLength(at index: Int) -> Int? {
    if matches([0xC2, 0xA0], at: index) { return 2 }
    return matches([0xE2, 0x80, 0xAF], at: index) || matches([0xE2, 0x80, 0x89], at: index) ? 3 : nil
  }

  /// A currency sign or three capital letters.
  private func currencyLength(at index: Int) -> Int? {
    if text[index] == UInt8(ascii: "$") { return 1 }
    if matches([0xC2, 0xA3], at: index) || matches([0xC2, 0xA5], at: index) { return 2 }
    if matches([0xE2, 0x82], at: index), index + 3 <= end { return 3 }
    guard index + 3 <= end, (index..<(index + 3)).allSatisfy({ text[$0] >= 0x41 && text[$0] <= 0x5A }) else {
      return nil
    }
    return 3
  }

  enum Separator {
    case found(UInt8)
    case ambiguous
  }

  /// The last separator, where it can be only the decimal one.
  func decimalSeparator() -> Separator {
    var counts: (point: Int, comma: Int) = (0, 0)
    var last = -1
    for index in start..<end {
      if text[index] == NumberBody.point { counts.point += 1 }
      if text[index] == NumberBody.comma { counts.comma += 1 }
      if text[index] == NumberBody.point || text[index] == NumberBody.comma { last = index }
    }
    guard last >= 0 else { return .found(NumberBody.point) }
    let other = text[last] == NumberBody.point ? NumberBody.comma : NumberBody.point
    if counts.point > 0, counts.comma > 0 { return .found(text[last]) }
    if counts.point + counts.comma > 1 { return .found(other) }
    let before = last - start
    var after = 0
    while last + 1 + after < end, NumberBody.isDigit(text[last + 1 + after]) { after += 1 }
    let couldGroup = after == 3 && last + 4 == end && before >= 1 && before <= 3 && text[start] != 0x30
    return couldGroup ? .ambiguous : .found(text[last])
  }

  func amount(decimal: UInt8) -> NumberFormat.Outcome {
    var mantissa: Int64 = 0
    var (decimals, digits, group) = (0, 0, 0)
    var (seenDecimal, grouping): (Bool, UInt8) = (false, 0)
    var (roundUp, overflow) = (false, false)
    var index = start
    while index < end {
      let byte = text[index]
      if NumberBody.isDigit(byte) {
        digits += 1
        group += 1
        if seenDecimal, decimals == 9 {
          if group == 10 { roundUp = byte >= 0x35 }
        } else {
          let (product, over) = mantissa.multipliedReportingOverflow(by: 10)
          let (sum, overSum) = product.addingReportingOverflow(Int64(byte - 0x30))
          (mantissa, overflow) = (sum, overflow || over || overSum)
          if seenDecimal { decimals += 1 }
        }
        index += 1
      } else if byte == decimal, !seenDecimal {
        if grouping != 0, group != 3 { return .notANumber }
        seenDecimal = true
        group = 0
        index += 1
      } else if byte | 0x20 == UInt8(ascii: "e"), digits > 0 {
        return exponent(at: index + 1, mantissa, decimals, overflow)
      } else if !seenDecimal, let (kind, length) = groupSeparator(at: index, decimal: decimal) {
        guard grouping == 0 ? (group >= 1 && group <= 3) : (group == 3 && kind == grouping) else { return .notANumber }
        grouping = kind
        group = 0
        index += length
      } else {
        return .notANumber
      }
    }
    guard digits > 0, seenDecimal || grouping == 0 || group == 3 else { return .notANumber }
    if overflow { return .tooLarge }
    if roundUp { mantissa += 1 }
    return .value(Amount(mantissa: isNegative ? -mantissa : mantissa, scale: UInt8(decimals)))
  }

  private func groupSeparator(at index: Int, decimal: UInt8) -> (kind: UInt8, length: Int)? {
    let byte = text[index]
    if byte == NumberBody.point || byte == NumberBody.comma { return byte == decimal ? nil : (byte, 1) }
    if byte == 0x20 || byte == UInt8(ascii: "'") { return (byte, 1) }
    if let length = blankLength(at: index) { return (0x20, length) }
    // U+2019, the typographic apostrophe.
    return matches([0xE2, 0x80, 0x99], at: index) ? (UInt8(ascii: "'"), 3) : nil
  }

  private func exponent(at index: Int, _ mantissa: Int64, _ decimals: Int, _ overflow: Bool) -> NumberFormat.Outcome {
    var index = index
    var isBelowZero = false
    if index < end, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
      isBelowZero = text[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < end, end - index <= 3 else { return .notANumber }
    var power = 0
    while index < end {
      guard NumberBody.isDigit(text[index]) else { return .notANumber }
      power = power * 10 + Int(text[index] - 0x30)
      index += 1
    }
    var scale = decimals - (isBelowZero ? -power : power)
    var value = mantissa
    if value == 0 { return .value(Amount(mantissa: 0)) }
    while scale < 0 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      if over || overflow { return .tooLarge }
      value = product
      scale += 1
    }
    while scale > 9 {
      value = (value + 5) / 10
      scale -= 1
      if value == 0 { return .value(Amount(mantissa: 0)) }
    }
    return overflow ? .tooLarge : .value(Amount(mantissa: isNegative ? -value : value, scale: UInt8(scale)))
  }
}
