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

  private mutating func set(_ common: [(hash: UInt64, share: Float)]) {
    let sorted = common.sorted { $0.hash < $1.hash }
    hashes = sorted.map(\.hash)
    shares = sorted.map(\.share)
  }

  /// nil for a rare value.
  func listed(_ hash: UInt64) -> Float? {
    var (low, high) = (0, hashes.count)
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < hashes.count && hashes[low] == hash ? shares[low] : nil
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

  init(_ table: ProfileTable, _ rows: [Int32], own: Double, limits: [Identifier.Kind: Int] = [:]) {
    given = CommonValues(
      Self.count(rows, table.names.texts) { table.given[$0] }, of: table.names.texts, own: own, least: Self.leastName)
    family = CommonValues(
      Self.count(rows, table.names.texts) { table.family[$0] }, of: table.names.texts, own: own, least: Self.leastName)
    func shares(_ column: ValueColumn, _ kind: Identifier.Kind) -> CommonValues {
      CommonValues(
        Self.count(rows, column), of: column.texts, own: own, least: Self.leastNumber,
        persons: Self.countPersons(rows, column, table), limit: limits[kind])
    }
    emails = shares(table.emails, .email)
    phones = shares(table.phones, .phone)
    customerNumbers = shares(table.customerNumbers, .customerNumber)
    userIDs = shares(table.userIDs, .userID)
    loyaltyNumbers = shares(table.loyaltyNumbers, .loyaltyNumber)
    let emailCounts = Self.count(rows, table.emails)
    let localCounts = Column<Int32>(repeating: 0, count: table.locals.texts.count)
    for number in 1..<max(emailCounts.count, 1) { localCounts[Int(table.locals[number])] += emailCounts[number] }
    locals = CommonValues(localCounts, of: table.locals.texts, own: own, least: Self.leastName)
    countFullNames(table, rows, own)
    countBirths(table, rows, own)
  }

  private mutating func countFullNames(_ table: ProfileTable, _ rows: [Int32], _ own: Double) {
    let counts = Self.count(rows, table.fullNameTexts) { table.fullNames[$0] }
    let byNumber = (given: ShareColumn(given, table.names.texts), family: ShareColumn(family, table.names.texts))
    let expected = Column<Float>(repeating: 0, count: counts.count)
    var named = 0.0
    for row in rows {
      guard table.fullNames[row] != 0 else { continue }
      expected[Int(table.fullNames[row])] = byNumber.given[table.given[row]] + byNumber.family[table.family[row]]
      named += 1
    }
    if named == 0 { return }
    var met = 0.0
    var byChance = 0.0
    for number in 1..<max(counts.count, 1) {
      let count = Double(counts[number])
      met += count / named * max(count - own, 0) / named
      byChance += count / named * exp2(Double(expected[number]))
    }
    affinity = Float(log2(min(max(met / max(byChance, 1e-12), 1), 64)))
    var common: [(hash: UInt64, share: Float)] = []
    for number in 1..<max(counts.count, 1) where counts[number] > 2 {
      let counted = max(Double(counts[number]) - own, 0)
      let share = counted > 1 ? Float(log2(counted / named)) : -64
      if share > expected[number] + affinity { common.append((table.fullNameTexts.hash(Int32(number)), share)) }
    }
    fullNames = CommonValues(common, rare: -64)
  }

  /// Dates are nearly as common as one another: each share is drawn towards that of any day, the more the fewer there
  /// are, and only what is above it is remembered.
  private mutating func countBirths(_ table: ProfileTable, _ rows: [Int32], _ own: Double) {
    var counts: [Int32: Int] = [:]
    for index in 0..<rows.count where table.births[rows[index]] != 0 {
      counts[table.births[rows[index]], default: 0] += 1
    }
    let total = Double(counts.values.reduce(0, +))
    let anyDay = 1.0 / 20_000
    var common: [(hash: UInt64, share: Float)] = []
    for (birth, count) in counts {
      let share = (max(Double(count) - own, 0) + 2_000 * anyDay) / (total + 2_000)
      if share > anyDay { common.append((UInt64(UInt32(bitPattern: birth)), Float(log2(share)))) }
    }
    births = CommonValues(common, rare: Float(log2(anyDay)))
  }

  private static func count(
    _ rows: [Int32], _ pool: TextPool, _ value: (Int32) -> Int32
  ) -> Column<Int32> {
    let counts = Column<Int32>(repeating: 0, count: pool.count)
    for row in rows { counts[value(row)] += 1 }
    return counts
  }

  /// How many people have each value, told by how their given names sound: one person has many records.
  private static func countPersons(_ rows: [Int32], _ column: ValueColumn, _ table: ProfileTable) -> Column<Int32> {
    let records = count(rows, column)
    var named: [UInt64] = []
    for row in rows {
      let sound = table.names.sounds[table.given[row]]
      for value in column[row] where records[value] > 1 && sound != 0 {
        named.append(UInt64(value) << 32 | UInt64(sound))
      }
    }
    RadixSort.sort(&named, bits: 0..<64)
    RadixSort.removeDuplicates(&named)
    let persons = Column<Int32>(repeating: 0, count: records.count)
    for entry in named { persons[Int32(entry >> 32)] += 1 }
    for number in 0..<records.count { persons[number] = max(persons[number], min(records[number], 1)) }
    return persons
  }

  private static func count(_ rows: [Int32], _ column: ValueColumn) -> Column<Int32> {
    let counts = Column<Int32>(repeating: 0, count: column.texts.count)
    for row in rows { for value in column[row] { counts[value] += 1 } }
    return counts
  }
}

/// The shares of all values of a pool, by number.
final class ShareColumn: Sendable {
  private let shares = Column<Float>()
  private let common: CommonValues

  init(_ common: CommonValues, _ pool: TextPool) {
    self.common = common
    for _ in 0..<pool.count { shares.append(common.rare) }
    for (hash, share) in zip(common.hashes, common.shares) {
      if let number = pool.number(ofHash: hash) { shares[Int(number)] = share }
    }
    if pool.count > 0 { shares[0] = 0 }
  }

  @inline(__always) subscript(number: Int32) -> Float { shares[number] }
}
