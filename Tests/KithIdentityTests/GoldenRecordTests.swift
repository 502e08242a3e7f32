import KithCore
import Testing

@testable import KithIdentity

@Suite struct GoldenRecordTests {
  private func member(
    _ id: Int64, _ source: String = "crm", day: Int64? = nil, of values: [Attribute: String] = [:],
    email: String? = nil, phone: String? = nil
  ) -> SurvivorshipProfile {
    SurvivorshipProfile(
      id: id, source: source, updatedAt: day.map { Timestamp(seconds: $0 * 86_400) },
      attributes: Attribute.allCases.compactMap { attribute in
        values[attribute].map { CanonicalAttribute(attribute, $0) }
      }, emails: email.map { [$0] } ?? [], phones: phone.map { [$0] } ?? [])
  }

  @Test func nobody() {
    #expect(goldenRecord([]).values.isEmpty)
    #expect(goldenRecord([member(1, of: [.city: ""])]).values.isEmpty)
  }

  @Test func namesAreTheMostFrequentAndContactsTheMostRecent() {
    let record = goldenRecord([
      member(1, day: 1, of: [.familyName: "Meier", .jobTitle: "Chemist"], email: "a@example.org"),
      member(2, day: 2, of: [.familyName: "Meier"], email: "b@example.org"),
      member(3, day: 9, of: [.familyName: "Kunz"]), member(4, of: [.jobTitle: "Doctor"], email: "c@example.org"),
    ])
    #expect(
      record.values == [
        GoldenValue(field: .email, value: "b@example.org", profileID: 2, rule: .mostRecent),
        GoldenValue(field: .attribute(.familyName), value: "Meier", profileID: 2, rule: .mostFrequent),
        GoldenValue(field: .attribute(.jobTitle), value: "Chemist", profileID: 1, rule: .mostRecent),
      ])
  }

  @Test func initialsDoNotOutvoteAName() {
    let members = ["A.", "A.", "Anna"].enumerated().map { member(Int64($0.offset), of: [.givenName: $0.element]) }
    #expect(goldenRecord(members)[.givenName] == "Anna")
    #expect(goldenRecord([member(1, of: [.givenName: "A."])])[.givenName] == "A.")
  }

  @Test func theAddressComesFromOneProfile() {
    let old = member(
      1, day: 1, of: [.street: "Seeweg", .houseNumber: "4", .postcode: "8000", .city: "Zürich", .region: "ZH"])
    let recent = member(2, day: 5, of: [.street: "Bergweg", .postcode: "3000", .city: "Bern", .country: "CH"])
    let countryOnly = member(3, day: 9, of: [.country: "DE"])
    let record = goldenRecord([old, recent, countryOnly])
    #expect(record.values.map(\.value) == ["Bergweg", "3000", "Bern", "CH"])
    #expect(record.values.allSatisfy { $0.profileID == 2 && $0.rule == .mostRecent })
    let complete = goldenRecord(
      [old, recent], rules: SurvivorshipRules(rules: [.attribute(.street): .mostComplete]))
    #expect(complete.values.allSatisfy { $0.profileID == 1 })
    #expect(goldenRecord([countryOnly])[.country] == "DE")
  }

  @Test func trustDecidesWhereAsked() {
    let members = [
      member(1, "crm", day: 1, of: [.city: "Bern"], phone: "+41441"),
      member(2, "shop", day: 2, of: [.city: "Basel"], phone: "+41442"),
    ]
    var rules = SurvivorshipRules(rules: [.phone: .sourceTrust, .attribute(.street): .sourceTrust], trust: ["crm": 80])
    #expect(goldenRecord(members, rules: rules).values.map(\.value) == ["+41441", "Bern"])
    rules.fieldTrust = ["crm": [.phone: 10]]
    #expect(goldenRecord(members, rules: rules).values.map(\.value) == ["+41442", "Bern"])
    // A source of trust 0 is believed only where nobody else knows anything.
    rules = SurvivorshipRules(trust: ["shop": 0])
    #expect(goldenRecord(members, rules: rules)[.city] == "Bern")
    #expect(goldenRecord([members[1]], rules: rules)[.city] == "Basel")
  }

  @Test(arguments: SurvivorshipRule.allCases)
  func ties(_ rule: SurvivorshipRule) {
    let rules = SurvivorshipRules(rules: [.attribute(.company): rule])
    func winner(_ members: [SurvivorshipProfile], _ rules: SurvivorshipRules) -> Int64? {
      let forward = goldenRecord(members, rules: rules)
      #expect(goldenRecord(members.reversed(), rules: rules) == forward)
      return forward[.attribute(.company)]?.profileID
    }
    #expect(winner([member(2, of: [.company: "Acme"]), member(1, of: [.company: "Acme"])], rules) == 1)
    #expect(winner([member(1, of: [.company: "Beta"]), member(2, of: [.company: "Acme"])], rules) == 2)
    #expect(winner([member(1, of: [.company: "Acme"]), member(2, of: [.company: "Acme Ltd"])], rules) == 2)
    #expect(winner([member(1, day: 1, of: [.company: "Acme"]), member(2, day: 2, of: [.company: "Beta"])], rules) == 2)
    var trusted = rules
    trusted.trust = ["crm": 60]
    let shop = member(1, "shop", day: 1, of: [.company: "Acme"])
    #expect(winner([shop, member(2, "crm", day: 1, of: [.company: "Beta"])], trusted) == 2)
  }

  @Test func fieldNames() {
    #expect(GoldenField.allFields.count == Attribute.allCases.count + 2)
    for field in GoldenField.allFields { #expect(GoldenField(name: field.name) == field) }
    #expect(GoldenField(name: "shoe_size") == nil)
  }
}
