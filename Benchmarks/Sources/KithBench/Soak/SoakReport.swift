/// What a soak showed, as text, and where it is out of its limits.
struct SoakReport {
  private let outcome: SoakLoad.Outcome
  private let seconds: Int
  private let rate: Int
  private let runs: Int
  private let failedRuns: Int
  private let all: [Double]

  private static let mostSeconds = 0.1
  private static let mostGrowth = 0.05

  init(_ outcome: SoakLoad.Outcome, seconds: Int, rate: Int, runs: Int, failedRuns: Int) {
    (self.outcome, self.seconds, self.rate) = (outcome, seconds, rate)
    (self.runs, self.failedRuns) = (runs, failedRuns)
    all = outcome.latencies.values.flatMap { $0 }.sorted()
  }

  var broken: [String] {
    var broken: [String] = []
    if Self.quantile(all, 0.99) > Self.mostSeconds { broken.append("p99 above 100 ms") }
    if failures > 0 { broken.append("\(failures) answers 5xx, or none") }
    if growth >= Self.mostGrowth { broken.append("memory grew by \(Self.percent(growth))") }
    if runs == 0 || failedRuns > 0 { broken.append("\(failedRuns) of \(runs) syncs failed") }
    return broken
  }

  private var failures: Int { outcome.statuses.filter { $0.key == 0 || $0.key >= 500 }.values.reduce(0, +) }

  /// The peak of the last fifth against that of the second one: in the first, caches fill.
  private var growth: Double {
    let (early, late) = (peak(1), peak(4))
    return early == 0 ? 0 : Double(late) / Double(early) - 1
  }

  private func peak(_ fifth: Int) -> Int {
    let count = outcome.memory.count
    return outcome.memory[(count * fifth / 5)..<(count * (fifth + 1) / 5)].max() ?? 0
  }

  var text: String {
    var lines = ["| asked | times | p50 ms | p95 ms | p99 ms | longest ms |", "|---|--:|--:|--:|--:|--:|"]
    let rows = outcome.latencies.map { ($0.key, $0.value.sorted()) }.sorted { $0.1.count > $1.1.count }
    for (name, values) in rows + [("all", all)] {
      let figures = [0.5, 0.95, 0.99, 1].map { Self.milliseconds(Self.quantile(values, $0)) }
      lines.append("| \(name) | \(Format.grouped(values.count)) | \(figures.joined(separator: " | ")) |")
    }
    let statuses = outcome.statuses.sorted { $0.key < $1.key }.map {
      "\($0.value) × \($0.key == 0 ? "none" : "\($0.key)")"
    }
    let (first, last) = (outcome.memory.first ?? 0, outcome.memory.last ?? 0)
    let achieved = Double(all.count) / max(outcome.seconds, 1)
    lines += [
      "", "answers: \(statuses.joined(separator: ", ")); \(Format.rate(achieved)) a second of \(rate) for \(seconds) s",
      "memory: \(Self.megabytes(first)) MB at the start, \(Self.megabytes(last)) MB at the end; peak of the second fifth "
        + "\(Self.megabytes(peak(1))) MB, of the last \(Self.megabytes(peak(4))) MB: \(Self.percent(growth))",
      "syncs meanwhile: \(runs), of which \(failedRuns) failed",
    ]
    return lines.joined(separator: "\n")
  }

  /// `values` in order.
  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    values.isEmpty ? 0 : values[min(Int(Double(values.count) * share), values.count - 1)]
  }

  private static func milliseconds(_ seconds: Double) -> String { Format.ratio(seconds * 1_000) }
  private static func megabytes(_ bytes: Int) -> String { Format.megabytes(Double(bytes)) }
  private static func percent(_ share: Double) -> String {
    (share < 0 ? "-" : "+") + Format.ratio(abs(share) * 100) + " %"
  }
}
