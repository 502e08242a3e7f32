import ArgumentParser
import KithCore
import KithEngine

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Configuration, files and mappings: all problems at once.",
    discussion: """
      EXAMPLES
        kith check
        kith check crm shop
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "Names of sources; all when none is given.")
  var sources: [String] = []

  func run() async throws {
    let hub = try options.hub()
    let chosen = try sources.isEmpty ? hub.configuration.sources : sources.map { try hub.source(named: $0) }
    var problems = 0
    for source in chosen {
      let found = await hub.check(source)
      problems += found.count
      let streams = source.settings.streams.map(\.name).joined(separator: ", ")
      print(
        "\(source.name): \(found.isEmpty ? "ok (\(streams))" : "\(found.count) problem\(found.count == 1 ? "" : "s")")")
      for problem in found { Terminal.error("error: \(problem)") }
    }
    if problems > 0 { throw ExitCode(2) }
  }
}
