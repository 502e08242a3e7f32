import KithEngine
import KithStore

/// An alert as `--json` prints it.
struct AlertRow: Encodable {
  var alertID: Int64
  var kind: String
  var source: String
  var stream: String?
  var text: String
  /// What to do about it.
  var advice: String
  var details: AlertDetails
  var openedAt: String
  var resolvedAt: String?
  var resolution: String?

  init(_ alert: AlertRecord) {
    alertID = alert.id
    kind = alert.key.kind.rawValue
    (source, stream) = (alert.key.source, alert.key.stream)
    (text, advice, details) = (alert.text, alert.advice, alert.details)
    openedAt = alert.openedAt.sqlText
    resolvedAt = alert.resolvedAt?.sqlText
    resolution = alert.resolution?.rawValue
  }
}

/// A destination that alerts do not reach, likewise.
struct UndeliveredRow: Encodable {
  var destination: String
  var waiting: Int
  var givenUp: Int
  var error: String

  init(_ problem: AlertDeliveryProblem) {
    destination = problem.destination
    (waiting, givenUp, error) = (problem.waiting, problem.givenUp, problem.error)
  }
}
