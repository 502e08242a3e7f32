import Foundation
import KithConnectorKit
import KithTesting
import Testing

/// The suite finds what it is made to find: for each check a connector that breaks it.
@Suite struct RESTConformanceItselfTests {
  /// What the suite finds in a connector that is good but for what `change` does to its texts.
  private func failures(_ change: (inout [String: String]) -> Void = { _ in }) async throws -> [String] {
    var tool = SampleTool()
    change(&tool.files)
    return try await tool.failures()
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
      files["Fixtures/people/page1.json"] = String(SampleTool.first.dropLast()) + ", \"next\": \"2\"}"
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
