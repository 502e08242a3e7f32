import Foundation
import KithTesting
import Testing

/// `kith alerts`, and alerts that `kith serve` tells, as processes.
@Suite struct AlertsCommandTests {
  private static func configuration(_ alerts: String) -> String {
    """
    hub:
      alerts:
    \(alerts)
    sources:
      - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv, settle_seconds: 0, layout: custom, mapping: {key: Id}}}}
    """
  }

  private static let hook =
    "    - {name: chat, webhook: \"env:CHAT_URL\", allow_private_network: true}"

  @Test func aTestReachesEveryDestination() throws {
    let program = try Program()
    defer { program.remove() }
    let server = try LoopbackServer { _ in .text("ok", 202) }
    let environment = ["CHAT_URL": server.url + "/canary-path"]
    try program.write(
      "connectors.yml",
      Self.configuration(
        Self.hook + """

              - {name: page, command: [sh, -c, "cat > page.json"]}
              - {name: broken, command: [sh, -c, "exit 4"]}
          """))
    let good = try program.run("alerts", "test", "chat", "page", environment: environment)
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.output.contains("chat (webhook): told, status 202"), "\(good.output)")
    #expect(good.output.contains("page (command): told, exit status 0"), "\(good.output)")
    let message = try program.json(server.requests.first?.text ?? "")
    #expect(message["event"] as? String == "test" && message["version"] as? Int == 1 && message["id"] as? Int == 0)
    let page = try String(contentsOf: program.folder.appendingPathComponent("page.json"), encoding: .utf8)
    #expect(try program.json(page)["event"] as? String == "test")
    server.stop()
    let bad = try program.run("alerts", "test", environment: environment)
    #expect(bad.status == 1 && bad.errors.contains("failed: chat, broken"), "\(bad.errors)")
    #expect(bad.errors.contains("exit status 4") && !(bad.errors + bad.output).contains("canary"), "\(bad.errors)")
    let unknown = try program.run("alerts", "test", "caht", environment: environment)
    #expect(unknown.status == 2 && unknown.errors.contains("Did you mean \"chat\"?"), "\(unknown.errors)")
    let unset = try program.run("alerts", "test")
    #expect(unset.status == 2 && unset.errors.contains("CHAT_URL"), "\(unset.errors)")
    try program.write("connectors.yml", "sources:\n  - {name: crm, connector: crm_export}\n")
  }

  @Test func noDestinationIsTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    let none = try program.run("alerts", "test")
    #expect(none.status == 2 && none.errors.contains("no destination of alerts is configured"), "\(none.errors)")
    #expect(try program.run("alerts").output == "No alert is open.\n")
    #expect(try program.run("alerts", "list", "--all").output == "There were no alerts yet.\n")
    #expect(try program.json(try program.run("alerts", "--json").output)["alerts"] as? [String] == [])
  }

  /// Starts `kith serve`, and ends it once its log has the words; what it logged.
  private func serve(
    _ program: Program, _ environment: [String: String], until words: String = "answers at", ending: Int32 = SIGTERM
  ) throws -> String {
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["serve", "--listen", "127.0.0.1:0"]
    process.currentDirectoryURL = program.folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    // Signals are listened to before it answers.
    for words in ["answers at", words] {
      while !seen.contains(words) {
        let data = log.fileHandleForReading.availableData
        if data.isEmpty { break }
        seen += String(decoding: data, as: UTF8.self)
      }
    }
    kill(process.processIdentifier, ending)
    seen += String(decoding: log.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return seen
  }

  /// Killed after it told; the next one says nothing, and the third that it is over.
  @Test func restartsNeitherRepeatNorLoseOne() throws {
    let program = try Program()
    defer { program.remove() }
    let server = try LoopbackServer { _ in .text("") }
    let environment = ["CHAT_URL": server.url]
    try program.write("connectors.yml", Self.configuration(Self.hook))
    try program.write("a.csv", "Number\n1\n")
    #expect(try program.run("sync", environment: environment).status == 1)
    let told = "alert 1 (opened) was told to chat: status 200"
    let first = try serve(program, environment, until: told, ending: SIGKILL)
    #expect(first.contains("alert 1 is open: crm: run 1 failed (configuration)"), "\(first)")
    #expect(first.contains(told), "\(first)")
    #expect(server.requests.count == 1)
    let status = try program.run("status", environment: environment)
    #expect(status.output.contains("crm: run 1 failed (configuration)"), "\(status.output)")
    #expect(status.output.contains("  to do: kith runs show 1 tells what is wrong and where."), "\(status.output)")
    let outcome = try program.json(try program.run("status", "--json", environment: environment).output)
    let open = try #require((outcome["alerts"] as? [[String: Any]])?.first)
    #expect(open["kind"] as? String == "run_failed" && open["advice"] is String, "\(open)")
    #expect((outcome["streams"] as? [[String: Any]])?.count == 1 && outcome["undelivered"] is [Any])
    let list = try program.run("alerts", environment: environment)
    #expect(list.output.contains("run_failed"), "\(list.output)")
    let second = try serve(program, environment)
    #expect(!second.contains("alert 1") && server.requests.count == 1, "\(second)")

    try program.write("a.csv", "Id\n1\n")
    #expect(try program.run("sync", environment: environment).status == 0)
    _ = try serve(program, environment, until: "alert 1 (resolved) was told")
    #expect(server.requests.map { $0.text.contains("\"event\":\"resolved\"") } == [false, true])
    #expect(try program.run("alerts", environment: environment).output == "No alert is open.\n")
    let all = try program.json(try program.run("alerts", "list", "--all", "--json", environment: environment).output)
    let alert = try #require((all["alerts"] as? [[String: Any]])?.first)
    #expect(alert["resolution"] as? String == "good" && alert["kind"] as? String == "run_failed")
  }

  @Test func whoCannotBeToldIsShown() throws {
    let program = try Program()
    defer { program.remove() }
    let server = try LoopbackServer { _ in .text("", 503) }
    let environment = ["CHAT_URL": server.url + "/canary-path"]
    try program.write("connectors.yml", Self.configuration(Self.hook))
    #expect(try program.run("sync", environment: environment).status == 1)
    let log = try serve(program, environment, until: "it is tried again at")
    #expect(log.contains("was not told to chat") && log.contains("it is tried again at"), "\(log)")
    let status = try program.run("status", environment: environment)
    #expect(status.output.contains("alerts do not reach chat: 1 waiting to be told again"), "\(status.output)")
    #expect(!(log + status.output).contains("canary"), "\(log)\(status.output)")
  }
}
