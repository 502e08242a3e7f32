import Foundation
import KithConnectorKit
import KithTesting
import Testing

/// The suite finds what it is made to find: for each check a connector that breaks it.
@Suite struct RESTConformanceItselfTests {
  private static let manifest = """
    name: sample
    title: Sample
    summary: For tests.
    options:
      token: {kind: secret, summary: A token., required: true}
    base_url: https://api.example.com
    authorisation: {bearer: "${token}"}
    streams:
      people:
        summary: A person.
        record: profile
        request: {path: /people, query: {page: "${page}", since: "${since}"}}
        records: people
        paging: {page: 1}
        incremental: {field: updated}
        fields: {key: id, full_name: name, updated_at: updated}
    """

  private static let first = """
    {"people": [{"id": 1, "name": "Ada Sample", "updated": "2026-03-05T10:00:00Z"}]}
    """
  private static let second = """
    {"people": [{"id": 2, "name": "Ben Sample", "updated": "2026-03-02T10:00:00Z"}]}
    """
  private static let exchanges = """
    exchanges:
      - request: {path: /people, query: {page: 1}}
        response: {file: page1.json}
      - request: {path: /people, query: {page: 2}}
        response: {file: page2.json}
      - request: {path: /people, query: {page: 3}}
        response: {body: '{"people": []}'}
    nothing: {body: '{"people": []}'}
    refused: {status: 401, body: '{}'}
    """
  private static let expected = """
    profile "1"
      kind = "person"
      full_name = "Ada Sample"
      updated_at = "2026-03-05 10:00:00"

    profile "2"
      kind = "person"
      full_name = "Ben Sample"
      updated_at = "2026-03-02 10:00:00"

    """

  /// What the suite finds in a connector that is good but for what `change` does to its texts.
  private func failures(_ change: (inout [String: String]) -> Void = { _ in }) async throws -> [String] {
    var files = [
      "sample.yml": Self.manifest, "Fixtures/people/exchanges.yml": Self.exchanges,
      "Fixtures/people/page1.json": Self.first, "Fixtures/people/page2.json": Self.second,
      "Fixtures/people/expected.txt": Self.expected,
    ]
    change(&files)
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let connector = RESTConnector(manifest: files["sample.yml"] ?? "")
    let suite = RESTConformance(connector, fixturesFolder: root.appendingPathComponent("Fixtures").path)
    var found = suite.specificationFailures()
    for fixture in suite.fixtures { found += await suite.allFailures(fixture) }
    return found
  }

  private func replace(_ old: String, _ new: String) -> (inout [String: String]) -> Void {
    { files in for (path, text) in files { files[path] = text.replacingOccurrences(of: old, with: new) } }
  }

  @Test func aGoodConnectorHasNone() async throws {
    let found = try await failures()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func aMistakeInTheManifest() async throws {
    #expect(try await failures(replace("records: people", "recrods: people")).contains { $0.contains("recrods") })
  }

  @Test func aStreamWithoutFixtureAndAFixtureWithoutStream() async throws {
    let found = try await failures { files in
      for (path, text) in files where path.hasPrefix("Fixtures/people/") {
        files[path.replacingOccurrences(of: "people", with: "persons")] = text
        files[path] = nil
      }
    }
    #expect(found.contains { $0.contains("stream people has no fixture") })
    #expect(found.contains { $0.contains("belongs to no stream") })
  }

  @Test func aSecretThatIsNone() async throws {
    let found = try await failures(
      replace("{kind: secret, summary: A token., required: true}", "{summary: A token., required: true}"))
    #expect(found.contains { $0.contains("looks like a secret") })
  }

  @Test func otherRecordsThanExpected() async throws {
    #expect(try await failures(replace("full_name: name", "given_name: name")).contains { $0.contains("expected.txt") })
  }

  @Test func aRequestThatNobodyAnswers() async throws {
    #expect(
      try await failures(replace("{path: /people, query: {page: 3}}", "{path: /other}")).contains {
        $0.contains("no exchange answers")
      })
  }

  @Test func aKeyThatTwoRecordsShare() async throws {
    let found = try await failures { files in
      replace("\"id\": 2", "\"id\": 1")(&files)
      replace("profile \"2\"", "profile \"1\"")(&files)
    }
    #expect(found.contains { $0.contains("two records with the key 1") })
  }

  @Test func wrongCredentialsThatLookLikeAWrongConfiguration() async throws {
    let found = try await failures(
      replace("streams:\n", "errors: {rules: [{status: 401, means: configuration}]}\nstreams:\n"))
    #expect(found.contains { $0.contains("wrong credentials are told as") })
  }

  /// The list is said to be in order and is not: what comes late is passed over by the next run.
  @Test func aCheckpointThatLosesRecords() async throws {
    let found = try await failures { files in
      replace("incremental: {field: updated}", "incremental: {field: updated, sorted: true}")(&files)
      replace("paging: {page: 1}", "paging: {cursor: next}")(&files)
      replace("page: \"${page}\"", "after: \"${cursor}\"")(&files)
      files["Fixtures/people/page1.json"] = String(Self.first.dropLast()) + ", \"next\": \"2\"}"
      files["Fixtures/people/exchanges.yml"] = """
        exchanges:
          - request: {path: /people}
            response: {file: page1.json}
          - request: {path: /people, query: {after: 2}}
            response: {file: page2.json}
          - request: {path: /people, query: {since: "2026-03-05*"}}
            response: {body: '{"people": []}'}
        refused: {status: 401, body: '{}'}
        """
    }
    #expect(found.contains { $0.contains("records are lost") }, "\(found)")
  }

  @Test func aFailureThatPassesForNothing() async throws {
    let found = try await failures(
      replace("streams:\n", "errors: {rules: [{status: 503, means: empty}]}\nstreams:\n"))
    #expect(found.contains { $0.contains("broken: other records come, and no error") }, "\(found)")
  }

  @Test func nothingNewThatIsAnError() async throws {
    let found = try await failures { files in
      replace("nothing: {body: '{\"people\": []}'}", "nothing: {status: 404, body: '{}'}")(&files)
    }
    #expect(found.contains { $0.contains("a tool with nothing new is an error") }, "\(found)")
  }
}
