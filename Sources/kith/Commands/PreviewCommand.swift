import ArgumentParser
import KithCore
import KithEngine

struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "The first records, raw and mapped side by side; nothing is stored.",
    discussion: """
      EXAMPLES
        kith preview crm contacts
        kith preview shop orders --limit 1
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source's name.")
  var source: String

  @Argument(help: "The stream's name.")
  var stream: String

  @Option(name: .shortAndLong, help: "How many records.")
  var limit = 3

  func validate() throws {
    if !(1...1_000).contains(limit) { throw ValidationError("--limit is not allowed: \(limit); allowed: 1 to 1000") }
  }

  func run() async throws {
    let hub = try options.hub()
    let source = try hub.source(named: source)
    let previews = try await hub.preview(
      stream: try hub.stream(named: stream, of: source).name, of: source, limit: limit)
    if previews.isEmpty { print("There are no records.") }
    for preview in previews {
      print(preview.place)
      print("  as it came")
      for (name, value) in preview.raw where !value.isEmpty { print("    \(name): \(Self.cut(value))") }
      switch preview.outcome {
      case .record(let record):
        print("  as Kith maps it: \(record.kindName)")
        for (name, value) in record.fields { print("    \(name): \(Self.cut(value))") }
      case .reject(let reject):
        print("  goes to quarantine: \(reject.code): \(reject.reason)")
      }
      print("")
    }
  }

  private static func cut(_ text: String) -> String {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    return line.count > 100 ? line.prefix(99) + "…" : line
  }
}
