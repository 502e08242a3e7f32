/// How well clusters agree with the truth. Pairwise: over pairs of records in one cluster; B-cubed: mean over records
/// (A. Bagga and B. Baldwin, Entity-Based Cross-Document Coreferencing Using the Vector Space Model, 1998).
public struct ClusterScores: Sendable, Equatable {
  public struct Score: Sendable, Equatable {
    /// Share of what was put together that belongs together.
    public var precision: Double
    /// Share of what belongs together that was put together.
    public var recall: Double
    /// Harmonic mean of the two.
    public var f1: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
  }

  public let pairwise: Score
  public let bCubed: Score
  /// Most true persons that one cluster holds.
  public let mostPersons: Int

  /// - Parameters:
  ///   - clusters: by record, any number per cluster.
  ///   - persons: by record, any number per true person.
  public init(clusters: [Int32], persons: [Int32]) {
    var sizes: [Int32: Double] = [:]
    var truth: [Int32: Double] = [:]
    var shared: [Int64: Double] = [:]
    for (cluster, person) in zip(clusters, persons) {
      sizes[cluster, default: 0] += 1
      truth[person, default: 0] += 1
      shared[Int64(cluster) << 32 | Int64(person), default: 0] += 1
    }
    func pairs(_ counts: some Sequence<Double>) -> Double { counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
    let (found, real, right) = (pairs(sizes.values), pairs(truth.values), pairs(shared.values))
    pairwise = Score(precision: found > 0 ? right / found : 1, recall: real > 0 ? right / real : 1)
    var precision = 0.0
    var recall = 0.0
    var persons: [Int32: Int] = [:]
    for (key, count) in shared {
      let cluster = Int32(truncatingIfNeeded: key >> 32)
      precision += count * count / (sizes[cluster] ?? 1)
      recall += count * count / (truth[Int32(truncatingIfNeeded: key)] ?? 1)
      persons[cluster, default: 0] += 1
    }
    let records = Double(max(clusters.count, 1))
    bCubed = Score(precision: precision / records, recall: recall / records)
    mostPersons = persons.values.max() ?? 0
  }
}
