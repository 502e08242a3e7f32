import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithServer
import KithStore

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Who may use the HTTP API of `kith serve`, and as what.",
    discussion: """
      EXAMPLES
        kith token create --role analyst --name notebooks --expires 90d
        kith token create --role integrator --name nightly --source crm --scope runs
        kith token list
        kith token revoke 3
      """,
    subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token. It is shown once: the hub keeps only a hash of it.")

    @OptionGroup var options: HubOptions

    @Option(name: .long, help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    var role: Role

    @Option(name: .long, help: "Who or what will use it.")
    var name: String

    @Option(name: .long, help: "How long it holds: 90d, 12h, 30m; for ever when it is left out.")
    var expires: String?

    @Option(name: .long, help: "Only what is about this source; may be given several times.")
    var source: [String] = []

    @Option(
      name: .long,
      help:
        "Only this of the API: \(Scope.allCases.map(\.rawValue).joined(separator: ", ")); may be given several times.")
    var scope: [Scope] = []

    func run() throws {
      let hub = try options.hub()
      for name in source { _ = try hub.source(named: name) }
      let limits = try TokenLimits(sources: source, scopes: scope, role: role)
      let now = hub.time.now()
      let end = try expires.map { text throws(KithError) in now.adding(seconds: try Self.seconds(text)) }
      let token = try AccessToken.create(
        in: hub.store, name: name, role: role, limits: limits, expiresAt: end, by: NSUserName(), at: now)
      print(token.reveal())
      Terminal.error("Keep it now: it is shown this once. Send it as: Authorization: Bearer ID.SECRET")
    }

    private static func seconds(_ text: String) throws(KithError) -> Double {
      let units: [Character: Double] = ["d": 86_400, "h": 3_600, "m": 60]
      if let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
        (1...36_500).contains(number)
      {
        return number * unit
      }
      throw KithError(
        .configuration, "the time is not understood", place: "--expires", seen: text, allowed: "90d, 12h or 30m")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All tokens, without their secrets.")

    @OptionGroup var options: HubOptions
    @Flag(name: .long, help: "Print JSON.") var json = false

    func run() throws {
      let hub = try options.hub()
      let rows = try hub.store.tokens().map { Row($0, at: hub.time.now()) }
      if json { return try printJSON(rows) }
      if rows.isEmpty { return print("There are no tokens; until there is one, this machine needs none.") }
      var table = TextTable([
        ("id", .right), ("name", .left), ("role", .left), ("only sources", .left), ("only scopes", .left),
        ("made (UTC)", .left), ("by", .left), ("until (UTC)", .left),
        ("state", .left),
      ])
      for row in rows {
        table.add([
          String(row.tokenID), row.name, row.role, row.sources?.joined(separator: ", ") ?? "",
          row.scopes?.joined(separator: ", ") ?? "", row.createdAt, row.createdBy, row.expiresAt ?? "", row.state,
        ])
      }
      print(table.text())
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Refuse a token from now on.")

    @OptionGroup var options: HubOptions
    @Argument(help: "The token's number, the part before its point.") var id: Int64

    func run() throws {
      let hub = try options.hub()
      let isNew = try hub.store.revokeToken(id, by: NSUserName(), at: hub.time.now())
      print(isNew ? "Token \(id) is refused from now on." : "Token \(id) was revoked before.")
    }
  }

  private struct Row: Encodable {
    var tokenID: Int64
    var name: String
    var role: String
    /// Nil for no limit.
    var sources: [String]?
    var scopes: [String]?
    var createdAt: String
    var createdBy: String
    var expiresAt: String?
    var revokedAt: String?
    /// valid, expired or revoked.
    var state: String

    init(_ token: StoredToken, at now: Timestamp) {
      tokenID = token.id
      name = token.name
      role = token.role
      (sources, scopes) = (token.sources, token.scopes)
      createdAt = token.createdAt.sqlText
      createdBy = token.createdBy
      expiresAt = token.expiresAt?.sqlText
      revokedAt = token.revokedAt?.sqlText
      state = token.revokedAt != nil ? "revoked" : token.expiresAt.map { $0 <= now } == true ? "expired" : "valid"
    }
  }
}

extension Role: ExpressibleByArgument {}
extension Scope: ExpressibleByArgument {}
