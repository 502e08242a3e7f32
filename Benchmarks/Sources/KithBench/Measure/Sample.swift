/// What one run took.
struct Sample: Codable {
  let seconds: Double
  /// Of all cores, with that of processes it waited for: tells work from waiting, and one core from two.
  let cpuSeconds: Double
  let peakBytes: Int
  /// How well it told who is who, where that was its work.
  var clusters: ClusterScore?
}

extension [Sample] {
  var medianSeconds: Double { map(\.seconds).median }
  var medianCPU: Double { map(\.cpuSeconds).median }
  var medianPeak: Double { map { Double($0.peakBytes) }.median }
  var fastest: Double { map(\.seconds).min() ?? 0 }
  var slowest: Double { map(\.seconds).max() ?? 0 }
}

extension [Double] {
  /// The middle one, or the mean of the two in the middle; 0 of none.
  var median: Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
