import Foundation
import KithCore

/// A made-up company with made-up customers, for demonstrations and tests: it writes one export of every kind of tool
/// that Kith reads, and beside them the truth about who is who.
///
/// The same numbers give the same bytes, on every machine. Addresses end in example.com, .org or .net.
public struct SampleCompany: Sendable {
  /// The day on which all exports were made, when nothing else is asked for: 31 October 2026.
  public static let exportDay = CalendarDate(daysSince1970: 20_757)

  private let people: Int
  private let seed: UInt64
  private let day: CalendarDate

  /// - Parameters:
  ///   - people: how many people the company has to do with; at least 20.
  ///   - seed: which of all such companies.
  ///   - exportDay: the last day of the year that the exports tell.
  public init(people: Int, seed: UInt64, exportDay: CalendarDate = SampleCompany.exportDay) {
    self.people = max(20, people)
    self.seed = seed
    day = exportDay
  }

  /// Writes all exports and `truth.csv` below the directory, which is made when it is not there; files of the same
  /// names are replaced.
  public func write(to directory: String) throws(KithError) -> SampleSummary {
    let (files, truth) = makeFiles()
    for file in files { try SampleCompany.write(file, below: directory, on: day) }
    return SampleSummary(
      files: files.map { SampleSummary.File(path: $0.path, rows: $0.rows, bytes: $0.bytes.count) },
      people: truth.total, peopleBySource: truth.bySource, truthPath: directory + "/truth.csv")
  }

  func makeFiles() -> (files: [ExportFile], people: (bySource: [SampleSummary.SourceCount], total: Int)) {
    let population = Population(people: people, seed: seed, until: day)
    var exporter = Exporter(
      people: population.people, employers: population.employers,
      story: Storyteller(people: population.people, until: day, seed: seed), seed: seed, day: day)
    exporter.exportCRM()
    exporter.exportShop()
    exporter.exportFrenchShop()
    exporter.exportSurveys()
    exporter.exportWeb()
    exporter.exportNewsletter()
    exporter.exportSupport()
    exporter.exportOffline()
    let truth = exporter.truth.file
    exporter.add("truth.csv", truth)
    return (exporter.files, exporter.truth.people)
  }

  /// The files are dated to the day of the export: finished long ago, as an export is that somebody left for Kith.
  private static func write(_ file: ExportFile, below directory: String, on day: CalendarDate) throws(KithError) {
    let url = URL(fileURLWithPath: directory).appendingPathComponent(file.path)
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.bytes).write(to: url, options: .atomic)
      let moment = Date(timeIntervalSince1970: Double(Timestamp(day, hour: 12).seconds))
      try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: url.path)
    } catch {
      throw KithError(
        .configuration, "the sample exports cannot be written", place: url.path, seen: error.localizedDescription,
        allowed: "a folder that may be written, with some megabytes of room", fix: "Name another folder.")
    }
  }
}

/// What was written.
public struct SampleSummary: Sendable, Equatable {
  public struct File: Sendable, Equatable {
    /// Relative to the directory.
    public let path: String
    /// Records in it, broken ones included; header lines are none.
    public let rows: Int
    public let bytes: Int
  }

  public struct SourceCount: Sendable, Equatable {
    /// The source's name in connectors.yml.
    public let source: String
    /// Distinct people and firms behind its records.
    public let people: Int
  }

  public let files: [File]
  /// Distinct people and firms behind all records: what a perfect identity would come to.
  public let people: Int
  public let peopleBySource: [SourceCount]
  public let truthPath: String
}

/// One export before it is written.
struct ExportFile: Sendable, Equatable {
  let path: String
  let bytes: [UInt8]
  let rows: Int
}

/// Writes what the tools would export about people and their year. Each tool has its own extension.
struct Exporter {
  let people: [Person]
  let employers: [Employer]
  let story: Storyteller
  let seed: UInt64
  let day: CalendarDate
  var truth = TruthBook()
  private(set) var files: [ExportFile] = []

  init(people: [Person], employers: [Employer], story: Storyteller, seed: UInt64, day: CalendarDate) {
    self.people = people
    self.employers = employers
    self.story = story
    self.seed = seed
    self.day = day
  }

  mutating func add(_ path: String, _ table: TableText) {
    files.append(ExportFile(path: path, bytes: Array(table.text.utf8), rows: table.rows))
  }

  mutating func add(_ path: String, bytes: [UInt8], rows: Int) {
    files.append(ExportFile(path: path, bytes: bytes, rows: rows))
  }

  func clerk(_ purpose: String, _ number: Int, slips: Int) -> Clerk {
    Clerk(seed: seed, purpose: purpose, number: number, slips: slips)
  }

  /// A working hour some days before the export.
  func moment(daysAgo: Int, _ random: inout SampleRandom) -> Timestamp {
    Timestamp(
      day.adding(days: -daysAgo), hour: random.within(7...16), minute: random.below(60), second: random.below(60))
  }

  /// The person behind all test entries, which every tool has some of.
  static let tester = "T0001"
}
