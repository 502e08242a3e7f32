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
  /// Nil: they are looked up in `commonBirths`.
  private let births: [Int32: Float]?
  private let commonBirths: CommonValues

  /// - Parameter isFilled: whether millions of pairs will be compared, not some hundreds.
  init(_ table: ProfileTable, _ shares: ValueShares, isFilled: Bool = true) {
    func column(_ common: CommonValues, _ pool: TextPool) -> ShareColumn {
      ShareColumn(common, pool, isFilled: isFilled)
    }
    given = column(shares.given, table.names.texts)
    family = column(shares.family, table.names.texts)
    emails = column(shares.emails, table.emails)
    locals = column(shares.locals, table.localParts.texts)
    phones = column(shares.phones, table.phones)
    customerNumbers = column(shares.customerNumbers, table.customerNumbers)
    userIDs = column(shares.userIDs, table.userIDs)
    loyaltyNumbers = column(shares.loyaltyNumbers, table.loyaltyNumbers)
    fullNames = column(shares.fullNames, table.fullNameTexts)
    affinity = shares.affinity
    commonBirths = shares.births
    births =
      isFilled
      ? Dictionary(
        uniqueKeysWithValues: zip(shares.births.hashes.map { Int32(bitPattern: UInt32($0)) }, shares.births.shares))
      : nil
  }

  @inline(__always) func birth(_ date: Int32) -> Float {
    guard let births else { return commonBirths.share(of: UInt64(UInt32(bitPattern: date))) }
    return births[date] ?? commonBirths.rare
  }

  /// Of a full name: its parts by themselves, or the very name where it is commoner.
  @inline(__always) func fullName(_ number: Int32, given: Int32, family: Int32) -> Float {
    max(self.given[given] + self.family[family] + affinity, fullNames[number])
  }
}
