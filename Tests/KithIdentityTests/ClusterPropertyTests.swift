import KithCore
import KithTesting
import Testing

@testable import KithIdentity

@Suite struct ClusterPropertyTests {
  private func permutations<Item>(_ items: [Item]) -> [[Item]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + rest[$0...] }
    }
  }

  @Test func everyOrderOfSmallInputsGivesTheSame() {
    for seed in 0..<12 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let profiles = randomProfiles(6, &generator)
      let decisions = randomDecisions(2, profiles: 6, &generator)
      let expected = cluster(profiles, decisions: decisions)
      for order in permutations(profiles) {
        #expect(cluster(order, decisions: decisions.reversed()) == expected, "seed \(seed)")
      }
    }
  }

  @Test func shufflesOfLargerInputsGiveTheSame() {
    for seed in 100..<160 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let profiles = randomProfiles(60, &generator)
      let decisions = randomDecisions(8, profiles: 60, &generator)
      let expected = cluster(profiles, decisions: decisions)
      for _ in 0..<4 {
        var shuffled = profiles.shuffled(using: &generator)
        for index in shuffled.indices { shuffled[index].identifiers.shuffle(using: &generator) }
        #expect(
          cluster(shuffled, decisions: decisions.shuffled(using: &generator)).clusters == expected.clusters,
          "seed \(seed)")
      }
    }
  }

  /// What an incremental resolve relies on.
  @Test func connectedPartsByThemselvesGiveTheSame() {
    for seed in 200..<240 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let profiles = randomProfiles(90, &generator)
      let decisions = randomDecisions(5, profiles: 90, &generator)
      let whole = cluster(profiles, decisions: decisions)
      let parts = connectedParts(profiles, decisions).map { cluster($0, decisions: decisions) }
      #expect(parts.flatMap(\.clusters).sorted { $0[0] < $1[0] } == whole.clusters, "seed \(seed)")
      #expect(parts.flatMap(\.links).count == whole.links.count)
      #expect(parts.flatMap(\.refused).count == whole.refused.count)
      #expect(parts.flatMap(\.sharedValues).count == whole.sharedValues.count)
    }
  }

  @Test func linksAreAForestAndDecisionsHold() {
    for seed in 300..<360 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let profiles = randomProfiles(50, &generator)
      let decisions = randomDecisions(6, profiles: 50, &generator)
      let result = cluster(profiles, decisions: decisions)
      #expect(result.clusters.flatMap { $0 }.sorted() == profiles.map(\.id))
      #expect(result.links.count == profiles.count - result.clusters.count, "seed \(seed)")
      var clusterOf: [Int64: Int] = [:]
      for (index, members) in result.clusters.enumerated() { for member in members { clusterOf[member] = index } }
      let keys = Dictionary(uniqueKeysWithValues: profiles.map { ($0.id, Set($0.identifiers)) })
      for link in result.links {
        #expect(clusterOf[link.left] == clusterOf[link.right])
        if let key = link.key { #expect(keys[link.left]!.contains(key) && keys[link.right]!.contains(key)) }
      }
      for item in result.refused { #expect(clusterOf[item.link.left] != clusterOf[item.link.right]) }
      for decision in decisions where decision.verdict == .different && decision.left != decision.right {
        #expect(clusterOf[decision.left] != clusterOf[decision.right], "seed \(seed)")
      }
      #expect(result.links.map(\.strength) == result.links.map(\.strength).sorted(by: >))
    }
  }
}

/// Profiles that hang together by a shared identifier or a decision, found by flooding.
func connectedParts(_ profiles: [IdentityProfile], _ decisions: [Decision]) -> [[IdentityProfile]] {
  var rest = profiles
  var parts: [[IdentityProfile]] = []
  while let seed = rest.popLast() {
    var part = [seed]
    var next = 0
    while next < part.count {
      let current = part[next]
      next += 1
      let near = rest.filter { other in
        !Set(other.identifiers).isDisjoint(with: current.identifiers)
          || decisions.contains { $0 == Decision($0.verdict, current.id, other.id) }
      }
      part += near
      rest.removeAll { item in near.contains { $0.id == item.id } }
    }
    parts.append(part)
  }
  return parts
}
