/// How well each program told who is who: a time says little without it.
extension Report {
  /// Nothing when nobody was asked.
  func identityTable() -> String {
    let rows = entries.compactMap { entry in entry.leastScore.map { row(entry.program, $0) } }
    return rows.isEmpty ? "" : ([Self.identityHead] + rows).joined(separator: "\n") + "\n\n"
  }

  private static let identityHead = """
    | who is who | pairs: precision | recall | F1 | B-cubed: precision | recall | F1 | clusters | persons | \
    most persons in a cluster |
    |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
    """

  private func row(_ program: String, _ score: ClusterScore) -> String {
    let shares = [score.pairwise, score.bCubed].flatMap { [$0.precision, $0.recall, $0.f1] }.map(Format.share)
    let counts = [score.clusters, score.persons, score.mostPersons].map(Format.grouped)
    return "| " + ([program] + shares + counts).joined(separator: " | ") + " |"
  }

  /// Kith's clusters had a B-cubed F1 of 0.984 on 20,000 records and of 0.983 on the 50,000 of a check, with two and
  /// three persons at most in one cluster. Unlike a time this is the same in every run, so its limit can be close.
  func identityClaims() -> [Claim] {
    guard let kith = entry(.identity, .first, "Kith"), let score = kith.leastScore else { return [] }
    let peer = entry(.identity, .first, "Splink").flatMap(perRow)
    return [
      peer.map { Claim(text: "Who is who: Splink's time to Kith's", value: $0, limit: .none) },
      Claim(text: "Who is who: Kith's peak of memory, MB", value: kith.samples.medianPeak / 1_000_000, limit: .none),
      Claim(
        text: "Who is who: B-cubed F1 of Kith's clusters", value: score.bCubed.f1, limit: .atLeast(0.97),
        figure: .share),
      Claim(
        text: "Who is who: most persons in one of Kith's clusters", value: Double(score.mostPersons),
        limit: .atMost(6), figure: .count),
    ].compactMap { $0 }
  }
}

extension Entry {
  /// Of several runs the worst, so that luck with a sample does not count.
  var leastScore: ClusterScore? { samples.compactMap(\.clusters).min { $0.bCubed.f1 < $1.bCubed.f1 } }
}
