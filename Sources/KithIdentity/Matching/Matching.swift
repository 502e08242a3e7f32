/// Tells which profiles of a table are one person, by what they say of themselves.
///
/// The weights are learned from the table itself, without labels; the same table gives the same answer. Pairs that share
/// a key are compared field by field, the model turns each comparison into odds, and average linkage into clusters.
public struct Matching: Sendable {
  /// By row: the lowest row of its cluster.
  public let clusters: [Int32]
  /// How many pairs were compared.
  public let pairs: Int
  /// Pairs whose odds are even or nearly so, those first that one step of evidence would turn; at most `doubtLimit`.
  public let doubts: [Doubt]
  let model: MatchModel

  /// A pair that the evidence does not decide.
  public struct Doubt: Sendable, Equatable {
    public var low: Int32
    public var high: Int32
    /// log2 of the odds that the two are one person.
    public var weight: Float
    /// Whether the two came into one cluster.
    public var isJoined: Bool
  }

  /// A pair with odds within this many bits of even ones is a doubt.
  public static let doubtBits: Float = 2
  static let doubtLimit = 10_000

  public init(_ table: ProfileTable) {
    let distinct = DistinctRows(table)
    let candidates = Candidates(table, distinct)
    pairs = candidates.pairs.count
    let start = Comparer(table: table, frequencies: Frequencies(table, ValueShares(table, distinct.rows, own: 1)))
    let strangers = StrangerSample(start, distinct)
    // How common a value is among others is only known once one knows how many records a person has.
    let first = Training(start, candidates.pairs, distinct, strangers: strangers)
    let shares = ValueShares(table, distinct.rows, own: first.recordsPerPerson)
    let comparer = Comparer(table: table, frequencies: Frequencies(table, shares))
    model = Training(comparer, candidates.pairs, distinct, strangers: strangers).model
    let edges = Matching.edges(comparer, model, candidates.pairs)
    let joined = AverageLinkage().clusters(rows: table.count, edges: edges, ranks: distinct.ranks)
    clusters = (0..<table.count).map { joined[Int(distinct.leads[$0])] }
    doubts = Matching.doubts(edges, clusters)
  }

  private static func edges(_ comparer: Comparer, _ model: MatchModel, _ pairs: [UInt64]) -> [AverageLinkage.Edge] {
    Parallel.map(count: pairs.count) { index in
      let (low, high) = (Int(pairs[index] >> 32), Int(pairs[index] & 0xffff_ffff))
      return AverageLinkage.Edge(
        low: Int32(low), high: Int32(high), weight: model.weight(comparer.compare(low, high)))
    }
  }

  private static func doubts(_ edges: [AverageLinkage.Edge], _ clusters: [Int32]) -> [Doubt] {
    let near = edges.filter { abs($0.weight) <= doubtBits }
      .sorted { (abs($0.weight), $0.low, $0.high) < (abs($1.weight), $1.low, $1.high) }
    return near.prefix(doubtLimit).map {
      Doubt(low: $0.low, high: $0.high, weight: $0.weight, isJoined: clusters[Int($0.low)] == clusters[Int($0.high)])
    }
  }
}
