import Foundation
import KithTesting
import Testing

/// A hub in PostgreSQL, as users bring it there.
@Suite struct PostgresCommandTests {
  @Test func aHubMovesThereAndBackAndGoesOn() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
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
      (["copy"], "either"), (["copy", "--to", "postgres://u:geheim@h/d"], "everybody on this machine sees"),
      (["copy", "--to", "env:NO_SUCH_THING"], "is not set"), (["copy", "--from", url], "no hub in this schema"),
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

  /// What tools are told of the tables; that they understand it is for `make bi-check`.
  @Test func tablesAreDescribed() throws {
    let program = try Program()
    defer { program.remove() }
    func tables(_ more: String...) throws -> [String: [String: [String: Any]]] {
      let result = try program.start(["bi", "describe"] + more).wait()
      #expect(result.status == 0, "\(result.errors)")
      let list = try #require(try program.json(result.output)["tables"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: list.map { table in
          let columns = (table["columns"] as? [[String: Any]] ?? []).map { ($0["name"] as? String ?? "", $0) }
          return (table["name"] as? String ?? "", Dictionary(uniqueKeysWithValues: columns))
        })
    }
    let (all, pseudonymous) = (try tables("--contacts"), try tables())
    #expect(all["customers"]?["email"]?["personal"] as? Bool == true)
    #expect(pseudonymous["customers"]?["email"] == nil && pseudonymous["identifiers"] == nil)
    #expect(all["fact_orders"]?["placed_on"]?["references"] as? String == "dim_date.date")
    #expect(all["fact_order_lines"]?["customer_id"]?["references"] as? String == "customers.customer_id")
    let dbt = try program.run("bi", "describe", "--format", "dbt").output
    #expect(
      dbt.contains("schema: kith_bi") && dbt.contains("source('kith', 'orders')") && !dbt.contains("name: email\n"))
    let superset = ["bi", "describe", "--format", "superset", "--output", "s", "--uri", "postgresql://bi@h/d"]
    #expect(try program.start(superset).wait().status == 0)
    let dataset = try String(
      contentsOf: program.folder.appendingPathComponent("s/datasets/kith/fact_touchpoints.yaml"), encoding: .utf8)
    #expect(dataset.contains("main_dttm_col: occurred_at") && dataset.contains("is_dttm: true"))
    // In a SQLite file there are no schemas, and facts stand for the tables behind them.
    let file = ["bi", "describe", "--format", "superset", "--output", "f", "--uri", "sqlite:////srv/bi.sqlite"]
    #expect(try program.start(file).wait().status == 0)
    let datasets = program.folder.appendingPathComponent("f/datasets/kith")
    let inFile = try String(contentsOf: datasets.appendingPathComponent("fact_orders.yaml"), encoding: .utf8)
    #expect(inFile.contains("schema: null"))
    #expect(!FileManager.default.fileExists(atPath: datasets.appendingPathComponent("orders.yaml").path))
    for wrong in [["--format", "superset"], superset.suffix(2) + ["--uri", "postgresql://bi:geheim@h/d"]] {
      #expect(
        try program.start(["bi", "describe", "--format", "superset", "--output", "t"] + wrong).wait().status == 64
          || program.start(["bi", "describe", "--format", "superset", "--output", "t"] + wrong).wait().status == 2)
    }
  }
}
