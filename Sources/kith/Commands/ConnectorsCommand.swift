import ArgumentParser
import KithCore

struct ConnectorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connectors", abstract: "What can be connected, with its options and streams.",
    discussion: """
      EXAMPLES
        kith connectors
        kith connectors show crm_export
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All connectors.")

    func run() {
      for specification in Registry.specifications {
        print("\(specification.name): \(specification.title)")
        print("  \(specification.summary)")
        print("  streams: \(specification.streams.map(\.name).joined(separator: ", "))")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One connector: streams, layouts, options.")

    @Argument(help: "The connector's name.")
    var name: String

    func run() throws {
      let names = Registry.specifications.map(\.name)
      guard let specification = Registry.specifications.first(where: { $0.name == name }) else {
        throw KithError(
          .configuration, "there is no such connector", seen: name, allowed: names.joined(separator: ", "),
          fix: nearestWord(to: name, among: names).map { "Did you mean \"\($0)\"?" })
      }
      print("\(specification.name): \(specification.title)\n\(specification.summary)\n\nSTREAMS")
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
