import KithCore
import KithHTTP

/// The messages that a tool sends by itself, as a manifest says.
struct RESTWebhook: Sendable {
  /// What the signature is made of.
  enum Signed: String, Sendable, CaseIterable {
    case body
    case timestampBody = "timestamp body"
    case timestampDotBody = "timestamp.body"
  }

  enum Topic: Sendable {
    case header(String)
    case path([PathStep])
  }

  struct Stream: Sendable {
    var name: String
    /// Nil: all.
    var topics: [String]?
    /// Of these the record is gone.
    var gone: [String]
    var records: [PathStep]
    /// Instead of that of the stream's lists.
    var only: RESTCondition?
    /// Instead of those of the stream, field by field.
    var fields: MappingNode?
  }

  var header: String
  var prefix: String
  var signature: MessageSignature
  var key: RESTTemplate
  var signed: Signed
  var timestampHeader: String?
  /// Seconds.
  var tolerance: Double
  var topic: Topic?
  var streams: [Stream]
}

extension RESTConnector: WebhookConnector {
  public func webhooks(_ settings: SourceSettings) throws(KithError) -> (any WebhookReader)? {
    if let problem = problems.first { throw problem }
    guard let webhook = manifest.webhook else { return nil }
    let values = RESTValues(options: manifest.defaults.merging(settings.options) { _, own in own })
    guard let key = webhook.key.filled(values) else { return nil }
    return RESTWebhookReader(webhook: webhook, key: Secret(key.text), manifest: manifest, settings: settings)
  }
}

struct RESTWebhookReader: WebhookReader {
  let webhook: RESTWebhook
  let key: Secret
  let manifest: RESTManifest
  let settings: SourceSettings

  func receipt(of message: WebhookMessage, at now: Timestamp) -> WebhookReceipt? {
    guard let header = message[webhook.header], header.hasPrefix(webhook.prefix) else { return nil }
    var signed = message.body
    if let name = webhook.timestampHeader {
      guard let text = message[name], let seconds = Double(text),
        abs(now.seconds(since: Timestamp(seconds: 0)) - seconds) <= webhook.tolerance
      else { return nil }
      switch webhook.signed {
      case .body: break
      case .timestampBody: signed = Array(text.utf8) + signed
      case .timestampDotBody: signed = Array(text.utf8) + [0x2E] + signed
      }
    }
    let signature = String(header.dropFirst(webhook.prefix.count))
    guard webhook.signature.isRight(signature, of: signed, key: key) else { return nil }
    let topic: String? = if case .header(let name)? = webhook.topic { message[name] } else { nil }
    // Of what is signed, and of what decides what becomes of it: a name in a header could be another one each time.
    let digest = MessageSignature.sha256(signed + [0] + Array((topic ?? "").utf8))
    return WebhookReceipt(key: digest, topic: topic)
  }

  func records(of delivery: WebhookDelivery) throws(KithError) -> [WebhookRecord] {
    let configured = webhook.streams.filter { stream in settings.streams.contains { $0.name == stream.name } }
    let raw = RawRecord()
    if let broken = raw.fill(json: delivery.body) {
      guard let first = configured.first else { return [] }
      let reject = Reject(
        code: "syntax", reason: "The message is not JSON: \(broken)", place: place(delivery), raw: delivery.body)
      return [WebhookRecord(stream: first.name, outcome: .reject(reject))]
    }
    var topic = delivery.receipt.topic
    if case .path(let path)? = webhook.topic { topic = raw.text(at: path) }
    var records: [WebhookRecord] = []
    for stream in configured {
      if let topics = stream.topics, !topics.contains(topic ?? ""), !stream.gone.contains(topic ?? "") { continue }
      records += try self.records(raw, stream, isGone: stream.gone.contains(topic ?? ""), delivery)
    }
    return records
  }

  private func place(_ delivery: WebhookDelivery) -> String { "webhook \(delivery.receipt.key.prefix(12))" }

  private func records(
    _ raw: RawRecord, _ rule: RESTWebhook.Stream, isGone: Bool, _ delivery: WebhookDelivery
  ) throws(KithError) -> [WebhookRecord] {
    guard let stream = manifest.stream(rule.name) else { return [] }
    let own = settings.streams.first { $0.name == rule.name }
    let compiled = RecordMapping.compile(
      kind: stream.record, fields: rule.fields.map { stream.fields.replaced(by: $0) } ?? stream.fields,
      overrides: own?.mapping,
      defaults: RecordMapping.Defaults(timeZone: settings.environment.timeZone, number: .point))
    if !compiled.problems.isEmpty { throw FileRun.combined(compiled.problems) }
    let bound = try compiled.mapping.bind(columns: nil, place: rule.name)
    if !bound.problems.isEmpty { throw FileRun.combined(bound.problems) }
    let items = items(raw, rule.records).filter { rule.only?.holds(in: raw, from: $0) ?? true }
    return items.enumerated().map { index, item in
      let outcome: ReplayOutcome
      switch mapped(raw, item, stream, bound.mapper, isGone: isGone) {
      case .record(let record): outcome = .record(record)
      case .reject(let code, let reason):
        outcome = .reject(
          Reject(
            code: code, reason: reason, place: "\(place(delivery)) record \(index + 1)",
            raw: Array(raw.json(of: item).utf8)))
      }
      return WebhookRecord(stream: rule.name, outcome: outcome)
    }
  }

  private func mapped(
    _ raw: RawRecord, _ item: RawRecord.NodeID, _ stream: RESTStream, _ mapper: RecordMapper, isGone: Bool
  ) -> MapOutcome {
    guard raw.kind(of: item) == .object else {
      return .reject(code: "syntax", reason: "A record must be an object, this is of kind \(raw.kind(of: item)).")
    }
    guard isGone else { return mapper.map(raw, root: item) }
    switch mapper.key(of: raw, root: item) {
    case .success(let key): return .record(.deletion(Deletion(kind: stream.record, key: key)))
    case .failure(let fault): return .reject(code: fault.code, reason: fault.reason)
    }
  }

  private func items(_ raw: RawRecord, _ path: [PathStep]) -> [RawRecord.NodeID] {
    var found: [RawRecord.NodeID] = []
    func take(_ node: RawRecord.NodeID) {
      if raw.kind(of: node) == .array { found += raw.children(of: node) } else { found.append(node) }
    }
    if path.isEmpty {
      take(raw.root)
    } else {
      raw.withView { view in
        _ = view.walk(path) { node in
          take(node)
          return true
        }
      }
    }
    return found
  }
}

extension RecordMapper {
  /// The key alone: what is gone has little more.
  func key(of raw: RawRecord, root: RawRecord.NodeID) -> Result<String, MapFault> {
    do throws(MapFault) {
      let key = try raw.nodes.withUnsafeBufferPointer { nodes throws(MapFault) in
        try raw.bytes.withUnsafeBufferPointer { bytes throws(MapFault) in
          try neededKey(RecordView(nodes: nodes, bytes: bytes, root: root))
        }
      }
      return .success(key)
    } catch {
      return .failure(error)
    }
  }
}

extension MappingNode {
  /// A mapping with the entries of another in place of its own.
  func replaced(by other: MappingNode) -> MappingNode {
    guard case .map(let own) = content, case .map(let others) = other.content else { return other }
    let kept = own.filter { entry in !others.contains { $0.key == entry.key } }
    return MappingNode(.map(kept + others), place: other.place)
  }
}
