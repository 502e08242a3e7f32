import ArgumentParser
import Foundation
import KithConnectorKit
import KithCore
import KithEngine

struct ConnectorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connectors", abstract: "What can be connected, with its options and streams.",
    discussion: """
      EXAMPLES
        kith connectors
        kith connectors show crm_export
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// Those of the program, and those of the folder that a configuration names.
  static func catalogue(_ config: String) -> ConnectorCatalogue {
    let path = absolutePath(config, FileManager.default.currentDirectoryPath)
    var reader = ConfigurationReader(connectors: Registry.catalogue, time: SystemTime())
    // What else is wrong with it does not matter here.
    if FileManager.default.fileExists(atPath: path) { _ = try? reader.read(path: path) }
    return reader.connectors
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All connectors.")

    @Option(name: [.short, .long], help: "A configuration that names a folder of connectors.")
    var config = "connectors.yml"

    func run() {
      let catalogue = ConnectorsCommand.catalogue(config)
      for specification in catalogue.names.compactMap({ catalogue.connector(named: $0)?.specification }) {
        let note = specification.verified.map { " (\($0))" } ?? ""
        print("\(specification.name): \(specification.title)\(note)")
        print("  \(specification.summary)")
        print("  streams: \(specification.streams.map(\.name).joined(separator: ", "))")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One connector: streams, layouts, options.")

    @Argument(help: "The connector's name.")
    var name: String

    @Option(name: [.short, .long], help: "A configuration that names a folder of connectors.")
    var config = "connectors.yml"

    func run() throws {
      let connector = try ConnectorsCommand.catalogue(config).needed(name)
      if let problems = (connector as? RESTConnector)?.problems, !problems.isEmpty {
        throw ConfigurationProblems(problems)
      }
      let specification = connector.specification
      print("\(specification.name): \(specification.title)\n\(specification.summary)")
      if let verified = specification.verified { print("Backed by: \(verified)") }
      print("\nSTREAMS")
      for stream in specification.streams {
        print("  \(stream.name): \(stream.summary)")
        for layout in stream.layouts { print("    layout \(layout.name): \(layout.title)") }
      }
      Self.show("OPTIONS OF THE SOURCE", specification.options)
      Self.show("OPTIONS OF EACH STREAM (under options: they are the default of all)", specification.streamOptions)
    }

    private static func show(_ title: String, _ options: [OptionSpecification]) {
      if options.isEmpty { return }
      print("\n\(title)")
      for option in options {
        let note = option.isRequired ? " (needed)" : option.defaultValue.map { " (default \($0))" } ?? ""
        print("  \(option.name)\(note): \(option.summary)")
        print("    allowed: \(option.kind.allowed)")
      }
    }
  }
}
