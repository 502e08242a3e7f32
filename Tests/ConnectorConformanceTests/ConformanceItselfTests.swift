import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// The suite finds what it is made to find.
@Suite struct ConformanceItselfTests {
  private static func manifest(second: String) -> String {
    """
    name: sample
    title: Sample
    summary: For tests.
    streams:
      people:
        summary: A person.
        record: profile
        layouts:
          first:
            title: The first
            detect: [Id, Email]
            fields: {key: Id, email: Email}
          second:
            title: The second
            detect: [\(second)]
            fields: {key: Id, email: Email}
    """
  }

  /// A fixtures folder with these files, gone when `body` returns.
  private func withFixtures(
    _ files: [String: String], second: String = "Number", _ body: (ConnectorConformance) async throws -> Void
  ) async throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let connector = FileConnector(manifest: Self.manifest(second: second))
    try await body(ConnectorConformance(connector, fixturesFolder: root.path))
  }

  private static let people = "Id,Email\n1,a@example.com\n"
  private static let golden = "profile \"1\"\n  kind = \"person\"\n  email = \"a@example.com\"\n"

  @Test func missingAndStrayFixtures() async throws {
    try await withFixtures(["people-first/input.csv": Self.people, "people-third/input.csv": Self.people]) { suite in
      let failures = suite.manifestFailures()
      #expect(failures.count == 2)
      #expect(failures.contains { $0.contains("people-second") })
      #expect(failures.contains { $0.contains("people-third") })
    }
  }

  @Test func ties() async throws {
    let files = ["people-first/input.csv": Self.people, "people-second/input.csv": Self.people]
    try await withFixtures(files, second: "Email, Id") { suite in
      #expect(await suite.detectionFailures(suite.fixtures[0]).contains { $0.contains("fits as well: second") })
    }
    try await withFixtures(files) { suite in
      #expect(await suite.detectionFailures(suite.fixtures[0]) == [])
      #expect(await !suite.detectionFailures(suite.fixtures[1]).isEmpty)
    }
  }

  @Test func goldenFiles() async throws {
    guard ProcessInfo.processInfo.environment["KITH_UPDATE_GOLDEN"] != "1" else { return }
    let files = ["people-first/input.csv": Self.people, "people-first/expected.txt": Self.golden]
    try await withFixtures(files) { suite in #expect(await suite.goldenFailures(suite.fixtures[0]) == []) }
    let wrong = Self.golden.replacingOccurrences(of: "a@", with: "b@")
    try await withFixtures(["people-first/input.csv": Self.people, "people-first/expected.txt": wrong]) { suite in
      #expect(await suite.goldenFailures(suite.fixtures[0]).contains { $0.contains("line 3") })
    }
    try await withFixtures(["people-first/input.csv": Self.people]) { suite in
      #expect(await suite.goldenFailures(suite.fixtures[0]).contains { $0.contains("KITH_UPDATE_GOLDEN") })
    }
  }

  @Test func doubleKeys() async throws {
    try await withFixtures(["people-first/input.csv": Self.people + "1,b@example.com\n"]) { suite in
      #expect(await suite.recordFailures(suite.fixtures[0]).contains { $0.contains("the key 1") })
    }
  }

  @Test func recordText() {
    let person = Profile(
      key: "a\"b\n", identifiers: [Identifier(.email, "a@example.com"), Identifier(.userID, "7", namespace: "shop")],
      consents: [Consent(purpose: "email", status: .denied)])
    #expect(
      RecordText.text(of: .profile(person)) == #"""
        profile "a\"b\n"
          kind = "person"
          email = "a@example.com"
          user_id@shop = "7"
          consent.email = "denied"
        """#)
    let reject = Reject(code: "date", reason: "No such day", place: "folder/input.csv:4", raw: [])
    #expect(RecordText.text(of: reject) == "reject input.csv:4 date")
  }

  @Test func sinkRefuses() async throws {
    let sink = CollectingSink(accepting: 1)
    try await sink.send(Batch(checkpoint: Checkpoint("1")))
    await #expect(throws: KithError.self) { try await sink.send(Batch(checkpoint: Checkpoint("2"))) }
    #expect(sink.checkpoint == Checkpoint("1"))
  }

  @Test func time() {
    let time = TestTime("2026-01-31 23:59:59")
    time.advance(seconds: 1)
    #expect(time.now().sqlText == "2026-02-01 00:00:00")
  }
}
