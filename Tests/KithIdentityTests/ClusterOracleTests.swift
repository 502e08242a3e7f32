import KithCore
import KithTesting
import Testing

@testable import KithIdentity

/// Clusters by comparing every profile with every other one, straight from the words of the rules and with a table of
/// names instead of name comparison. It does not decide what to give up where evidence contradicts: there the result is
/// held to what any decision must keep.
@Suite struct ClusterOracleTests {
  @Test func agreesWithTheNaiveOracle() {
    var undisputed = 0
    var disputed = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let profiles = oracleProfiles(24, &generator)
      let oracle = Oracle(profiles)
      let result = cluster(profiles)
      for part in oracle.components() {
        let inside = result.clusters.filter { part.contains($0[0]) }
        #expect(inside.allSatisfy { $0.allSatisfy(part.contains) }, "seed \(seed): a cluster without evidence")
        if oracle.isUndisputed(part) {
          #expect(inside.count == 1, "seed \(seed): \(part.sorted()) became \(inside)")
          if part.count > 1 { undisputed += 1 }
        } else {
          for members in inside { #expect(!oracle.contradictsWithoutNumber(members), "seed \(seed): \(members)") }
          for one in inside {
            for other in inside where one[0] < other[0] {
              #expect(!oracle.belongTogether(one, other), "seed \(seed): \(one) and \(other)")
            }
          }
          disputed += 1
        }
      }
    }
    // Both branches were taken, or the test says nothing.
    #expect(undisputed > 300 && disputed > 500, "\(undisputed) undisputed, \(disputed) disputed")
  }
}

private let given: [[String]] = [[], ["anna"], ["anna", "maria"], ["a"], ["beat"], ["martin"], ["martni"]]
private let families: [[String]] = [[], ["meier"], ["kunz"]]
private let dates = [nil, nil, CalendarDate(iso: "1950-03-04"), CalendarDate(iso: "1981-11-30")]

private func oracleProfiles(_ count: Int, _ generator: inout SeededGenerator) -> [IdentityProfile] {
  (1...count).map { id in
    var keys: [IdentityKey] = []
    if Int.random(in: 0..<10, using: &generator) < 6 {
      keys.append(.mail("m\(Int.random(in: 0..<12, using: &generator))"))
    }
    if Int.random(in: 0..<10, using: &generator) < 4 { keys.append(.phone(.random(in: 0..<12, using: &generator))) }
    if Int.random(in: 0..<10, using: &generator) < 2 { keys.append(.number(.random(in: 0..<12, using: &generator))) }
    return IdentityProfile(
      id: Int64(id), given: given.randomElement(using: &generator)!, family: families.randomElement(using: &generator)!,
      birthDate: dates.randomElement(using: &generator)!, identifiers: keys)
  }
}

private struct Oracle {
  let profiles: [IdentityProfile]

  init(_ profiles: [IdentityProfile]) { self.profiles = profiles }

  /// Which given names of the list above are one person's.
  private func oneGiven(_ a: [String], _ b: [String]) -> Bool {
    let same: Set<Set<[String]>> = [
      [["anna"], ["anna", "maria"]], [["a"], ["anna"]], [["a"], ["anna", "maria"]], [["martin"], ["martni"]],
    ]
    return a.isEmpty || b.isEmpty || a == b || same.contains([a, b])
  }

  private func oneFamily(_ a: IdentityProfile, _ b: IdentityProfile) -> Bool {
    a.family.isEmpty || b.family.isEmpty || a.family == b.family
  }

  private func datesDiffer(_ a: IdentityProfile, _ b: IdentityProfile) -> Bool {
    a.birthDate != nil && b.birthDate != nil && a.birthDate != b.birthDate
  }

  private func isNamed(_ a: IdentityProfile) -> Bool { !a.given.isEmpty || !a.family.isEmpty }

