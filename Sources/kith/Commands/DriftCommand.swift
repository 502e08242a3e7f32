import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

struct DriftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "How the fields of a source have changed; accept what waits.",
    discussion: """
      Each run compares the raw fields that it sees with those that were known. What is done about a change is the source's
      `drift:` in connectors.yml: accept (the default), quarantine or stop.

      EXAMPLES
        kith drift crm               what has changed, the newest run first
        kith drift crm --accept      what waits is right: later runs take it as known
        kith drift crm --json
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source.")
  var source: String

  @Flag(name: .long, help: "Take the changes that wait as known.")
  var accept = false

  @OptionGroup var list: ListOptions

  func run() throws {
    let hub = try options.hub()
    let configured = try hub.source(named: source)
    if accept { return try takeAsKnown(hub, configured) }
    let changes = try hub.store.fieldChanges(source: source, limit: list.limit)
    let streams = try configured.settings.streams.map { stream in
      (stream.name, try hub.store.fields(source: source, stream: stream.name).filter { !$0.isGone })
    }
    if list.json {
      return try printJSON(
        DriftOutcome(
          source: source, policy: configured.drift.rawValue,
          streams: streams.map { name, fields in
            DriftOutcome.Stream(
              stream: name, fields: fields.map { DriftOutcome.Field(name: $0.name, kind: $0.kind?.rawValue) })
          }, changes: changes.map(FieldChangeRow.init)))
    }
    for (name, fields) in streams {
      print(
        fields.isEmpty
          ? "\(source)/\(name): no fields are known yet."
          : "\(source)/\(name): \(grouped(fields.count)) fields are known.")
    }
    if changes.isEmpty {
      return print("Nothing has changed since. What is done when it does: \(configured.drift.rawValue).")
    }
    for change in changes {
      print("  run \(change.run), \(change.noticedAt.sqlText)  \(change.stream)  \(change.sentence)")
    }
    if changes.contains(where: { $0.state == .waiting }) {
      print("What waits is right? Run: kith drift \(source) --accept")
    }
  }

  private func takeAsKnown(_ hub: Hub, _ configured: SourceConfiguration) throws {
    var count = 0
    for stream in configured.settings.streams {
      count += try hub.store.acceptFields(source: source, stream: stream.name, by: NSUserName(), at: hub.time.now())
    }
    if count == 0 { return print("Nothing waits to be accepted.") }
    let next = configured.drift == .quarantine ? "kith quarantine replay --source \(source)" : "kith sync \(source)"
    print("\(grouped(count)) \(count == 1 ? "change is" : "changes are") known now. Run: \(next)")
  }
}

private struct DriftOutcome: Encodable {
  struct Field: Encodable {
    var name: String
    var kind: String?
  }

  struct Stream: Encodable {
    var stream: String
    var fields: [Field]
  }

  var source: String
  var policy: String
  var streams: [Stream]
  var changes: [FieldChangeRow]
}

/// A change as `--json` prints it.
struct FieldChangeRow: Encodable {
  var runID: Int64
  var stream: String
  var field: String
  var change: String
  var kindBefore: String?
  var kindAfter: String?
  var state: String
  var noticedAt: String

  init(_ record: FieldChangeRecord) {
    runID = record.run.rawValue
    stream = record.stream
    field = record.change.name
    change = record.change.what.rawValue
    kindBefore = record.change.before?.rawValue
    kindAfter = record.change.after?.rawValue
    state = record.state.rawValue
    noticedAt = record.noticedAt.sqlText
  }
}

extension FieldChangeRecord {
  /// `+ loyalty (number)`, `- fax`, `~ amount: number → text`, and what became of it.
  var sentence: String {
    let kinds = (change.before?.rawValue ?? "empty", change.after?.rawValue ?? "empty")
    let words =
      switch change.what {
      case .new: "+ \(change.name) (\(kinds.1))"
      case .vanished: "- \(change.name)"
      case .retyped: "~ \(change.name): \(kinds.0) → \(kinds.1)"
      }
    switch state {
    case .accepted: return words
    case .waiting: return words + ", waits to be accepted"
    case .past: return words + ", past"
    }
  }
}
