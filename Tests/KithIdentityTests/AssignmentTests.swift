import KithTesting
import Testing

@testable import KithIdentity

@Suite struct AssignmentTests {
  private func run(
    _ clusters: [[Int64]], _ previous: [Int64: Int64] = [:], next: Int64 = 100
  ) -> (Assignment, Int64) {
    var id = next
    let assignment = assign(clusters: clusters, previous: previous, nextID: &id)
    return (assignment, id)
  }

  @Test func firstTime() {
    let (result, next) = run([[4, 7], [1]], next: 1)
    #expect(result.customerOf == [1: 1, 4: 2, 7: 2])
    #expect(
      result.events == [
        LineageEvent(.created, new: 1, profiles: [1]), LineageEvent(.created, new: 2, profiles: [4, 7]),
      ])
    #expect(next == 3)
  }

  @Test func nothingChanges() {
    let (result, next) = run([[1, 2], [3]], [1: 5, 2: 5, 3: 4])
    #expect(result.customerOf == [1: 5, 2: 5, 3: 4])
    #expect(result.events.isEmpty && next == 100)
  }

  /// What was merged away or retired comes back under its number, once, and only while nobody has it.
  @Test func formerIdsComeBack() {
    var next: Int64 = 100
    let split = assign(
      clusters: [[1, 2], [3, 4]], previous: [1: 5, 2: 5, 3: 5, 4: 5], former: [3: 9], nextID: &next)
    #expect(split.customerOf == [1: 5, 2: 5, 3: 9, 4: 9])
    #expect(split.events == [LineageEvent(.split, old: 5, new: 9, profiles: [3, 4])])
    let back = assign(clusters: [[7], [8]], previous: [:], former: [7: 6, 8: 6], nextID: &next)
    #expect(back.customerOf == [7: 6, 8: 100])
    let taken = assign(clusters: [[1], [2]], previous: [1: 9], former: [2: 9], nextID: &next)
    #expect(taken.customerOf == [1: 9, 2: 101])
  }

  @Test func mergeKeepsTheOldest() {
    let (result, next) = run([[1, 2, 3, 4]], [1: 9, 2: 9, 3: 5])
    #expect(Set(result.customerOf.values) == [5])
    #expect(result.events == [LineageEvent(.merged, old: 9, new: 5, profiles: [1, 2])])
    #expect(next == 100)
  }

  @Test func splitGivesTheSmallerPartANewId() {
    let (result, _) = run([[1], [2, 3]], [1: 5, 2: 5, 3: 5])
    #expect(result.customerOf == [1: 100, 2: 5, 3: 5])
    #expect(result.events == [LineageEvent(.split, old: 5, new: 100, profiles: [1])])
    let (even, _) = run([[2, 3], [1, 4]], [1: 5, 2: 5, 3: 5, 4: 5])
    #expect(even.customerOf == [1: 5, 4: 5, 2: 100, 3: 100])
  }

  @Test func aProfileMovesToAnOlderCustomer() {
    let (result, _) = run([[1, 2, 5], [3, 4]], [1: 7, 2: 7, 5: 8, 3: 8, 4: 8])
    #expect(result.customerOf == [1: 7, 2: 7, 5: 7, 3: 8, 4: 8])
    #expect(result.events == [LineageEvent(.moved, old: 8, new: 7, profiles: [5])])
  }

  @Test func mergeAndSplitAtOnce() {
    let (result, _) = run([[1, 2, 10], [3]], [1: 5, 2: 5, 3: 5, 10: 4])
    #expect(result.customerOf == [1: 4, 2: 4, 10: 4, 3: 100])
    #expect(
      result.events == [
        LineageEvent(.merged, old: 5, new: 4, profiles: [1, 2]), LineageEvent(.split, old: 5, new: 100, profiles: [3]),
      ])
  }

  @Test func goneProfilesRetireTheirCustomer() {
    let (result, _) = run([[1]], [1: 5, 2: 6, 3: 6])
    #expect(result.customerOf == [1: 5])
    #expect(result.events == [LineageEvent(.retired, old: 6, profiles: [2, 3])])
  }

  @Test func propertiesOfRandomHistories() {
    for seed in 1...60 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var previous: [Int64: Int64] = [:]
      var next: Int64 = 1
      for _ in 0..<6 {
        let clusters = randomClusters(40, &generator)
        let first = next
        let result = assign(clusters: clusters, previous: previous, nextID: &next)
        check(result, clusters, previous, first, seed)
        var repeated = first
        let shuffled = clusters.shuffled(using: &generator).map { $0.shuffled(using: &generator) }
        #expect(assign(clusters: shuffled, previous: previous, nextID: &repeated) == result, "seed \(seed)")
        var unchanged = next
        #expect(assign(clusters: clusters, previous: result.customerOf, nextID: &unchanged).events.isEmpty)
        #expect(unchanged == next)
        previous = result.customerOf
      }
    }
  }

  private func randomClusters(_ count: Int64, _ generator: inout SeededGenerator) -> [[Int64]] {
    var groups: [Int: [Int64]] = [:]
    for profile in 1...count where Int.random(in: 0..<10, using: &generator) > 0 {
      groups[.random(in: 0..<15, using: &generator), default: []].append(profile)
    }
    return Array(groups.values)
  }

  private func check(
    _ result: Assignment, _ clusters: [[Int64]], _ previous: [Int64: Int64], _ first: Int64, _ seed: UInt64
  ) {
    #expect(Set(result.customerOf.keys) == Set(clusters.flatMap { $0 }))
    var owner: [Int64: Int] = [:]
    for (index, members) in clusters.enumerated() {
      let ids = Set(members.map { result.customerOf[$0] })
      #expect(ids.count == 1, "seed \(seed): one id per cluster")
      let id = ids.first!!
      #expect(owner.updateValue(index, forKey: id) == nil, "seed \(seed): one cluster per id")
      #expect(id >= first || members.contains { previous[$0] == id }, "seed \(seed): an id of strangers")
    }
    let ends = result.events.filter { $0.kind == .merged || $0.kind == .retired }.compactMap(\.old)
    let alive = Set(result.customerOf.values)
    for old in Set(previous.values) {
      #expect(ends.count { $0 == old } == (alive.contains(old) ? 0 : 1), "seed \(seed): \(old) does not resolve")
    }
    for merge in result.events where merge.kind == .merged {
      #expect(alive.contains(merge.new!) && merge.new! < merge.old!, "seed \(seed): merged into a younger one")
    }
    let told = result.events.filter { $0.old != nil && $0.kind != .retired }.flatMap(\.profiles)
    let changed = result.customerOf.filter { previous[$0.key] != nil && previous[$0.key] != $0.value }.keys
    #expect(told.sorted() == changed.sorted(), "seed \(seed): events do not tell the changes")
  }
}
