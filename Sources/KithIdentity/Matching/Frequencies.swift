/// How common each value of a table is, by its number there: what comparing looks up.
struct Frequencies: Sendable {
  let given: ShareColumn
  let family: ShareColumn
  let emails: ShareColumn
  let locals: ShareColumn
  let phones: ShareColumn
  let customerNumbers: ShareColumn
  let userIDs: ShareColumn
  let loyaltyNumbers: ShareColumn
  private let fullNames: ShareColumn
  private let affinity: Float
  private let births: [Int32: Float]
  private let rareBirth: Float

  init(_ table: ProfileTable, _ shares: ValueShares) {
    given = ShareColumn(shares.given, table.names.texts)
    family = ShareColumn(shares.family, table.names.texts)
    emails = ShareColumn(shares.emails, table.emails)
    locals = ShareColumn(shares.locals, table.localParts.texts)
    phones = ShareColumn(shares.phones, table.phones)
    customerNumbers = ShareColumn(shares.customerNumbers, table.customerNumbers)
    userIDs = ShareColumn(shares.userIDs, table.userIDs)
    loyaltyNumbers = ShareColumn(shares.loyaltyNumbers, table.loyaltyNumbers)
    fullNames = ShareColumn(shares.fullNames, table.fullNameTexts)
    affinity = shares.affinity
    births = Dictionary(
      uniqueKeysWithValues: zip(shares.births.hashes.map { Int32(bitPattern: UInt32($0)) }, shares.births.shares))
    rareBirth = shares.births.rare
  }

  @inline(__always) func birth(_ date: Int32) -> Float { births.isEmpty ? rareBirth : births[date] ?? rareBirth }

  /// Of a full name: its parts by themselves, or the very name where it is commoner.
  @inline(__always) func fullName(_ number: Int32, given: Int32, family: Int32) -> Float {
    max(self.given[given] + self.family[family] + affinity, fullNames[number])
  }
}
