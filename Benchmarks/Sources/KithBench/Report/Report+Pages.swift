/// How fast pages of records are read, by their bytes.
extension Report {
  /// Nothing when no pages were read.
  func pagesTable() -> String {
    let rows = entries.compactMap { entry -> String? in
      guard let bytes = entry.bytes, !entry.samples.isEmpty else { return nil }
      let rate = Format.ratio(Double(bytes) / 1_000_000 / entry.samples.medianSeconds)
      let figures = [
        Format.grouped(bytes / max(entry.rows, 1)), Format.megabytes(Double(bytes)), rate,
        Format.megabytes(entry.samples.medianPeak),
      ]
      return "| " + ([entry.workload.title(entry.stage), entry.program] + figures).joined(separator: " | ") + " |"
    }
    return rows.isEmpty ? "" : ([Self.pagesHead] + rows).joined(separator: "\n") + "\n\n"
  }

  private static let pagesHead = """
    | pages | program | bytes per record | MB | median MB/s | peak MB |
    |---|---|--:|--:|--:|--:|
    """

  func pagesClaims() -> [Claim] {
    [(Workload.pages300, "300"), (.pages600, "600"), (.pages1300, "1,300")].compactMap { workload, bytes in
      guard let peer = entry(workload, .first, "Python json"), let share = perRow(peer) else { return nil }
      return Claim(
        text: "Pages of records of \(bytes) bytes, Kith's time to that of only parsing them with Python's json",
        value: 1 / share, limit: .atMost(8))
    }
  }
}
