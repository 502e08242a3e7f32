/// How long it takes until one new profile has its customer, by identity's own clock: what a process needs to start is no
/// part of it.
struct OneProfile {
  let profiles: Int
  /// Ascending, seconds.
  private let times: [Double]
  /// Half of the times spent at most so long in a part.
  private let parts: [(name: String, seconds: Double)]
  /// What resolving all of them took once.
  private let first: Double

  init(_ hub: OneProfileHub, profiles: Int, times count: Int) throws {
    self.profiles = profiles
    first = try hub.fill().all
    // The first of them has the kept index written and read once.
    _ = try hub.add(0)
    Log.note("one profile at a time, \(count) times")
    let resolved = try (1...count).map(hub.add)
    times = resolved.map(\.all).sorted()
    parts = ["prepare", "load", "match", "store", "totals", "commit"].map { part in
      (part, Self.quantile(0.5, resolved.map { $0.seconds[part] ?? 0 }.sorted()))
    }
  }

  var text: String {
    let columns = parts.map { "\($0.name) \(Self.milliseconds($0.seconds))" }.joined(separator: ", ")
    return """
      One profile into \(Format.grouped(profiles)), \(times.count) times: p50 \(Self.milliseconds(Self.quantile(0.5, times))) \
      ms, p99 \(Self.milliseconds(Self.quantile(0.99, times))) ms, by identity's own clock.
      Of that at the median: \(columns) ms. All at once took \(Format.seconds(first)) s.
      """
  }

  /// A quotient, which says the same on a slow machine.
  var claim: Claim {
    Claim(
      text: "One profile into \(Format.grouped(profiles)), time to that of resolving all",
      value: Self.quantile(0.5, times) / first, limit: .atMost(0.25), figure: .share)
  }

  /// Of ascending values the one that so many are not above.
  private static func quantile(_ share: Double, _ values: [Double]) -> Double {
    let place = (share * Double(values.count)).rounded(.up)
    return values.isEmpty ? 0 : values[min(max(Int(place) - 1, 0), values.count - 1)]
  }

  private static func milliseconds(_ seconds: Double) -> String { Format.ratio(seconds * 1_000) }
}