  private func agree(_ a: IdentityProfile, _ b: IdentityProfile, _ kind: Identifier.Kind) -> Bool {
    switch kind {
    case .customerNumber:
      let full = [a, b].allSatisfy { !$0.given.isEmpty && !$0.family.isEmpty }
      return !(full && !(oneGiven(a.given, b.given) && oneFamily(a, b)) && datesDiffer(a, b))
    case .email:
      let married = !a.given.isEmpty && !b.given.isEmpty && a.given != ["a"] && b.given != ["a"]
      return oneGiven(a.given, b.given) && (oneFamily(a, b) || married) && !datesDiffer(a, b)
    default:
      return oneGiven(a.given, b.given) && oneFamily(a, b) && !datesDiffer(a, b)
    }
  }

  /// Whether the two point to each other by this value: their carriers of names that agree without exception with one
  /// another are one group, or there is only one.
  private func linked(_ a: IdentityProfile, _ b: IdentityProfile, by key: IdentityKey) -> Bool {
    let carriers = profiles.filter { $0.identifiers.contains(key) }
    let named = carriers.filter(isNamed)
    let allAgree = named.allSatisfy { one in named.allSatisfy { agree(one, $0, key.kind) } }
    if allAgree, key.kind != .customerNumber { return true }
    let persons = Set(named.map(\.given)).count + named.count { $0.birthDate != nil }
    if key.kind == .customerNumber { return allAgree && persons <= 5 }
    // Several persons: only what must hold however they are told apart.
    return isNamed(a) == isNamed(b) && (!isNamed(a) || agree(a, b, key.kind))
  }

  func components() -> [Set<Int64>] {
    var rest = profiles
    var result: [Set<Int64>] = []
    while let seed = rest.popLast() {
      var part = [seed]
      var next = 0
      while next < part.count {
        let near = rest.filter { other in !Set(other.identifiers).isDisjoint(with: part[next].identifiers) }
        part += near
        rest.removeAll { item in near.contains { $0.id == item.id } }
        next += 1
      }
      result.append(Set(part.map(\.id)))
    }
    return result
  }

  /// Nobody in it contradicts anybody, whatever the kind, and every shared value links those who share it.
  func isUndisputed(_ part: Set<Int64>) -> Bool {
    let members = profiles.filter { part.contains($0.id) }
    for one in members {
      for other in members where one.id < other.id {
        if !agree(one, other, .phone) { return false }
        for key in one.identifiers where other.identifiers.contains(key) && !linked(one, other, by: key) {
          return false
        }
      }
    }
    return true
  }

  /// Nothing was given up without need: somebody in one shares with somebody in the other a value of one person, and
  /// no member of one contradicts a member of the other.
  func belongTogether(_ one: [Int64], _ other: [Int64]) -> Bool {
    let left = profiles.filter { one.contains($0.id) }
    let right = profiles.filter { other.contains($0.id) }
    let contradict = left.contains { a in right.contains { !oneGiven(a.given, $0.given) || datesDiffer(a, $0) } }
    if contradict { return false }
    return left.contains { a in
      right.contains { b in
        isNamed(a) && isNamed(b) && a.identifiers.contains { b.identifiers.contains($0) && isOnePersons($0) }
      }
    }
  }

  private func isOnePersons(_ key: IdentityKey) -> Bool {
    let named = profiles.filter { $0.identifiers.contains(key) && isNamed($0) }
    return named.allSatisfy { one in named.allSatisfy { agree(one, $0, .phone) } }
  }

  func hasNumber(_ part: Set<Int64>) -> Bool {
    profiles.contains { part.contains($0.id) && $0.identifiers.contains { $0.kind == .customerNumber } }
  }

  /// Two given names or birth dates in one cluster that no shared number excuses.
  func contradictsWithoutNumber(_ cluster: [Int64]) -> Bool {
    let members = profiles.filter { cluster.contains($0.id) }
    if hasNumber(Set(cluster)) { return false }
    return members.contains { one in
      members.contains { !oneGiven(one.given, $0.given) || datesDiffer(one, $0) }
    }
  }
}
