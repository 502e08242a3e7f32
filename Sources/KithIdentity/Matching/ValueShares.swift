import Dispatch
import Foundation
import KithCore

/// How common the values of a field are among people, as log2 of the share of those who have one: agreeing on a rare
/// name says more. Only values that are commoner than a rare one are listed.
struct CommonValues: Sendable, Equatable {
  /// Hashes of values, ascending.
  var hashes: [UInt64] = []
  var shares: [Float] = []
  /// The share of a value that is not listed.
  var rare: Float = 0

  /// How many people there are at least, among whom values are common or rare.
  private static let world = 500.0

  /// - Parameters:
  ///   - counts: rows by value number of the pool.
  ///   - own: how many rows a person has on average that agree on a value with one of them, itself included: they say
  ///     nothing about how common it is among others.
  ///   - least: what a value that nobody else has counts for, in rows.
  ///   - persons: how many people have the value, where that can be told; never fewer than there are.
  ///   - limit: a value of more rows says nothing, as if all had it.
  init(
    _ counts: Column<Int32>, of pool: TextPool, own: Double, least: Double, persons: Column<Int32>? = nil,
    limit: Int? = nil
  ) {
    var total = 0
    for number in 1..<max(counts.count, 1) { total += Int(counts[number]) }
    if total == 0 { return }
    // A small table is no small world: what is rare in it is rarer outside.
    let world = max(Double(total), Self.world)
    rare = Float(log2(least / world))
    var common: [(hash: UInt64, share: Float)] = []
    for number in 1..<counts.count {
      if let limit, (persons ?? counts)[number] > limit {
        common.append((pool.hash(Int32(number)), 0))
        continue
      }
      var others = Double(counts[number]) - own
      if let persons { others = min(others, Double(persons[number]) - 1) }
      guard counts[number] > 2, others > least else { continue }
      common.append((pool.hash(Int32(number)), Float(log2(others / world))))
    }
    set(common)
  }

  init(_ common: [(hash: UInt64, share: Float)] = [], rare: Float) {
    self.rare = rare
    set(common)
  }

  /// - Parameter hashes: ascending; otherwise nil, as when there are not as many shares.
  init?(hashes: [UInt64], shares: [Float], rare: Float) {
    guard hashes.count == shares.count, zip(hashes, hashes.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
    self.hashes = hashes
    self.shares = shares
    self.rare = rare
  }

  /// Of a value, by its hash.
  func share(of hash: UInt64) -> Float {
    let place = BinarySearch.first(in: hashes, atLeast: hash)
    return place < hashes.count && hashes[place] == hash ? shares[place] : rare
  }

  private mutating func set(_ common: [(hash: UInt64, share: Float)]) {
    let sorted = common.sorted { $0.hash < $1.hash }
    hashes = sorted.map(\.hash)
    shares = sorted.map(\.share)
  }
}

/// How common each value of a table is, learned from it and kept with the model.
struct ValueShares: Sendable, Equatable {
  var given = CommonValues(rare: 0)
  var family = CommonValues(rare: 0)
  /// Full names that are commoner than their given and family names let expect.
  var fullNames = CommonValues(rare: -64)
  /// log2 of how much more often full names meet than given and family names by themselves would have them: names go
  /// with names, by language and age.
  var affinity: Float = 0
  var emails = CommonValues(rare: 0)
  var locals = CommonValues(rare: 0)
  var phones = CommonValues(rare: 0)
  var customerNumbers = CommonValues(rare: 0)
  var userIDs = CommonValues(rare: 0)
  var loyaltyNumbers = CommonValues(rare: 0)
  /// By `yyyymmdd` as a hash.
  var births = CommonValues(rare: Float(log2(1.0 / 20_000)))

  /// What counts for a name, or a number that somebody gave out or chose, that is met once: names come again, numbers
  /// do not.
  private static let leastName = 0.5
  private static let leastNumber = 0.05

  init() {}

