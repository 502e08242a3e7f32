/// An exact decimal number: `mantissa / 10^scale`. For money, quantities and unit prices, which binary
/// floating point would bend.
public struct Amount: Hashable, Sendable {
  public let mantissa: Int64
  /// Digits behind the decimal point, 0 to 9.
  public let scale: UInt8

  public init(mantissa: Int64, scale: UInt8 = 0) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// The nearest double, for SQL and statistics.
  public var double: Double { Double(mantissa) / Amount.powers[Int(scale)] }

  public var isNegative: Bool { mantissa < 0 }

  /// The same value with exactly `digits` digits behind the point, rounded half to even; nil when it does not fit.
  public func rescaled(to digits: UInt8) -> Amount? {
    if digits == scale { return self }
    if digits > scale {
      let (value, overflow) = mantissa.multipliedReportingOverflow(by: Amount.integerPower(digits - scale))
      return overflow ? nil : Amount(mantissa: value, scale: digits)
    }
    let divisor = Amount.integerPower(scale - digits)
    var quotient = mantissa / divisor
    let remainder = (mantissa % divisor).magnitude
    let half = divisor.magnitude / 2
    if remainder > half || (remainder == half && quotient % 2 != 0) { quotient += mantissa < 0 ? -1 : 1 }
    return Amount(mantissa: quotient, scale: digits)
  }

  /// The exact product; nil on overflow. Scales add up to 9 at the most, beyond that the result is rounded.
  public func times(_ other: Amount) -> Amount? {
    let (value, overflow) = mantissa.multipliedReportingOverflow(by: other.mantissa)
    if overflow { return nil }
    let sum = scale + other.scale
    if sum <= 9 { return Amount(mantissa: value, scale: sum) }
    let divisor = Amount.integerPower(sum - 9)
    return Amount(mantissa: value / divisor, scale: 9)
  }

  /// The exact sum; nil on overflow.
  public func plus(_ other: Amount) -> Amount? {
    let digits = max(scale, other.scale)
    guard let left = rescaled(to: digits), let right = other.rescaled(to: digits) else { return nil }
    let (value, overflow) = left.mantissa.addingReportingOverflow(right.mantissa)
    return overflow ? nil : Amount(mantissa: value, scale: digits)
  }

  /// `-12.30`: plain digits with a point.
  public var text: String {
    if scale == 0 { return String(mantissa) }
    var digits = String(mantissa.magnitude)
    let width = Int(scale) + 1
    if digits.count < width { digits = String(repeating: "0", count: width - digits.count) + digits }
    let point = digits.index(digits.endIndex, offsetBy: -Int(scale))
    return (mantissa < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  ]

  private static func integerPower(_ exponent: UInt8) -> Int64 {
    var value: Int64 = 1
    for _ in 0..<exponent { value *= 10 }
    return value
  }
}
