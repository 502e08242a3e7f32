import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithSamples
import KithStore

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Sample data of every kind of tool, synced, resolved and shown; needs nothing.",
    discussion: """
      Makes up a company with its customers, writes the exports that its tools would write, syncs them by connectors.yml
      and shows what became of it, beside the truth. Everything lies in one folder that may be removed.

      EXAMPLES
        kith demo
        kith demo my-folder --people 5000 --seed 7
      """)

  @Argument(help: "The folder.")
  var directory = "demo"

  @Option(name: .long, help: "How many people the company knows.")
  var people = 2_000

  @Option(name: .long, help: "Another seed makes another company.")
  var seed: UInt64 = 2026

  @Flag(name: .long, help: "Begin anew: remove the folder's database of an earlier demo.")
  var fresh = false

  func validate() throws {
    if !(20...200_000).contains(people) {
      throw ValidationError("--people is not allowed: \(people); allowed: 20 to 200000")
    }
  }

  func run() async throws {
    let folder = absolutePath(directory, FileManager.default.currentDirectoryPath)
    if fresh { try removeDatabase(folder) }
    let summary = try SampleCompany(people: people, seed: seed).write(to: folder + "/samples")
    let rows = summary.files.filter { $0.path != "truth.csv" }.reduce(0) { $0 + $1.rows }
    print(
      "A made-up company: \(grouped(summary.files.count - 1)) exports, \(grouped(rows)) rows, in \(directory)/samples (seed \(seed))\n"
    )
    let configuration = folder + "/connectors.yml"
    try writeConfiguration(configuration)

    var reader = ConfigurationReader(connectors: Registry.catalogue, time: SystemTime())
    let hub = try Hub(
      configuration: try reader.read(path: configuration), connectors: Registry.catalogue, time: SystemTime())
    let clock = ContinuousClock()
    let started = clock.now
    let reports = try await SyncRunner(hub: hub).sync(SyncRequest()) { _ in }
    let changes = try hub.identity.resolve()
    let seconds =
      Double((clock.now - started).components.seconds)
      + Double((clock.now - started).components.attoseconds) / 1e18
    show(reports, seconds: seconds)
    try show(changes, hub, truth: TruthComparison.truth(at: summary.truthPath))
    try showCustomers(hub)
    showWhatNext(hub)
    if reports.contains(where: { $0.status != .succeeded }) { throw ExitCode(1) }
  }

  private func removeDatabase(_ folder: String) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix("kith.sqlite") {
      do {
        try FileManager.default.removeItem(atPath: folder + "/" + name)
      } catch {
        throw KithError(.configuration, "an earlier demo cannot be removed", seen: folder + "/" + name)
      }
    }
  }

  private func writeConfiguration(_ path: String) throws {
    do {
      try Data(SampleConfiguration.text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw KithError(.configuration, "the demo's configuration cannot be written", seen: path)
    }
  }

  private func show(_ reports: [SourceReport], seconds: Double) {
    print("What each source gave")
    var table = TextTable([
      ("source", .left), ("read", .right), ("stored", .right), ("set aside", .right), ("status", .left),
    ])
    for report in reports {
      for stream in report.streams {
        let counts = stream.counts
        table.add([
          "\(report.source)/\(stream.stream)", grouped(counts.read),
          grouped(counts.inserted + counts.updated + counts.unchanged),
          counts.quarantined > 0 ? grouped(counts.quarantined) : "", stream.error == nil ? "" : "failed",
        ])
        if let error = stream.error { Terminal.error("error: \(report.source)/\(stream.stream): \(error)") }
      }
      if let error = report.error { Terminal.error("error: \(report.source): \(error)") }
    }
    print(table.text())
    print("  synced and resolved in \(Int((seconds * 1_000).rounded())) ms\n")
  }

  private func show(_ changes: IdentityChanges, _ hub: Hub, truth: [String: String]) throws {
    let comparison = TruthComparison(people: truth, memberships: try hub.store.memberships())
    print("Who they are")
    print(
      "  \(grouped(comparison.profiles)) profiles of \(grouped(comparison.people)) people became \(grouped(comparison.customers)) customers."
    )
    let share = comparison.people > 0 ? Double(comparison.exact) / Double(comparison.people) : 0
    print("  \(Self.percent(share)) of the people are exactly one customer, mixed with nobody.")
    print(
      "  Pairs put together that belong together: \(Self.percent(comparison.precision)); found of those that do: \(Self.percent(comparison.recall)).\n"
    )
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private func showCustomers(_ hub: Hub) throws {
    let customers = try hub.customers(matching: nil, in: .revenue, limit: 8)
    print("The customer table, those with most revenue first")
    print(CustomersCommand.table(customers).text() + "\n")
    // The journey of somebody whom many sources know tells most.
    let candidates = try hub.customers(matching: nil, in: .revenue, limit: 200)
    let known = candidates.max { left, right in
      let (leftSources, rightSources) = (left.sourceNames?.count ?? 0, right.sourceNames?.count ?? 0)
      return (leftSources, left.touchpoints, -left.customerID) < (rightSources, right.touchpoints, -right.customerID)
    }
    if let known, let detail = try hub.store.customer(known.customerID, journeyLimit: 15) {
      print("One of them")
      print(CustomerDescription(detail).text + "\n")
    }
  }

  private func showWhatNext(_ hub: Hub) {
    // As it was called: after `make demo` the program is not on the search path.
    let program = CommandLine.arguments[0]
    print(
      """
      Where it lies
        \(directory)/kith.sqlite: open it read-only in a BI tool (Metabase, Superset, Power BI, DBeaver, a notebook).
        Begin with the tables customers and touchpoints; data_dictionary explains every column.

      Go on
        \(program) customers --config \(directory)/connectors.yml
        \(program) quarantine list --config \(directory)/connectors.yml     records that were set aside, and why
        \(program) sync --config \(directory)/connectors.yml                again: nothing changes
      """)
  }
}
