import KithCore
import Testing

@testable import KithIdentity

@Suite struct ClusterRulesTests {
  private func clusters(_ profiles: [IdentityProfile], _ decisions: [Decision] = []) -> [[Int64]] {
    cluster(profiles, decisions: decisions).clusters
  }

  @Test func nothingGiven() {
    #expect(cluster([]) == Clustering())
    #expect(clusters([person(3), person(1)]) == [[1], [3]])
  }

  @Test func numbersLinkAloneWithinTheirNamespace() {
    let result = cluster([
      person(1, "anna meier", nil, [.number(7)]), person(2, "", nil, [.number(7)]),
      person(3, "anna kunz", nil, [.number(7)]), person(4, "anna meier", nil, [.number(7, "shop")]),
    ])
    #expect(result.clusters == [[1, 2, 3], [4]])
    #expect(result.links.map(\.rule) == [.identifier, .identifier])
    #expect(result.links.allSatisfy { $0.key == .number(7) && $0.strength == 60 })
  }

  @Test func aNumberDoesNotJoinWhoDiffersInNameAndBirthDate() {
    let result = cluster([
      person(1, "anna meier", "1980-01-05", [.number(7)]), person(2, "beat kunz", "1951-12-24", [.number(7)]),
      person(3, "beat kunz", nil, [.number(8)]), person(4, "anna meier", "1980-01-05", [.number(8)]),
    ])
    #expect(result.clusters == [[1], [2], [3, 4]])
    #expect(result.refused.map(\.reason) == [.names])
  }

  @Test func aNumberOfTooManyPersonsIsNoNumber() {
    let names = ["anna", "beat", "carla", "diego", "emil", "fritz"]
    let six = names.enumerated().map { person(Int64($0.offset + 1), "\($0.element) meier", nil, [.number(1)]) }
    #expect(clusters(Array(six.prefix(5))) == [[1, 2, 3, 4, 5]])
    let result = cluster(six + [person(7, "anna meier", nil, [.number(1)])])
    #expect(result.clusters.count == 7)
    #expect(result.sharedValues == [SharedValue(key: .number(1), reason: .overLimit, persons: 6, profiles: 7)])
    #expect(result.refused.count == 5 && result.refused.allSatisfy { $0.reason == .sharedValue })
  }

