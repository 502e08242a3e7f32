import Foundation
import KithTesting
import Testing

/// What leaves the hub as files.
@Suite struct ExportTests {
  private func withHub(_ body: (Program) throws -> Void) throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    #expect(try program.run("sync").status == 0)
    try body(program)
  }

  private func lines(_ program: Program, _ arguments: String...) throws -> [String] {
    let result = try program.start(["export"] + arguments).wait()
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }

  private func files(_ program: Program, _ folder: String) throws -> [String] {
    let root = program.folder.appendingPathComponent(folder).path
    return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.contains(".") }.sorted()
  }

  @Test func monthsMakeTheWhole() throws {
    try withHub { program in
      let all = try lines(program, "orders", "--columns", "order_id,placed_at,total")
      let months = Set(all.dropFirst().map { $0.split(separator: ",")[1].prefix(7) }).sorted()
      #expect(months.count > 2)
      func write(_ more: String...) throws {
        let arguments = ["export", "orders", "--columns", "order_id,placed_at,total", "--partition-by", "month"]
        let result = try program.start(arguments + ["--output", "months"] + more).wait()
        #expect(result.status == 0, "\(result.errors)")
      }
      func rows() throws -> [String] {
        try files(program, "months").flatMap { file in
          try String(contentsOf: program.folder.appendingPathComponent("months/" + file), encoding: .utf8).split(
            separator: "\n"
          ).dropFirst().map(String.init)
        }
      }
      try write()
      #expect(try files(program, "months") == months.map { "month=\($0)/orders.csv" })
      #expect(try rows().sorted() == all.dropFirst().sorted())
      // A later export rewrites whole months only, and leaves those before alone.
      let later = try #require(months.dropFirst().first)
      try program.write("months/month=\(months[0])/orders.csv", "order_id,placed_at,total\nold\n")
      try program.write("months/month=\(later)/orders.csv", "")
      try write("--since", "\(later)-20")
      #expect(try rows().count { $0 == "old" } == 1)
      #expect(try Set(rows()).isSuperset(of: all.dropFirst().filter { !$0.contains(",\(months[0])") }))
      // A whole one removes months that have no rows any more.
      try program.write("months/month=1999-01/orders.csv", "x")
      try write()
      #expect(try files(program, "months") == months.map { "month=\($0)/orders.csv" })
    }
  }

  @Test func sinceGoesByTheTableTime() throws {
    try withHub { program in
      let all = try lines(program, "touchpoints", "--columns", "touchpoint_id,occurred_at").dropFirst()
      let times = all.map { String($0.split(separator: ",")[1]) }.sorted()
      let middle = times[times.count / 2]
      let since = try lines(program, "touchpoints", "--columns", "touchpoint_id,occurred_at", "--since", middle)
      #expect(Array(since.dropFirst()) == all.filter { $0.split(separator: ",")[1] >= middle })
      #expect(try lines(program, "touchpoints", "--since", "2999-01-01").count == 1)
      for (arguments, words) in [
        (["matches", "--since", "2026-01-01"], "no time"), (["orders", "--since", "yesterday"], "2026-03-01"),
        (["orders", "--partition-by", "month"], "--output"),
        (["orders", "--partition-by", "month", "--output", "o", "--columns", "order_id"], "Add placed_at"),
        (["orders", "--output", "no/such/folder.csv"], "cannot be written"),
        (["orders", "--columns", "totl"], "total"), (["orders", "--format", "xlsx"], "parquet"),
      ] {
        let result = try program.start(["export"] + arguments).wait()
        #expect([2, 64].contains(result.status) && result.errors.contains(words), "\(arguments): \(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: program.folder.appendingPathComponent("o").path))
    }
  }

  /// Every table as Parquet; what is in the files is for the tests of the writer and for `make bi-check`.
  @Test func everyTableIsParquet() throws {
    try withHub { program in
      let names = try lines(program).compactMap { $0.split(separator: " ").first.map(String.init) }
        .filter { $0.allSatisfy { $0.isLowercase || $0 == "_" } && $0 != "table" }
      #expect(names.contains("customers") && names.contains("fact_touchpoints"))
      for name in names {
        _ = try lines(program, name, "--format", "parquet", "--output", "\(name).parquet")
        let data = try Data(contentsOf: program.folder.appendingPathComponent("\(name).parquet"))
        #expect(data.prefix(4) == Data("PAR1".utf8) && data.suffix(4) == Data("PAR1".utf8), "\(name)")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: program.folder.path).allSatisfy { !$0.hasSuffix(".part") })
    }
  }

  /// The file for BI tools: what may be seen and no more, with relations that hold, replaced as a whole.
  @Test func theSnapshotForBI() throws {
    try withHub { program in
      func ask(_ file: String, _ sql: String) throws -> [String] {
        try KithTests.lines(of: "sqlite3", ["-readonly", program.folder.appendingPathComponent(file).path, sql])
      }
      #expect(try program.run("bi", "snapshot", "bi.sqlite").status == 0)
      #expect(try program.run("bi", "snapshot", "all.sqlite", "--contacts").status == 0)
      let names =
        "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
      let (seen, all) = (try Set(ask("bi.sqlite", names)), try Set(ask("all.sqlite", names)))
      #expect(seen.isSuperset(of: ["customers.revenue", "fact_orders.customer_id", "fact_touchpoints.occurred_on"]))
      #expect(all.isSuperset(of: ["customers.email", "identifiers.value", "fact_tickets.comment"]))
      #expect(
        seen.isDisjoint(with: ["customers.email", "customers.display_name", "profiles.key", "fact_tickets.comment"]))
      #expect(
        seen.allSatisfy {
          !$0.hasPrefix("identifiers.") && !$0.hasPrefix("touchpoints.") && !$0.hasSuffix("_delivered")
        })
      for file in ["bi.sqlite", "all.sqlite"] {
        #expect(try ask(file, "PRAGMA foreign_key_check").isEmpty)
        #expect(try ask(file, "SELECT COUNT(*) FROM pragma_foreign_key_list('fact_order_lines')") == ["3"])
        for (mine, hubs) in [
          ("customers", "customers"), ("fact_orders", "orders"), ("fact_touchpoints", "touchpoints"),
        ] {
          let count = try ask(
            "kith.sqlite", "SELECT COUNT(*) FROM \(hubs)" + (mine == hubs ? "" : " WHERE is_deleted = 0"))
          #expect(try ask(file, "SELECT COUNT(*) FROM \(mine)") == count, "\(file) \(mine)")
        }
        let words = "SELECT COUNT(*) FROM data_dictionary WHERE column_name <> '' AND table_name = 'customers'"
        let columns = "SELECT COUNT(*) FROM pragma_table_info('customers')"
        #expect(try ask(file, words) == ask(file, columns))
      }
      for (file, words) in [("kith.sqlite", "the hub itself"), ("no/such/folder/b.sqlite", "cannot be opened")] {
        let result = try program.run("bi", "snapshot", file)
        #expect(result.status == 2 && result.errors.contains(words), "\(result.errors)")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: program.folder.path).allSatisfy { !$0.hasSuffix(".part") })
    }
  }
}
