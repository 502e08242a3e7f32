import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Read what is new, store it, and bring the customers up to date.",
    discussion: """
      EXAMPLES
        kith sync                          all sources
        kith sync crm shop --full          two of them, everything again
        kith sync web --stream events
        kith sync --dry-run                what would change; nothing is stored
        kith sync --json                   one JSON document on standard output
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "Names of sources; all when none is given.")
  var sources: [String] = []

  @Option(name: .long, help: "Only this stream; may be given several times.")
  var stream: [String] = []

  @Flag(name: .long, help: "Read everything again, whatever has been read before.")
  var full = false

  @Flag(name: .long, help: "Work on a copy of the database and throw it away.")
  var dryRun = false

  @Flag(name: .long, help: "Store only; `kith resolve` brings the customers up to date later.")
  var noResolve = false

  @Flag(name: .long, help: "Print the outcome as JSON.")
  var json = false

  func run() async throws {
    let hub = try dryRun ? options.dryHub() : options.hub()
    defer { if dryRun { DryRun.remove(hub.store.location) } }
    let progress = SyncProgress(isQuiet: json)
    let request = SyncRequest(sources: sources, streams: stream, isFull: full)
    let reports = try await SyncRunner(hub: hub).sync(request) { progress.handle($0) }
    let changes = try noResolve ? hub.store.unchangedIdentity() : hub.identity.resolve()
    if let problem = changes.problem { Terminal.error("note: \(problem)") }
    if json {
      try printJSON(SyncOutcome(reports, changes, isDryRun: dryRun))
    } else {
      print(Self.summary(reports, changes, isDryRun: dryRun))
    }
    let failed = reports.filter { $0.status != .succeeded }
    if !failed.isEmpty {
      Terminal.error("failed: " + failed.map { "\($0.source) (\($0.status.rawValue))" }.joined(separator: ", "))
      throw ExitCode(1)
    }
  }

  static func summary(_ reports: [SourceReport], _ changes: IdentityChanges, isDryRun: Bool) -> String {
    let counts = reports.reduce(RunCounts()) { $0 + $1.counts }
    var text = isDryRun ? "Dry run, nothing was stored. " : ""
    if counts.hasChanges {
      text +=
        "\(grouped(counts.read)) records read: \(grouped(counts.inserted)) new, \(grouped(counts.updated)) updated, "
      text += "\(grouped(counts.deleted)) deleted, \(grouped(counts.unchanged)) unchanged"
    } else {
      text += "Nothing changed: \(grouped(counts.read)) records read, \(grouped(counts.unchanged)) unchanged"
    }
    if counts.quarantined > 0 { text += ", \(grouped(counts.quarantined)) set aside (kith quarantine list)" }
    return text + ".\n" + Self.summary(changes)
  }

  static func summary(_ changes: IdentityChanges) -> String {
    var parts: [String] = []
    if changes.newCustomers > 0 { parts.append("\(grouped(changes.newCustomers)) new") }
    if changes.mergedCustomers > 0 { parts.append("\(grouped(changes.mergedCustomers)) merged") }
    if changes.splitCustomers > 0 { parts.append("\(grouped(changes.splitCustomers)) split off") }
    if changes.refreshedCustomers > 0 { parts.append("\(grouped(changes.refreshedCustomers)) brought up to date") }
    return "\(grouped(changes.customers)) customers"
      + (parts.isEmpty ? ", none changed." : ": \(parts.joined(separator: ", ")).")
  }
}

/// What `kith sync --json` prints.
struct SyncOutcome: Encodable {
  struct Stream: Encodable {
    var source: String
    var stream: String
    var counts: [String: Int]
    var notes: [String]
    var error: String?
  }

  struct Source: Encodable {
    var source: String
    var status: String
    var runID: Int64?
    var counts: [String: Int]
    var streams: [Stream]
    var error: String?
  }

  struct Identity: Encodable {
    var customers: Int
    var new: Int
    var merged: Int
    var split: Int
    var refreshed: Int
    var profilesExamined: Int
    var profilesMoved: Int

    init(_ changes: IdentityChanges) {
      customers = changes.customers
      new = changes.newCustomers
      merged = changes.mergedCustomers
      split = changes.splitCustomers
      refreshed = changes.refreshedCustomers
      profilesExamined = changes.profiles
      profilesMoved = changes.movedProfiles
    }
  }

  var isDryRun: Bool
  var sources: [Source]
  var identity: Identity

  init(_ reports: [SourceReport], _ changes: IdentityChanges, isDryRun: Bool) {
    self.isDryRun = isDryRun
    sources = reports.map { report in
      Source(
        source: report.source, status: report.status.rawValue, runID: report.run?.rawValue,
        counts: Self.counts(report.counts),
        streams: report.streams.map {
          Stream(
            source: $0.source, stream: $0.stream, counts: Self.counts($0.counts), notes: $0.notes,
            error: $0.error?.description)
        }, error: report.error?.description)
    }
    identity = Identity(changes)
  }

  private static func counts(_ counts: RunCounts) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: counts.columns.map { ($0.name, $0.value) })
  }
}
