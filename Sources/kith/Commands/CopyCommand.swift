import ArgumentParser
import Foundation
import KithCore
import KithStore

struct CopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "The hub's tables into PostgreSQL, or back.",
    discussion: """
      --to brings the tables in PostgreSQL up to what the hub holds now, in one transaction: who reads sees what was
      before or what is now, and only rows that changed are written. Run it after each sync. --from fills a new hub with
      what is there. Both read every table back and compare it, by count and hash, before anything is final.

      A password is never an argument: it is taken from PGPASSWORD or ~/.pgpass, or env:NAME names a variable with the
      whole URL.

      EXAMPLES
        kith copy --to postgres://kith@db.example.com/company
        kith copy --to "postgres://kith@db.example.com/company?schema=hub&sslmode=verify-full"
        kith copy --from env:KITH_POSTGRES --config new/connectors.yml
      """)

  @OptionGroup var options: HubOptions

  @Option(help: "The PostgreSQL database to write.")
  var to: String?

  @Option(help: "The PostgreSQL database to read.")
  var from: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    if (to == nil) == (from == nil) { throw ValidationError("Say either --to or --from") }
  }

  func run() throws {
    let store = try options.hub().store
    let postgres = try PostgresHub(try postgresURL(to ?? from ?? "", option: to == nil ? "--from" : "--to"))
    let report = to == nil ? try postgres.give(to: store) : try postgres.take(store)
    if json { return try printJSON(report) }
    var listing = TextTable([("table", .left), ("rows", .right), ("written", .right), ("removed", .right)])
    for table in report.tables where table.rows > 0 || table.removed > 0 {
      listing.add([table.name, grouped(table.rows), grouped(table.changed), grouped(table.removed)])
    }
    print(listing.text())
    print("\n\(report.tables.count) tables, each read back and equal.")
    if report.replaced > 0 {
      Terminal.error("\(report.replaced) NUL characters became U+FFFD: PostgreSQL cannot hold them")
    }
  }

  private func printJSON(_ report: CopyReport) throws {
    let tables = report.tables.map { table -> [String: Any] in
      ["name": table.name, "rows": table.rows, "written": table.changed, "removed": table.removed]
    }
    let object: [String: Any] = ["tables": tables, "replaced_nul_characters": report.replaced]
    let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
    print(String(decoding: data, as: UTF8.self))
  }
}

/// What an argument says of a PostgreSQL database: its URL, or `env:NAME` or `file:PATH` for where it is.
///
/// - Parameter option: where it stands.
func postgresURL(_ argument: String, option: String) throws(KithError) -> PostgresURL {
  do throws(KithError) {
    let location = try HubLocation(
      argument, base: FileManager.default.currentDirectoryPath, environment: ProcessInfo.processInfo.environment)
    if case .postgres(let url) = location { return url }
    return try PostgresURL(argument, isPublic: true)
  } catch {
    throw error.at(option)
  }
}