  /// - Parameters:
  ///   - own: how many records a person has on average that agree with one of them, itself included.
  ///   - limits: how many people may share an identifier of a kind before it is no evidence.
  init(_ counts: ValueCounts, own: Double, limits: [Identifier.Kind: Int] = [:]) {
    let table = counts.table
    given = CommonValues(counts.given, of: table.names.texts, own: own, least: Self.leastName)
    family = CommonValues(counts.family, of: table.names.texts, own: own, least: Self.leastName)
    func shares(_ kind: Identifier.Kind) -> CommonValues {
      CommonValues(
        counts.records(kind), of: table.texts(of: kind), own: own, least: Self.leastNumber,
        persons: counts.persons(kind), limit: limits[kind])
    }
    emails = shares(.email)
    phones = shares(.phone)
    customerNumbers = shares(.customerNumber)
    userIDs = shares(.userID)
    loyaltyNumbers = shares(.loyaltyNumber)
    locals = CommonValues(counts.locals, of: table.localParts.texts, own: own, least: Self.leastName)
    setFullNames(counts, own)
    setBirths(counts, own)
  }

  private mutating func setFullNames(_ counts: ValueCounts, _ own: Double) {
    let names = counts.table.names.texts
    let byNumber = (given: ShareColumn(given, names), family: ShareColumn(family, names))
    if counts.named == 0 { return }
    let named = Double(counts.named)
    var met = 0.0
    var byChance = 0.0
    func expected(_ number: Int) -> Float {
      byNumber.given[counts.givenOf[number]] + byNumber.family[counts.familyOf[number]]
    }
    for number in 1..<max(counts.fullNames.count, 1) where counts.fullNames[number] > 0 {
      let count = Double(counts.fullNames[number])
      met += count / named * max(count - own, 0) / named
      byChance += count / named * exp2(Double(expected(number)))
    }
    affinity = Float(log2(min(max(met / max(byChance, 1e-12), 1), 64)))
    var common: [(hash: UInt64, share: Float)] = []
    for number in 1..<max(counts.fullNames.count, 1) where counts.fullNames[number] > 2 {
      let counted = max(Double(counts.fullNames[number]) - own, 0)
      let share = counted > 1 ? Float(log2(counted / named)) : -64
      if share > expected(number) + affinity {
        common.append((counts.table.fullNameTexts.hash(Int32(number)), share))
      }
    }
    fullNames = CommonValues(common, rare: -64)
  }

  /// Dates are nearly as common as one another: each share is drawn towards that of any day, the more the fewer there
  /// are, and only what is above it is remembered.
  private mutating func setBirths(_ counts: ValueCounts, _ own: Double) {
    let total = Double(counts.births.values.reduce(0, +))
    let anyDay = 1.0 / 20_000
    var common: [(hash: UInt64, share: Float)] = []
    for (birth, count) in counts.births {
      let share = (max(Double(count) - own, 0) + 2_000 * anyDay) / (total + 2_000)
      if share > anyDay { common.append((UInt64(UInt32(bitPattern: birth)), Float(log2(share)))) }
    }
    births = CommonValues(common, rare: Float(log2(anyDay)))
  }
}

/// How many rows of a table have each value, by its number there.
struct ValueCounts: Sendable {
  let table: ProfileTable
  let given: Column<Int32>
  let family: Column<Int32>
  let fullNames: Column<Int32>
  /// Of each full name its given name, and its family name.
  let givenOf: Column<Int32>
  let familyOf: Column<Int32>
  /// Rows with a full name.
  private(set) var named = 0
  private(set) var births: [Int32: Int] = [:]
  private(set) var locals = Column<Int32>()
  private let byKind: [(records: Column<Int32>, persons: Column<Int32>)]

