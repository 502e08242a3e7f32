/// Numbers as the table shows them: no more digits than the measuring is worth.
enum Format {
  static func seconds(_ value: Double) -> String { fixed(value, value < 1 ? 3 : value < 100 ? 2 : 0) }

  static func ratio(_ value: Double) -> String { fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

  /// Three digits of what lies between 0 and 1.
  static func share(_ value: Double) -> String { fixed(value, 3) }

  static func megabytes(_ bytes: Double) -> String { fixed(bytes / 1_000_000, bytes < 10_000_000 ? 1 : 0) }

  /// Three figures that count, in groups: `177,000`.
  static func rate(_ value: Double) -> String {
    var unit = 1.0
    while value / unit >= 1_000 { unit *= 10 }
    return grouped(Int((value / unit).rounded() * unit))
  }

  static func grouped(_ value: Int) -> String {
    var groups: [String] = []
    var digits = String(value)
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    return ([digits] + groups).joined(separator: ",")
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let unit = (0..<digits).reduce(1) { unit, _ in unit * 10 }
    let scaled = Int((value * Double(unit)).rounded())
    guard digits > 0 else { return String(scaled) }
    let rest = String(scaled % unit)
    return "\(scaled / unit)." + String(repeating: "0", count: digits - rest.count) + rest
  }
}
