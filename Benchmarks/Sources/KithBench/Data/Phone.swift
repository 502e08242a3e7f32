/// A number that nobody answers: in Switzerland, which keeps no range for films, subscriber numbers that begin with a
/// zero; in France the ranges that the regulator keeps for them.
struct Phone {
  /// Tells numbers apart: no two people of a file of up to four million rows share a Swiss one.
  let index: Int
  let isFrench: Bool
  /// How it is written, in percent of 100: mostly as in the country, a good part as abroad.
  let style: Int

  func write(to out: RowWriter) {
    isFrench ? writeFrench(to: out) : writeSwiss(to: out)
  }

  private func writeSwiss(to out: RowWriter) {
    let area = Self.areas[index % 4]
    // 314,159 is a prime that divides no power of ten: it spreads the numbers and repeats none.
    let digits = (index / 4 * 314_159) % 1_000_000
    switch style {
    case 0..<45: spaced(out, "0" + area + " ", digits)
    case 45..<53: spaced(out, "0" + area + "/", digits)
    case 53..<78: spaced(out, "+41 " + area + " ", digits)
    case 78..<90: joined(out, "+41" + area, digits)
    case 90..<95: joined(out, "0041" + area, digits)
    default: spaced(out, "+41 (0)" + area + " ", digits)
    }
  }

  private func writeFrench(to out: RowWriter) {
    out.text(style < 50 ? "+33 " : "0033 ")
    out.text(Self.frenchRanges[index % 6])
    let digits = (index / 6 * 3_141) % 10_000
    out.byte(UInt8(ascii: " "))
    out.number(digits / 100, width: 2)
    out.byte(UInt8(ascii: " "))
    out.number(digits % 100, width: 2)
  }

  /// `079 012 34 56`
  private func spaced(_ out: RowWriter, _ prefix: String, _ digits: Int) {
    out.text(prefix)
    out.number(digits / 10_000, width: 3)
    out.byte(UInt8(ascii: " "))
    out.number(digits / 100 % 100, width: 2)
    out.byte(UInt8(ascii: " "))
    out.number(digits % 100, width: 2)
  }

  private func joined(_ out: RowWriter, _ prefix: String, _ digits: Int) {
    out.text(prefix)
    out.number(digits, width: 7)
  }

  private static let areas = ["76", "77", "78", "79"]
  private static let frenchRanges = ["1 99 00", "2 61 91", "3 53 01", "4 65 71", "5 36 49", "6 39 98"]
}
