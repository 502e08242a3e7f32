import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "The history of runs: list them, look into one.",
    discussion: """
      EXAMPLES
        kith runs
        kith runs --source crm --limit 5
        kith runs --json
        kith runs show 12                  what it read, what went wrong and where, what it set aside
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The newest runs first.")

    @OptionGroup var options: HubOptions

    @Option(name: .long, help: "Only this source.")
    var source: String?

    @OptionGroup var list: ListOptions

    func run() throws {
      let hub = try options.hub()
      if let source { _ = try hub.source(named: source) }
      let runs = try hub.store.runs(limit: list.limit, source: source)
      if list.json { return try printJSON(runs.map(RunRow.init)) }
      if runs.isEmpty { return print("There are no runs yet. Run: kith sync") }
      var table = TextTable(
        [("run", .right), ("source", .left), ("started (UTC)", .left), ("status", .left), ("mode", .left)]
          + RunCounts().columns.map { ($0.name, .right) })
      for run in runs {
        table.add(
          [String(run.id.rawValue), run.source, run.startedAt.sqlText, run.status.rawValue, run.mode]
            + run.counts.columns.map { grouped($0.value) })
      }
      print(table.text())
      for run in runs {
        if let error = run.error { print("run \(run.id): \(error)\(run.hint.map { ". \($0)" } ?? "")") }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One run: counts, duration, bytes, checkpoints, errors, and what it set aside.")

    @OptionGroup var options: HubOptions

    @Argument(help: "The run's number.") var id: Int64

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let hub = try options.hub()
      let store = hub.store
      guard let run = try store.run(RunID(id)) else {
        let newest = try store.runs(limit: 1, hasStreams: false).first?.id
        throw KithError(
          .configuration, "there is no such run", seen: String(id),
          allowed: newest.map { "1 to \($0)" }, fix: newest == nil ? "Run: kith sync" : "`kith runs` shows them.")
      }
      let filter = QuarantineFilter(status: nil, run: run.id)
      let counts = try store.quarantineCounts(filter)
      let examples = try store.quarantine(filter, limit: RunDescription.mostExamples)
      let changes = try store.fieldChanges(run: run.id, limit: FieldSample.mostFields)
      if json { return try printJSON(RunDetailRow(run, counts, examples, changes, at: hub.time.now())) }
      let description = RunDescription(
        run: run, setAside: counts, examples: examples, changes: changes, now: hub.time.now())
      print(description.text)
    }
  }
}
