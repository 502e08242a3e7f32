import Foundation

/// How common each value is, as log2 of the share of the profiles that have one: agreeing on a rare name says more.
struct Frequencies: Sendable {
  let given: Column<Float>
  let family: Column<Float>
  let fullNames: Column<Float>
  let emails: Column<Float>
  let locals: Column<Float>
  let phones: Column<Float>
  let postcodes: Column<Float>
  let cities: Column<Float>
  let customerNumbers: Column<Float>
  let userIDs: Column<Float>
  let loyaltyNumbers: Column<Float>
  /// log2 of the share of each birth date.
  private let births: [Int32: Float]
  private let rareBirth: Float
  private let own: Double

  /// - Parameter own: how many records a person has on average that agree on a value with one of them, itself included:
  ///   they say nothing about how common it is among others.
  init(_ table: ProfileTable, own: Double = 1) {
    self.own = own
    let rows = table.count
    given = Frequencies.shares(rows, own, size: table.names.texts.count) { table.given[$0] }
    family = Frequencies.shares(rows, own, size: table.names.texts.count) { table.family[$0] }
    fullNames = Frequencies.fullNames(table, own, given, family)
    postcodes = Frequencies.shares(rows, own, size: table.postcodes.texts.count) { table.postcodes[$0] }
    cities = Frequencies.shares(rows, own, size: table.cities.texts.count) { table.cities[$0] }
    emails = Frequencies.shares(table.emails.counts(), own)
    phones = Frequencies.shares(table.phones.counts(), own)
    customerNumbers = Frequencies.shares(table.customerNumbers.counts(), own)
    userIDs = Frequencies.shares(table.userIDs.counts(), own)
    loyaltyNumbers = Frequencies.shares(table.loyaltyNumbers.counts(), own)
    let emailCounts = table.emails.counts()
    let localCounts = Column<Int32>(repeating: 0, count: table.locals.texts.count)
    for number in 1..<max(emailCounts.count, 1) { localCounts[Int(table.locals[number])] += emailCounts[number] }
    locals = Frequencies.shares(localCounts, own)
    var birthCounts: [Int32: Int] = [:]
    for row in 0..<rows where table.births[row] != 0 { birthCounts[table.births[row], default: 0] += 1 }
    // Dates are nearly as common as one another: each share is drawn towards that of any day, the more the fewer
    // there are, and only what is above it is remembered.
    let total = Double(birthCounts.values.reduce(0, +))
    let anyDay = 1.0 / 20_000
    rareBirth = Float(log2(anyDay))
    var spikes: [Int32: Float] = [:]
    for (birth, count) in birthCounts {
      let share = (max(Double(count) - own, 0) + 2_000 * anyDay) / (total + 2_000)
      if share > anyDay { spikes[birth] = Float(log2(share)) }
    }
    births = spikes
  }

  @inline(__always) func birth(_ date: Int32) -> Float { births.isEmpty ? rareBirth : births[date] ?? rareBirth }

  /// Names go with names, by language and age: how much more often full names meet than given and family names by
  /// themselves would have them is measured, and counts of the very name are believed where they are higher.
  private static func fullNames(
    _ table: ProfileTable, _ own: Double, _ given: Column<Float>, _ family: Column<Float>
  ) -> Column<Float> {
    let counts = Column<Int32>(repeating: 0, count: table.fullNameTexts.count)
    let expected = Column<Float>(repeating: 0, count: counts.count)
    var rows = 0.0
    for row in 0..<table.count where table.fullNames[row] != 0 {
      let name = Int(table.fullNames[row])
      counts[name] += 1
      rows += 1
      expected[name] = given[table.given[row]] + family[table.family[row]]
    }
    var met = 0.0
    var byChance = 0.0
    for name in 1..<max(counts.count, 1) {
      let count = Double(counts[name])
      met += count / rows * max(count - own, 0) / rows
      byChance += count / rows * exp2(Double(expected[name]))
    }
    let affinity = Float(log2(min(max(met / max(byChance, 1e-12), 1), 64)))
    let result = Column<Float>(repeating: 0, count: counts.count)
    for name in 1..<max(counts.count, 1) {
      let counted = max(Double(counts[name]) - own, 0.5) / rows
      result[name] = max(expected[name] + affinity, counted > 1 / rows ? Float(log2(counted)) : -64)
    }
    return result
  }

  private static func shares(_ rows: Int, _ own: Double, size: Int, _ value: (Int) -> Int32) -> Column<Float> {
    let counts = Column<Int32>(repeating: 0, count: size)
    for row in 0..<rows { counts[Int(value(row))] += 1 }
    return shares(counts, own)
  }

  private static func shares(_ counts: Column<Int32>, _ own: Double) -> Column<Float> {
    var total = 0
    for number in 1..<max(counts.count, 1) { total += Int(counts[number]) }
    let result = Column<Float>(capacity: counts.count)
    for number in 0..<counts.count {
      result.append(number == 0 || total == 0 ? 0 : Float(log2(max(Double(counts[number]) - own, 0.5) / Double(total))))
    }
    return result
  }
}
