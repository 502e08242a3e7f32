/// The Markdown that goes to standard output and, after a full run, into README.md.
extension Report {
  func markdown() -> String {
    ([Self.head] + entries.map(row) + missing()).joined(separator: "\n") + "\n\n" + identityTable() + pagesTable()
      + footing()
  }

  private static let head = """
    | what | program | rows | median s | fastest–slowest | CPU s | rows/s | peak MB | time per row, Kith = 1 |
    |---|---|--:|--:|--:|--:|--:|--:|--:|
    """

  private func row(_ entry: Entry) -> String {
    let what = [entry.workload.title(entry.stage), entry.program, Format.grouped(entry.rows)]
    return "| " + (what + figures(entry)).joined(separator: " | ") + " |"
  }

  private func figures(_ entry: Entry) -> [String] {
    let samples = entry.samples
    guard !samples.isEmpty else { return ["failed: \(entry.failure ?? "no run")", "", "", "", "", ""] }
    let note = entry.failure.map { " (then failed: \($0))" } ?? ""
    return [
      Format.seconds(samples.medianSeconds),
      "\(Format.seconds(samples.fastest))–\(Format.seconds(samples.slowest))\(note)",
      Format.seconds(samples.medianCPU), Format.rate(entry.rowsPerSecond), Format.megabytes(samples.medianPeak),
      perRow(entry).map(Format.ratio) ?? "",
    ]
  }

  private func missing() -> [String] {
    programs.compactMap { program in
      program.missing.map { "| – | \(program.name) | | takes no part: \($0) | | | | | |" }
    }
  }

  private func footing() -> String {
    let versions = programs.compactMap { program in program.version.map { "\(program.name) \($0)" } }
    let tenths = Set(entries.filter { $0.share == .tenth }.map(\.program)).sorted()
    let size = scale == 1 ? "full size" : "\(scale) of the full size"
    var lines = ["Generated data, \(size); medians of \(runs) interleaved runs on \(cores) cores."]
    lines.append("Programs: \(versions.joined(separator: ", ")).")
    if !tenths.isEmpty { lines.append("On a tenth of the rows, being slow: \(tenths.joined(separator: ", ")).") }
    lines.append("Peaks below \(Format.megabytes(Double(peakFloorBytes))) MB would not be seen.")
    return lines.joined(separator: "\n") + "\n"
  }
}
