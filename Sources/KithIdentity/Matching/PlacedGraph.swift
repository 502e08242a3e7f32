/// Scored pairs between places: clusters them and tells what holds the clusters together.
struct PlacedGraph {
  /// By place: its rows, the one that stands for it first.
  let rows: (Int) -> [Int32]
  let count: Int
  let comparer: Comparer
  let model: IdentityModel
  let settings: IdentitySettings
  let ids: Column<Int64>

  /// - Parameter edges: ascending by places, decisions among them.
  func resolve(_ edges: [AverageLinkage.Edge]) -> Resolution {
    var linkage = AverageLinkage()
    linkage.bound = model.bound(settings)
    // Groups are joined on all cores; what they ask is only read.
    nonisolated(unsafe) let graph = self
    @Sendable func claims(_ place: Int32) -> [Claim] { graph.claims(of: graph.rows(Int(place))[0]) }
    let clusterOf = linkage.clusters(
      rows: count, edges: edges, isNamed: { graph.card($0).isNamed },
      weigh: {
        graph.model.weights.weight(graph.comparer.compare(graph.card($0), graph.card($1)), graph.settings.vetoes)
      },
      claims: settings.hasClaims ? claims : nil)
    var result = Resolution()
    var members = [[Int64]](repeating: [], count: count)
    for place in 0..<count {
      let own = rows(place)
      let lead = ids[own[0]]
      members[Int(clusterOf[place])].append(lead)
      for row in own.dropFirst() {
        members[Int(clusterOf[place])].append(ids[row])
        result.matches.append(Match(lead, ids[row], rule: .copy, note: "both say just the same"))
      }
    }
    for place in members.indices where !members[place].isEmpty { result.clusters.append(members[place].sorted()) }
    result.clusters.sort { $0[0] < $1[0] }
    addTree(edges, clusterOf, &result)
    addDoubts(edges, clusterOf, &result)
    return result
  }

  /// What the rows of a place say.
  private func card(_ place: Int32) -> ProfileCard { comparer.table.cards[rows(Int(place))[0]] }

  /// What a row has that only one customer can have, ascending.
  private func claims(of row: Int32) -> [Claim] {
    let card = comparer.table.cards[row]
    var claims = settings.claimedKinds.flatMap { kind, rank, isSingle in
      let texts = comparer.table.texts(of: kind)
      return comparer.table.values(card, kind).map { number in
        // An address or a phone number means the same everywhere.
        let namespace = kind.isGlobal ? 0 : texts.namespaceHash(number)
        return Claim(
          topic: namespace ^ UInt64(kind.rawValue), value: texts.hash(number), rank: rank, isSingle: isSingle)
      }
    }
    if card.source != 0 { claims.append(Claim(topic: Claim.ofSources | UInt64(card.source), value: UInt64(row))) }
    return claims.sorted()
  }

  /// The strongest pairs that hold each cluster together.
  private func addTree(_ edges: [AverageLinkage.Edge], _ clusterOf: [Int32], _ result: inout Resolution) {
    let inside = edges.filter { $0.weight != -.infinity && clusterOf[Int($0.low)] == clusterOf[Int($0.high)] }
      .sorted { ($1.weight, $0.low, $0.high) < ($0.weight, $1.low, $1.high) }
    var sets = RowSets(count: count)
    var words = PatternWords()
    for edge in inside where sets.find(edge.low) != sets.find(edge.high) {
      sets.join(edge.low, edge.high)
      result.matches.append(match(edge, isUsed: true, &words))
    }
  }

  /// Pairs of two clusters that the evidence does not decide, or that others outweigh: whoever is linked to somebody
  /// may become one with him when a third changes.
  private func addDoubts(_ edges: [AverageLinkage.Edge], _ clusterOf: [Int32], _ result: inout Resolution) {
    var words = PatternWords()
    let least = model.bound(settings) - Matching.doubtBits
    for edge in edges where edge.weight > least && edge.weight != .infinity {
      if clusterOf[Int(edge.low)] == clusterOf[Int(edge.high)] { continue }
      result.matches.append(match(edge, isUsed: false, &words))
    }
  }

  private func match(_ edge: AverageLinkage.Edge, isUsed: Bool, _ words: inout PatternWords) -> Match {
    let (one, other) = (rows(Int(edge.low))[0], rows(Int(edge.high))[0])
    if edge.weight == .infinity {
      return Match(ids[one], ids[other], rule: .decision, note: "somebody decided that they are the same")
    }
    let comparison = comparer.compare(Int(one), Int(other))
    return Match(
      ids[one], ids[other], rule: .score, score: edge.weight, isUsed: isUsed, note: words.text(comparison.pattern))
  }
}

/// Decisions of humans, by profile.
struct DecisionGraph {
  private(set) var verdicts: [Int64: [(other: Int64, isSame: Bool)]] = [:]
  /// Profiles that somebody told apart from another one.
  private(set) var apart: Set<Int64> = []
  let all: [Decision]

  /// "Different" wins over a "same" of the very pair.
  init(_ decisions: [Decision]) {
    let different = Set(decisions.filter { $0.verdict == .different })
    all = Set(decisions).filter {
      $0.left != $0.right && ($0.verdict == .different || !different.contains(.different($0.left, $0.right)))
    }.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    for decision in all {
      let isSame = decision.verdict == .same
      verdicts[decision.left, default: []].append((decision.right, isSame))
      verdicts[decision.right, default: []].append((decision.left, isSame))
      if !isSame { apart.formUnion([decision.left, decision.right]) }
    }
  }

  /// What was decided of pairs of places or rows, the lower one in the upper half: infinity or minus infinity. Of several
  /// words on one pair "different" wins.
  /// - Parameter place: where a profile stands; nil leaves out what was said of it.
  func weights(_ place: (Int64) -> Int32?) -> [UInt64: Float] {
    var result: [UInt64: Float] = [:]
    for decision in all {
      guard let one = place(decision.left), let other = place(decision.right), one != other else { continue }
      let pair = UInt64(min(one, other)) << 32 | UInt64(max(one, other))
      if result[pair] != -.infinity { result[pair] = decision.verdict == .same ? .infinity : -.infinity }
    }
    return result
  }
}
