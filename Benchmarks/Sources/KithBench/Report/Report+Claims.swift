/// What is claimed of Kith: a quotient of two times of the same run, or an amount of memory. Both say the same on a fast
/// and on a slow machine, so a check can hold them to a limit.
struct Claim {
  let text: String
  let value: Double
  let limit: Double

  var isWithinLimit: Bool { value <= limit }

  /// `checked` shows what the limit is and whether it holds.
  func line(checked: Bool) -> String {
    let verdict = checked ? " (at most \(Format.ratio(limit)): \(isWithinLimit ? "holds" : "TOO MUCH"))" : ""
    return "- \(text): \(Format.ratio(value))\(verdict)"
  }
}

extension Report {
  /// Those that this run can tell. The limits are generous: they are to catch a slip by factors, not by percents.
  func claims() -> [Claim] {
    [
      time("First load of customers, Kith's time to that of the sqlite3 shell", .customers, limit: 12),
      again(limit: 1.5),
      time("First load of events, Kith's time to that of the sqlite3 shell", .events, limit: 8),
      peak(limit: 256),
      growth(limit: 1.3),
    ].compactMap { $0 }
  }

  private func time(_ text: String, _ workload: Workload, limit: Double) -> Claim? {
    guard let shell = entry(workload, .first, "sqlite3"), let share = perRow(shell) else { return nil }
    return Claim(text: text, value: 1 / share, limit: limit)
  }

  private func again(limit: Double) -> Claim? {
    guard let first = entry(.customers, .first, "Kith"), let again = entry(.customers, .again, "Kith") else {
      return nil
    }
    let value = again.samples.medianSeconds / first.samples.medianSeconds
    return Claim(text: "Kith's re-export with 10 % changed to its first load, time", value: value, limit: limit)
  }

  private func peak(limit: Double) -> Claim? {
    guard let largest = entries.filter({ $0.program == "Kith" }).map(\.samples.medianPeak).max() else { return nil }
    return Claim(text: "Kith's highest peak of memory, in MB", value: largest / 1_000_000, limit: limit)
  }

  /// Says something only once the files are larger than SQLite's page cache and Kith's own caches.
  private func growth(limit: Double) -> Claim? {
    guard scale >= 0.5, let once = entry(.customers, .first, "Kith"), let twice = entry(.memory, .first, "Kith") else {
      return nil
    }
    let value = twice.samples.medianPeak / once.samples.medianPeak
    return Claim(text: "Kith's peak of memory on twice the customers to that on once", value: value, limit: limit)
  }
}
