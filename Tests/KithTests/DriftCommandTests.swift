import Foundation
import KithTesting
import Testing

/// Files whose columns change, as processes.
@Suite struct DriftCommandTests {
  private static func configuration(_ drift: String) -> String {
    """
    sources:
      - name: crm
        connector: crm_export
        drift: \(drift)
        streams:
          contacts: {path: exports/*.csv, layout: custom, settle_seconds: 0, mapping: {key: Id, given_name: First}}
    """
  }

  private static let before = "Id,First,Points\n" + (1...20).map { "\($0),A\($0),\($0)\n" }.joined()
  /// One column is new, one has gone, one has other values.
  private static let after = "Id,First,Level\n" + (21...30).map { "k\($0),B\($0),gold\n" }.joined()

  private func program(_ drift: String) throws -> Program {
    let program = try Program()
    try program.write("connectors.yml", Self.configuration(drift))
    try program.write("exports/a.csv", Self.before)
    let first = try program.run("sync")
    #expect(first.status == 0, "\(first.errors)")
    #expect(try program.run("drift", "crm").output.contains("crm/contacts: 3 fields are known."))
    try program.write("exports/b.csv", Self.after)
    return program
  }

  @Test func itIsTold() throws {
    let program = try program("accept")
    defer { program.remove() }
    let second = try program.run("sync")
    #expect(second.status == 0 && second.errors.contains("the fields have changed: 1 new (Level)"), "\(second.errors)")
    let drift = try program.run("drift", "crm").output
    for words in ["+ Level (text)", "- Points", "~ Id: number → text"] { #expect(drift.contains(words), "\(drift)") }
    #expect(!drift.contains("waits"))
    #expect(try program.run("runs", "show", "2").output.contains("+ Level (text)"))
    let json = try program.json(try program.run("drift", "crm", "--json").output)
    #expect((json["changes"] as? [[String: Any]])?.count == 3 && json["policy"] as? String == "accept")
    let run = try program.json(try program.run("runs", "show", "2", "--json").output)
    #expect((run["field_changes"] as? [[String: Any]])?.count == 3)
    #expect(try program.run("drift", "crm", "--accept").output.contains("Nothing waits"))
    let unknown = try program.run("drift", "cmr")
    #expect(unknown.status == 2 && unknown.errors.contains("Did you mean \"crm\"?"))
  }

  @Test func stopKeepsTheFileForLater() throws {
    let program = try program("stop")
    defer { program.remove() }
    for _ in 0..<2 {
      let stopped = try program.run("sync")
      #expect(stopped.status == 1 && stopped.errors.contains("drift: stop"), "\(stopped.errors)")
    }
    #expect(try program.run("status").output.contains("crm: 3 fields have changed and must be accepted"))
    let accepted = try program.run("drift", "crm", "--accept")
    #expect(accepted.output.contains("3 changes are known now. Run: kith sync crm"), "\(accepted.output)")
    let sync = try program.run("sync", "--json")
    #expect(sync.status == 0 && sync.output.contains("\"inserted\" : 10"), "\(sync.output)")
    #expect(try !program.run("status").output.contains("must be accepted"))
  }

  @Test func quarantineSetsAsideWhatDiffers() throws {
    let program = try program("quarantine")
    defer { program.remove() }
    // The first half as before, and one that differs in the middle.
    try program.write("exports/b.csv", "Id,First,Points\n100,A,1\nk1,B,2\n101,C,3\n")
    let sync = try program.run("sync", "--json")
    #expect(sync.status == 0 && sync.output.contains("\"quarantined\" : 1"), "\(sync.output)")
    let list = try program.run("quarantine", "list").output
    #expect(list.contains("drift") && list.contains("exports/b.csv:3") && list.contains("kind number"), "\(list)")
    try program.write("exports/c.csv", Self.after)
    #expect(try program.run("sync", "--json").output.contains("\"quarantined\" : 10"))
    #expect(try program.run("drift", "crm").output.contains("+ Level (text), waits to be accepted"))
    let accepted = try program.run("drift", "crm", "--accept")
    #expect(accepted.output.contains("kith quarantine replay --source crm"), "\(accepted.output)")
    let replay = try program.run("quarantine", "replay", "--source", "crm")
    #expect(replay.output.contains("11 of 11 records are in now"), "\(replay.output)\(replay.errors)")
    try program.write("exports/d.csv", Self.after.replacing("k", with: "m"))
    #expect(try program.run("sync", "--json").output.contains("\"inserted\" : 10"))
  }

  @Test func otherPoliciesAreRefused() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration("stopp"))
    let wrong = try program.run("status")
    #expect(wrong.status == 2 && wrong.errors.contains("Did you mean \"stop\"?"), "\(wrong.errors)")
  }
}
