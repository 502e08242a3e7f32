import KithCore
import Testing

@testable import KithIdentity

@Suite struct ClusterDecisionTests {
  @Test func sameOverridesTheRules() {
    let result = cluster(
      [person(1, "anna meier", "1980-01-05"), person(2, "beat kunz", "1951-12-24")], decisions: [.same(2, 1)])
    #expect(result.clusters == [[1, 2]])
    #expect(result.links == [Link(1, 2, key: nil, rule: .decision, strength: 100)])
  }

  @Test func whoAgreesWithOneOfTwoSettledNamesIsWelcome() {
    let profiles = [
      person(1, "anna meier", nil, [.mail("a")]), person(2, "toni meier"), person(3, "anna meier", nil, [.mail("a")]),
    ]
    #expect(cluster(profiles, decisions: [.same(1, 2)]).clusters == [[1, 2, 3]])
  }

  @Test func differentHoldsThroughOthers() {
    let profiles = [
      person(1, "anna meier", nil, [.number(1)]), person(2, "anna meier", nil, [.number(1), .mail("a")]),
      person(3, "anna meier", nil, [.mail("a")]),
    ]
    let result = cluster(profiles, decisions: [.different(1, 3)])
    #expect(result.clusters == [[1, 2], [3]])
    #expect(result.refused.map(\.reason) == [.decision])
    #expect(result.refused.first?.link.key == .mail("a"))
  }

  @Test func differentWinsOverSame() {
    let profiles = [person(1), person(2), person(3)]
    let result = cluster(profiles, decisions: [.same(1, 2), .same(2, 3), .different(1, 3)])
    #expect(result.clusters == [[1, 2], [3]])
    #expect(result.refused.map(\.reason) == [.decision])
    #expect(cluster(profiles, decisions: [.same(1, 2), .different(2, 1)]).clusters == [[1], [2], [3]])
  }

  @Test func decisionsOnStrangersAndOnOneselfAreIgnored() {
    let profiles = [person(1), person(2)]
    #expect(
      cluster(profiles, decisions: [.same(1, 9), .different(8, 9), .same(1, 1), .different(2, 2)]).clusters
        == [[1], [2]])
  }
}
