import Foundation
import KithTesting
import Testing

/// `kith checkpoints` as a process.
@Suite struct CheckpointsCommandTests {
  private static let configuration = """
    hub: {country: CH, currency: CHF}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts: {path: exports/*.csv, settle_seconds: 0, layout: custom, mapping: {key: Id, given_name: First}}
          accounts:
            {path: accounts.csv, mode: snapshot, settle_seconds: 0, layout: custom, mapping: {key: Id, company: Name}}
    """

  @Test func streamsAreReadAnewAfterAReset() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    try program.write("exports/a.csv", "Id,First\n1,Anna\n2,Beat\n")
    try program.write("accounts.csv", "Id,Name\n1,Kith\n")
    let before = try program.run("checkpoints", "reset", "crm", "contacts", "--preview")
    #expect(before.status == 0, "\(before.errors)")
    #expect(before.output.contains("nothing read so far") && before.output.contains("never read"), "\(before.output)")
    #expect(try program.run("sync").status == 0)
    let list = try program.run("checkpoints").output
    #expect(list.contains("1 file, read to its end") && list.contains("the listing accounts.csv of 20"), "\(list)")
    #expect(try program.run("sync").output.contains("Nothing changed: 0 records read"))

    let preview = try program.run("checkpoints", "reset", "crm", "--preview").output
    for words in [
      "2 records are stored; none of them is changed or deleted", "last read to its end at 20", "as unchanged",
      "marks deleted what is not in it", "Nothing was changed",
    ] { #expect(preview.contains(words), "\(words) is not in \(preview)") }
    #expect(try program.run("sync").output.contains("0 records read"), "a preview changes nothing")

    let reset = try program.run("checkpoints", "reset", "crm", "contacts")
    #expect(reset.status == 0 && reset.output.contains("Forgotten: contacts. Run: kith sync crm"), "\(reset.output)")
    #expect(try program.run("checkpoints", "crm").output.contains("nothing"))
    let again = try program.run("sync")
    #expect(again.output.contains("Nothing changed: 2 records read, 2 unchanged"), "\(again.output)")
    let json = try program.json(try program.run("checkpoints", "reset", "crm", "accounts", "--json").output)
    #expect(json["is_preview"] as? Bool == false && json["reset"] as? [String] == ["accounts"])
    let stream = try #require((json["streams"] as? [[String: Any]])?.first)
    #expect(stream["manner"] as? String == "listing" && stream["records"] as? Int == 1)
    #expect(try program.run("checkpoints", "reset", "crm", "accounts").output.contains("There was no checkpoint"))
    #expect(try program.run("verify").status == 0)
  }

  @Test func wrongNamesAreTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    for (arguments, words) in [
      (["crn"], "Did you mean \"crm\"?"), (["reset", "crn"], "Did you mean \"crm\"?"),
      (["reset", "crm", "contact"], "Did you mean \"contacts\"?"), (["reset"], "Missing expected argument"),
    ] {
      let outcome = try program.start(["checkpoints"] + arguments).wait()
      #expect([2, 64].contains(outcome.status) && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
  }
}
