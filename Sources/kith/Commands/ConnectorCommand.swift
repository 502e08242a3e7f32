import ArgumentParser
import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithTesting

/// For integrators: a connector's folder, its tests, its fixtures.
struct ConnectorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connector", abstract: "Make a connector of your own and test it.",
    discussion: """
      EXAMPLES
        kith connector new acme --rest              connectors/acme with a manifest, fixtures and a README
        kith connector test connectors/acme         everything that a connector must keep, with its fixtures
        kith connector test acme --live shop        what can be checked with the tool of the source shop itself
        kith connector play connectors/acme         the fixtures as a tool that answers on this machine
        kith connector record acme contacts         what the tool answers now, as a fixture without secrets and people
        kith connector reference                    all words of a manifest
      """,
    subcommands: [New.self, ConnectorTestCommand.self, Play.self, Record.self, Reference.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A new connector's folder.")

    @Argument(help: "Its name: lower-case letters, digits and _.")
    var name: String

    @Flag(help: "A manifest for a tool that answers over HTTP: no Swift, no build.")
    var rest = false

    @Flag(help: "Swift, for files: a folder below Plugins/ in Kith's own repository.")
    var swift = false

    @Option(name: .customLong("in"), help: "The folder to put it in. Default connectors, or Plugins with --swift.")
    var folder: String?

    func validate() throws {
      if rest == swift { throw ValidationError("Say --rest or --swift.") }
    }

    func run() throws {
      let files =
        rest ? try ConnectorTemplate.rest(name) : try ConnectorTemplate.swift(name)
      let parent = folder ?? (rest ? "connectors" : "Plugins")
      let root = "\(parent)/\(rest ? name : ConnectorTemplate.moduleName(name))"
      if FileManager.default.fileExists(atPath: root) {
        throw KithError(
          .configuration, "there is such a folder already", seen: root, fix: "Choose another name, or remove it.")
      }
      for (path, text) in files {
        let url = URL(fileURLWithPath: "\(root)/\(path)")
        do {
          try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(text.utf8).write(to: url)
        } catch {
          throw KithError(.configuration, "a file cannot be written", seen: url.path, fix: error.localizedDescription)
        }
        print("Wrote \(root)/\(path)")
      }
      print(rest ? ConnectorTemplate.nextForREST(name, parent, root) : ConnectorTemplate.nextForSwift(name))
    }
  }

  struct Play: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The fixtures as a tool that answers on this machine, until Ctrl-C.")

    @Argument(help: "The connector's folder, with NAME.yml and Fixtures/.")
    var folder: String

    @Option(help: "Where it listens, on 127.0.0.1. Default one that is free.")
    var port = 0

    func run() async throws {
      let (connector, fixtures) = try ConnectorFolder.open(folder)
      let suite = RESTConformance(connector, fixturesFolder: fixtures)
      // One case of each stream.
      var folders: [String: String] = [:]
      for fixture in suite.fixtures where folders[fixture.stream] == nil { folders[fixture.stream] = fixture.folder }
      guard let exchanges = try RecordedExchanges.joined(folders: folders.keys.sorted().compactMap { folders[$0] })
      else {
        throw KithError(.configuration, "the connector has no fixtures", seen: fixtures)
      }
      let tool = try RecordedTool(exchanges, port: port)
      // Written at once, also into a pipe.
      FileHandle.standardOutput.write(
        Data(
          """
          \(connector.manifest.name) answers at \(tool.server.url); in connectors.yml:
            options: {base_url: "\(tool.server.url)", allow_private_network: true}

          """.utf8))
      while true { try await Task.sleep(for: .seconds(3_600)) }
    }
  }

  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record", abstract: "What the tool answers now, as a fixture without secrets and people.",
      discussion: """
        Reads the first pages of a stream of a configured source and writes them to FOLDER/Fixtures/STREAM. Names, addresses,
        e-mails, phone numbers and texts are replaced by made-up ones, the same by the same; secrets by nothing. Look through
        the files before you give them away.
        """)

    @Argument(help: "The source's name in connectors.yml.")
    var source: String

    @Argument(help: "The stream.")
    var stream: String

    @Option(help: "The connector's folder. Default the one that hub: connectors names.")
    var folder: String?

    @Option(help: "How many answers at most.")
    var most = 6

    @OptionGroup var options: HubOptions

    func run() async throws {
      let configuration = try options.configuration()
      guard let configured = configuration.source(named: source) else {
        throw KithError(
          .configuration, "there is no such source", seen: source,
          allowed: configuration.sources.map(\.name).joined(separator: ", "))
      }
      let entry = configuration.hub.connectors.first { $0.name == configured.connector }
      guard
        let connector = entry?.connector() ?? Registry.catalogue.connector(named: configured.connector)
          as? RESTConnector
      else {
        throw KithError(.configuration, "this connector asks nobody over HTTP", seen: configured.connector)
      }
      let root = folder ?? entry.map { URL(fileURLWithPath: $0.path).deletingLastPathComponent().path }
      guard let root else {
        throw KithError(
          .configuration, "where shall the fixture go?", fix: "Name the connector's folder with --folder.")
      }
      let exchanges = try await connector.record(configured.settings, stream: stream, most: most)
      var writer = FixtureWriter(connector, configured.settings)
      let written = try writer.write(
        exchanges, to: "\(root)/Fixtures/\(stream)")
      for path in written { print("Wrote \(path)") }
      print("Read them, then run: kith connector test \(root) --update")
    }
  }

  struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All words of a REST manifest, as docs/rest-manifest.md has them.")

    func run() { print(RESTSchema.markdown, terminator: "") }
  }
}
