import KithCore
import KithTesting
import Testing

@testable import KithIdentity

/// What people decided teaches how profiles agree.
@Suite struct LabelTests {
  private func model(_ people: [MadeUpPeople.Row], _ labels: [Label]) -> IdentityModel {
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    return index.resolveAll(labels: labels).model
  }

  /// A word on many pairs is one word; two words at one time on others are two.
  @Test func aWordIsOneHoweverManyPairs() {
    func different(_ left: Int64, _ right: Int64, _ word: String) -> (decision: Decision, word: String) {
      (.different(left, right), word)
    }
    let split = [1, 2].flatMap { one in [5, 6, 7].map { different(one, $0, "monday ops") } }
    let others = [
      different(10, 11, "monday ops"), different(1, 9, "tuesday ops"), (Decision.same(5, 6), "monday ops"),
    ]
    let labels = Label.labels(split + others)
    #expect(labels.map(\.decision) == (split + others).map(\.decision))
    #expect(labels.prefix(6).allSatisfy { $0.share == 1.0 / 6 })
    #expect(labels.dropFirst(6).map(\.share) == [1, 1, 1])
    #expect(Label.labels([]).isEmpty)
  }

  /// Without decisions nothing is learned otherwise, to the last bit, and a label that names nobody is none.
  @Test func withoutLabelsNothingChanges() {
    let people = MadeUpPeople(persons: 60, seed: 5).rows
    let plain = model(people, [])
    #expect(model(people, [Label(.same(0, 90_000))]) == plain)
    let matching = Matching(MadeUpPeople(rows: people).table)
    #expect(matching.model == plain)
  }

  /// What people say of pairs with a mistyped family name moves what such a name says: each word a little, the next one
  /// less, in the direction of what was said, with no step anywhere.
  @Test func eachWordMovesALittle() throws {
    let people = MadeUpPeople(persons: 150, seed: 12)
    let table = people.table
    let comparer = Comparer(table: table, frequencies: Frequencies(table, model(people.rows, []).shares))
    var pairs: [(Int64, Int64)] = []
    for one in people.rows.indices {
      for other in (one + 1)..<people.rows.count
      where comparer.compare(one, other).pattern[.family] == FamilyLevel.near && pairs.count < 40 {
        pairs.append((Int64(one), Int64(other)))
      }
    }
    try #require(pairs.count == 40)
    let place = MatchModel.place(.family, FamilyLevel.near)
    func weight(_ count: Int) -> Double {
      Double(model(people.rows, pairs.prefix(count).map { Label(.same($0.0, $0.1)) }).weights.same[place])
    }
    let weights = [0, 1, 20, 30, 31, 40].map { (count: $0, bits: weight($0)) }
    let first = weights[1].bits - weights[0].bits
    for (one, other) in zip(weights, weights.dropFirst()) {
      let perWord = (other.bits - one.bits) / Double(other.count - one.count)
      #expect(perWord > 0 && perWord < first * 1.2, "\(one) to \(other)")
    }
    // Forty pairs of one split move no more than one word does.
    let split = model(people.rows, pairs.map { Label(.same($0.0, $0.1), share: 1.0 / 40) })
    let moved = Double(split.weights.same[place]) - weights[0].bits
    #expect(moved > 0 && moved < first * 2)
  }

  @Test func theOrderOfLabelsDoesNotMatter() {
    let people = MadeUpPeople(persons: 60, seed: 4).rows
    var generator = SeededGenerator(seed: 4)
    let labels = (0..<40).map { (number: Int) -> Label in
      let verdict: Decision.Verdict = number % 3 == 0 ? .same : .different
      return Label(Decision(verdict, Int64(number), Int64(number + 1)), share: 1 / Double(1 + number % 4))
    }
    let straight = model(people, labels)
    #expect(straight != model(people, []))
    for _ in 0..<2 { #expect(model(people, labels.shuffled(using: &generator)) == straight) }
  }
}
