import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Records that could not be used: list them, look at one, read them again.",
    discussion: """
      EXAMPLES
        kith quarantine list
        kith quarantine list --source crm --code date
        kith quarantine list --run 12
        kith quarantine show 17
        kith quarantine replay --source crm      after the mapping has been put right
      """,
    subcommands: [List.self, Show.self, Replay.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What was put aside and why.")

    @OptionGroup var options: HubOptions
    @Option(name: .long, help: "Only this source.") var source: String?
    @Option(name: .long, help: "Only this stream.") var stream: String?
    @Option(name: .long, help: "Only this reason: field_count, encoding, quote, date, number …") var code: String?
    @Option(name: .customLong("run"), help: "Only what this run put aside.") var runNumber: Int64?
    @Flag(name: .long, help: "Those already replayed or discarded, too.") var all = false
    @OptionGroup var list: ListOptions

    func run() throws {
      let store = try options.hub().store
      let filter = QuarantineFilter(
        source: source, stream: stream, code: code, status: all ? nil : .waiting, run: runNumber.map { RunID($0) })
      let entries = try store.quarantine(filter, limit: list.limit)
      if list.json { return try printJSON(entries.map(QuarantineRow.init)) }
      let counts = try store.quarantineCounts(filter)
      let total = counts.reduce(0) { $0 + $1.count }
      if total == 0 { return print("The quarantine is empty.") }
      for count in counts {
        print("\(grouped(count.count)) × \(count.code) in \(count.source)/\(count.stream) (\(count.status.rawValue))")
      }
      var table = TextTable([
        ("id", .right), ("source/stream", .left), ("where", .left), ("code", .left), ("reason", .left),
      ])
      table.widest = 90
      for entry in entries {
        table.add([
          String(entry.id), "\(entry.source)/\(entry.stream)", entry.reject.place, entry.reject.code,
          entry.reject.reason,
        ])
      }
      print(table.text())
      if total > entries.count { print("… and \(grouped(total - entries.count)) more; see --limit.") }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One entry with its record as it came.")

    @OptionGroup var options: HubOptions
    @Argument(help: "The entry's number.") var id: Int64

    func run() throws {
      guard let entry = try options.hub().store.quarantineEntry(id) else {
        throw KithError(
          .configuration, "there is no such entry", seen: String(id), fix: "`kith quarantine list --all` shows them.")
      }
      print("entry \(entry.id) of \(entry.source)/\(entry.stream), run \(entry.run), \(entry.status.rawValue)")
      print("where:  \(entry.reject.place)")
      print("reason: \(entry.reject.code): \(entry.reject.reason)")
      print("record, \(grouped(entry.reject.raw.count)) bytes:")
      print(String(decoding: entry.reject.raw, as: UTF8.self))
    }
  }

  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read waiting records again with today's configuration, without the source.")

    @OptionGroup var options: HubOptions
    @Option(name: .long, help: "Only this source.") var source: String?
    @Option(name: .long, help: "Only this stream.") var stream: String?
    @Argument(help: "Numbers of entries; all that wait when none is given.") var ids: [Int64] = []

    func run() async throws {
      let hub = try options.hub()
      let reports = try await QuarantineReplayer(hub: hub).replay(source: source, stream: stream, ids: Set(ids))
      if reports.isEmpty { print("Nothing waits in quarantine.") }
      for report in reports {
        print(
          "\(report.source)/\(report.stream): \(grouped(report.replayed)) of \(grouped(report.tried)) records are in now"
        )
        if let error = report.error { Terminal.error("error: \(report.source)/\(report.stream): \(error)") }
      }
      print(SyncCommand.summary(try hub.identity.resolve()))
      if reports.contains(where: { $0.error != nil }) { throw ExitCode(1) }
    }
  }
}

struct QuarantineRow: Encodable {
  var quarantineID: Int64
  var source: String
  var stream: String
  var runID: Int64
  var status: String
  var code: String
  var reason: String
  var place: String
  /// The record as text; bytes that are not UTF-8 are replaced.
  var raw: String
  var createdAt: String

  init(_ entry: QuarantineEntry) {
    quarantineID = entry.id
    source = entry.source
    stream = entry.stream
    runID = entry.run.rawValue
    status = entry.status.rawValue
    code = entry.reject.code
    reason = entry.reject.reason
    place = entry.reject.place
    raw = String(decoding: entry.reject.raw, as: UTF8.self)
    createdAt = entry.createdAt.sqlText
  }
}
