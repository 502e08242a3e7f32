import KithConnectorKit
import KithTesting
import Testing

/// The connectors that Package.swift lists and that read files, with the folder below Plugins/ where the fixtures lie;
/// RESTConformanceTests have the others.
private let connectors: [(folder: String, connector: FileConnector)] = ConnectorRegistry.modules.compactMap { entry in
  (entry.connector as? FileConnector).map { (entry.folder, $0) }
}

private let plugins = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Plugins"

private let suites = connectors.map { entry in
  ConnectorConformance(entry.connector, fixturesFolder: "\(plugins)/\(entry.folder)/Fixtures")
}

/// One layout of one connector with its fixture.
struct Case: Sendable, CustomTestStringConvertible {
  let suite: ConnectorConformance
  let fixture: ConnectorConformance.Fixture
  var testDescription: String { "\(suite.connector.manifest.name) \(fixture)" }

  static let all = suites.flatMap { suite in suite.fixtures.map { Case(suite: suite, fixture: $0) } }
}

/// Each failure is an issue of its own, with its sentence.
private func expectNone(_ failures: [String]) {
  for failure in failures { Issue.record("\(failure)") }
}

@Suite struct ConnectorConformanceTests {
  @Test(arguments: suites.indices) func manifest(_ index: Int) {
    expectNone(suites[index].manifestFailures())
  }

  @Test func namesAreUnique() {
    let names = ConnectorRegistry.modules.map(\.connector.specification.name) + ConnectorRegistry.manifests.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(connectors.count >= 7)
  }

  @Test(arguments: Case.all) func isDetected(_ example: Case) async {
    expectNone(await example.suite.detectionFailures(example.fixture))
  }

  @Test(arguments: Case.all) func becomesWhatIsExpected(_ example: Case) async {
    expectNone(await example.suite.goldenFailures(example.fixture))
  }

  @Test(arguments: Case.all) func recordsHaveKeys(_ example: Case) async {
    expectNone(await example.suite.recordFailures(example.fixture))
  }

  @Test(arguments: Case.all) func isChecked(_ example: Case) async {
    expectNone(await example.suite.checkFailures(example.fixture))
  }

  @Test(arguments: Case.all) func isReadInParts(_ example: Case) async {
    expectNone(await example.suite.memoryFailures(example.fixture))
  }

  @Test(arguments: Case.all) func previewEqualsRun(_ example: Case) async {
    expectNone(await example.suite.previewFailures(example.fixture))
  }

  @Test(arguments: Case.all) func resumesFromAnyCheckpoint(_ example: Case) async {
    expectNone(await example.suite.checkpointFailures(example.fixture))
  }

  @Test(arguments: Case.all) func survivesHostileFiles(_ example: Case) async {
    expectNone(await example.suite.hostileFailures(example.fixture))
  }
}
