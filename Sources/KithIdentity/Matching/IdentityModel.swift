import KithCore

/// What was learned of how people's profiles agree: all that it takes to compare any two of them, now and later. With one
/// model, what two profiles come to does not depend on any third.
public struct IdentityModel: Sendable, Equatable {
  var weights: MatchModel
  var shares: ValueShares
  /// Keys that too many share to bring anybody together, ascending.
  var crowded: [UInt64]
  /// How many joined pairs should be right.
  var precision: PrecisionCurve
  /// How many distinct profiles it was learned from.
  public internal(set) var profiles: Int

  /// Learns, without labels or with them: the same profiles in any order give the same model.
  ///
  /// - Parameters:
  ///   - settings: its limits and vetoes.
  ///   - labels: pairs that somebody decided.
  ///   - findCandidates: finds the pairs to learn from, while what needs no pairs is counted.
  /// - Returns: also the pairs that were found.
  static func learned(
    _ table: ProfileTable, _ cards: Column<ProfileCard>, _ settings: IdentitySettings,
    labels: [RowLabel] = [], _ findCandidates: () -> Candidates
  ) -> (model: IdentityModel, candidates: Candidates) {
    let ((counts, start, strangers), candidates) = Parallel.both(
      {
        let counts = ValueCounts(table, cards)
        let start = Comparer(
          table: table, frequencies: Frequencies(table, ValueShares(counts, own: 1, limits: settings.limits)))
        return (counts, start, StrangerSample(start, cards))
      }, findCandidates)
    // How common a value is among others is only known once one knows how many records a person has.
    let sample = Training.Sample(candidates.pairs, cards)
    let first = Training(start, sample, cards, strangers: strangers, labels: labels)
    let shares = ValueShares(counts, own: first.recordsPerPerson, limits: settings.limits)
    let comparer = Comparer(table: table, frequencies: Frequencies(table, shares))
    let last = Training(comparer, sample, cards, strangers: strangers, labels: labels)
    let model = IdentityModel(
      weights: last.model, shares: shares, crowded: candidates.crowded, precision: last.precision(settings.vetoes),
      profiles: cards.count)
    return (model, candidates)
  }

  /// The evidence that two customers need to be one, log2 of the odds.
  public func bound(_ settings: IdentitySettings) -> Float { precision.bound(for: settings.precision) }

  /// How many percent of the pairs that are joined should be right, by this model.
  public func expectedPrecision(_ settings: IdentitySettings) -> Double {
    precision.share(at: bound(settings)) * 100
  }
}
