import Foundation
import KithTesting
import Testing

/// Who is who, as users ask and say it.
@Suite struct IdentityCommandTests {
  private let configuration = """
    hub: {country: CH, currency: CHF, identity: {precision: 60, blocked: {email: [office@example.com]}}}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: people.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, given_name: First, family_name: Last, email: Mail, phone: Phone}
    """

  private let people = """
    Id,First,Last,Mail,Phone
    1,Anna,Meier,anna.meier@example.com,079 555 01 23
    2,Anna,Meyer,anna.meier@example.com,
    3,Beat,Keller,beat@example.org,079 555 02 34
    4,Chloé,Dubois,chloe@example.net,
    5,Dario,Rossi,office@example.com,
    6,Eva,Huber,office@example.com,

    """

  private func withHub(_ body: (Program) throws -> Void) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", configuration)
    try program.write("people.csv", people)
    let sync = try program.run("sync")
    #expect(sync.status == 0, "\(sync.errors)")
    #expect(sync.output.contains("5 customers"), "\(sync.output)")
    try body(program)
  }

  @Test func whyAndModel() throws {
    try withHub { program in
      let why = try program.run("customer", "1", "--why")
      #expect(why.status == 0, "\(why.errors)")
      for text in [
        "profiles 1 and 2", "for: ", "to begin with", "e-mail", "the same; 1 stranger in", "together", "is wrong",
      ] {
        #expect(why.output.contains(text), "\(text) in \(why.output)")
      }
      let alone = try program.run("customer", "3", "--why")
      #expect(alone.output.contains("nothing to join"), "\(alone.output)")
      let model = try program.run("resolve", "--explain-model")
      #expect(model.output.contains("day and month swapped"), "\(model.output)")
      #expect(model.output.contains("should be right"), "\(model.output)")
    }
  }

  /// Settings that say what a source is like are followed by the next pass, whoever changed since, and taken back by it.
  @Test func aSourceWithoutDuplicates() throws {
    try withHub { program in
      let strict = configuration.replacing("precision: 60,", with: "precision: 60, no_duplicates: [crm],")
      try program.write("connectors.yml", strict)
      let resolve = try program.run("resolve")
      #expect(resolve.status == 0 && resolve.output.contains("6 customers"), "\(resolve.output)\(resolve.errors)")
      #expect(try program.run("verify").status == 0)
      #expect(try program.run("review").output.contains("Anna Meyer"))
      try program.write("connectors.yml", configuration)
      #expect(try program.run("resolve").output.contains("5 customers"))
      #expect(try program.run("verify").status == 0)
    }
  }

  /// A veto that comes or goes reaches profiles that nobody changed.
  @Test func vetoesAreFollowed() throws {
    let program = try Program()
    defer { program.remove() }
    let configuration = configuration.replacing("phone: Phone}", with: "phone: Phone, birth_date: Born}")
    try program.write("connectors.yml", configuration)
    try program.write(
      "people.csv",
      """
      Id,First,Last,Mail,Phone,Born
      1,Anna,Meier,anna.meier@example.com,079 555 01 23,1961-02-20
      2,Anna,Meier,anna.meier@example.com,079 555 01 23,1992-07-09
      3,Beat,Keller,beat@example.org,079 555 02 34,1980-01-12

      """)
    let sync = try program.run("sync")
    #expect(sync.status == 0 && sync.output.contains("3 customers"), "\(sync.output)\(sync.errors)")
    try program.write(
      "connectors.yml",
      configuration.replacing("precision: 60,", with: "precision: 60, vetoes: {birth_date: never},"))
    let without = try program.run("resolve")
    #expect(without.output.contains("2 customers"), "\(without.output)\(without.errors)")
    #expect(try program.run("verify").status == 0)
    try program.write("connectors.yml", configuration)
    #expect(try program.run("resolve").output.contains("3 customers"))
  }

  /// What changed and how long it took, for programs.
  @Test func resolveAsJSON() throws {
    try withHub { program in
      func resolve(_ arguments: String...) throws -> [String: Any] {
        let run = try program.start(["resolve", "--json"] + arguments).wait()
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      }
      let idle = try #require(try resolve()["seconds"] as? [String: Double])
      #expect(Set(idle.keys) == ["all", "prepare"])
      let full = try resolve("--full")
      #expect(full["has_learned"] as? Bool == true && full["is_preview"] as? Bool == false)
      #expect((full["identity"] as? [String: Int])?["profiles_examined"] == 6)
      let seconds = try #require(full["seconds"] as? [String: Double])
      let parts = ["prepare", "load", "match", "store", "totals", "commit"]
      #expect(Set(seconds.keys) == Set(parts + ["all"]))
      let sum = parts.reduce(0) { $0 + (seconds[$1] ?? -1) }
      #expect(abs(sum - (seconds["all"] ?? 0)) < 0.000_01 && sum > 0)
    }
  }

  /// Whoever has no name is called by what ranks first, and a changed order reaches those who did not change.
  @Test func ranksNameThoseWithoutAName() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", configuration)
    try program.write("people.csv", people + "7,,,gina@example.net,079 555 03 45\n")
    #expect(try program.run("sync").status == 0)
    #expect(try program.run("customer", "6").output.contains("Customer 6: gina@example.net"))
    try program.write(
      "connectors.yml", configuration.replacing("precision: 60,", with: "precision: 60, ranks: [phone],"))
    #expect(try program.run("resolve").status == 0)
    #expect(try program.run("customer", "6").output.contains("Customer 6: +41795550345"))
  }

  @Test func mergePreviewSplitAndWithdraw() throws {
    try withHub { program in
      let merge = try program.run("merge", "2", "3", "--note", "one and the same")
      #expect(merge.status == 0, "\(merge.errors)")
      #expect(try program.run("customer", "3").output.contains("3 was merged into it"))
      let list = try program.run("decisions")
      #expect(list.output.contains("one and the same"), "\(list.output)")

      let split = try program.run("split", "2", "4")
      #expect(split.status == 0, "\(split.errors)")
      #expect(try program.run("customer", "3").output.contains("Chloé Dubois"))
      #expect(try program.run("decisions").output.contains("different"))
      let withdrawn = try program.run("decisions", "--withdraw", "3", "4")
      #expect(withdrawn.status == 0, "\(withdrawn.errors)")
      #expect(try program.run("decisions").output.contains("Nobody has decided"))

      let preview = try program.run("resolve", "--full", "--preview")
      #expect(preview.output.contains("nothing was changed"), "\(preview.output)")
      #expect(try program.run("review").status == 0)
      #expect(try program.run("verify").status == 0)
    }
  }

  @Test func wrongUseIsTold() throws {
    try withHub { program in
      for (arguments, word) in [
        (["merge", "1", "99"], "no such customer"), (["merge", "1", "1"], "one customer already"),
        (["split", "1", "4"], "no such profile"), (["split", "3", "4"], "both sides"),
        (["decisions", "--withdraw", "3", "4"], "nobody has decided"), (["decisions", "3"], "--withdraw"),
      ] {
        let run = try program.start(arguments).wait()
        #expect(run.status == 2 && run.errors.contains(word), "\(arguments): \(run.status) \(run.errors)")
      }
    }
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", configuration.replacing("precision: 60", with: "precision: 100, certainty: 60, limit: 3"))
    let check = try program.run("check")
    #expect(
      check.status == 2 && check.errors.contains("50 to 99.99") && check.errors.contains("Write precision")
        && check.errors.contains("limits"), "\(check.errors)")
  }

  @Test func dedupeAFile() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("people.csv", people)
    try program.write("truth.csv", "record_id,entity_id\n1,a\n2,a\n3,b\n4,c\n5,d\n6,e\n")
    let run = try program.run("dedupe", "people.csv", "--output", "clusters.csv", "--truth", "truth.csv")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("F1 1.0000"), "\(run.output)")
    let clusters = try String(
      contentsOf: program.folder.appendingPathComponent("clusters.csv"), encoding: .utf8)
    #expect(clusters == "record_id,cluster_id\n1,1\n2,1\n3,2\n4,3\n5,4\n6,5\n")
    #expect(run.output.contains("likelier one person than two"), "\(run.output)")
    let strict = try program.run("dedupe", "people.csv", "--precision", "99.99")
    #expect(strict.status == 0 && strict.output.contains("joined when they are one person, odds"), "\(strict.output)")
    let careless = try program.run("dedupe", "people.csv", "--precision", "40")
    #expect(careless.status == 2 && careless.errors.contains("50 to 99.99"), "\(careless.errors)")
    let wrong = try program.run("dedupe", "people.csv", "--key", "Idd")
    #expect(wrong.status == 2 && wrong.errors.contains("Id"), "\(wrong.errors)")
    #expect(try program.run("dedupe", "nobody.csv").status == 2)
  }
}
