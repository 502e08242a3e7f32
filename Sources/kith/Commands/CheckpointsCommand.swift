import ArgumentParser
import Foundation
import KithCore
import KithEngine

struct CheckpointsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoints", abstract: "How far each stream has been read; begin anew.",
    discussion: """
      After a reset the next sync reads everything again, whenever it comes; `kith sync --full` does so at once, without one.

      EXAMPLES
        kith checkpoints
        kith checkpoints crm
        kith checkpoints reset crm contacts --preview      what it would mean; nothing is changed
        kith checkpoints reset crm contacts
        kith checkpoints reset crm                         all of its streams
      """,
    subcommands: [List.self, Reset.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How far each stream has been read.")

    @OptionGroup var options: HubOptions

    @Argument(help: "Only this source.")
    var source: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let hub = try options.hub()
      if let source { _ = try hub.source(named: source) }
      let states = try CheckpointsCommand.states(hub, source)
      if json { return try printJSON(states.map(CheckpointRow.init)) }
      var table = TextTable([
        ("source/stream", .left), ("read so far", .left), ("moved (UTC)", .left), ("ago", .right),
        ("records", .right),
      ])
      table.widest = 100
      let now = hub.time.now()
      for state in states {
        table.add([
          "\(state.source)/\(state.stream)",
          state.position ?? (state.manner == .pushed ? "sent by the tool" : "nothing"),
          state.movedAt?.sqlText ?? "",
          state.movedAt.map { SyncProgress.duration(max(now.seconds(since: $0), 0)) } ?? "",
          grouped(state.records),
        ])
      }
      print(table.text())
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forget how far a stream has been read: the next sync reads everything. No record is touched.")

    @OptionGroup var options: HubOptions

    @Argument(help: "The source.")
    var source: String

    @Argument(help: "The stream; all of the source when it is left out.")
    var stream: String?

    @Flag(name: .long, help: "Tell what it would mean, and change nothing.")
    var preview = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let hub = try options.hub()
      let configured = try hub.source(named: source)
      if let stream { _ = try hub.stream(named: stream, of: configured) }
      let names = stream.map { [$0] } ?? configured.settings.streams.map(\.name)
      let states = try CheckpointsCommand.states(hub, source).filter { names.contains($0.stream) }
      let reset = try preview ? [] : hub.resetCheckpoints(of: configured, stream: stream, by: NSUserName())
      if json {
        return try printJSON(ResetOutcome(isPreview: preview, reset: reset, streams: states.map(CheckpointRow.init)))
      }
      for state in states {
        print("\(source)/\(state.stream): \(state.position.map { "read so far: \($0)" } ?? "nothing read so far")")
        for effect in state.effects { print("  \(effect)") }
      }
      if preview { return print("Nothing was changed. Without --preview it is.") }
      if reset.isEmpty { return print("There was no checkpoint: nothing was changed.") }
      print("Forgotten: \(reset.joined(separator: ", ")). Run: kith sync \(source)")
    }
  }

  private static func states(_ hub: Hub, _ source: String?) throws -> [CheckpointState] {
    let known = try hub.store.status()
    return try hub.checkpoints(
      of: source.map { [$0] } ?? hub.sourceNames(known), known, hub.store.streamSuccesses())
  }
}

/// A checkpoint as `--json` prints it.
private struct CheckpointRow: Encodable {
  var source: String
  var stream: String
  var manner: String?
  var position: String?
  var movedAt: String?
  var records: Int
  var lastReadAt: String?
  var effects: [String]

  init(_ state: CheckpointState) {
    (source, stream, manner) = (state.source, state.stream, state.manner?.rawValue)
    (position, movedAt, records) = (state.position, state.movedAt?.sqlText, state.records)
    (lastReadAt, effects) = (state.lastReadAt?.sqlText, state.effects)
  }
}

private struct ResetOutcome: Encodable {
  var isPreview: Bool
  /// The streams that had a checkpoint, and have none now.
  var reset: [String]
  /// As they were before.
  var streams: [CheckpointRow]
}
