import Foundation
import KithTesting
import Testing

/// The commands as users run them: real processes, real files, a real database.
@Suite struct CommandTests {
  private func withProgram(_ body: (Program) throws -> Void) throws {
    let program = try Program()
    defer { program.remove() }
    try body(program)
  }

  private let configuration = """
    hub: {country: CH, currency: CHF}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: exports/*.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, given_name: First, family_name: Last, email: Mail, phone: Phone, birth_date: {path: Born, date: dd.MM.yyyy}}
    """

  private let contacts = """
    Id,First,Last,Mail,Phone,Born
    1,Anna,Meier,anna.meier@example.com,079 555 01 23,01.02.1980
    2,ANNA,MEIER,Anna.Meier@Example.com,,
    3,Beat,Keller,beat@example.org,,31.02.1999
    4,"Chloé ""C"" ",Dubois,chloe@example.net,+33 6 12 34 56 78,

    """

  @Test func syncTwiceThenLookAndReplay() throws {
    try withProgram { program in
      try program.write("connectors.yml", configuration)
      try program.write("exports/a.csv", contacts)

      let check = try program.run("check")
      #expect(check.status == 0, "\(check.errors)")
      let first = try program.run("sync", "--json")
      #expect(first.status == 0, "\(first.errors)")
      let outcome = try program.json(first.output)
      let source = try #require((outcome["sources"] as? [[String: Any]])?.first)
      let counts = try #require(source["counts"] as? [String: Int])
      #expect(counts["read"] == 4)
      #expect(counts["inserted"] == 3)
      #expect(counts["quarantined"] == 1)
      let identity = try #require(outcome["identity"] as? [String: Any])
      #expect(identity["customers"] as? Int == 2)

      let second = try program.run("sync")
      #expect(second.status == 0)
      #expect(second.output.contains("Nothing changed"), "\(second.output)")

      let customers = try program.run("customers", "anna")
      #expect(customers.output.contains("Anna Meier"))
      let one = try program.run("customer", "1")
      #expect(one.output.contains("+41795550123"), "\(one.output)")
      #expect(one.output.contains("e-mail the same"), "\(one.output)")

      let quarantine = try program.run("quarantine", "list")
      #expect(quarantine.output.contains("exports/a.csv:4"), "\(quarantine.output)")
      #expect(quarantine.output.contains("31.02.1999"), "\(quarantine.output)")

      // The mapping is put right: the record comes in without its file.
      try program.write(
        "connectors.yml",
        configuration.replacing("birth_date: {path: Born, date: dd.MM.yyyy}", with: "trait.born: Born"))
      try FileManager.default.removeItem(at: program.folder.appendingPathComponent("exports/a.csv"))
      let replay = try program.run("quarantine", "replay")
      #expect(replay.status == 0, "\(replay.errors)")
      #expect(replay.output.contains("1 of 1"), "\(replay.output)")
      #expect(try program.run("customers", "beat").output.contains("Beat Keller"))
      #expect(try program.run("quarantine", "list").output.contains("empty"))
    }
  }

  @Test func aDryRunStoresNothing() throws {
    try withProgram { program in
      try program.write("connectors.yml", configuration)
      try program.write("exports/a.csv", contacts)
      let dry = try program.run("sync", "--dry-run")
      #expect(dry.status == 0, "\(dry.errors)")
      #expect(dry.output.contains("Dry run"))
      #expect(dry.output.contains("3 new"))
      #expect(!FileManager.default.fileExists(atPath: program.folder.appendingPathComponent("kith.sqlite").path))
      #expect(try program.run("customers").output.contains("no customers yet"))
    }
  }

  @Test func aHubInMemoryLeavesNothing() throws {
    try withProgram { program in
      try program.write("connectors.yml", configuration)
      try program.write("exports/a.csv", contacts)
      let before = try FileManager.default.subpathsOfDirectory(atPath: program.folder.path).sorted()
      let inMemory = try program.run("sync", "--database", "memory")
      #expect(inMemory.status == 0 && inMemory.errors.contains("gone with this command"), "\(inMemory.errors)")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: program.folder.path).sorted() == before)
      #expect(try program.run("customers", "--database", "memory").output.contains("no customers yet"))
      let inFile = try program.run("sync")
      #expect(inFile.output.contains("3 new") && inFile.output == inMemory.output)
    }
  }

