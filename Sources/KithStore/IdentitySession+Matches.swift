import KithCore

extension IdentitySession {
  /// Replaces the matches among touched profiles; those that stay as they are are not written.
  ///
  /// - Parameters:
  ///   - matches: by rising left and right profile.
  ///   - everything: whether all profiles are touched.
  func replaceMatches(_ matches: [StoredMatch], everything: Bool) throws {
    var new: [StoredMatch] = []
    var gone: [Int64] = []
    var place = 0
    var old: [(id: Int64, match: StoredMatch)] = []

    /// Compares all of one pair.
    func compare() {
      guard let pair = old.first.map({ ($0.match.left, $0.match.right) }) else { return }
      while place < matches.count, (matches[place].left, matches[place].right) < pair {
        new.append(matches[place])
        place += 1
      }
      while place < matches.count, (matches[place].left, matches[place].right) == pair {
        if let same = old.firstIndex(where: { $0.match == matches[place] }) {
          old.remove(at: same)
        } else {
          new.append(matches[place])
        }
        place += 1
      }
      gone += old.map(\.id)
      old.removeAll(keepingCapacity: true)
    }

    let stored = try db.statement(Self.storedMatches(everything), hasManyRows: true)
    stored.begin()
    while try stored.step() {
      let match = StoredMatch(
        left: stored.int64(1), right: stored.int64(2), rule: stored.optionalText(3) ?? "",
        kind: stored.optionalText(4) ?? "", value: stored.optionalText(5) ?? "", score: stored.optionalDouble(6),
        isUsed: stored.int64(7) == 1, note: stored.optionalText(8) ?? "")
      if let first = old.first?.match, (first.left, first.right) != (match.left, match.right) { compare() }
      old.append((stored.int64(0), match))
    }
    compare()
    stored.reset()
    new += matches[place...]
    try remove(gone)
    try append(new)
  }

  /// By rising left and right profile.
  private static func storedMatches(_ everything: Bool) -> String {
    let columns =
      "m.match_id, m.left_profile_id, m.right_profile_id, m.rule, m.kind, m.value, m.score, m.is_used, m.note"
    if everything { return "SELECT \(columns) FROM matches m ORDER BY m.left_profile_id, m.right_profile_id" }
    return """
      SELECT \(columns) FROM (
        SELECT m.match_id FROM touched t CROSS JOIN matches m ON m.left_profile_id = t.profile_id
        UNION SELECT m.match_id FROM touched t CROSS JOIN matches m ON m.right_profile_id = t.profile_id
      ) AS mine CROSS JOIN matches m ON m.match_id = mine.match_id
      ORDER BY m.left_profile_id, m.right_profile_id
      """
  }

  private func remove(_ matches: [Int64]) throws {
    let remove = try db.statement("DELETE FROM matches WHERE match_id = ?")
    for id in matches { try remove.begin().integer(id).run() }
  }

  private func append(_ matches: [StoredMatch]) throws {
    let first = try HubStore.firstNumber("matches", in: db)
    let insert = try bulk(
      "matches",
      ["match_id", "left_profile_id", "right_profile_id", "rule", "kind", "value", "score", "is_used", "note"])
    try insert.insert(
      Array(matches.enumerated()),
      { numbered, row in
        let match = numbered.element
        row.integer(first + Int64(numbered.offset)).integer(match.left).integer(match.right).text(match.rule)
          .text(match.kind).text(match.value).real(match.score).integer(match.isUsed).text(match.note)
      })
  }
}
