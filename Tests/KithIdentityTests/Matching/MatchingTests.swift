import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithIdentity

/// Matching as a whole, on made-up people with known truth.
@Suite struct MatchingTests {
  @Test(arguments: [1, 2, 3]) func findsPeopleBehindErrors(seed: UInt64) {
    let people = MadeUpPeople(persons: 700, seed: seed)
    let matching = Matching(people.table)
    let score = PairScore(matching.clusters, people.persons)
    #expect(score.precision > 0.97, "\(score)")
    #expect(score.recall > 0.93, "\(score)")
  }

  @Test func sameTableSameAnswer() {
    let people = MadeUpPeople(persons: 300, seed: 9)
    #expect(Matching(people.table).clusters == Matching(people.table).clusters)
  }

  /// The order of the rows is no evidence: neither in sets small enough for every pair to be drawn, nor in larger ones.
  @Test(arguments: [(4, 120), (5, 120), (6, 1_500)]) func orderOfRowsDoesNotMatter(seed: UInt64, persons: Int) {
    let people = MadeUpPeople(persons: persons, seed: seed)
    var generator = SeededGenerator(seed: seed)
    let order = Array(people.rows.indices).shuffled(using: &generator)
    let shuffled = MadeUpPeople(rows: order.map { people.rows[$0] })
    let straight = Set(Self.groups(Matching(people.table).clusters) { $0 })
    let other = Set(Self.groups(Matching(shuffled.table).clusters) { order[$0] })
    #expect(straight == other)
  }

