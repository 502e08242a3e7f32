import FoundationEssentials

/// What a run found, as it goes into the JSON file and the table.
struct Report: Codable {
  let scale: Double
  let runs: Int
  let cores: Int
  /// The smallest peak that could be told: that of a program that does nothing, see `Program`.
  let peakFloorBytes: Int
  let programs: [Participant]
  let entries: [Entry]
}

/// One program at one stage of one workload.
struct Entry: Codable {
  let workload: Workload
  let stage: Stage
  let program: String
  let share: Share
  let rows: Int
  /// Of pages, all that the server gives.
  let bytes: Int?
  let samples: [Sample]
  /// Why there are no more samples.
  let failure: String?

  var rowsPerSecond: Double { samples.isEmpty ? 0 : Double(rows) / samples.medianSeconds }
}

extension Report {
  func entry(_ workload: Workload, _ stage: Stage, _ program: String) -> Entry? {
    entries.first { $0.workload == workload && $0.stage == stage && $0.program == program && !$0.samples.isEmpty }
  }

  /// How many times as long as Kith a program takes for a row; nil when one of them has no time.
  func perRow(_ entry: Entry) -> Double? {
    guard let kith = self.entry(entry.workload, entry.stage, "Kith"), !entry.samples.isEmpty else { return nil }
    return kith.rowsPerSecond / entry.rowsPerSecond
  }
}

extension Report {
  func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: url)
  }
}
