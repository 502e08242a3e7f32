import Testing

@testable import KithNormalise

/// The quick way through a street line gives what the thorough one gives.
@Suite struct StreetAddressTests {
  private static let words = [
    "Bahnhofstrasse", "rue", "de", "la", "Paix", "12", "12a", "3-5", "Nr.", "nr", "no.", "n°", "Postfach", "PO", "Box",
    "CP", "cp", "BP", "C.P.", "Case", "postale", "Boîte", "b.p.", "Apartado", "bis", "TER", "a", "Ä", "7,", ",", "Haus",
    "1/3", "12,", "7a,", "1-3,", "9,,", "5,a", "99999999999", "X1", "Apfelweg", "Poststrasse", "Boulevard", "é", "4B",
    "4bc", "-", "Pl.", "P.O.", "N",
    "Nord",
  ]

  @Test(arguments: 1...20) func equalsTheThoroughWay(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func roll(_ sides: Int) -> Int {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return Int(random % UInt64(sides))
    }
    for _ in 0..<500 {
      let line = (0..<(1 + roll(5))).map { _ in Self.words[roll(Self.words.count)] }.joined(separator: " ")
      #expect(StreetAddress(line) == StreetAddress(inWords: line), "\(line)")
    }
  }
}
