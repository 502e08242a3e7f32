import KithCore
import KithTesting
import Testing

@testable import KithIdentity

/// Working out what changed gives what working out everything gives, and what comparing everybody with everybody gives.
@Suite struct IdentityComponentTests {
  /// A hub in memory, with the clusters of before.
  private struct World {
    let people: [MadeUpPeople.Row]
    let model: IdentityModel
    let decisions: [Decision]
    let settings: IdentitySettings
    var alive: [Int64: MadeUpPeople.Row] = [:]
    let index = ProfileIndex()
    var clusterOf: [Int64: [Int64]] = [:]
    /// Who was linked without being one.
    var besides: [Int64: Set<Int64>] = [:]

    init(_ people: [MadeUpPeople.Row], decisions: [Decision], settings: IdentitySettings = IdentitySettings()) {
      self.people = people
      self.settings = settings
      self.decisions = decisions
      let whole = ProfileIndex()
      for (number, row) in people.enumerated() { whole.put(Int64(number), row) }
      model = whole.resolveAll().model
    }

    /// Puts and removes profiles, then resolves what that touched.
    mutating func change(put: [(Int64, MadeUpPeople.Row)], remove: [Int64]) -> [[Int64]] {
      let changed = put.map(\.0) + remove
      var touched = changed + changed.flatMap { besides[$0] ?? [] }
      for id in remove {
        index.remove(id: id)
        alive[id] = nil
      }
      for (id, row) in put.sorted(by: { $0.0 < $1.0 }) {
        index.put(id, row)
        alive[id] = row
      }
      // Worked out beforehand or looked up, it comes to the same.
      var component = IdentityComponent(
        index, model, decisions: decisions, settings: settings, isLarge: changed.count.isMultiple(of: 2))
      var known = Set(touched)
      // All who were in a customer with one who is touched are touched.
      while !touched.isEmpty {
        let mates = touched.flatMap { clusterOf[$0] ?? [] }.filter { known.insert($0).inserted }
        let found = component.add(touched).filter { known.insert($0).inserted }
        touched = mates + found
      }
      #expect(component.crowd.isEmpty)
      for id in known {
        clusterOf[id] = nil
        for other in besides.removeValue(forKey: id) ?? [] { besides[other]?.remove(id) }
      }
      let resolution = component.resolve()
      for cluster in resolution.clusters { for id in cluster { clusterOf[id] = cluster } }
      for match in resolution.matches where !match.isUsed {
        besides[match.left, default: []].insert(match.right)
        besides[match.right, default: []].insert(match.left)
      }
      return clusterOf.keys.filter { alive[$0] != nil }.sorted().compactMap { id in
        clusterOf[id]?.first == id ? clusterOf[id] : nil
      }
    }

    func fresh() -> ProfileIndex {
      let fresh = ProfileIndex()
      for id in alive.keys.sorted() { if let row = alive[id] { fresh.put(id, row) } }
      return fresh
    }
  }

  @Test(arguments: 0..<12) func incrementsEqualAll(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var people = MadeUpPeople(persons: 90, seed: seed).rows
    var settings = IdentitySettings()
    if seed % 4 > 1 {
      // Every third profile is of a source without duplicates, and some have a number of which a customer has one.
      settings.sourcesWithoutDuplicates = ["crm"]
      settings.onePerCustomer = [.loyaltyNumber]
      if seed % 8 > 3 { settings.ranks = [.phone, .loyaltyNumber] }
      for row in people.indices {
        if row % 3 == 0 { people[row].source = 1 }
        if row % 5 < 2 { people[row].loyalty = "L\(row % 40)" }
      }
    }
    let ids = Array(0..<Int64(people.count))
    let decisions = (0..<(seed % 3 == 0 ? 0 : 14)).map { _ in
      Decision(
        generator.below(2) == 0 ? .same : .different, Int64(generator.below(people.count)),
        Int64(generator.below(people.count)))
    }
    var world = World(people, decisions: decisions, settings: settings)
    var waiting = ids.shuffled(using: &generator)
    while !waiting.isEmpty {
      let count = min(waiting.count, 1 + generator.below(60))
      var put = waiting.suffix(count).map { ($0, people[Int($0)]) }
      waiting.removeLast(count)
      // Some change to what another profile says, and some go for good.
      let there = world.alive.keys.sorted()
      if !there.isEmpty {
        for _ in 0..<generator.below(6) {
          let id = there[generator.below(there.count)]
          put.append((id, people[generator.below(people.count)]))
        }
      }
      let taken = Set(put.map(\.0))
      let gone = there.filter { !taken.contains($0) && generator.below(25) == 0 }
      let clusters = world.change(put: put, remove: gone)
      let all = world.fresh().resolveAll(model: world.model, decisions: decisions, settings: settings)
      #expect(clusters == all.resolution.clusters, "seed \(seed), \(world.alive.count) profiles")
      #expect(all.model == world.model)
    }
  }

