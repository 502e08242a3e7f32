import KithTesting
import Testing

@testable import KithIdentity

@Suite struct SimilarityTests {
  private let pool = TextPool()
  private func bytes(_ text: String) -> TextBytes { pool[pool.number(of: text)] }

  /// Published examples: Winkler's own (1990) and those of the U.S. Census Bureau's comparator.
  @Test(arguments: [
    ("martha", "marhta", 0.961), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.813), ("abc", "xyz", 0),
    ("same", "same", 1),
  ]) func jaroWinkler(one: String, other: String, expected: Double) {
    let value = Similarity.jaroWinkler(bytes(one), bytes(other))
    #expect(abs(value - expected) < 0.001, "\(value)")
    #expect(value == Similarity.jaroWinkler(bytes(other), bytes(one)))
  }

  @Test(arguments: [
    ("meier", "meyer", true), ("meier", "meir", true), ("meier", "meeier", true), ("meier", "miere", false),
    ("meier", "emier", true), ("meier", "maier", true), ("meier", "mayer", false), ("a", "", true), ("ab", "", false),
    ("abcd", "badc", false), ("x", "x", true),
  ]) func oneEdit(one: String, other: String, expected: Bool) {
    #expect(Similarity.isOneEdit(bytes(one), bytes(other)) == expected)
    #expect(Similarity.isOneEdit(bytes(other), bytes(one)) == expected)
  }

  /// The short cut tells the same as the full comparison, and so does the edit distance by the book.
  @Test(arguments: 0..<4) func shortCutsAgreeWithTheFullWay(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func text() -> String {
      String(
        (0..<Int.random(in: 1...9, using: &generator)).map { _ in "abcde".randomElement(using: &generator) ?? "a" })
    }
    for _ in 0..<3_000 {
      let (one, other) = (text(), text())
      let (a, b) = (bytes(one), bytes(other))
      for bound in [0.7, 0.88, 0.92] {
        #expect(Similarity.isAlike(a, b, bound) == (Similarity.jaroWinkler(a, b) >= bound), "\(one) \(other)")
      }
      #expect(Similarity.isOneEdit(a, b) == (Self.distance(Array(one.utf8), Array(other.utf8)) <= 1), "\(one) \(other)")
    }
  }

  /// Optimal string alignment by its recurrence.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for row in 0...a.count {
      for column in 0...b.count {
        if row == 0 || column == 0 {
          table[row][column] = row + column
          continue
        }
        let change = a[row - 1] == b[column - 1] ? 0 : 1
        var best = min(table[row - 1][column], table[row][column - 1]) + 1
        best = min(best, table[row - 1][column - 1] + change)
        if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
          best = min(best, table[row - 2][column - 2] + 1)
        }
        table[row][column] = best
      }
    }
    return table[a.count][b.count]
  }
}
