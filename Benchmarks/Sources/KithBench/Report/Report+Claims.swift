/// What is claimed of Kith: a quotient of two times of the same run, an amount of memory, or how well it tells who is
/// who. All say the same on a fast and on a slow machine, so a check can hold them to a limit.
struct Claim {
  let text: String
  let value: Double
  let limit: Limit
  var figure = Figure.ratio

  enum Limit {
    case atMost(Double)
    case atLeast(Double)
    case none
  }
  /// A share lies between 0 and 1, and its third digit counts, too.
  enum Figure { case ratio, share, count }

  var isWithinLimit: Bool {
    switch limit {
    case .atMost(let most): value <= most
    case .atLeast(let least): value >= least
    case .none: true
    }
  }

  /// `checked` shows what the limit is and whether it holds.
  func line(checked: Bool) -> String { "- \(text): \(format(value))\(checked ? verdict : "")" }

  private var verdict: String {
    switch limit {
    case .atMost(let most): " (at most \(format(most)): \(isWithinLimit ? "holds" : "TOO MUCH"))"
    case .atLeast(let least): " (at least \(format(least)): \(isWithinLimit ? "holds" : "TOO LITTLE"))"
    case .none: ""
    }
  }

  private func format(_ value: Double) -> String {
    switch figure {
    case .ratio: Format.ratio(value)
    case .share: Format.share(value)
    case .count: Format.grouped(Int(value))
    }
  }
}

extension Report {
  /// Those that this run can tell. The limits are generous: they are to catch a slip by factors, not by percents.
  func claims() -> [Claim] {
    [
      time("First load of customers, Kith's time to that of the sqlite3 shell", .customers, .atMost(12)),
      again(.atMost(1.5)),
      time("First load of events, Kith's time to that of the sqlite3 shell", .events, .atMost(8)),
      peak(.atMost(256)),
      growth(.atMost(1.3)),
    ].compactMap { $0 } + pagesClaims() + identityClaims()
  }

  private func time(_ text: String, _ workload: Workload, _ limit: Claim.Limit) -> Claim? {
    guard let shell = entry(workload, .first, "sqlite3"), let share = perRow(shell) else { return nil }
    return Claim(text: text, value: 1 / share, limit: limit)
  }

  private func again(_ limit: Claim.Limit) -> Claim? {
    guard let first = entry(.customers, .first, "Kith"), let again = entry(.customers, .again, "Kith") else {
      return nil
    }
    let value = again.samples.medianSeconds / first.samples.medianSeconds
    return Claim(text: "Kith's re-export with 10 % changed to its first load, time", value: value, limit: limit)
  }

  /// Of loading, which does not grow with the file; telling who is who holds all records.
  private func peak(_ limit: Claim.Limit) -> Claim? {
    let loads = entries.filter { $0.program == "Kith" && $0.workload != .identity }
    guard let largest = loads.map(\.samples.medianPeak).max() else { return nil }
    return Claim(text: "Kith's highest peak of memory while loading, in MB", value: largest / 1_000_000, limit: limit)
  }

  /// Says something only once the files are larger than SQLite's page cache and Kith's own caches.
  private func growth(_ limit: Claim.Limit) -> Claim? {
    guard scale >= 0.5, let once = entry(.customers, .first, "Kith"), let twice = entry(.memory, .first, "Kith") else {
      return nil
    }
    let value = twice.samples.medianPeak / once.samples.medianPeak
    return Claim(text: "Kith's peak of memory on twice the customers to that on once", value: value, limit: limit)
  }
}