  @Test func wrongUseEndsWithTwo() throws {
    try withProgram { program in
      #expect(try program.run("sync").status == 2)
      let typo = try program.run("snyc")
      #expect(typo.status == 2)
      #expect(typo.errors.contains("Did you mean \"kith sync\"?"), "\(typo.errors)")
      #expect(try program.run("customers", "--limit", "0").status == 2)
      try program.write("connectors.yml", configuration.replacing("crm_export", with: "crm_exprot"))
      let wrong = try program.run("check")
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("connectors.yml:4"), "\(wrong.errors)")
      #expect(wrong.errors.contains("Did you mean \"crm_export\"?"), "\(wrong.errors)")
      try program.write("connectors.yml", configuration)
      let missing = try program.run("check")
      #expect(missing.status == 2)
      #expect(missing.errors.contains("exports/*.csv"), "\(missing.errors)")
      #expect(try program.run("sync", "cmr").errors.contains("Did you mean \"crm\"?"))
      #expect(try program.run("customer", "7").status == 2)
    }
  }

  @Test func aSourceThatFailsEndsWithOneAndTheOthersGoThrough() throws {
    try withProgram { program in
      let second = configuration.split(separator: "\n").drop { !$0.contains("- name") }.joined(separator: "\n")
        .replacing("name: crm", with: "name: gone").replacing("exports/*.csv", with: "nowhere/x.csv")
      try program.write("connectors.yml", configuration + "\n" + second)
      try program.write("exports/a.csv", contacts)
      let outcome = try program.run("sync")
      #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.errors.contains("gone"))
      #expect(outcome.output.contains("3 new"), "\(outcome.output)")
    }
  }

  @Test func initWritesWhatCheckUnderstands() throws {
    try withProgram { program in
      #expect(try program.run("init", "hub").status == 0)
      let again = try program.run("init", "hub")
      #expect(again.status == 2)
      #expect(again.errors.contains("already"))
      let check = try program.run("check", "--config", "hub/connectors.yml")
      #expect(check.status == 2)
      #expect(check.errors.contains("sources"), "\(check.errors)")
    }
  }

  @Test func helpHasExamples() throws {
    try withProgram { program in
      for command in [
        "sync", "check", "discover", "preview", "customers", "customer", "status", "runs", "export", "demo", "resolve",
      ] {
        let help = try program.run(command, "--help")
        #expect(help.status == 0)
        #expect(help.output.contains("EXAMPLES"), "\(command)")
      }
    }
  }

  @Test func exportIsGuardedAgainstFormulas() throws {
    try withProgram { program in
      try program.write("connectors.yml", configuration)
      try program.write(
        "exports/a.csv",
        "Id,First,Last,Mail,Phone,Born\n1,\"=HYPERLINK(\"\"x\"\")\",\" @SUM(1)\",a@example.com,+41 79 555 01 23,\n")
      #expect(try program.run("sync").status == 0)
      let csv = try program.run("export", "customers", "--columns", "given_name,family_name,phone")
      #expect(csv.status == 0, "\(csv.errors)")
      #expect(csv.output.contains("'=HYPERLINK"), "\(csv.output)")
      #expect(csv.output.contains("'@Sum(1)"), "\(csv.output)")
      #expect(csv.output.contains(",+41795550123"), "\(csv.output)")
      let jsonl = try program.run("export", "customers", "--format", "jsonl")
      let row = try program.json(String(jsonl.output.split(separator: "\n")[0]))
      #expect(row["customer_id"] as? Int == 1)
      let unknown = try program.run("export", "costumers")
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("customers"))
    }
  }

  /// The repository's own configuration over the sample exports that it keeps, as in a fresh checkout.
  @Test func theRepositorysConfigurationWorks() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    let check = try program.run("check")
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let sync = try program.run("sync", "--json")
    #expect(sync.status == 0, "\(sync.errors)")
    let outcome = try program.json(sync.output)
    for source in try #require(outcome["sources"] as? [[String: Any]]) {
      let counts = try #require(source["counts"] as? [String: Int])
      #expect(counts["inserted"] ?? 0 > 0, "\(source)")
      let sum = ["inserted", "updated", "unchanged", "deleted", "quarantined", "suppressed"].reduce(0) {
        $0 + (counts[$1] ?? 0)
      }
      #expect(counts["read"] == sum, "\(source)")
    }
    let again = try program.run("sync")
    #expect(again.output.contains("Nothing changed"), "\(again.output)")
    for table in ["customers", "touchpoints", "orders", "order_lines", "survey_responses", "tickets", "consents"] {
      let rows = try program.run("export", table, "--limit", "1")
      #expect(rows.output.split(separator: "\n").count >= 2, "\(table) is empty")
    }
    let status = try program.run("status")
    #expect(status.status == 0 && status.output.contains("crm/contacts"))
    let verify = try program.run("verify")
    #expect(verify.status == 0 && verify.output.contains("sound"), "\(verify.output)\(verify.errors)")
    let runs = try program.run("runs", "--json")
    #expect(runs.status == 0 && runs.output.contains("\"succeeded\""))
  }

  @Test func theDemoShowsEverything() throws {
    try withProgram { program in
      let demo = try program.run("demo", "--people", "120")
      #expect(demo.status == 0, "\(demo.errors)")
      for words in ["What each source gave", "Who they are", "The customer table", "journey", "kith.sqlite"] {
        #expect(demo.output.contains(words), "\(words)")
      }
      let again = try program.run("sync", "--config", "demo/connectors.yml")
      #expect(again.output.contains("Nothing changed"), "\(again.output)")
    }
  }
}
