import Foundation
import KithTesting
import Testing

/// `kith runs show` as a process.
@Suite struct RunsCommandTests {
  private static let configuration = """
    hub: {country: CH, currency: CHF}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: exports/*.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, given_name: First, birth_date: {path: Born, date: dd.MM.yyyy}}
    """

  @Test func aRunIsLookedInto() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let none = try program.run("runs", "show", "1")
    #expect(none.status == 2 && none.errors.contains("there is no such run: \"1\""), "\(none.errors)")
    try program.write("exports/a.csv", "Id,First,Born\n1,Anna,01.02.1980\n2,Beat,31.02.1999\n")
    #expect(try program.run("sync").status == 0)
    try program.write("exports/a.csv", "Id,First,Born\n1,Anna,01.02.1980\n2,Beat,31.02.1999\n3,Chloe,\n")
    #expect(try program.run("sync").status == 0)

    let first = try program.run("runs", "show", "1")
    #expect(first.status == 0, "\(first.errors)")
    for words in [
      "run 1 of crm: succeeded, incremental", "before  none", "set aside: 1 × date in contacts (waiting)",
      "exports/a.csv:3", "kith quarantine show 1", "kith quarantine list --run 1 --all",
      "kith quarantine replay --source crm",
    ] { #expect(first.output.contains(words), "\(words) is not in \(first.output)") }
    let json = try program.json(try program.run("runs", "show", "1", "--json").output)
    let run = try #require(json["run"] as? [String: Any])
    #expect(run["run_id"] as? Int == 1 && run["status"] as? String == "succeeded")
    let stream = try #require((json["streams"] as? [[String: Any]])?.first)
    #expect(stream["bytes"] as? Int == 50 && stream["checkpoint_after"] is String)
    let example = try #require((json["examples"] as? [[String: Any]])?.first)
    #expect(example["place"] as? String == "exports/a.csv:3")

    let second = try program.run("runs", "show", "2")
    #expect(second.output.contains("before  {") && !second.output.contains("set aside"), "\(second.output)")
    #expect(try program.run("quarantine", "list", "--run", "1").output.contains("exports/a.csv:3"))
    #expect(try program.run("quarantine", "list", "--run", "2").output.contains("empty"))
    let unknown = try program.run("runs", "show", "7")
    #expect(unknown.status == 2 && unknown.errors.contains("allowed: 1 to 2"), "\(unknown.errors)")
    #expect(try program.run("runs", "--source", "crm", "--limit", "1").output.contains("2  crm"))
  }

  @Test func whatWentWrongIsToldWithItsPlace() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    try program.write("exports/a.csv", "Number,First,Born\n1,Anna,01.02.1980\n")
    #expect(try program.run("sync").status == 1)
    let failed = try program.run("runs", "show", "1")
    #expect(failed.output.contains("run 1 of crm: failed"), "\(failed.output)")
    #expect(failed.output.contains("contacts failed (configuration)"), "\(failed.output)")
    #expect(failed.output.contains("  where   connectors.yml:10"), "\(failed.output)")
    let json = try program.json(try program.run("runs", "show", "1", "--json").output)
    #expect((json["run"] as? [String: Any])?["error_class"] as? String == "configuration")
  }
}
