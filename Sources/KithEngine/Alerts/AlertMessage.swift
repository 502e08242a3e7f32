import Foundation
import KithCore
import KithStore

/// What destinations are told, as JSON: version 1, documented in docs/ops.md. Members are added, never changed; what is
/// not known is left out.
public struct AlertMessage: Sendable, Encodable {
  public static let version = 1

  public var version = AlertMessage.version
  /// The alert's number in this hub; the same when it is over. 0 for a test.
  public var id: Int64
  public var event: String
  /// Nil for a test.
  public var kind: String?
  public var source: String?
  public var stream: String?
  /// One sentence for people.
  public var text: String
  public var openedAt: String
  public var resolvedAt: String?
  public var resolution: String?
  public var details: AlertDetails?
  /// What to do about it; nil for a test and when it is over.
  public var advice: String?
  /// The command that tells more.
  public var command: String

  public init(_ alert: AlertRecord, _ event: AlertEvent) {
    id = alert.id
    self.event = event.rawValue
    kind = alert.key.kind.rawValue
    source = alert.key.source
    stream = alert.key.stream
    text = alert.text
    openedAt = alert.openedAt.isoText
    // An alert may be over by the time that its beginning arrives.
    if event == .resolved {
      resolvedAt = alert.resolvedAt?.isoText
      resolution = alert.resolution?.rawValue
    } else {
      advice = alert.advice
    }
    details = alert.details
    command = alert.details.runID.map { "kith runs show \($0)" } ?? "kith status"
  }

  private init(test now: Timestamp) {
    id = 0
    event = AlertEvent.test.rawValue
    text = "This is a test of kith alerts: nothing is wrong."
    openedAt = now.isoText
    command = "kith alerts"
  }

  public static func test(at now: Timestamp) -> AlertMessage { AlertMessage(test: now) }

  /// What it is about in few words: `opened: run_failed of crm`.
  var subject: String {
    guard let kind, let source else { return "test" }
    return "\(event): \(kind) of \(source)\(stream.map { "/\($0)" } ?? "")"
  }

  var json: [UInt8] {
    get throws(KithError) {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      do {
        return Array(try encoder.encode(self))
      } catch {
        throw KithError(.bug, "an alert has no JSON", seen: "\(error)")
      }
    }
  }
}
