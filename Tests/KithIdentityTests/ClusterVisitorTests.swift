import KithCore
import Testing

@testable import KithIdentity

@Suite struct ClusterVisitorTests {
  @Test func anonymousProfilesFollowTheOneCustomer() {
    let result = cluster([
      person(1, "anna meier", nil, [.mail("a"), .visitor(1)]), person(2, "", nil, [.visitor(1)]),
      person(3, "", nil, [.visitor(1)]), person(4, "", nil, [.mail("a")]), person(5, "", nil, [.visitor(2)]),
      person(6, "", nil, [.visitor(2)]),
    ])
    #expect(result.clusters == [[1, 2, 3, 4], [5, 6]])
    #expect(result.links.filter { $0.rule == .visitor }.count == 3)
  }

  @Test func neverMergesCustomers() {
    let result = cluster([
      person(1, "anna meier", nil, [.visitor(1)]), person(2, "anna meier", nil, [.visitor(1)]),
      person(3, "", nil, [.mail("x"), .visitor(1)]),
    ])
    #expect(result.clusters == [[1], [2], [3]])
    #expect(result.sharedValues == [SharedValue(key: .visitor(1), reason: .kiosk, persons: 3, profiles: 3)])
  }

  @Test func twoProfilesOfOneCustomerAreNoKiosk() {
    #expect(
      cluster([
        person(1, "anna meier", nil, [.mail("a"), .visitor(1)]),
        person(2, "anna meier", nil, [.mail("a"), .visitor(1)]), person(3, "", nil, [.visitor(1)]),
      ]).clusters == [[1, 2, 3]])
  }

  @Test func kioskJoinsOnlyTheAnonymous() {
    let result = cluster([
      person(1, "anna meier", nil, [.visitor(1)]), person(2, "beat kunz", nil, [.visitor(1)]),
      person(3, "", nil, [.visitor(1)]), person(4, "", nil, [.visitor(1)]),
      person(5, "", nil, [.visitor(1), .visitor(2)]), person(6, "carl graf", nil, [.visitor(2)]),
    ])
    #expect(result.clusters == [[1], [2], [3, 4], [5, 6]])
  }

  @Test func whoeverLeadsToTwoCustomersStaysAlone() {
    let result = cluster([
      person(1, "anna meier", nil, [.visitor(1)]), person(2, "beat kunz", nil, [.visitor(2)]),
      person(3, "", nil, [.visitor(1), .visitor(2)]), person(4, "", nil, [.visitor(1)]),
      person(5, "", nil, [.visitor(2)]),
    ])
    #expect(result.clusters == [[1, 4], [2, 5], [3]])
    #expect(result.refused.map(\.reason) == [.ambiguous, .ambiguous])
  }

  @Test func anonymousProfilesFollowThroughOtherAnonymousOnes() {
    let anna = person(1, "anna meier", nil, [.visitor(1)])
    let bridge = person(2, "", nil, [.visitor(1), .visitor(2)])
    let free = person(3, "", nil, [.visitor(2), .visitor(3)])
    let further = person(4, "", nil, [.visitor(3)])
    #expect(cluster([anna, bridge, free, further]).clusters == [[1, 2, 3, 4]])
    // … unless that way leads to a second customer.
    let beat = person(5, "beat kunz", nil, [.visitor(5)])
    let second = person(6, "", nil, [.visitor(5), .visitor(3)])
    #expect(cluster([anna, bridge, free, further, beat, second]).clusters == [[1, 2], [3, 4], [5, 6]])
  }

  @Test func decisionsHoldForVisitorsToo() {
    let profiles = [
      person(1, "anna meier", nil, [.visitor(1)]), person(2, "", nil, [.visitor(1)]),
      person(3, "", nil, [.visitor(1)]),
    ]
    let result = cluster(profiles, decisions: [.different(1, 2)])
    #expect(result.clusters == [[1, 3], [2]])
    #expect(result.refused.map(\.reason) == [.decision])
    // A human's word makes an anonymous profile a customer's.
    #expect(
      cluster(
        [person(1, "anna meier"), person(2, "", nil, [.visitor(9)]), person(3, "", nil, [.visitor(9)])],
        decisions: [.same(1, 2)]
      ).clusters == [[1, 2, 3]])
  }
}
