import Foundation
import KithConnectorKit
import KithTesting
import Testing

/// The docs name what there is, and what they name there is.
@Suite struct DocumentationTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Program.repository.appendingPathComponent(path), encoding: .utf8)
  }

  private static func documents() throws -> [String: String] {
    let folder = Program.repository
    var files = ["README.md"]
    files += try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("docs").path)
      .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    return try Dictionary(uniqueKeysWithValues: files.map { ($0, try text($0)) })
  }

  private static let commands = [
    "init", "demo", "connectors", "check", "discover", "preview", "sync", "resolve", "customers", "customer", "status",
    "runs", "quarantine", "export", "verify", "copy", "bi", "serve", "pause", "resume", "dedupe", "merge", "split",
    "review", "decisions", "connector", "token", "alerts", "drift", "watch",
    "checkpoints", "connect",
  ]

  @Test func everyCommandIsDocumented() throws {
    let all = try Self.documents().values.joined()
    for command in Self.commands { #expect(all.contains("kith \(command)"), "kith \(command) is in no document") }
  }

  @Test func noDocumentNamesACommandThatIsNotThere() throws {
    for (name, text) in try Self.documents() {
      for match in text.matches(of: /`kith ([a-z]+)/) {
        #expect(Self.commands.contains(String(match.output.1)), "\(name) names kith \(match.output.1)")
      }
    }
  }

  @Test func theReferenceIsTheProgramsOwn() throws {
    let reference = RESTSchema.markdown
    #expect(
      try Self.text("docs/rest-manifest.md").hasSuffix(reference),
      "write anew what follows \"All words\": kith connector reference")
  }

  @Test func linksLeadSomewhere() throws {
    for (name, text) in try Self.documents() {
      let folder = Program.repository.appendingPathComponent(name).deletingLastPathComponent()
      for match in text.matches(of: /\]\(([^)#]+)[^)]*\)/) where !match.output.1.hasPrefix("http") {
        let target = folder.appendingPathComponent(String(match.output.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(name) links to \(match.output.1)")
      }
    }
  }

  @Test func everyHubKeyIsDocumented() throws {
    let text = try Self.text("docs/configuration.md")
    for key in [
      "database", "time_zone", "country", "currency", "exchange_rates", "survivorship", "identity", "schedule", "trust",
      "streams", "connectors", "alerts", "at_once", "tls", "fresh_within", "new_within", "quarantine_percent", "drift",
    ] {
      #expect(text.contains("`\(key)"), "\(key)")
    }
  }
}
