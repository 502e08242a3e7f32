/// How well clusters agree with who is who. Pairwise: over pairs of records in one cluster; B-cubed: the mean over
/// records (A. Bagga and B. Baldwin, Entity-Based Cross-Document Coreferencing Using the Vector Space Model, 1998).
struct ClusterScore: Codable {
  let pairwise: Agreement
  let bCubed: Agreement
  let clusters: Int
  let persons: Int
  /// Most true persons that one cluster holds.
  let mostPersons: Int

  struct Agreement: Codable {
    /// Share of what was put together that belongs together.
    let precision: Double
    /// Share of what belongs together that was put together.
    let recall: Double

    /// Harmonic mean of the two.
    var f1: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
  }

  /// By record: its cluster and its true person, both counted from 0.
  init(_ records: [(cluster: Int, person: Int)]) {
    var sizes: [Int: Int] = [:]
    var truth: [Int: Int] = [:]
    var shared: [Int: [Int: Int]] = [:]
    for record in records {
      sizes[record.cluster, default: 0] += 1
      truth[record.person, default: 0] += 1
      shared[record.cluster, default: [:]][record.person, default: 0] += 1
    }
    clusters = sizes.count
    persons = truth.count
    mostPersons = shared.values.map(\.count).max() ?? 0
    pairwise = Self.pairwise(sizes, truth, shared)
    bCubed = Self.bCubed(sizes, truth, shared, records: records.count)
  }

  private static func pairwise(_ sizes: [Int: Int], _ truth: [Int: Int], _ shared: [Int: [Int: Int]]) -> Agreement {
    func pairs(_ counts: some Sequence<Int>) -> Double { counts.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 } }
    let (found, real) = (pairs(sizes.values), pairs(truth.values))
    let right = shared.values.reduce(0) { $0 + pairs($1.values) }
    return Agreement(precision: found > 0 ? right / found : 1, recall: real > 0 ? right / real : 1)
  }

  private static func bCubed(
    _ sizes: [Int: Int], _ truth: [Int: Int], _ shared: [Int: [Int: Int]], records: Int
  ) -> Agreement {
    var (precision, recall) = (0.0, 0.0)
    for (cluster, persons) in shared {
      for (person, count) in persons {
        let square = Double(count * count)
        precision += square / Double(sizes[cluster] ?? 1)
        recall += square / Double(truth[person] ?? 1)
      }
    }
    let all = Double(max(records, 1))
    return Agreement(precision: precision / all, recall: recall / all)
  }
}
