import ArgumentParser
import KithCore
import KithEngine

struct DiscoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover", abstract: "Streams and fields that a source really has.",
    discussion: """
      EXAMPLES
        kith discover crm
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source's name.")
  var source: String

  func run() async throws {
    let hub = try options.hub()
    let source = try hub.source(named: source)
    var failed = false
    for stream in source.settings.streams {
      do {
        let found = try await hub.discover(stream: stream.name, of: source)
        print("\(source.name)/\(stream.name): \(found.summary)")
        var table = TextTable([("field", .left), ("example", .left)])
        for field in found.fields { table.add([field.name, field.example ?? ""]) }
        print(table.text() + "\n")
      } catch {
        Terminal.error("error: \(source.name)/\(stream.name): \(error)")
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }
}
