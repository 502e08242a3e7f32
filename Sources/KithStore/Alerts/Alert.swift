import KithCore

/// What an alert is about. The words stand in messages, metrics and the database.
public enum AlertKind: String, Sendable, CaseIterable, Codable {
  /// A run failed for a reason that does not pass by itself, or did so again and again.
  case runFailed = "run_failed"
  /// The tool refuses the credentials, or a source rests after too many failures.
  case sourceGivenUp = "source_given_up"
  /// A stream was not read to its end for too long.
  case sourceLate = "source_late"
  /// A stream was read, but has brought nothing new for too long.
  case nothingNew = "nothing_new"
  /// A run set aside too large a part of what it read.
  case quarantineHigh = "quarantine_high"
  /// A stream's fields have changed.
  case drift
}

/// What is wrong where: of one key one alert is open at most.
public struct AlertKey: Hashable, Sendable {
  public var kind: AlertKind
  public var source: String
  public var stream: String?

  public init(_ kind: AlertKind, source: String, stream: String? = nil) {
    self.kind = kind
    self.source = source
    self.stream = stream
  }
}

/// Figures beside an alert's text: numbers, classes and times, never what a record, a file or a tool said.
public struct AlertDetails: Sendable, Equatable, Codable {
  public var runID: Int64?
  public var errorClass: String?
  /// Runs in a row that failed.
  public var failures: Int?
  /// Since when it is so, ISO 8601 in UTC.
  public var since: String?
  /// The objective that is missed, as connectors.yml has it.
  public var within: String?
  public var read: Int?
  public var quarantined: Int?
  /// How many percent of what is read may be set aside.
  public var percentAllowed: Int?
  /// Fields that are new, that have vanished, and whose values are of another kind.
  public var fieldsNew: Int?
  public var fieldsVanished: Int?
  public var fieldsRetyped: Int?

  public init() {}
}

/// Something that is wrong now.
public struct AlertFinding: Sendable, Equatable {
  public var key: AlertKey
  /// One sentence.
  public var text: String
  public var details: AlertDetails

  public init(_ key: AlertKey, _ text: String, _ details: AlertDetails = AlertDetails()) {
    self.key = key
    self.text = text
    self.details = details
  }
}

/// Why an alert is over.
public enum AlertResolution: String, Sendable, CaseIterable {
  /// What was wrong is right again.
  case good
  /// Source, stream or objective are no longer configured.
  case notWatched = "not_watched"
}

/// An alert as the hub keeps it.
public struct AlertRecord: Sendable, Equatable {
  public var id: Int64
  public var key: AlertKey
  public var text: String
  public var details: AlertDetails
  public var openedAt: Timestamp
  public var resolvedAt: Timestamp?
  public var resolution: AlertResolution?
}

/// What destinations are told of an alert.
public enum AlertEvent: String, Sendable, CaseIterable { case opened, resolved, test }

/// What becomes of the alerts when something was found, or found no longer.
public enum AlertChange: Sendable, Equatable {
  case open(AlertFinding)
  case resolve(Int64, AlertResolution)
}

/// Something that a destination is still to be told.
public struct AlertDelivery: Sendable, Equatable {
  public var id: Int64
  public var alert: AlertRecord
  public var event: AlertEvent
  /// Its name in connectors.yml.
  public var destination: String
  /// How often it was tried in vain.
  public var attempts: Int
}

/// A destination that was last told something in vain.
public struct AlertDeliveryProblem: Sendable, Equatable {
  public var destination: String
  /// Messages that are tried again.
  public var waiting: Int
  /// Messages that were given up since the last one that arrived.
  public var givenUp: Int
  public var error: String
}
