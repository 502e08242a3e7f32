import ArgumentParser
import KithCore
import KithEngine

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What ran, how fresh each stream is, what waits in quarantine.",
    discussion: """
      EXAMPLES
        kith status
        kith status --json
        kith watch             the same, drawn anew every few seconds
      """)

  @OptionGroup var options: HubOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let hub = try options.hub()
    if json { return try printJSON(hub.streamStates(hub.store.status())) }
    print(try StatusText(hub: hub).lines.joined(separator: "\n"))
  }
}
