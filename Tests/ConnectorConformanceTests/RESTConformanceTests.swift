import Foundation
import KithConnectorKit
import KithTesting
import Testing

private let plugins = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Plugins"

/// The REST manifests below Plugins/, as they were built in, and the modules that read no files: those ask over HTTP.
private let suites: [RESTConformance] =
  ConnectorRegistry.manifests.map { entry in
    RESTConformance(
      RESTConnector(manifest: entry.text, name: "\(entry.name).yml", expecting: entry.name),
      fixturesFolder: "\(plugins)/\(entry.folder)/Fixtures")
  }
  + ConnectorRegistry.modules.filter { !($0.connector is FileConnector) }.map { entry in
    RESTConformance(entry.connector, fixturesFolder: "\(plugins)/\(entry.folder)/Fixtures")
  }

/// One fixture of one manifest.
struct RESTCase: Sendable, CustomTestStringConvertible {
  let suite: RESTConformance
  let fixture: RESTConformance.Fixture
  var testDescription: String { "\(suite.connector.specification.name) \(fixture)" }

  static let all = suites.flatMap { suite in suite.fixtures.map { RESTCase(suite: suite, fixture: $0) } }
}

@Suite struct RESTConformanceTests {
  /// A build that was planned before a manifest came does not notice when it changes: `touch Package.swift`.
  @Test func theManifestsAreThoseOfTheFolders() throws {
    var found: [String] = []
    for folder in try FileManager.default.contentsOfDirectory(atPath: plugins).sorted() {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(plugins)/\(folder)")) ?? []
      for name in names.sorted() where name.hasSuffix(".yml") {
        found.append(name)
        let text = try String(contentsOfFile: "\(plugins)/\(folder)/\(name)", encoding: .utf8)
        let built = ConnectorRegistry.manifests.first { $0.folder == folder && "\($0.name).yml" == name }
        #expect(built?.text == text, "\(name) was changed after the build was planned: touch Package.swift")
      }
    }
    #expect(found.count == ConnectorRegistry.manifests.count)
    #expect(Set(found).count == found.count)
  }

  /// Who reads about a connector that nobody has tried learns that.
  @Test func whatIsUntestedSaysSo() throws {
    for entry in ConnectorRegistry.manifests {
      let readme = try String(contentsOfFile: "\(plugins)/\(entry.folder)/README.md", encoding: .utf8)
      let verified = RESTConnector(manifest: entry.text, name: entry.name).specification.verified
      let isUntested = verified == "untested against the real thing"
      #expect(readme.contains("Untested against the real thing: ") == isUntested, "\(entry.name): \(verified ?? "")")
    }
  }

  @Test(arguments: suites.indices) func specification(_ index: Int) {
    for failure in suites[index].specificationFailures() { Issue.record("\(failure)") }
  }

  @Test(arguments: RESTCase.all) func keepsWhatAConnectorMust(_ example: RESTCase) async {
    for failure in await example.suite.allFailures(example.fixture) { Issue.record("\(failure)") }
  }

  /// A check that finds no pages finds nothing wrong with them either: of these streams, and of no others, the pages stay
  /// as the fixtures have them.
  @Test func pagesThatAreNotPlayedInOtherSizes() async {
    var left: Set<String> = []
    for suite in suites {
      guard let connector = suite.connector as? RESTConnector else { continue }
      for stream in connector.manifest.pagedStreams {
        var isPlayed = false
        for fixture in suite.fixtures where fixture.stream == stream && !isPlayed {
          isPlayed = await suite.isPaged(fixture)
        }
        if !isPlayed { left.insert("\(connector.manifest.name) \(stream)") }
      }
    }
    // Its list moves while it is read, and is begun anew with each page.
    #expect(left == ["freshdesk tickets"])
  }
}
