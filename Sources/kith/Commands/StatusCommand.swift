import ArgumentParser
import KithCore
import KithEngine
import KithStore

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
    if json { return try printJSON(StatusRow(hub)) }
    print(try StatusText(hub: hub).lines.joined(separator: "\n"))
  }
}

/// The state of a hub as `--json` prints it: what `StatusText` says in words.
private struct StatusRow: Encodable {
  struct ChangedFields: Encodable {
    var source: String
    /// Fields that must be accepted.
    var waiting: Int
  }

  var streams: [StreamState]
  var alerts: [AlertRow]
  var undelivered: [UndeliveredRow]
  var changedFields: [ChangedFields]
  /// Profiles that wait for identity.
  var identityQueue: Int

  init(_ hub: Hub) throws {
    streams = try hub.streamStates(hub.store.status())
    alerts = try hub.store.openAlerts().map(AlertRow.init)
    undelivered = try hub.store.deliveryProblems().map(UndeliveredRow.init)
    let waiting = try hub.store.fieldChanges(state: .waiting, limit: StatusText.mostChanges)
    changedFields = Dictionary(grouping: waiting, by: \.source).sorted { $0.key < $1.key }
      .map { ChangedFields(source: $0.key, waiting: $0.value.count) }
    identityQueue = try hub.store.identityQueue().profiles
  }
}
