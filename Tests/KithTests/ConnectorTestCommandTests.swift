import Foundation
import KithTesting
import Testing

/// `kith connector test`, with fixtures, with the tool that they play, and with one that answers on loopback.
@Suite struct ConnectorTestCommandTests {
  private func program(_ url: String = "http://127.0.0.1:1") throws -> Program {
    let program = try Program()
    _ = try program.start(["connector", "new", "acme", "--rest"]).wait()
    try program.write(
      "connectors.yml",
      """
      hub: {connectors: connectors}
      sources:
        - name: shop
          connector: acme
          options: {base_url: "\(url)", allow_private_network: true, token: env:ACME_KEY}
        - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}
      """)
    return program
  }

  private func run(_ program: Program, _ arguments: String...) throws -> (status: Int32, output: String, errors: String)
  {
    let outcome = try program.start(
      ["connector", "test"] + arguments, environment: ["ACME_KEY": "canary-key-7"]
    ).wait()
    #expect(!(outcome.output + outcome.errors).contains("canary-key-7"))
    return (outcome.status, outcome.output, outcome.errors)
  }

  @Test func byFolderAndByName() throws {
    let program = try program()
    defer { program.remove() }
    let byFolder = try run(program, "connectors/acme")
    #expect(byFolder.status == 0, "\(byFolder)")
    #expect(byFolder.output.contains("fixtures, all well."))
    #expect(try run(program, "acme") == byFolder)
    let mock = try run(program, "acme", "--mock")
    #expect(mock.status == 0, "\(mock)")
    #expect(mock.output.contains("contacts: ") && mock.output.contains("records (profile), 0 rejects"), "\(mock)")
  }

  @Test func theToolItself() throws {
    let page = #"{"people": []}"#
    let refusing = try LoopbackServer { _ in .text(page, 401) }
    let program = try program(refusing.url)
    defer { program.remove() }
    let refused = try run(program, "acme", "--live", "shop")
    #expect(refused.status == 1, "\(refused)")
    #expect(refused.output.contains("contacts: nothing could be read"))
    #expect(refused.errors.contains("contacts: check: ") && refused.errors.contains("401"), "\(refused)")
    #expect(!refusing.requests.isEmpty)

    // A port that nobody has.
    let port = try { try LoopbackServer { _ in .text("") }.port }()
    let playing = try program.start(["connector", "play", "connectors/acme", "--port", "\(port)"])
    defer { withExtendedLifetime(playing) {} }
    try program.write(
      "connectors.yml",
      try String(contentsOf: program.folder.appendingPathComponent("connectors.yml"), encoding: .utf8)
        .replacingOccurrences(of: refusing.url, with: "http://127.0.0.1:\(port)"))
    let well = try run(program, "acme", "--live", "shop")
    #expect(well.status == 0, "\(well)")
    #expect(well.output.contains("shop: 1 streams, all well."), "\(well)")
  }

  @Test func wrongUse() throws {
    let program = try program()
    defer { program.remove() }
    let both = try run(program, "acme", "--mock", "--live", "shop")
    #expect(both.status == 2 && both.errors.contains("Say one of --mock, --live and --update."), "\(both)")
    let source = try run(program, "acme", "--live", "shopp")
    #expect(source.status == 2 && source.errors.contains("there is no such source: \"shopp\"; allowed: shop, crm"))
    let other = try run(program, "acme", "--live", "crm")
    #expect(other.status == 2 && other.errors.contains("Run: kith connector test crm_export --live crm"), "\(other)")
    let name = try run(program, "acmee")
    #expect(name.status == 2 && name.errors.contains("allowed: the connector's folder, acme"), "\(name)")
    try program.write("connectors/bare/bare.yml", try manifest(program).replacingOccurrences(of: "acme", with: "bare"))
    let bare = try run(program, "bare")
    #expect(bare.status == 2 && bare.errors.contains("the connector has no fixtures"), "\(bare)")
  }

  private func manifest(_ program: Program) throws -> String {
    try String(contentsOf: program.folder.appendingPathComponent("connectors/acme/acme.yml"), encoding: .utf8)
  }
}
