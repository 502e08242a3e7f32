import ArgumentParser
import KithCore
import KithStore

struct BICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bi", abstract: "What BI tools need.", subcommands: [BIGrantCommand.self])
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

  @Option(help: "The PostgreSQL database.")
  var database: String

  @Flag(name: .long, help: "Contact data as well.")
  var contacts = false

  func run() throws {
    let (schema, isNew) = try PostgresHub(try postgresURL(database)).grant(role, hasContacts: contacts)
    print("\(role) may read schema \(schema)\(contacts ? ", contact data included" : ", which has no contact data").")
    if isNew { print("The role is new and has no password yet: \\password \(role) in psql gives it one.") }
  }
}
