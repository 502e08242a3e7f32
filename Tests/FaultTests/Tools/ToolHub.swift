import Foundation
import KithTesting
import Testing

/// A hub of one source that reads a tool.
struct ToolHub {
  let program: Program

  init(_ connector: String, options: [String: String], streams: [String]) throws {
    program = try Program()
    let lines = options.sorted { $0.key < $1.key }.map { "      \($0.key): \"\($0.value)\"" }
    try program.write(
      "connectors.yml",
      """
      hub: {country: DE, currency: EUR}
      sources:
        - name: tool
          connector: \(connector)
          options:
            allow_private_network: true
      \(lines.map { "      \($0.trimmingCharacters(in: .whitespaces))" }.joined(separator: "\n"))
          streams: {\(streams.map { "\($0): {}" }.joined(separator: ", "))}
      """)
  }

  private static let environment = ["TOOL_PASSWORD": ToolServer.Kind.password]

  func run(_ arguments: String...) throws -> ProgramOutcome {
    try program.start(arguments, environment: Self.environment).wait()
  }

  /// What the newest run did with each stream: `parties: 3 new, 1 changed, 0 gone`; `more` names other counts.
  func newestRun(naming more: [String] = []) throws -> [String] {
    let runs = try #require(try json("runs", "--limit", "1", "--json") as? [[String: Any]])
    let run = try #require(runs.first?["run_id"] as? Int)
    let whole = try #require(try json("runs", "show", "\(run)", "--json") as? [String: Any])
    let streams = try #require(whole["streams"] as? [[String: Any]])
    return try streams.map { stream in
      let counts = try #require(stream["counts"] as? [String: Int])
      #expect(counts["quarantined"] == 0, "\(stream)")
      return "\(stream["stream"] ?? ""): \(counts["inserted"] ?? -1) new, \(counts["updated"] ?? -1) changed, "
        + "\(counts["deleted"] ?? -1) gone" + more.map { ", \(counts[$0] ?? -1) \($0)" }.joined()
    }.sorted()
  }

  private func json(_ arguments: String...) throws -> Any {
    let outcome = try program.start(arguments, environment: Self.environment).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
  }

  /// The rows of a table, sorted.
  func rows(_ table: String, _ columns: String) throws -> [String] {
    let outcome = try run("export", table, "--columns", columns)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").dropFirst().map(String.init).sorted()
  }

  func tables() throws -> HubTables {
    try HubTables(of: program.folder.appendingPathComponent("kith.sqlite").path, numbers: .left)
  }
}

/// Hubs of one kind of tool whose server dies at the middle one of all requests of a first sync, or refuses the user.
struct ToolAccidents {
  let server: ToolServer
  let connector: String
  /// The options of a source that asks at this URL.
  let options: (_ url: String) -> [String: String]
  let streams: [String]

  /// The sync ends well when the server is back at once; when it is not, the sync says so and the next one ends well.
  /// Either way the tables are those of an undisturbed sync.
  func check() throws {
    let relay = try ToolRelay(to: server)
    func hub() throws -> ToolHub { try ToolHub(connector, options: options(relay.url), streams: streams) }
    let undisturbed = try hub()
    defer { undisturbed.program.remove() }
    let first = try undisturbed.run("sync")
    try #require(first.status == 0, "\(first.errors)")
    let (expected, count) = (try undisturbed.tables(), relay.count)
    try #require(count >= 3, "a sync of \(count) requests has no middle")

    let restarted = try hub()
    defer { restarted.program.remove() }
    relay.expect(.restart, at: count / 2 + 1)
    let through = try restarted.run("sync")
    #expect(through.status == 0 && relay.count > count, "\(relay.count) of \(count): \(through.errors)")
    #expect(try restarted.tables().difference(from: expected) == nil)

    let left = try hub()
    defer { left.program.remove() }
    relay.expect(.stop, at: count / 2 + 1)
    let failed = try left.run("sync")
    #expect(failed.status == 1 && failed.errors.contains("127.0.0.1"), "\(failed.status): \(failed.errors)")
    try server.start()
    let next = try left.run("sync")
    #expect(next.status == 0, "\(next.errors)")
    #expect(try left.tables().difference(from: expected) == nil)
    #expect(try left.run("verify").status == 0)

    let stranger = try ToolHub(
      connector, options: options(server.url).merging(["user": "nobody"]) { $1 }, streams: streams)
    defer { stranger.program.remove() }
    let refused = try stranger.run("check")
    #expect(refused.status == 2 && refused.errors.contains("status 401"), "\(refused.output)\(refused.errors)")
    #expect(!(refused.output + refused.errors).contains(ToolServer.Kind.password))
  }
}
