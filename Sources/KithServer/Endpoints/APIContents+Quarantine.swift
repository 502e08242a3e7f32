import KithCore
import KithEngine
import KithStore

/// Records that could not be used.
extension APIContents {
  private static let statuses = QuarantineStatus.allCases.map(\.rawValue)

  private static let entryProperties: [Property] = [
    Property("quarantine_id", .integer(), "Number of the entry."),
    Property("source", .text(), "The source's name."), Property("stream", .text(), "The stream's name."),
    Property("run_id", .integer(), "The run that last put it aside."),
    Property("status", .word(statuses), "What became of it."),
    Property("code", .text(), "The kind of fault."), Property("place", .text(), "File and line, or page and item."),
    // The reason repeats the value that was seen.
    Property("reason", .text(), "One sentence: value seen, what is allowed.", isPersonal: true),
    Property("created_at", .dateTime, "When it was first put aside."),
    Property("resolved_at", .dateTime, "When it was replayed or discarded.", isNullable: true),
  ]

  private static let entry = Shape.object(
    ObjectShape("QuarantineEntry", "A record that was put aside.", entryProperties))

  private static let entryDetail = Shape.object(
    ObjectShape(
      "QuarantineDetail", "A record that was put aside, as it came.",
      entryProperties + [
        Property(
          "raw", .text(), "The record as text; bytes that are not UTF-8 are replaced.",
          isPersonal: true)
      ]))

  static let quarantine: [Endpoint] = [
    Endpoint(
      "list_quarantine", .get, "\(root)/quarantine", "Records that could not be used, the oldest first.",
      roles: [.integrator, .ops, .privacy, .admin], reach: .filtered,
      parameters: Call.pageParameters + [
        .query("source", .text(.init(most: 255)), "Only this source's."),
        .query("stream", .text(.init(most: 255)), "Only this stream's."),
        .query("code", .text(.init(most: 255)), "Only this kind of fault."),
        .query("status", .word(statuses), "Only these; waiting when it is left out."),
      ],
      success: .json(
        status: 200, Call.pageShape("entries", entry, called: "QuarantinePage", "Entries, the oldest first.")),
      .blocking { call in
        let filter = QuarantineFilter(
          source: call.text("source"), stream: call.text("stream"), code: call.text("code"),
          status: call.text("status").flatMap(QuarantineStatus.init(rawValue:)) ?? .waiting,
          among: call.caller.limits.sources)
        let entries = try call.store.quarantine(filter, limit: call.limit + 1, after: try call.cursorNumber() ?? 0)
        return call.page("entries", entries.map { .object(members($0)) }) { [String(entries[$0].id)] }
      }),
    Endpoint(
      "get_quarantine_entry", .get, "\(root)/quarantine/{quarantine_id}", "One record that could not be used, whole.",
      roles: [.integrator, .ops, .privacy, .admin], reach: .filtered,
      parameters: [.path("quarantine_id", .integer(1...Int64.max), "Number of the entry.")],
      success: .json(status: 200, entryDetail), problems: [.notFound],
      .blocking { call in
        let id = try call.requiredInt("quarantine_id")
        guard let entry = try call.store.quarantineEntry(id), call.sees(entry.source) else {
          throw notFound("entry", String(id))
        }
        let raw = String(decoding: entry.reject.raw, as: UTF8.self)
        return .json(.object(members(entry) + [.init("raw", .text(raw))]))
      }),
  ]

  private static func members(_ entry: QuarantineEntry) -> [JSON.Member] {
    let members: [(String, any JSONConvertible)] = [
      ("quarantine_id", entry.id), ("source", entry.source), ("stream", entry.stream), ("run_id", entry.run.rawValue),
      ("status", entry.status.rawValue), ("code", entry.reject.code), ("place", entry.reject.place),
      ("reason", entry.reject.reason), ("created_at", entry.createdAt.sqlText),
      ("resolved_at", entry.resolvedAt?.sqlText),
    ]
    return members.map { .init($0.0, $0.1.json) }
  }
}
