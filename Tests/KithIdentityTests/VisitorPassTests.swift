import KithCore
import KithTesting
import Testing

@testable import KithIdentity

@Suite struct VisitorPassTests {
  /// A world of clusters, the known profiles, and who carries which visitor ids.
  private func resolve(
    _ clusters: [[Int64]], known: Set<Int64>, _ visitors: [Int64: [String]], decisions: [Decision] = []
  ) -> Resolution {
    var resolution = Resolution()
    resolution.clusters = clusters
    let profiles = clusters.joined().map {
      VisitorProfile(id: $0, isKnown: known.contains($0), visitors: visitors[$0] ?? [])
    }
    resolution.attachVisitors(profiles, decisions: decisions)
    return resolution
  }

  @Test func anonymousProfilesFollowTheOneCustomer() {
    let result = resolve(
      [[1, 4], [2], [3], [5], [6]], known: [1, 4], [1: ["a"], 2: ["a"], 3: ["a"], 5: ["b"], 6: ["b"]])
    #expect(result.clusters == [[1, 2, 3, 4], [5, 6]])
    #expect(result.matches.count { $0.rule == .visitor } == 3)
  }

  @Test func neverMergesCustomers() {
    #expect(
      resolve([[1], [2], [3]], known: [1, 2, 3], [1: ["a"], 2: ["a"], 3: ["a"]]).clusters == [[1], [2], [3]])
  }

  @Test func twoProfilesOfOneCustomerAreNoKiosk() {
    #expect(resolve([[1, 2], [3]], known: [1, 2], [1: ["a"], 2: ["a"], 3: ["a"]]).clusters == [[1, 2, 3]])
  }

  @Test func kioskJoinsOnlyTheAnonymous() {
    let result = resolve(
      [[1], [2], [3], [4], [5], [6]], known: [1, 2, 6],
      [1: ["a"], 2: ["a"], 3: ["a"], 4: ["a"], 5: ["a", "b"], 6: ["b"]])
    #expect(result.clusters == [[1], [2], [3, 4], [5, 6]])
  }

  @Test func whoeverLeadsToTwoCustomersStaysAlone() {
    let result = resolve(
      [[1], [2], [3], [4], [5]], known: [1, 2], [1: ["a"], 2: ["b"], 3: ["a", "b"], 4: ["a"], 5: ["b"]])
    #expect(result.clusters == [[1, 4], [2, 5], [3]])
  }

  @Test func anonymousProfilesFollowThroughOtherAnonymousOnes() {
    let visitors: [Int64: [String]] = [1: ["a"], 2: ["a", "b"], 3: ["b", "c"], 4: ["c"], 5: ["e"], 6: ["e", "c"]]
    #expect(
      resolve([[1], [2], [3], [4]], known: [1], visitors.filter { $0.key < 5 }).clusters == [[1, 2, 3, 4]])
    // … unless that way leads to a second customer.
    #expect(
      resolve([[1], [2], [3], [4], [5], [6]], known: [1, 5], visitors).clusters == [[1, 2], [3, 4], [5, 6]])
  }

  @Test func decisionsHoldForVisitorsToo() {
    let visitors: [Int64: [String]] = [1: ["a"], 2: ["a"], 3: ["a"]]
    #expect(
      resolve([[1], [2], [3]], known: [1], visitors, decisions: [.different(1, 2)]).clusters == [[1, 3], [2]])
    // A human's word made an anonymous profile a customer's.
    #expect(resolve([[1, 2], [3]], known: [1], [2: ["v"], 3: ["v"]]).clusters == [[1, 2, 3]])
  }

  /// Working out connected parts one by one gives what working out all gives, in any order.
  @Test(arguments: 0..<40) func partsEqualTheWhole(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int64(6 + generator.below(20))
    var visitors: [Int64: [String]] = [:]
    for id in 1...count where generator.below(4) > 0 {
      visitors[id] = (0...generator.below(2)).map { _ in "v\(generator.below(Int(count) / 2))" }
    }
    let known = Set((1...count).filter { _ in generator.below(3) == 0 })
    let all = resolve((1...count).map { [$0] }, known: known, visitors)
    var sets = RowSets(count: Int(count) + 1)
    for (one, mine) in visitors {
      for (other, theirs) in visitors where !Set(mine).isDisjoint(with: theirs) { sets.join(Int32(one), Int32(other)) }
    }
    var parts: [Int32: [Int64]] = [:]
    for id in 1...count { parts[sets.find(Int32(id)), default: []].append(id) }
    let one = parts.values.flatMap { part in
      resolve(
        part.map { [$0] }, known: known.intersection(part), visitors.filter { part.contains($0.key) }
      ).clusters
    }
    #expect(all.clusters == one.sorted { $0[0] < $1[0] })
    for cluster in all.clusters { #expect(known.intersection(cluster).count <= 1) }
  }
}