  @Test func familiesStayApart() {
    var people = MadeUpPeople(persons: 300, seed: 11).rows
    func add(_ person: Int32, _ given: String, _ birth: Int32, _ email: String) {
      people.append(
        MadeUpPeople.Row(
          person: person, given: given, family: "Zellweger", email: email, phone: "+41449991122", birth: birth,
          street: "Lindenhof", house: "7", postcode: "8001", city: "Zürich"))
    }
    // Twins, a father and a son with one name, and their shared mailbox; each of them twice.
    for _ in 0..<2 {
      add(90_001, "Leonie", 20_050_314, "zellweger@example.com")
      add(90_002, "Tabea", 20_050_314, "zellweger@example.com")
      add(90_003, "Ruedi", 19_610_220, "ruedi.zellweger@example.com")
      add(90_004, "Ruedi", 19_920_709, "zellweger@example.com")
    }
    let set = MadeUpPeople(rows: people)
    let clusters = Matching(set.table).clusters
    let family = (people.count - 8)..<people.count
    for one in family {
      for other in family where one < other {
        let isSame = set.persons[one] == set.persons[other]
        #expect(
          (clusters[one] == clusters[other]) == isSame, "persons \(set.persons[one]) and \(set.persons[other])")
      }
    }
  }

  /// The bound is the lowest from which on so many pairs are right, and never below even odds.
  @Test func precisionAsksForEvidence() throws {
    let curve = PrecisionCurve([(-3, 900), (0, 10), (2, 10), (5, 40), (9.5, 100), (16, 800)])
    #expect(curve.bound(for: nil) == 0 && curve.bound(for: 50) == 0)
    // Of 960 pairs, by what is expected of each.
    let pairs: [(bits: Double, count: Double)] = [(0, 10), (2, 10), (5, 40), (9.5, 100), (16, 800)]
    let right = pairs.reduce(0.0) { $0 + $1.count / (1 + exp2(-$1.bits)) }
    #expect(abs(curve.share(at: 0) - right / 960) < 1e-6)
    #expect(curve.bound(for: 99.3) == 0.125)
    #expect(curve.bound(for: 99.7) == 2.125)
    #expect(curve.bound(for: 99.98) == 5.125)
    #expect(curve.bound(for: 99.99) == 9.625)
    #expect(PrecisionCurve([]).bound(for: 99.99) == 0)
    #expect(PrecisionCurve([(1, 10)]).bound(for: 90) == 1.125)
    #expect(try #require(PrecisionCurve(shares: curve.shares)) == curve && PrecisionCurve(shares: [1]) == nil)
  }

  /// More precision: fewer pairs joined, each time more of them right.
  @Test(arguments: [1] as [UInt64]) func precisionParts(seed: UInt64) {
    let people = MadeUpPeople(persons: 200, seed: seed)
    var last = (clusters: 0, precision: 0.0)
    for percent in [nil, 99.9, 99.99] as [Double?] {
      var settings = IdentitySettings()
      settings.precision = percent
      let matching = Matching(people.table, settings: settings)
      let clusters = Set(matching.clusters).count
      let score = PairScore(matching.clusters, people.persons)
      #expect(clusters >= last.clusters && score.precision >= last.precision - 0.001, "\(percent ?? 0): \(score)")
      #expect(percent.map { matching.model.expectedPrecision(settings) >= $0 - 1e-4 } ?? true)
      last = (clusters, score.precision)
    }
  }

  /// Each veto, by how two profiles agree: what it holds for, and what a number given out takes from it.
  @Test func vetoes() {
    func pattern(_ levels: [(Field, Int)]) -> Pattern {
      var pattern = Pattern()
      for (field, level) in levels { pattern[field] = level }
      return pattern
    }
    let family = (Field.family, FamilyLevel.same)
    let twins = pattern([family, (.given, GivenLevel.different), (.birth, BirthLevel.same)])
    let sisters = pattern([family, (.given, GivenLevel.different), (.phone, PhoneLevel.same)])
    let others = pattern([(.given, GivenLevel.different), (.email, EmailLevel.same)])
    let father = pattern([
      family, (.given, GivenLevel.same), (.birth, BirthLevel.different), (.address, AddressLevel.same),
    ])
    let namesakes = pattern([family, (.given, GivenLevel.same), (.birth, BirthLevel.different)])
    func held(_ birth: IdentityVetoes.BirthDate, _ given: IdentityVetoes.GivenName) -> [Bool] {
      var vetoes = IdentityVetoes()
      (vetoes.birthDate, vetoes.givenName) = (birth, given)
      for pattern in [twins, sisters, others, father, namesakes] {
        var numbered = pattern
        numbered[.loyaltyNumber] = NumberLevel.near
        #expect(!vetoes.hold(numbered))
      }
      return [twins, sisters, others, father, namesakes].map(vetoes.hold)
    }
    #expect(IdentityVetoes().birthDate == .household && IdentityVetoes().givenName == .twins)
    #expect(held(.household, .twins) == [true, false, false, true, false])
    #expect(held(.never, .never) == [false, false, false, false, false])
    #expect(held(.always, .never) == [false, false, false, true, true])
    #expect(held(.never, .household) == [true, true, false, false, false])
    #expect(held(.never, .always) == [true, true, true, false, false])
  }

  /// A model with pairs that nothing keeps apart but a veto.
  @Test func vetoesDecideWhoIsOne() {
    var people = MadeUpPeople(persons: 300, seed: 11).rows
    var one = MadeUpPeople.Row(person: 90_001, given: "Ruedi", family: "Zellweger", email: "ruedi@example.com")
    (one.phone, one.street, one.house, one.postcode) = ("+41449991122", "Lindenhof", "7", "8001")
    var other = one
    other.person = 90_002
    (one.birth, other.birth) = (19_610_220, 19_920_709)
    people += [one, other]
    let table = MadeUpPeople(rows: people).table
    func areOne(_ change: (inout IdentitySettings) -> Void) -> Bool {
      var settings = IdentitySettings()
      change(&settings)
      let clusters = Matching(table, settings: settings).clusters
      return clusters[people.count - 2] == clusters[people.count - 1]
    }
    #expect(!areOne { _ in })
    #expect(areOne { $0.vetoes.birthDate = .never })
    #expect(!areOne { $0.vetoes.birthDate = .always })
  }

  /// Most of what two profiles of one person share may be an address and a number: a contact on one side, what orders and
  /// visits say of its person on the other. They are no households, however many they are.
  @Test(arguments: [200, 3_000]) func profilesWithoutNamesJoinTheirContact(contacts: Int) {
    var generator = SeededGenerator(seed: UInt64(contacts))
    var rows: [MadeUpPeople.Row] = []
    for person in 0..<Int32(contacts) {
      var contact = MadeUpPeople.person(person, &generator)
      contact.email = "p\(person)@mail\(person % 50).example.org"
      contact.loyalty = "L\(person)"
      rows.append(contact)
      if person % 2 == 0 {
        rows.append(MadeUpPeople.Row(person: person, email: contact.email, loyalty: contact.loyalty))
      }
    }
    let set = MadeUpPeople(rows: rows)
    let score = PairScore(Matching(set.table).clusters, set.persons)
    #expect(score.recall > 0.99 && score.precision > 0.99, "\(score)")
  }

  @Test func emptyAndSmallTables() {
    #expect(Matching(ProfileTable()).clusters.isEmpty)
    let one = MadeUpPeople(rows: Array(MadeUpPeople(persons: 1, seed: 1).rows.prefix(1)))
    #expect(Matching(one.table).clusters == [0])
    let nothing = ProfileTable()
    for _ in 0..<500 { nothing.append(attributes: [], identifiers: []) }
    #expect(Matching(nothing).clusters == Array(0..<500))
  }

  /// A value that all share (a mailbox, a default birth date) makes nobody one, and does not square the work.
  @Test func aValueOfAllLinksNobody() {
    var people = MadeUpPeople(persons: 2_000, seed: 3).rows
    for index in people.indices {
      people[index].email = "info@example.com"
      people[index].birth = 19_800_101
    }
    let set = MadeUpPeople(rows: people)
    let matching = Matching(set.table)
    #expect(PairScore(matching.clusters, set.persons).precision > 0.9)
    #expect(matching.pairs < people.count * 40)
  }

  /// One record delivered hundreds of times is one person, and nobody else becomes harder to tell for it.
  @Test func copiesAreOnePerson() {
    let people = MadeUpPeople(persons: 200, seed: 12).rows
    let copied = MadeUpPeople(rows: people + Array(repeating: people[7], count: 400))
    let clusters = Matching(copied.table).clusters
    #expect(clusters.suffix(400).allSatisfy { $0 == clusters[7] })
    let before = Matching(MadeUpPeople(rows: people).table).clusters
    #expect(Array(clusters.prefix(people.count)) == before)
  }

  /// A name alone is not a person: many who share it stay apart.
  @Test func nameAloneIsNobody() {
    var people = MadeUpPeople(persons: 300, seed: 13).rows
    people += (0..<300).map { MadeUpPeople.Row(person: Int32(1_000 + $0), given: "Maria", family: "Muster") }
    let set = MadeUpPeople(rows: people)
    let clusters = Matching(set.table).clusters
    #expect(Set(clusters.suffix(300)).count == 300)
  }

  @Test func doubtsAreNearEvenOdds() {
    let matching = Matching(MadeUpPeople(persons: 700, seed: 2).table)
    for doubt in matching.doubts {
      #expect(abs(doubt.weight) <= Matching.doubtBits)
      #expect(doubt.isJoined == (matching.clusters[Int(doubt.low)] == matching.clusters[Int(doubt.high)]))
    }
  }

  private static func groups(_ clusters: [Int32], _ name: (Int) -> Int) -> [Set<Int>] {
    Dictionary(grouping: clusters.indices) { clusters[$0] }.values.map { Set($0.map(name)) }
  }
}

/// Pairwise precision and recall, by counting pairs one by one.
struct PairScore {
  var precision = 0.0
  var recall = 0.0

  init(_ clusters: [Int32], _ persons: [Int32]) {
    var (found, real, right) = (0.0, 0.0, 0.0)
    for one in clusters.indices {
      for other in 0..<one {
        let isFound = clusters[one] == clusters[other]
        let isReal = persons[one] == persons[other]
        found += isFound ? 1 : 0
        real += isReal ? 1 : 0
        right += isFound && isReal ? 1 : 0
      }
    }
    precision = found > 0 ? right / found : 1
    recall = real > 0 ? right / real : 1
  }
}
