import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// A manifest that is right, with its fixture: two people on two pages.
struct SampleTool {
  static let manifest = """
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

  static let first = """
    {"people": [{"id": 1, "name": "Ada Sample", "updated": "2026-03-05T10:00:00Z"}]}
    """
  static let second = """
    {"people": [{"id": 2, "name": "Ben Sample", "updated": "2026-03-02T10:00:00Z"}]}
    """
  static let exchanges = """
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
  static let expected = """
    profile "1"
      kind = "person"
      full_name = "Ada Sample"
      updated_at = "2026-03-05 10:00:00"

    profile "2"
      kind = "person"
      full_name = "Ben Sample"
      updated_at = "2026-03-02 10:00:00"

    """

  /// The files of the connector's folder, by their paths.
  var files = [
    "sample.yml": manifest, "Fixtures/people/exchanges.yml": exchanges, "Fixtures/people/page1.json": first,
    "Fixtures/people/page2.json": second, "Fixtures/people/expected.txt": expected,
  ]

  mutating func replace(_ old: String, _ new: String) {
    for (path, text) in files { files[path] = text.replacingOccurrences(of: old, with: new) }
  }

  /// What `body` finds with the suite over this tool.
  func failures(
    read: BrokenConnector.Read? = nil, check: BrokenConnector.Check? = nil,
    _ body: (RESTConformance, RESTConformance.Fixture) async -> [String]
  ) async throws -> [String] {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let good = RESTConnector(manifest: files["sample.yml"] ?? "")
    var broken = BrokenConnector(good: good)
    if let read { broken.read = read }
    if let check { broken.check = check }
    var suite = RESTConformance(
      good, fixturesFolder: root.appendingPathComponent("Fixtures").path, opening: broken)
    // Who does not end by himself is not waited for.
    if read != nil { suite.patience = .milliseconds(50) }
    var found: [String] = []
    for fixture in suite.fixtures { found += await body(suite, fixture) }
    return found
  }

  /// What all of the suite finds.
  func failures() async throws -> [String] {
    var isFirst = true
    return try await failures { suite, fixture in
      defer { isFirst = false }
      return (isFirst ? suite.specificationFailures() : []) + (await suite.allFailures(fixture))
    }
  }
}
