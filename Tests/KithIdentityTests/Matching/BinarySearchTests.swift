import Testing

@testable import KithIdentity

@Suite struct BinarySearchTests {
  /// Wherever the search begins, it ends at the first position that fits.
  @Test func aGuessChangesNothing() {
    var random = SystemRandomNumberGenerator()
    for size in [0, 1, 2, 63, 64, 65, 400, 5_000] {
      let values = (0..<size).map { _ in UInt64.random(in: 0..<1_000, using: &random) }.sorted()
      for _ in 0..<300 {
        let low = Int.random(in: 0...size, using: &random)
        let range = low..<Int.random(in: low...size, using: &random)
        let bound = UInt64.random(in: 0...1_001, using: &random)
        let guess = Int.random(in: -50...size + 50, using: &random)
        let found = BinarySearch.first(in: range, near: guess) { values[$0] >= bound }
        let expected = range.first { values[$0] >= bound } ?? range.upperBound
        #expect(found == expected, "size \(size), \(range), at least \(bound), near \(guess)")
      }
    }
  }
}
