import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct CheckpointsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoints", abstract: "How far each stream has been read; forget it, so that it is read again.",
    discussion: """
      EXAMPLES
        kith checkpoints
        kith checkpoints reset crm contacts --preview    what that would mean
        kith checkpoints reset crm                       all streams of a source
      """,
    subcommands: [List.self, Reset.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How far each stream has been read.")

    @OptionGroup var options: HubOptions

    @Option(name: .long, help: "Only this source.")
    var source: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let hub = try options.hub()
      if let source { _ = try hub.source(named: source) }
      let all = try hub.store.checkpoints().filter { source == nil || $0.source == source }
      if json { return try printJSON(all.map { CheckpointRow($0) }) }
      if all.isEmpty { return print("No stream has a checkpoint yet. Run: kith sync") }
      var table = TextTable([
        ("source", .left), ("moved (UTC)", .left), ("run", .right), ("records", .right), ("checkpoint", .left),
      ])
      for one in all {
        table.add([
          "\(one.source)/\(one.stream)", one.movedAt?.sqlText ?? "", one.run.description, grouped(one.records),
          shortened(one.checkpoint.text),
        ])
      }
      print(table.text())
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forget how far streams have been read: the next sync reads them from their beginning.")

    @OptionGroup var options: HubOptions

    @Argument(help: "The source.") var source: String

    @Argument(help: "Only this stream.") var stream: String?

    @Flag(name: .long, help: "Change nothing; tell what would be.")
    var preview = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let hub = try options.hub()
      let resets = try hub.resetCheckpoints(source: source, stream: stream, by: NSUserName(), isPreview: preview)
      if json { return try printJSON(resets) }
      for reset in resets { print(sentence(reset)) }
      if resets.allSatisfy({ $0.checkpoint == nil }) { return print("Nothing to forget.") }
      print(
        """
        The next sync \(preview ? "would read" : "reads") from the beginning. Records that have not changed stay as they \
        are; nothing is deleted or stored twice. A tool that is asked over HTTP is asked for everything: mind its limits.
        """)
      if preview {
        print("Nothing was changed. To do it, leave --preview out.")
      } else {
        print("Run: kith sync \(source)")
      }
    }

    private func sentence(_ reset: CheckpointReset) -> String {
      guard let checkpoint = reset.checkpoint else {
        return "\(reset.source)/\(reset.stream): no checkpoint; it is read from its beginning anyway."
      }
      let moved = [reset.movedAt, reset.runID.map { "run \($0)" }].compactMap { $0 }.joined(separator: ", ")
      return """
        \(reset.source)/\(reset.stream): \(reset.isReset ? "forgotten" : "would be forgotten"): \(shortened(checkpoint)) \
        (\(moved)). \(grouped(reset.records)) records are in the hub.
        """
    }
  }
}

/// A checkpoint may list thousands of files.
private func shortened(_ text: String) -> String { text.count > 100 ? text.prefix(100) + "…" : text }

/// A checkpoint as `--json` prints it.
private struct CheckpointRow: Encodable {
  var source: String
  var stream: String
  var checkpoint: String
  var movedAt: String?
  var runID: Int64
  var records: Int

  init(_ known: StreamCheckpoint) {
    source = known.source
    stream = known.stream
    checkpoint = known.checkpoint.text
    movedAt = known.movedAt?.sqlText
    runID = known.run.rawValue
    records = known.records
  }
}
