/// Tells which profiles of a table are one person, by what they say of themselves.
///
/// The weights are learned from the table itself, without labels; the same table gives the same answer. Pairs that share
/// a key are compared field by field, the model turns each comparison into odds, and average linkage into clusters.
public struct Matching: Sendable {
  /// By row: the lowest row of its cluster.
  public let clusters: [Int32]
  /// How many pairs were compared.
  public let pairs: Int
  /// Pairs whose odds are nearly those that joining asks for, those first that one step of evidence would turn; at most
  /// `doubtLimit`.
  public let doubts: [Doubt]
  /// What was learned.
  public let model: IdentityModel

  /// A pair that the evidence does not decide.
  public struct Doubt: Sendable, Equatable {
    public var low: Int32
    public var high: Int32
    /// log2 of the odds that the two are one person.
    public var weight: Float
    /// Whether the two came into one cluster.
    public var isJoined: Bool
  }

  /// A pair with odds within this many bits of those that joining asks for is a doubt.
  public static let doubtBits: Float = 2
  static let doubtLimit = 10_000

  public init(_ table: ProfileTable, settings: IdentitySettings = IdentitySettings()) {
    let distinct = DistinctRows(table)
    let cards = distinct.cards(of: table)
    let candidates: Candidates
    (model, candidates) = IdentityModel.learned(table, cards, settings) { Candidates(table, cards) }
    pairs = candidates.pairs.count
    let comparer = Comparer(table: table, frequencies: Frequencies(table, model.shares))
    let edges = Matching.edges(comparer, model.weights, settings.vetoes, candidates.pairs, cards)
    let weights = model.weights
    var linkage = AverageLinkage()
    linkage.bound = model.bound(settings)
    clusters = distinct.clusters(
      linkage.clusters(
        rows: distinct.count, edges: edges, isNamed: { cards[$0].isNamed },
        weigh: { weights.weight(comparer.compare(cards[$0], cards[$1]), settings.vetoes) }))
    doubts = Matching.doubts(edges, linkage.bound, clusters, distinct)
  }

  static func edges(
    _ comparer: Comparer, _ model: MatchModel, _ vetoes: IdentityVetoes, _ pairs: [UInt64],
    _ cards: Column<ProfileCard>
  ) -> [AverageLinkage.Edge] {
    Parallel.map(count: pairs.count) { index in
      let (low, high) = (Int(pairs[index] >> 32), Int(pairs[index] & 0xffff_ffff))
      let comparison = comparer.compare(index, of: pairs, cards)
      return AverageLinkage.Edge(low: Int32(low), high: Int32(high), weight: model.weight(comparison, vetoes))
    }
  }

  private static func doubts(
    _ edges: [AverageLinkage.Edge], _ bound: Float, _ clusters: [Int32], _ distinct: DistinctRows
  ) -> [Doubt] {
    let near = edges.filter { abs($0.weight - bound) <= doubtBits }
      .sorted { (abs($0.weight - bound), $0.low, $0.high) < (abs($1.weight - bound), $1.low, $1.high) }
    return near.prefix(doubtLimit).map {
      let (one, other) = (distinct.row(Int($0.low)), distinct.row(Int($0.high)))
      return Doubt(
        low: Int32(min(one, other)), high: Int32(max(one, other)), weight: $0.weight,
        isJoined: clusters[one] == clusters[other])
    }
  }
}