  @Test func aCouplesLoyaltyCardJoinsNeitherOfThem() {
    let card = IdentityKey(.loyaltyNumber, "99", namespace: "club")
    #expect(
      clusters([
        person(1, "anna meier", nil, [card]), person(2, "beat meier", nil, [card]),
        person(3, "anna meier", nil, [card]), person(4, "", nil, [card]),
      ]) == [[1, 3], [2], [4]])
    #expect(
      clusters([
        person(1, "anna meier", nil, [card]), person(2, "beat meier", nil, [card]),
        person(3, "anna meier", nil, [card]), person(4, "carl meier", nil, [card]),
      ]) == [[1], [2], [3], [4]])
  }

  @Test func emailLinksCompatibleNamesAndTheNameless() {
    #expect(
      clusters([
        person(1, "anna meier", nil, [.mail("a")]), person(2, "", nil, [.mail("a")]),
        person(3, "michael graf", nil, [.mail("c")]), person(4, "a meier", nil, [.mail("a")]),
        person(5, "meier anna", nil, [.mail("a")]), person(6, "michale graf", nil, [.mail("c")]),
        person(7, "", nil, [.mail("b")]),
      ]) == [[1, 2, 4, 5], [3, 6], [7]])
    let plain = cluster([
      person(1, "anna meier", nil, [.mail("a")]), person(2, "", nil, [.mail("a")]),
      person(3, "anna kunz", nil, [.mail("a")]),
    ])
    #expect(plain.clusters == [[1, 2, 3]])
    #expect(plain.links.map(\.rule) == [.identifierAndName, .identifierWithoutName])
    #expect(plain.links.map(\.strength) == [30, 29])
  }

  @Test func household() {
    let result = cluster([
      person(1, "anna meier", nil, [.mail("family")]), person(2, "beat meier", nil, [.mail("family")]),
      person(3, "anna maria meier", nil, [.mail("family")]), person(4, "", nil, [.mail("family")]),
      person(5, "", nil, [.mail("family")]), person(6, "- meier", nil, [.mail("family")]),
      person(7, "b meier", nil, [.mail("family")]),
    ])
    #expect(result.clusters == [[1, 3], [2, 7], [4, 5], [6]])
    #expect(
      result.sharedValues == [SharedValue(key: .mail("family"), reason: .household, persons: 2, profiles: 7)])
    #expect(Set(result.refused.map(\.reason)) == [.names, .ambiguous])
  }

  @Test func agencyMailboxLinksNobody() {
    let names = ["anna", "beat", "carla", "diego", "emil", "fritz"]
    let clients = names.enumerated().map { person(Int64($0.offset + 1), "\($0.element) meier", nil, [.mail("x")]) }
    let again = names.enumerated().map { person(Int64($0.offset + 11), "\($0.element) meier", nil, [.mail("x")]) }
    #expect(clusters(clients + again + [person(50, "", nil, [.mail("x")])]).count == 13)
    #expect(clusters(Array(clients.prefix(5)) + again.prefix(5)).count == 5)
  }

  @Test func aValueOfVeryManyNamesLinksNobody() {
    let many = (0..<70).map { index in
      var profile = person(Int64(index + 1), "anna meier", nil, [.mail("x")])
      profile.given = ["anna"] + Array(repeating: "anna", count: index)
      return profile
    }
    let result = cluster(many)
    #expect(result.clusters.count == 70)
    #expect(result.sharedValues.map(\.reason) == [.overLimit])
  }

  @Test func fatherAndSonOfOneName() {
    let result = cluster([
      person(1, "hans graf", "1950-03-04", [.mail("g"), .phone(1)]),
      person(2, "hans graf", "1981-11-30", [.mail("g"), .phone(1)]),
      person(3, "hans graf", nil, [.mail("g")]), person(4, "h graf", "1981-11-30", [.phone(1)]),
    ])
    #expect(result.clusters == [[1], [2, 4], [3]])
    #expect(result.refused.contains { $0.reason == .birthDates })
    #expect(result.refused.contains { $0.reason == .ambiguous })
  }

  @Test func phoneNeedsTheFamilyNameToo() {
    #expect(clusters([person(1, "anna meier", nil, [.phone(1)]), person(2, "anna kunz", nil, [.phone(1)])]).count == 2)
    #expect(clusters([person(1, "anna meier", nil, [.phone(1)]), person(2, "anna -", nil, [.phone(1)])]).count == 1)
    // The name at marriage is known by the e-mail: then her phone under the old name is hers.
    #expect(
      clusters([
        person(1, "anna meier", nil, [.mail("a")]), person(2, "anna kunz", nil, [.mail("a")]),
        person(3, "anna meier", nil, [.phone(1)]), person(4, "anna kunz", nil, [.phone(1), .mail("a")]),
        person(5, "anna meier", nil, [.phone(2)]), person(6, "anna meier", nil, [.phone(2), .mail("a")]),
      ]) == [[1, 2, 4, 5, 6], [3]])
  }

  @Test func aChainOfProfilesThatSayLittleJoinsNobody() {
    let result = cluster([
      person(1, "anna meier", nil, [.mail("a")]), person(2, "", nil, [.mail("a"), .phone(1)]),
      person(3, "beat meier", nil, [.phone(1)]),
    ])
    #expect(result.clusters == [[1, 2], [3]])
    #expect(result.refused.map(\.reason) == [.names])
    let initials = cluster([
      person(1, "anna meier", nil, [.mail("a")]), person(2, "a meier", nil, [.mail("a"), .phone(1)]),
      person(3, "andreas meier", nil, [.phone(1)]),
    ])
    #expect(initials.clusters == [[1, 2], [3]])
    #expect(
      clusters([
        person(1, "anna meier", nil, [.mail("a")]), person(2, "", nil, [.mail("a"), .phone(1)]),
        person(3, "anna kunz", nil, [.phone(1)]),
      ]) == [[1, 2], [3]])
  }

  @Test func whoIsRefusedByOneStillJoinsTheOthers() {
    let profiles = [
      person(1, "anna maria meier", nil, [.mail("a")]), person(2, "anna meier", nil, [.mail("a")]),
      person(3, "anna meier", nil, [.mail("a")]),
    ]
    #expect(clusters(profiles, [.different(1, 2), .different(1, 3)]) == [[1], [2, 3]])
  }

  @Test func aCustomerOfVeryManyNamesGrowsNoFurther() {
    let chain = (0..<100).map { index in
      var profile = person(Int64(index + 1), "anna meier", nil, [.mail("\(index)"), .mail("\(index + 1)")])
      profile.given += Array(repeating: "eva", count: index)
      return profile
    }
    let result = cluster(chain)
    #expect(result.clusters.allSatisfy { $0.count <= IdentityRules.facetLimit })
    #expect(!result.refused.isEmpty && result.refused.allSatisfy { $0.reason == .tooVaried })
  }

  @Test func organisationsAndPersonsStayApart() {
    func company(_ id: Int64, _ keys: [IdentityKey]) -> IdentityProfile {
      IdentityProfile(id: id, kind: .organisation, identifiers: keys)
    }
    let result = cluster(
      [
        company(1, [.number(1), .mail("info")]), company(2, [.number(1)]), company(3, [.mail("info"), .visitor(1)]),
        person(4, "", nil, [.number(1), .mail("info")]), person(5, "", nil, [.mail("info")]),
        person(6, "", nil, [.visitor(1)]),
      ], decisions: [.same(3, 6)])
    #expect(result.clusters == [[1, 2], [3], [4, 5], [6]])
    #expect(result.refused.map(\.reason) == [.kinds])
  }

  @Test func blockedValuesLinkNobody() {
    var rules = IdentityRules()
    rules.blocked = [.email: ["a@example.org"]]
    let result = cluster([person(1, "", nil, [.mail("a")]), person(2, "", nil, [.mail("a")])], rules: rules)
    #expect(result.clusters == [[1], [2]])
    #expect(result.sharedValues == [SharedValue(key: .mail("a"), reason: .blocked, persons: 0, profiles: 2)])
  }

  @Test func theSameValueTwiceInAProfileCountsOnce() {
    #expect(clusters([person(1, "", nil, [.mail("a"), .mail("a")])]) == [[1]])
    #expect(clusters([person(1, "anna graf"), person(1, "anna graf")]) == [[1]])
  }
}
