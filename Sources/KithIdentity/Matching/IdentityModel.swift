import KithCore

/// What was learned of how people's profiles agree: all that it takes to compare any two of them, now and later. With one
/// model, what two profiles come to does not depend on any third.
public struct IdentityModel: Sendable, Equatable {
  var weights: MatchModel
  var shares: ValueShares
  /// Keys that too many share to bring anybody together, ascending.
  var crowded: [UInt64]
  /// How many distinct profiles it was learned from.
  public internal(set) var profiles: Int

  /// Learns without labels: the same profiles in any order give the same model.
  init(
    _ table: ProfileTable, _ cards: Column<ProfileCard>, _ candidates: Candidates,
    limits: [Identifier.Kind: Int] = [:]
  ) {
    let counts = ValueCounts(table, cards)
    let start = Comparer(
      table: table, frequencies: Frequencies(table, ValueShares(counts, own: 1, limits: limits)))
    let strangers = StrangerSample(start, cards)
    // How common a value is among others is only known once one knows how many records a person has.
    let first = Training(start, candidates.pairs, cards, strangers: strangers)
    shares = ValueShares(counts, own: first.recordsPerPerson, limits: limits)
    let comparer = Comparer(table: table, frequencies: Frequencies(table, shares))
    weights = Training(comparer, candidates.pairs, cards, strangers: strangers).model
    crowded = candidates.crowded
    profiles = cards.count
  }
}
