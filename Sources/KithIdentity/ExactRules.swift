import KithCore

/// Makes evidence of identifiers that profiles share: the first producer of evidence.
struct ExactRules {
  private let profiles: [IdentityProfile]
  private let table: FacetTable
  private let index: KeyIndex
  private let rules: IdentityRules

  private(set) var evidence = EvidenceList()
  private(set) var refused: [RefusedLink] = []
  private(set) var sharedValues: [SharedValue] = []
  /// Visitor ids with the persons that carry them: they need to know the customers, so they come last.
  private(set) var visitorValues: [(key: KeyIndex.Reference, carriers: [Int32])] = []

  init(_ profiles: [IdentityProfile], table: FacetTable, rules: IdentityRules) {
    self.profiles = profiles
    self.table = table
    self.rules = rules
    index = KeyIndex(profiles)
    index.forEachShared { reference, carriers in add(reference, carriers) }
  }

  func key(_ reference: KeyIndex.Reference) -> IdentityKey { index.key(reference) }

  private mutating func add(_ reference: KeyIndex.Reference, _ carriers: [Int32]) {
    let key = index.key(reference)
    if rules.blocked[key.kind]?.contains(key.value) == true {
      sharedValues.append(SharedValue(key: key, reason: .blocked, persons: 0, profiles: carriers.count))
      return
    }
    let isMixed = carriers.contains { profiles[Int($0)].kind != .person }
    let persons = isMixed ? carriers.filter { profiles[Int($0)].kind == .person } : carriers
    guard let rule = rules.rule(for: key.kind) else {
      if persons.count > 1 { visitorValues.append((reference, persons)) }
      return
    }
    if persons.count > 1 { link(persons, by: reference, key, rule) }
    // Organisations share mailboxes, switchboards and cookies with their people: only their numbers tell who they are.
    if persons.count < carriers.count, key.kind == .customerNumber || key.kind == .userID {
      let organisations = carriers.filter { profiles[Int($0)].kind == .organisation }
      if organisations.count > 1 { link(organisations, by: reference, key, rule) }
    }
  }

  private mutating func link(
    _ carriers: [Int32], by reference: KeyIndex.Reference, _ key: IdentityKey, _ rule: IdentityRules.KindRule
  ) {
    let facet = table.facetOf[Int(carriers[0])]
    if table[facet].isNamed, carriers.allSatisfy({ table.facetOf[Int($0)] == facet }) {
      evidence.append(
        carriers, key: reference, rule: rule.agreement == .none ? .identifier : .identifierAndName,
        agreement: rule.agreement, strength: key.kind.linkStrength)
      return
    }
    guard let groups = PersonGroups(carriers, table: table, agreement: rule.agreement) else {
      let names = Set(carriers.map { table.facetOf[Int($0)] }).count
      sharedValues.append(SharedValue(key: key, reason: .overLimit, persons: names, profiles: carriers.count))
      return
    }
    let count = groups.representatives.count
    if count > max(1, rule.personLimit) {
      sharedValues.append(SharedValue(key: key, reason: .overLimit, persons: count, profiles: carriers.count))
      for person in groups.representatives.dropFirst() {
        refuse(groups.representatives[0], person, key, .sharedValue)
      }
      return
    }
    if groups.persons.count > 1 {
      sharedValues.append(SharedValue(key: key, reason: .household, persons: count, profiles: carriers.count))
      refusePersons(groups, key)
    }
    follow(groups, by: reference, rule, strength: key.kind.linkStrength)
  }

  private mutating func follow(
    _ groups: PersonGroups, by reference: KeyIndex.Reference, _ rule: IdentityRules.KindRule, strength: Double
  ) {
    let alone = rule.agreement == .none
    if alone, groups.persons.count <= 1 {
      evidence.append(
        (groups.persons.first ?? []) + groups.nameless, key: reference, rule: .identifier, agreement: .none,
        strength: strength)
      return
    }
    for members in groups.persons + groups.ambiguous {
      evidence.append(
        members, key: reference, rule: alone ? .identifier : .identifierAndName, agreement: rule.agreement,
        strength: strength)
    }
    evidence.append(
      groups.nameless, anchors: groups.persons.count == 1 ? groups.persons[0] : [], key: reference,
      rule: .identifierWithoutName, agreement: rule.agreement, strength: strength - 1)
  }

  /// Says of each person, and of those who might be one of them, why the first person was not joined to them.
  private mutating func refusePersons(_ groups: PersonGroups, _ key: IdentityKey) {
    guard let first = groups.persons.first?.first else { return }
    for person in groups.persons.dropFirst() {
      let comparison = FacetComparison(table[table.facetOf[Int(first)]], table[table.facetOf[Int(person[0])]])
      refuse(first, person[0], key, comparison.reason)
    }
    for profiles in groups.ambiguous { refuse(first, profiles[0], key, .ambiguous) }
    if let nameless = groups.nameless.first { refuse(first, nameless, key, .ambiguous) }
  }

  private mutating func refuse(_ one: Int32, _ other: Int32, _ key: IdentityKey, _ reason: RefusedLink.Reason) {
    let named = table[table.facetOf[Int(one)]].isNamed && table[table.facetOf[Int(other)]].isNamed
    let link = Link(
      profiles[Int(one)].id, profiles[Int(other)].id, key: key,
      rule: named ? .identifierAndName : .identifierWithoutName,
      strength: key.kind.linkStrength - (named ? 0 : 1))
    refused.append(RefusedLink(link, reason))
  }
}
