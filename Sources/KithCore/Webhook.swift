/// A message that a tool sends by itself when something has happened, as it came.
public struct WebhookMessage: Sendable {
  public var headers: [(name: String, value: String)]
  /// Byte for byte: it is what is signed.
  public var body: [UInt8]

  public init(headers: [(name: String, value: String)], body: [UInt8]) {
    self.headers = headers
    self.body = body
  }

  /// A header's value, whatever the case of its name.
  public subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// What is kept of a message that is signed as it should be.
public struct WebhookReceipt: Sendable, Equatable {
  /// Tells messages apart: one that comes again has the same.
  public var key: String
  /// What the tool says has happened.
  public var topic: String?

  public init(key: String, topic: String?) {
    self.key = key
    self.topic = topic
  }
}

/// A message that has been stored.
public struct WebhookDelivery: Sendable {
  public var receipt: WebhookReceipt
  public var body: [UInt8]

  public init(receipt: WebhookReceipt, body: [UInt8]) {
    self.receipt = receipt
    self.body = body
  }
}

/// What one message brings for one stream.
public struct WebhookRecord: Sendable {
  public var stream: String
  public var outcome: ReplayOutcome

  public init(stream: String, outcome: ReplayOutcome) {
    self.stream = stream
    self.outcome = outcome
  }
}

/// A connector whose tool tells by itself what has happened.
public protocol WebhookConnector: Connector {
  /// For one source; nil when the tool sends nothing, or the source has no key to check it with. Is asked for each
  /// message: it opens no connection.
  func webhooks(_ settings: SourceSettings) throws(KithError) -> (any WebhookReader)?
}

/// Checks and reads the messages of one source.
public protocol WebhookReader: Sendable {
  /// Nil for a message that is not signed as it should be, or too old. Looks at nothing but bytes and headers; the time it
  /// takes tells nothing about the key.
  func receipt(of message: WebhookMessage, at now: Timestamp) -> WebhookReceipt?
  /// The records of a message, none when it is about something that the source does not read. What cannot be read is a
  /// reject.
  func records(of delivery: WebhookDelivery) throws(KithError) -> [WebhookRecord]
}
