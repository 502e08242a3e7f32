import Foundation
import KithTesting
import Testing

/// A hub in PostgreSQL, as users bring it there.
@Suite struct PostgresCommandTests {
  @Test func aHubMovesThereAndBackAndGoesOn() throws {
    let program = try Program()
    defer { program.remove() }
    for name in ["connectors.yml", "samples"] {
      try FileManager.default.copyItem(
        at: Program.repository.appendingPathComponent(name), to: program.folder.appendingPathComponent(name))
    }
    let url = try PostgresServer.shared().url()
    #expect(try program.run("sync").status == 0)
    let copy = try program.run("copy", "--to", url, "--json")
    #expect(copy.status == 0, "\(copy.errors)")
    let tables = try #require(try program.json(copy.output)["tables"] as? [[String: Any]])
    #expect(tables.contains { $0["name"] as? String == "customers" && ($0["written"] as? Int ?? 0) > 300 })
    #expect(try program.run("copy", "--to", url).output.contains("each read back and equal"))
    let grant = try program.run("bi", "grant", "bi_\(UInt32.random(in: 0...9_999_999))", "--database", url)
    #expect(grant.status == 0 && grant.output.contains("no contact data"), "\(grant.errors)")

    let moved = try String(contentsOf: program.folder.appendingPathComponent("connectors.yml"), encoding: .utf8)
      .replacing("path: samples/", with: "path: ../samples/")
    try program.write("new/connectors.yml", moved)
    let back = try program.run(
      "copy", "--from", "env:HUB_URL", "--config", "new/connectors.yml", environment: ["HUB_URL": url])
    #expect(back.status == 0, "\(back.errors)")
    #expect(try program.run("verify", "--config", "new/connectors.yml").output.contains("sound"))
    for table in ["customers", "profiles", "touchpoints", "order_lines", "matches"] {
      let there = try program.run("export", table)
      #expect(try program.run("export", table, "--config", "new/connectors.yml").output == there.output, "\(table)")
    }
    let sync = try program.run("sync", "--config", "new/connectors.yml")
    #expect(sync.status == 0 && sync.output.contains("Nothing changed"), "\(sync.output)")
  }

  @Test func wrongUseIsTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    let url = try PostgresServer.shared().url()
    for (arguments, words) in [
      (["copy"], "either"), (["copy", "--to", "postgres://u:geheim@h/d"], "seen by everybody"),
      (["copy", "--to", "env:NO_SUCH_THING"], "no such variable"), (["copy", "--from", url], "no hub in this schema"),
      (["bi", "grant", "Robert'); DROP", "--database", url], "no name"),
      (["bi", "grant", "reader", "--database", url], "no hub in this schema"),
    ] {
      let result = try program.start(arguments).wait()
      #expect(result.status == 2 || result.status == 64, "\(arguments): \(result.status)")
      #expect(result.errors.contains(words) && !result.errors.contains("geheim"), "\(arguments): \(result.errors)")
    }
    let nobody = try program.run("copy", "--to", "postgres://nobody@localhost:1/d")
    #expect(nobody.status == 1 && nobody.errors.contains("cannot be reached"), "\(nobody.errors)")
  }
}