  /// Who is alike and still two: each record of a source without duplicates, also where two of them say just the same,
  /// and whoever has another number of which a customer has one. A human's word is followed all the same.
  @Test func whatACustomerHasOnceKeepsPeopleApart() throws {
    var people = MadeUpPeople(persons: 60, seed: 3).rows
    let pair = MadeUpPeople(persons: 1, seed: 9).rows[0]
    for source: UInt16 in [1, 1, 0] {
      var copy = pair
      copy.source = source
      people.append(copy)
    }
    let (one, other, third) = (Int64(people.count - 3), Int64(people.count - 2), Int64(people.count - 1))
    var settings = IdentitySettings()
    settings.sourcesWithoutDuplicates = ["crm"]
    func clusters(_ people: [MadeUpPeople.Row], _ decisions: [Decision] = []) -> [[Int64]] {
      let index = ProfileIndex()
      for (number, row) in people.enumerated() { index.put(Int64(number), row) }
      return index.resolveAll(decisions: decisions, settings: settings).resolution.clusters
    }
    // The third fits both alike, and nothing tells whose it is.
    #expect(clusters(people).suffix(3) == [[one], [other], [third]])
    #expect(clusters(people, [.same(one, other)]).last == [one, other, third])
    var numbered = people
    for row in numbered.indices { numbered[row].source = 0 }
    #expect(clusters(numbered).last == [one, other, third])
    numbered[Int(one)].loyalty = "A1"
    numbered[Int(other)].loyalty = "B2"
    settings.onePerCustomer = [.loyaltyNumber]
    #expect(clusters(numbered).suffix(3) == [[one], [other], [third]])
    // An e-mail that ranks higher outweighs two loyalty numbers, one that ranks lower does not.
    for row in [one, other, third] { numbered[Int(row)].email = "gina.muster@example.org" }
    #expect(clusters(numbered).suffix(3) == [[one], [other], [third]])
    settings.ranks = [.email, .loyaltyNumber]
    #expect(clusters(numbered).last == [one, other, third])
    settings.ranks = [.loyaltyNumber, .email]
    #expect(clusters(numbered).suffix(3) == [[one], [other], [third]])
    settings.ranks = [.email]
    #expect(clusters(numbered).suffix(3) == [[one], [other], [third]])
  }

  /// Everybody with everybody, by the words of the design: share a key that is not crowded, weigh, join on average.
  @Test(arguments: 0..<8) func allPairsEqual(seed: UInt64) {
    let people = MadeUpPeople(persons: 35, seed: 100 + seed).rows
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    let (resolution, model) = index.resolveAll()
    let table = index.table
    // One row for each content, in the order of contents.
    var rows: [Int] = []
    for row in people.indices.sorted(by: { (table.cards[$0].content, $0) < (table.cards[$1].content, $1) })
    where rows.last.map({ table.cards[$0].content != table.cards[row].content }) ?? true || !table.namesOnePerson(row) {
      rows.append(row)
    }
    func keys(_ row: Int) -> Set<UInt64> {
      var keys: [UInt64] = []
      index.search(apart: []).appendKeys(of: Int32(row), to: &keys)
      return Set(keys).subtracting(model.crowded)
    }
    let comparer = Comparer(table: table, frequencies: Frequencies(table, model.shares))
    var edges: [AverageLinkage.Edge] = []
    for one in rows.indices {
      for other in (one + 1)..<max(rows.count, one + 1) where !keys(rows[one]).isDisjoint(with: keys(rows[other])) {
        let weight = model.weights.weight(comparer.compare(rows[one], rows[other]), IdentityVetoes())
        edges.append(AverageLinkage.Edge(low: Int32(one), high: Int32(other), weight: weight))
      }
    }
    let naive = MatchingPartsTests.naive(AverageLinkage(), rows.count, edges)
    var expected: [Int32: [Int64]] = [:]
    for row in people.indices {
      let place =
        rows.firstIndex { $0 == row } ?? rows.firstIndex { table.cards[$0].content == table.cards[row].content } ?? 0
      expected[naive[place], default: []].append(Int64(row))
    }
    #expect(resolution.clusters == expected.values.map { $0.sorted() }.sorted { $0[0] < $1[0] })
    #expect(resolution.matches.count { $0.isUsed } == people.count - resolution.clusters.count)
  }

