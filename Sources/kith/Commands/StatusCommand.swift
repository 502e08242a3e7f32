import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What ran, how fresh each stream is, what waits in quarantine, what is wrong.",
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
    if json { return try printJSON(StatusOutcome(hub)) }
    print(try StatusText(hub: hub).lines.joined(separator: "\n"))
  }
}

/// What `kith status --json` prints.
private struct StatusOutcome: Encodable {
  struct ChangedFields: Encodable {
    var source: String
    /// Fields that must be accepted.
    var waiting: Int
  }

  struct Queue: Encodable {
    var profiles: Int
    var refreshes: Int
  }

  var streams: [StreamState]
  /// Those that are open, the oldest first.
  var alerts: [AlertRow]
  /// Destinations that alerts do not reach.
  var undelivered: [UndeliveredRow]
  /// Sources with fields that changed and must be accepted.
  var changedFields: [ChangedFields]
  /// What waits for `kith resolve`.
  var identityQueue: Queue

  init(_ hub: Hub) throws {
    streams = try hub.streamStates(hub.store.status())
    alerts = try hub.store.openAlerts().map(AlertRow.init)
    undelivered = try hub.store.deliveryProblems().map(UndeliveredRow.init)
    let waiting = try hub.store.fieldChanges(state: .waiting, limit: StatusText.mostChanges)
    changedFields = Dictionary(grouping: waiting, by: \.source).sorted { $0.key < $1.key }
      .map { ChangedFields(source: $0.key, waiting: $0.value.count) }
    let queue = try hub.store.identityQueue()
    identityQueue = Queue(profiles: queue.profiles, refreshes: queue.refreshes)
  }
}
