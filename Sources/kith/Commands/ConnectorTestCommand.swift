import ArgumentParser
import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithTesting

struct ConnectorTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Everything that a connector must keep.",
    discussion: """
      Without more, the fixtures are played back by a server on this machine, well and badly: slow, broken, cut off,
      refusing, nonsense. No other machine is asked.

      --mock plays the fixtures well, and shows what a hub would see of such a tool.

      --live asks the tool of a configured source, with its own options and credentials: its check, and twice the first
      page of each of its streams. Nothing is stored, and wrong credentials are not tried.

      EXAMPLES
        kith connector test connectors/acme
        kith connector test acme --mock
        kith connector test acme --live shop
      """)

  @Argument(help: "The connector's folder, with NAME.yml and Fixtures/, or its name.")
  var connector: String

  @Flag(help: "Show what a hub sees of the tool that the fixtures play.")
  var mock = false

  @Option(help: "Ask the tool of this source in connectors.yml.")
  var live: String?

  @Flag(help: "Write expected.txt anew: read what it says.")
  var update = false

  @OptionGroup var options: HubOptions

  func validate() throws {
    if [mock, live != nil, update].filter({ $0 }).count > 1 {
      throw ValidationError("Say one of --mock, --live and --update.")
    }
  }

  func run() async throws {
    if let live { return try await testLive(live) }
    let (connector, fixtures) = try ConnectorFolder.open(connector) {
      FileManager.default.fileExists(atPath: options.config) ? try options.configuration() : nil
    }
    if !connector.problems.isEmpty { throw ConfigurationProblems(connector.problems) }
    var suite = RESTConformance(connector, fixturesFolder: fixtures)
    suite.updatesGolden = update
    if suite.fixtures.isEmpty {
      throw KithError(
        .configuration, "the connector has no fixtures", seen: fixtures,
        fix: "Write one, or let `kith connector record SOURCE STREAM` do it.")
    }
    var failures = mock ? [] : suite.specificationFailures()
    for fixture in suite.fixtures {
      if mock {
        failures += show(await suite.playedReport(fixture), as: fixture.name)
      } else {
        let found = await suite.allFailures(fixture)
        print("\(fixture): \(found.isEmpty ? "ok" : "\(found.count) failures")")
        failures += found
      }
    }
    try end(failures, "\(connector.manifest.name): \(suite.fixtures.count) fixtures, all well.")
  }

  private func testLive(_ name: String) async throws {
    let configuration = try options.configuration()
    guard let source = configuration.source(named: name) else {
      throw KithError(
        .configuration, "there is no such source", seen: name,
        allowed: configuration.sources.map(\.name).joined(separator: ", "))
    }
    let known = configuration.hub.connectors.first { $0.name == source.connector }?.connector()
    guard let asked: any Connector = known ?? Registry.catalogue.connector(named: source.connector) else {
      throw KithError(.configuration, "there is no such connector", seen: source.connector)
    }
    let word = URL(fileURLWithPath: connector).lastPathComponent
    if source.connector != word {
      throw KithError(
        .configuration, "the source is one of another connector", place: name, seen: source.connector, allowed: word,
        fix: "Run: kith connector test \(source.connector) --live \(name)")
    }
    let suite = LiveConformance(asked, source.settings)
    var failures: [String] = []
    for stream in source.settings.streams { failures += show(await suite.report(stream.name), as: stream.name) }
    try end(failures, "\(name): \(source.settings.streams.count) streams, all well.")
  }

  private func show(_ report: LiveConformance.Report, as name: String) -> [String] {
    print("\(name): \(report.told)")
    return report.failures.map { "\(name): \($0)" }
  }

  private func end(_ failures: [String], _ well: String) throws {
    if failures.isEmpty { return print(well) }
    for failure in failures { Terminal.error("  \(failure)") }
    throw KithError(.record, "\(failures.count) failures", place: connector)
  }
}

/// Where a connector's manifest and its fixtures lie.
enum ConnectorFolder {
  /// `word`: the folder, or the name of a connector below connectors/ or Plugins/, or of `hub: connectors`.
  static func open(
    _ word: String, configuration: () throws -> Configuration?
  ) throws -> (RESTConnector, fixtures: String) {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: word, isDirectory: &isFolder)
    if word.contains("/") || (isThere && isFolder.boolValue) { return try open(word) }
    if FileManager.default.fileExists(atPath: "connectors/\(word)/\(word).yml") {
      return try open("connectors/\(word)")
    }
    let plugins = (try? FileManager.default.contentsOfDirectory(atPath: "Plugins")) ?? []
    for folder in plugins.sorted() where FileManager.default.fileExists(atPath: "Plugins/\(folder)/\(word).yml") {
      return try open("Plugins/\(folder)")
    }
    let entries = try configuration()?.hub.connectors ?? []
    if let entry = entries.first(where: { $0.name == word }) {
      return try open(URL(fileURLWithPath: entry.path).deletingLastPathComponent().path)
    }
    throw KithError(
      .configuration, "there are no fixtures of this connector here", seen: word,
      allowed: (["the connector's folder"] + entries.map(\.name)).joined(separator: ", "),
      fix: "Name the folder; fixtures of Kith's own connectors lie below Plugins/ in its repository.")
  }

  static func open(_ folder: String) throws(KithError) -> (RESTConnector, fixtures: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let manifests = names.filter { $0.hasSuffix(".yml") }
    guard manifests.count == 1, let file = manifests.first,
      let data = FileManager.default.contents(atPath: "\(folder)/\(file)")
    else {
      throw KithError(
        .configuration, "a connector's folder holds one manifest", seen: folder,
        allowed: "NAME.yml beside README.md and Fixtures/", fix: "`kith connector new NAME --rest` makes one.")
    }
    let connector = RESTConnector(
      manifest: String(decoding: data, as: UTF8.self), name: "\(folder)/\(file)", expecting: String(file.dropLast(4)))
    return (connector, "\(folder)/Fixtures")
  }
}