  /// - Parameter cards: those to count; organisations among them are left out.
  init(_ table: ProfileTable, _ cards: Column<ProfileCard>) {
    self.table = table
    given = Column(repeating: 0, count: table.names.texts.count)
    family = Column(repeating: 0, count: table.names.texts.count)
    fullNames = Column(repeating: 0, count: table.fullNameTexts.count)
    givenOf = Column(repeating: 0, count: table.fullNameTexts.count)
    familyOf = Column(repeating: 0, count: table.fullNameTexts.count)
    // Identifiers on one core, names and dates on the other.
    let kinds = ProfileCard.kinds
    var counted = [(records: Column<Int32>, persons: Column<Int32>)?](repeating: nil, count: kinds.count)
    counted.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: kinds.count) { results[$0] = Self.count(cards, kinds[$0], table) }
    }
    byKind = counted.compactMap { $0 }
    for place in 0..<cards.count where cards[place].kind == 0 { count(cards[place]) }
    locals = Column(repeating: 0, count: table.localParts.texts.count)
    let emails = records(.email)
    for number in 1..<max(emails.count, 1) { locals[table.locals[number]] += emails[number] }
  }

  func records(_ kind: Identifier.Kind) -> Column<Int32> { byKind[ProfileCard.kinds.firstIndex(of: kind) ?? 0].records }

  /// How many people have each value, told by how their given names sound: one person has many records.
  func persons(_ kind: Identifier.Kind) -> Column<Int32> { byKind[ProfileCard.kinds.firstIndex(of: kind) ?? 0].persons }

  private mutating func count(_ card: ProfileCard) {
    given[card.given] += 1
    family[card.family] += 1
    if card.birth != 0 { births[card.birth, default: 0] += 1 }
    if card.fullName == 0 { return }
    fullNames[card.fullName] += 1
    givenOf[card.fullName] = card.given
    familyOf[card.fullName] = card.family
    named += 1
  }

  private static func count(
    _ cards: Column<ProfileCard>, _ kind: Identifier.Kind, _ table: ProfileTable
  ) -> (records: Column<Int32>, persons: Column<Int32>) {
    let records = Column<Int32>(repeating: 0, count: table.texts(of: kind).count)
    for place in 0..<cards.count where cards[place].kind == 0 {
      for value in table.values(cards[place], kind) { records[value] += 1 }
    }
    var named: [UInt64] = []
    for place in 0..<cards.count where cards[place].kind == 0 {
      let card = cards[place]
      let sound = table.names.sounds[card.given]
      // One or two who share a value are no crowd whoever they are.
      for value in table.values(card, kind) where records[value] > 2 && sound != 0 {
        named.append(UInt64(value) << 32 | UInt64(sound))
      }
    }
    RadixSort.sort(&named, bits: 0..<64)
    RadixSort.removeDuplicates(&named)
    let persons = Column<Int32>(repeating: 0, count: records.count)
    for entry in named { persons[Int32(entry >> 32)] += 1 }
    for number in 0..<records.count {
      persons[number] = records[number] > 2 ? max(persons[number], 1) : records[number]
    }
    return (records, persons)
  }
}

/// The shares of all values of a pool, by number.
final class ShareColumn: Sendable {
  /// As far as they were worked out beforehand.
  private let shares = Column<Float>()
  private let common: CommonValues
  private let pool: TextPool

  /// - Parameter isFilled: whether shares are worked out for all values beforehand, which takes as long as looking
  ///   thousands of them up.
  init(_ common: CommonValues, _ pool: TextPool, isFilled: Bool = true) {
    self.common = common
    self.pool = pool
    if !isFilled { return }
    for _ in 0..<pool.count { shares.append(common.rare) }
    for (hash, share) in zip(common.hashes, common.shares) {
      if let number = pool.number(ofHash: hash) { shares[Int(number)] = share }
    }
    if pool.count > 0 { shares[0] = 0 }
  }

  @inline(__always) subscript(number: Int32) -> Float {
    Int(number) < shares.count ? shares[number] : number == 0 ? 0 : common.share(of: pool.hash(number))
  }
}
