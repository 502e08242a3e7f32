import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct BICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bi", abstract: "What BI tools need.",
    subcommands: [BIGrantCommand.self, BIDescribeCommand.self, BISnapshotCommand.self])
}

struct BIGrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Lets a role of PostgreSQL read the tables, and nothing else.",
    discussion: """
      By default the role sees views without contact data (names, addresses, numbers, birth dates, what people wrote), in
      a schema of their own; with --contacts the published tables as they are. Run again, it says anew what the role
      may see. `kith copy --to` makes the tables.

      EXAMPLES
        kith bi grant metabase --database postgres://kith@db.example.com/company
        kith bi grant crm_team --contacts --database env:KITH_POSTGRES
      """)

  @Argument(help: "The role; it is made when there is none.")
  var role: String

  @OptionGroup var options: HubOptions

  @Flag(name: .long, help: "Contact data as well.")
  var contacts = false

  func run() throws {
    let (schema, isNew) = try PostgresHub(try url()).grant(role, hasContacts: contacts)
    print("\(role) may read schema \(schema)\(contacts ? ", contact data included" : ", which has no contact data").")
    if isNew { print("The role is new and has no password yet: \\password \(role) in psql gives it one.") }
  }

  /// The hub's own database, or the one that is named.
  private func url() throws -> PostgresURL {
    if let named = options.namedDatabase { return try postgresURL(named, option: "--database") }
    if case .postgres(let url) = try options.configuration().hub.database { return url }
    throw KithError(
      .configuration, "the hub lies in a file, where there are no roles", place: options.config,
      fix: "Name the PostgreSQL database that it was copied to: --database postgres://USER@HOST/DATABASE")
  }
}

struct BIDescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Names, meanings, types and relations of the tables, for tools to read.",
    discussion: """
      By default what roles of BI tools see (`kith bi grant`); with --contacts all published columns.

      EXAMPLES
        kith bi describe                                          JSON
        kith bi describe --format dbt > models/kith_sources.yml
        kith bi describe --format superset --output superset --uri postgresql://metabase@db.example.com/company
        kith bi describe --format superset --output superset --uri sqlite:////srv/kith/bi.sqlite
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case json, dbt, superset }

  @Option(help: "json, dbt (a sources file) or superset (a folder for its import).")
  var format = Format.json

  @Option(
    help:
      "The schema that the tables are in (default: kith_bi, with --contacts kith; none when --uri names a SQLite file)."
  )
  var schema: String?

  @Flag(name: .long, help: "Contact data as well.")
  var contacts = false

  @Option(name: .shortAndLong, help: "A file to write, for superset a folder; standard output otherwise.")
  var output: String?

  @Option(help: "For superset: the database as SQLAlchemy names it, without a password.")
  var uri: String?

  func validate() throws {
    if format == .superset, output == nil || uri == nil {
      throw ValidationError("--format superset needs --output FOLDER and --uri URI")
    }
    if let uri, URLComponents(string: uri)?.password != nil {
      throw ValidationError("--uri must not hold a password: Superset asks for it at the import")
    }
  }

  func run() throws {
    let isFile = uri?.hasPrefix("sqlite:") ?? false
    let writer = BIDescriptionWriter(
      description: BIDescription(hasContacts: contacts, ofFile: isFile),
      schema: schema ?? (isFile ? "" : contacts ? "kith" : "kith_bi"))
    switch format {
    case .json: try write(try writer.json(), to: output)
    case .dbt: try write(writer.dbt(), to: output)
    case .superset:
      for (path, text) in writer.superset(database: uri ?? "") {
        let file = URL(fileURLWithPath: output ?? "").appendingPathComponent(path)
        do {
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        } catch {
          throw KithError(.configuration, "the folder cannot be made", seen: file.path, allowed: "\(error)")
        }
        try write(text, to: file.path)
      }
      print("Written to \(output ?? ""); `superset import-directory \(output ?? "")` reads it.")
    }
  }

  private func write(_ text: String, to path: String?) throws(KithError) {
    let file = try OutputFile(path)
    try file.write(Array(text.utf8))
    try file.close()
  }
}

struct BISnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "What BI tools read, as a SQLite file of its own.",
    discussion: """
      Real tables with types, primary and foreign keys, facts among them, as all were at one moment. By default without
      contact data, as roles of PostgreSQL see it; with --contacts all published columns. The file has its name when it
      is complete: run it after each sync, tools that have the earlier one open keep reading that.

      EXAMPLES
        kith bi snapshot bi.sqlite
        kith bi snapshot full.sqlite --contacts
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The file to write.")
  var file: String

  @Flag(name: .long, help: "Contact data as well.")
  var contacts = false

  func run() throws {
    let store = try options.hub().store
    let path = absolutePath(file, FileManager.default.currentDirectoryPath)
    guard store.location != .file(path) else {
      throw KithError(.configuration, "this is the hub itself", seen: file, fix: "Name another file.")
    }
    let rows = try store.writeBISnapshot(to: path, hasContacts: contacts)
    var listing = TextTable([("table", .left), ("rows", .right)])
    for table in rows where table.rows > 0 { listing.add([table.table, grouped(table.rows)]) }
    print(listing.text())
    print("\nWritten to \(file)\(contacts ? "" : ", without contact data").")
  }
}
