import KithCore
import KithEngine
import KithStore

/// What is wrong.
extension APIContents {
  private static let details = Shape.object(
    ObjectShape(
      "AlertDetails", "Figures of an alert; null where they do not belong to it.",
      [
        Property("run_id", .integer(), "The run that it is about.", isNullable: true),
        Property("error_class", .text(), "What is to be done about that run's error.", isNullable: true),
        Property("failures", .integer(), "Runs in a row that failed.", isNullable: true),
        Property("since", .dateTime, "Since when it is so.", isNullable: true),
        Property("within", .text(), "The objective that is missed, as connectors.yml has it.", isNullable: true),
        Property("read", .integer(), "Records that the run read.", isNullable: true),
        Property("quarantined", .integer(), "Records that it set aside.", isNullable: true),
        Property("percent_allowed", .integer(), "How many percent may be set aside.", isNullable: true),
        Property("fields_new", .integer(), "Fields that are new.", isNullable: true),
        Property("fields_vanished", .integer(), "Fields that have vanished.", isNullable: true),
        Property("fields_retyped", .integer(), "Fields whose values are of another kind.", isNullable: true),
      ]))

  private static let alert = Shape.object(
    ObjectShape(
      "Alert", "Something that is or was wrong with a source.",
      [
        Property("alert_id", .integer(), "Number of the alert."),
        Property("kind", .word(AlertKind.allCases.map(\.rawValue)), "What it is about."),
        Property("source", .text(), "The source's name."),
        Property("stream", .text(), "The stream's name; null where it is about the source.", isNullable: true),
        Property("text", .text(), "One sentence."),
        Property("advice", .text(), "What to do about it."), Property("details", details, "Figures."),
        Property("opened_at", .dateTime, "Since when it is open."),
        Property("resolved_at", .dateTime, "When it was over; null while it is open.", isNullable: true),
        Property(
          "resolution", .word(AlertResolution.allCases.map(\.rawValue)),
          "good, or not_watched where it is no longer configured.", isNullable: true),
      ]))

  static let alerts: [Endpoint] = [
    Endpoint(
      "list_alerts", .get, "\(root)/alerts", "What is wrong, the newest first.", roles: everybody,
      reach: .filtered,
      parameters: Call.pageParameters + [
        .query("state", .word(["open", "all"]), "Those that are open, or all; open when it is left out.")
      ], success: .json(status: 200, Call.pageShape("alerts", alert, called: "AlertPage", "Alerts, the newest first.")),
      .blocking { call in
        let before = try call.cursorNumber()
        let alerts =
          call.text("state") == "all"
          ? try call.store.alerts(limit: call.limit + 1, before: before, among: call.caller.limits.sources)
          : try call.store.openAlerts().reversed().filter {
            $0.id < before ?? .max && call.sees($0.key.source)
          }
        let rest = Array(alerts.prefix(call.limit + 1))
        return call.page("alerts", rest.map(json)) { [String(rest[$0].id)] }
      })
  ]

  private static func json(_ alert: AlertRecord) -> JSON {
    let details = alert.details
    return .of(
      ("alert_id", alert.id), ("kind", alert.key.kind.rawValue), ("source", alert.key.source),
      ("stream", alert.key.stream), ("text", alert.text), ("advice", alert.advice),
      (
        "details",
        JSON.of(
          ("run_id", details.runID), ("error_class", details.errorClass), ("failures", details.failures),
          ("since", details.since), ("within", details.within), ("read", details.read),
          ("quarantined", details.quarantined), ("percent_allowed", details.percentAllowed),
          ("fields_new", details.fieldsNew), ("fields_vanished", details.fieldsVanished),
          ("fields_retyped", details.fieldsRetyped))
      ), ("opened_at", alert.openedAt.sqlText), ("resolved_at", alert.resolvedAt?.sqlText),
      ("resolution", alert.resolution?.rawValue))
  }
}