  @Test func decisionsBind() throws {
    let people = MadeUpPeople(persons: 60, seed: 7).rows
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    let before = index.resolveAll().resolution.clusters
    let pair = try #require(before.first { $0.count == 2 })
    let strangers = before.filter { $0.count == 1 }.prefix(2).map { $0[0] }
    let decisions = [Decision.different(pair[0], pair[1]), .same(strangers[0], strangers[1])]
    let after = index.resolveAll(decisions: decisions).resolution
    #expect(after.clusters.contains([pair[0]]) && after.clusters.contains([pair[1]]))
    #expect(after.clusters.contains(strangers.sorted()))
    #expect(after.matches.contains { $0.rule == .decision && [$0.left, $0.right] == strangers.sorted() })
    // "Different" wins over a "same" of the very pair, and through a third one.
    let both = decisions + [.same(pair[0], pair[1]), .same(pair[0], strangers[0]), .same(strangers[0], pair[1])]
    let clusters = index.resolveAll(decisions: both).resolution.clusters
    #expect(!clusters.contains { $0.contains(pair[0]) && $0.contains(pair[1]) })
  }

  /// A human's word on two profiles is about two people: all that the evidence made of each comes along.
  @Test func peopleAreMergedWhole() throws {
    let people = MadeUpPeople(persons: 80, seed: 30).rows
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    let before = index.resolveAll().resolution.clusters
    let large = Array(before.filter { $0.count >= 3 }.prefix(2))
    try #require(large.count == 2)
    let after = index.resolveAll(decisions: [.same(large[0][1], large[1][2])]).resolution.clusters
    #expect(after.contains((large[0] + large[1]).sorted()))
    #expect(after.count == before.count - 1)
  }

  /// Copies that somebody told apart stay apart, whoever else says the same.
  @Test func copiesCanBeToldApart() {
    var people = MadeUpPeople(persons: 60, seed: 8).rows
    people += Array(repeating: people[5], count: 3)
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    let last = Int64(people.count - 1)
    let clusters = index.resolveAll(decisions: [.different(last, 5)]).resolution.clusters
    #expect(!clusters.contains { $0.contains(last) && $0.contains(5) })
    // The other copies fit both alike: they are one person, and nothing tells which of the two.
    #expect(clusters.contains { $0.contains(last - 1) && $0.contains(last - 2) })
  }

  /// What fits two persons alike waits until one of them is gone.
  @Test func whoIsUndecidedWaits() {
    var people = MadeUpPeople(persons: 60, seed: 8).rows
    people += Array(repeating: people[5], count: 3)
    let last = Int64(people.count - 1)
    var world = World(people, decisions: [.different(last, 5)])
    let all = people.enumerated().map { (Int64($0.offset), $0.element) }
    #expect(!world.change(put: all, remove: []).contains { $0.contains(last - 1) && $0.contains(last) })
    #expect(world.change(put: [], remove: [5]).contains { $0.contains(last - 1) && $0.contains(last) })
  }

  /// A mailbox that a crowd begins to use after the model was learned: it stops bringing people together.
  @Test func aKeyMayBecomeCrowded() {
    let people = MadeUpPeople(persons: 200, seed: 9).rows
    let index = ProfileIndex()
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    var model = index.resolveAll().model
    let known = model.crowded.count
    var crowd = MadeUpPeople(persons: 400, seed: 10).rows
    for number in crowd.indices { crowd[number].email = "office@example.com" }
    for (number, row) in crowd.enumerated() { index.put(Int64(10_000 + number), row) }
    let ids = (0..<Int64(crowd.count)).map { 10_000 + $0 }
    var seeds = ids
    var rounds = 0
    while true {
      var component = IdentityComponent(index, model, decisions: [], settings: IdentitySettings())
      _ = component.add(seeds)
      model = component.model
      rounds += 1
      if component.crowd.isEmpty { break }
      seeds += component.crowd
    }
    #expect(rounds > 1 && model.crowded.count > known)
    let fresh = ProfileIndex()
    for (number, row) in people.enumerated() { fresh.put(Int64(number), row) }
    for (number, row) in crowd.enumerated() { fresh.put(Int64(10_000 + number), row) }
    #expect(fresh.resolveAll(model: model).model == model)
  }

  @Test func organisationsMatchByNumbersAlone() {
    let index = ProfileIndex()
    let mailbox = CanonicalIdentifier(
      kind: .email, value: "info@example.com", display: "info@example.com", delivered: "")
    func number(_ value: String) -> CanonicalIdentifier {
      CanonicalIdentifier(kind: .customerNumber, namespace: "erp", value: value, display: value, delivered: "")
    }
    let name = CanonicalAttribute(.company, "Example AG")
    index.put(id: 1, kind: .organisation, attributes: [name], identifiers: [mailbox, number("7")])
    index.put(id: 2, kind: .organisation, attributes: [name], identifiers: [mailbox])
    index.put(id: 3, kind: .organisation, attributes: [], identifiers: [number("7")])
    index.put(id: 4, kind: .person, attributes: [name], identifiers: [mailbox, number("7")])
    #expect(index.resolveAll().resolution.clusters == [[1, 3], [2], [4]])
  }
}

