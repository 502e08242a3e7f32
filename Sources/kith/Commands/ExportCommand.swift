import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A table as CSV, NDJSON or Parquet.",
    discussion: """
      Texts that a spreadsheet would take for a formula (beginning with = + - @, also behind blanks) get a ' in front in
      CSV; numbers and phone numbers are left alone. --unguarded leaves all as they are, for programs.

      A file has its name when it is complete. With --partition-by month the output is a folder with a file for each
      month, named as Spark, DuckDB and others expect it (month=2026-03/orders.parquet); --since then begins with its
      whole month, and without --since files of months that have no rows any more are removed.

      EXAMPLES
        kith export                                 the tables there are
        kith export customers > customers.csv
        kith export customers --format parquet --output customers.parquet
        kith export touchpoints --format parquet --partition-by month --output touchpoints
        kith export orders --since 2026-01-01 --format jsonl --output orders.jsonl
        kith export customers --columns customer_id,email,revenue
      """)

  enum Partition: String, ExpressibleByArgument, CaseIterable { case month }

  @OptionGroup var options: HubOptions

  @Argument(help: "The table; none lists them.")
  var table: String?

  @Option(name: .long, help: "\(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = ExportFormat.csv

  @Option(name: .shortAndLong, help: "A file to write, or with --partition-by a folder; standard output otherwise.")
  var output: String?

  @Option(name: .long, help: "Names of columns, separated by commas; all otherwise.")
  var columns: String?

  @Option(name: .long, help: "At most so many rows.")
  var limit: Int?

  @Option(name: .long, help: "Only rows of this day or later, by the time that the list of tables names.")
  var since: String?

  @Option(name: .long, help: "A file for each month, by the same time.")
  var partitionBy: Partition?

  @Flag(name: .long, help: "CSV for programs: no guard against formulas.")
  var unguarded = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is not allowed: \(limit); allowed: 0 and more") }
    if partitionBy != nil, output == nil { throw ValidationError("--partition-by needs a folder: --output FOLDER") }
    if partitionBy != nil, limit != nil { throw ValidationError("--partition-by writes whole months: without --limit") }
    if format == .parquet, output == nil, isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("Parquet is not for the terminal: --output FILE")
    }
  }

  func run() throws {
    let store = try options.hub().store
    guard let name = table else { return try list(store) }
    let all = try HubStore.columns(of: name)
    let names = columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? all.map(\.name)
    var selection = RowSelection(columns: names, limit: limit, since: try sinceTime(), isByTime: partitionBy != nil)
    let chosen = names.compactMap { name in all.first { $0.name == name } }
    func writer(_ file: OutputFile) throws(KithError) -> any TableWriter {
      try format.writer(chosen, isGuarded: !unguarded, to: file)
    }
    if partitionBy == .month, let output {
      if let since = selection.since {
        selection.since = CalendarDate(year: since.date.year, month: since.date.month, day: 1).map { Timestamp($0) }
      }
      return try writeMonths(store, name, selection, chosen, to: output, writer)
    }
    try store.check(name, selection)
    var rows = try writer(try OutputFile(output))
    try store.rows(of: name, selection) { row throws(KithError) in try rows.row(row) }
    try rows.finish()
  }

  private func writeMonths(
    _ store: HubStore, _ name: String, _ selection: RowSelection, _ chosen: [ColumnSpecification],
    to folder: String, _ writer: @escaping (OutputFile) throws(KithError) -> any TableWriter
  ) throws {
    try store.check(name, selection)
    let timeColumn = try HubStore.timeColumn(of: name) ?? ""
    guard let time = chosen.firstIndex(where: { $0.name == timeColumn }) else {
      throw KithError(
        .configuration, "months go by a column that is not chosen", place: "--columns", seen: columns ?? "",
        fix: "Add \(timeColumn).")
    }
    var files = MonthlyFiles(folder: folder, fileName: "\(name).\(format.rawValue)", make: writer)
    try store.rows(of: name, selection) { row throws(KithError) in try files.row(row, time: time) }
    try files.finish()
    if selection.since == nil { try files.removeOthers() }
  }

  private func sinceTime() throws(KithError) -> Timestamp? {
    guard let since else { return nil }
    if let time = CalendarDate(iso: since).map({ Timestamp($0) }) ?? Timestamp(sqlText: since) {
      return time
    }
    throw KithError(
      .configuration, "--since is no time", seen: since, allowed: "2026-03-01 or 2026-03-01 12:30:00, in UTC")
  }

  private func list(_ store: HubStore) throws {
    var listing = TextTable([("table", .left), ("rows", .right), ("time", .left), ("what", .left)])
    listing.widest = 90
    for table in try store.tables() {
      listing.add([
        table.name, grouped(table.rowCount), try HubStore.timeColumn(of: table.name) ?? "", table.meaning,
      ])
    }
    print(listing.text())
  }
}

extension ExportFormat: ExpressibleByArgument {}
