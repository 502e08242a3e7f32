import KithCore
import KithTesting
import Testing

@testable import KithIdentity

@Suite struct MatchingPartsTests {
  @Test(arguments: [10, 5_000, 70_000]) func radixSortSorts(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let values = (0..<count).map { _ in UInt64.random(in: 0..<1 << 44, using: &generator) }
    var sorted = values
    RadixSort.sort(&sorted, bits: 0..<44)
    #expect(sorted == values.sorted())
    var doubled = (values + values).sorted()
    RadixSort.removeDuplicates(&doubled)
    #expect(doubled == Array(Set(values)).sorted())
  }

  @Test func poolsKnowTheirTexts() {
    let pool = TextPool()
    let texts = (0..<5_000).map { "text \($0)" }
    let numbers = texts.map { pool.number(of: $0) }
    #expect(Set(numbers).count == texts.count)
    #expect(texts.map { pool.number(of: $0) } == numbers)
    #expect(numbers.map { pool.text($0) } == texts)
    #expect(pool.number(of: "") == 0)
  }

  /// Whoever shares an e-mail address or a telephone number is met, once, the lower place first.
  @Test(arguments: [1, 2]) func candidatesHoldWhoSharesAKey(seed: UInt64) {
    let people = MadeUpPeople(persons: 250, seed: seed)
    let distinct = DistinctRows(people.table)
    let pairs = Candidates(people.table, distinct.cards(of: people.table)).pairs
    var places = [Int](repeating: 0, count: people.rows.count)
    for place in 0..<distinct.count { for row in distinct.rows(place) { places[Int(row)] = place } }
    #expect(Set(pairs).count == pairs.count)
    #expect(pairs.allSatisfy { $0 >> 32 < $0 & 0xffff_ffff })
    let met = Set(pairs)
    for one in people.rows.indices {
      for other in (one + 1)..<people.rows.count {
        let (left, right) = (people.rows[one], people.rows[other])
        let isShared =
          (!left.email.isEmpty && left.email == right.email) || (!left.phone.isEmpty && left.phone == right.phone)
        // Of rows that say just the same one stands for the others.
        let (a, b) = (places[one], places[other])
        if isShared, a != b { #expect(met.contains(UInt64(min(a, b)) << 32 | UInt64(max(a, b))), "\(left) \(right)") }
      }
    }
  }

  /// Against clustering written down word by word, on graphs of any shape.
  @Test(arguments: 0..<40) func averageLinkageIsAverageLinkage(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let rows = Int.random(in: 2...14, using: &generator)
    var edges: [AverageLinkage.Edge] = []
    for low in 0..<rows {
      for high in (low + 1)..<rows where Double.random(in: 0..<1, using: &generator) < 0.4 {
        // Quarters add up exactly, so that both ways see the same averages.
        let weight = Float(Int.random(in: -40...60, using: &generator)) / 4
        let decided: [Float] = [.infinity, -.infinity]
        let isDecided = seed % 2 == 1 && Double.random(in: 0..<1, using: &generator) < 0.15
        edges.append(
          AverageLinkage.Edge(
            low: Int32(low), high: Int32(high),
            weight: isDecided ? decided.randomElement(using: &generator) ?? 0 : weight))
      }
    }
    let linkage = AverageLinkage()
    // In every third graph some have no name, and those who have one are compared all the same.
    let named = (0..<rows).map { _ in seed % 3 > 0 || Bool.random(using: &generator) }
    // In every fourth graph rows claim what a customer has once, several values of it among them.
    let claims = (0..<rows).map { _ in
      (0..<(seed % 4 == 3 ? generator.below(3) : 0)).map { _ in
        Claim(topic: UInt64(generator.below(2)), value: UInt64(generator.below(3)))
      }.sorted()
    }
    let beside: [Float] = (0..<rows * rows).map { _ in Float(Int.random(in: -40...20, using: &generator)) / 4 }
    let clusters = linkage.clusters(
      rows: rows, edges: edges, isNamed: { named[Int($0)] }, weigh: { beside[Int($0) * rows + Int($1)] },
      claims: { claims[Int($0)] })
    if seed % 3 == 0 {
      // What groups there are decides who is compared: here all are one group or the naive way cannot tell.
      edges = Self.compareNamed(linkage, rows, edges, named) { beside[$0 * rows + $1] }
    }
    #expect(clusters == Self.naive(linkage, rows, edges, named, claims))
  }

  private static func compareNamed(
    _ linkage: AverageLinkage, _ rows: Int, _ edges: [AverageLinkage.Edge], _ named: [Bool],
    _ weigh: (Int, Int) -> Float
  ) -> [AverageLinkage.Edge] {
    var group = Array(0..<rows)
    for _ in 0..<rows {
      for edge in edges where edge.weight >= linkage.bound {
        let lowest = min(group[Int(edge.low)], group[Int(edge.high)])
        (group[Int(edge.low)], group[Int(edge.high)]) = (lowest, lowest)
      }
    }
    var result = edges
    for one in 0..<rows {
      for other in (one + 1)..<max(rows, one + 1) where named[one] && named[other] && group[one] == group[other] {
        let isMixed = (0..<rows).contains { group[$0] == group[one] && !named[$0] }
        let isKnown = edges.contains { Int($0.low) == one && Int($0.high) == other }
        if isMixed, !isKnown, weigh(one, other) < linkage.missing {
          result.append(AverageLinkage.Edge(low: Int32(one), high: Int32(other), weight: weigh(one, other)))
        }
      }
    }
    return result
  }

  static func naive(
    _ linkage: AverageLinkage, _ rows: Int, _ edges: [AverageLinkage.Edge], _ named: [Bool]? = nil,
    _ claims: [[Claim]]? = nil
  ) -> [Int32] {
    func contradict(_ one: [Int], _ other: [Int]) -> Bool {
      guard let claims else { return false }
      return (0..<2).contains { topic in
        func values(_ rows: [Int]) -> Set<UInt64> {
          Set(rows.flatMap { claims[$0] }.filter { $0.topic == topic }.map(\.value))
        }
        return !values(one).isEmpty && !values(other).isEmpty && values(one).isDisjoint(with: values(other))
      }
    }
    func weight(_ one: Int, _ other: Int) -> Float? {
      let edge = edges.first { Int($0.low) == min(one, other) && Int($0.high) == max(one, other) }
      if edge?.weight == -.infinity { return -.infinity }
      if let edge, edge.weight != .infinity { return min(max(edge.weight, linkage.lowest), linkage.highest) }
      return named.map { $0[one] && $0[other] } ?? true ? linkage.missing : nil
    }
    var clusters = (0..<rows).map { [$0] }
    func average(_ one: Int, _ other: Int) -> Float {
      if contradict(clusters[one], clusters[other]) { return -.infinity }
      let weights = clusters[one].flatMap { a in clusters[other].compactMap { weight(a, $0) } }
      // Nothing known is no offer, and no contradiction.
      return weights.isEmpty ? -1 : weights.reduce(0, +) / Float(weights.count)
    }
    /// Fits a third one nearly as well, which contradicts the other one.
    func isUndecided(_ node: Int, _ chosen: Int, _ offer: Float) -> Bool {
      clusters.indices.contains { third in
        third != node && third != chosen && average(node, third) >= max(linkage.bound, offer - linkage.margin)
          && average(chosen, third) <= linkage.contradiction
      }
    }
    func follow() {
      while true {
        var best: (one: Int, other: Int, average: Float)?
        for one in clusters.indices {
          for other in (one + 1)..<max(clusters.count, one + 1) {
            let average = average(one, other)
            guard average >= linkage.bound, average > best?.average ?? -.infinity else { continue }
            if !isUndecided(one, other, average), !isUndecided(other, one, average) { best = (one, other, average) }
          }
        }
        guard let best else { return }
        clusters[best.one] += clusters.remove(at: best.other)
      }
    }
    follow()
    for edge in edges where edge.weight == .infinity {
      guard let one = clusters.firstIndex(where: { $0.contains(Int(edge.low)) }),
        let other = clusters.firstIndex(where: { $0.contains(Int(edge.high)) }), one != other
      else { continue }
      let isForbidden = clusters[one].contains { a in clusters[other].contains { weight(a, $0) == -.infinity } }
      if !isForbidden { clusters[min(one, other)] += clusters.remove(at: max(one, other)) }
    }
    follow()
    var result = [Int32](repeating: 0, count: rows)
    for cluster in clusters { for row in cluster { result[row] = Int32(cluster.min() ?? 0) } }
    return result
  }

  /// A chain of tight groups, each a step of evidence from the next: no matter how long, it does not become one.
  /// What two share of a kind that ranks higher outweighs that they differ in what a customer has once.
  @Test func ranksDecideBetweenClaims() {
    func claims(_ list: [(topic: UInt64, value: UInt64)], ranked: Bool = true) -> [Claim] {
      list.map { Claim(topic: $0.topic, value: $0.value, rank: ranked ? UInt8($0.topic) : 0, isSingle: $0.topic != 1) }
        .sorted()
    }
    // Topic 1 is only to be shared; 2 and 3 a customer has once.
    #expect(Claim.contradict(claims([(2, 1)]), claims([(2, 9)])))
    #expect(!Claim.contradict(claims([(1, 1), (2, 1)]), claims([(1, 1), (2, 9)])))
    #expect(!Claim.contradict(claims([(1, 1)]), claims([(1, 2)])))
    #expect(!Claim.contradict(claims([(2, 1), (3, 1)]), claims([(2, 1), (3, 9)])))
    #expect(Claim.contradict(claims([(2, 1), (3, 1)]), claims([(2, 9), (3, 1)])))
    // Nothing outweighs what has no rank.
    #expect(Claim.contradict(claims([(2, 1), (3, 1)], ranked: false), claims([(2, 1), (3, 9)], ranked: false)))
    let source = [Claim(topic: Claim.ofSources | 1, value: 1)]
    let other = [Claim(topic: Claim.ofSources | 1, value: 2)]
    #expect(Claim.contradict(claims([(1, 1)]) + source, claims([(1, 1)]) + other))
  }

  @Test func chainsDoNotGrow() {
    let groups = 3_000
    var edges: [AverageLinkage.Edge] = []
    for block in 0..<groups {
      for one in 0..<10 {
        for other in (one + 1)..<10 {
          edges.append(AverageLinkage.Edge(low: Int32(block * 10 + one), high: Int32(block * 10 + other), weight: 9))
        }
      }
      if block > 0 { edges.append(AverageLinkage.Edge(low: Int32(block * 10 - 1), high: Int32(block * 10), weight: 1)) }
    }
    edges.sort { ($0.low, $0.high) < ($1.low, $1.high) }
    let clusters = AverageLinkage().clusters(rows: groups * 10, edges: edges)
    #expect(clusters == (0..<groups * 10).map { Int32($0 / 10 * 10) })
  }

  @Test(arguments: [
    (19_850_428, 19_850_428, BirthLevel.same), (19_850_408, 19_850_804, BirthLevel.swapped),
    (19_850_428, 19_850_427, BirthLevel.digit), (19_850_000, 19_850_428, BirthLevel.year),
    (19_860_000, 19_850_428, BirthLevel.near), (19_850_428, 19_850_411, BirthLevel.near),
    (19_850_428, 19_620_103, BirthLevel.different),
  ]) func birthLevels(one: Int32, other: Int32, level: Int) {
    #expect(Comparer.birthLevel(one, other) == level)
    #expect(Comparer.birthLevel(other, one) == level)
  }
}