extension ProfileIndex {
  func put(_ id: Int64, _ row: MadeUpPeople.Row) {
    put(id: id, kind: .person, attributes: row.attributes, identifiers: row.identifiers, source: row.source)
  }
}

@Suite struct ProfileIndexArchiveTests {
  private final class Memory {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ content: [UInt8]) {
      bytes = .allocate(byteCount: content.count, alignment: 16)
      bytes.copyBytes(from: content)
    }

    deinit { bytes.deallocate() }
  }

  private func archive(_ index: ProfileIndex) throws -> [UInt8] {
    final class Sink { var bytes: [UInt8] = [] }
    let sink = Sink()
    try index.archive { sink.bytes += $0 }
    return sink.bytes
  }

  /// What was kept and mapped is what there was, and follows changes as that does.
  @Test func keptIndexesResolveAlike() throws {
    let people = MadeUpPeople(persons: 300, seed: 21).rows
    let original = ProfileIndex()
    for (number, row) in people.enumerated() { original.put(Int64(number), row) }
    let (all, model) = original.resolveAll()
    let memory = Memory(try archive(original))
    let kept = try #require(ProfileIndex(archive: memory.bytes, owner: memory))
    #expect(kept.count == people.count)
    #expect(kept.resolveAll(model: model).resolution == all)
    let more = MadeUpPeople(persons: 40, seed: 22).rows
    for index in [original, kept] {
      for (number, row) in more.enumerated() { index.put(Int64(number * 7), row) }
      index.remove(id: 5)
    }
    for id in [Int64(0), 7, 21, 140, 300] {
      var (one, other) = (
        IdentityComponent(original, model, decisions: [], settings: IdentitySettings()),
        IdentityComponent(kept, model, decisions: [], settings: IdentitySettings())
      )
      #expect(one.add([id]) == other.add([id]))
      #expect(one.resolve() == other.resolve())
    }
    #expect(kept.row(of: 5) == nil)
  }

  @Test func tornArchivesAreNone() throws {
    let index = ProfileIndex()
    for (number, row) in MadeUpPeople(persons: 30, seed: 23).rows.enumerated() { index.put(Int64(number), row) }
    let whole = try archive(index)
    for count in stride(from: 0, to: whole.count, by: 997) {
      let memory = Memory(Array(whole.prefix(count)))
      #expect(ProfileIndex(archive: memory.bytes, owner: memory) == nil, "\(count) of \(whole.count) bytes")
    }
    let longer = Memory(whole + [UInt8](repeating: 0, count: 16))
    #expect(ProfileIndex(archive: longer.bytes, owner: longer) == nil)
  }

  @Test func storedModelsAreTheSame() throws {
    let index = ProfileIndex()
    for (number, row) in MadeUpPeople(persons: 300, seed: 24).rows.enumerated() { index.put(Int64(number), row) }
    let model = index.resolveAll().model
    #expect(IdentityModel(encoded: model.encoded) == model)
    #expect(IdentityModel(encoded: []) == nil)
    #expect(IdentityModel(encoded: Array(model.encoded.dropLast())) == nil)
    #expect(IdentityModel(encoded: model.encoded + [0]) == nil)
  }

  /// The bits of the fields add up to the score, whatever the two say.
  @Test func explanationsAddUp() throws {
    let index = ProfileIndex()
    let people = MadeUpPeople(persons: 200, seed: 25).rows
    for (number, row) in people.enumerated() { index.put(Int64(number), row) }
    let (resolution, model) = index.resolveAll()
    let scored = resolution.matches.filter { $0.score != nil }
    #expect(scored.count > 100)
    var mistyped = 0
    for match in scored {
      let explanation = try #require(index.explain(match.left, match.right, by: model))
      #expect(abs(explanation.parts.reduce(0) { $0 + $1.bits } - explanation.score) < 0.08, "\(explanation)")
      #expect(abs(explanation.score - Double(match.score ?? 0)) < 0.02)
      // What is mistyped is as rare as nothing that the two have in common; the family name that is the same is.
      for part in explanation.parts where part.what == "given name" && part.how.hasPrefix("mistyped") {
        #expect(!part.how.contains("1 stranger in"), "\(explanation)")
        let family = explanation.parts.first { $0.what == "family name" && $0.how.hasPrefix("the same") }
        if let family {
          mistyped += 1
          #expect(family.how.contains("1 stranger in") && family.bits > 0, "\(explanation)")
        }
      }
    }
    #expect(mistyped > 0)
  }
}
