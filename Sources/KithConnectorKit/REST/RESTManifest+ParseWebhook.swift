import KithCore
import KithHTTP

/// What a tool sends by itself.
extension RESTManifestParser {
  mutating func webhook(_ node: MappingNode?, _ manifest: RESTManifest) -> RESTWebhook? {
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.webhook.names, of: "a webhook") else {
      if let pushed = manifest.streams.first(where: \.isPushed) {
        notes.report("a stream that is pushed needs a webhook", pushed.fields, seen: pushed.name)
      }
      return nil
    }
    let algorithm = choice(keys["algorithm"], MessageSignature.Algorithm.allCases.map(\.rawValue))
    let encoding = choice(keys["encoding"], MessageSignature.Encoding.allCases.map(\.rawValue))
    let signed =
      choice(keys["signed"], RESTWebhook.Signed.allCases.map(\.rawValue))
      .flatMap { RESTWebhook.Signed(rawValue: $0) } ?? .body
    let timestamp = keys["timestamp_header"].flatMap { scalar($0) }
    if signed != .body, timestamp == nil {
      notes.report(
        "a time that is signed stands in a header", node, seen: signed.rawValue, allowed: "timestamp_header: NAME")
    }
    if keys["tolerance_seconds"] != nil, timestamp == nil {
      notes.report("a tolerance needs a time", node, allowed: "timestamp_header: NAME")
    }
    let key = needed(keys["key"], "key", in: node)
    if keys["key"] != nil, key.names.isEmpty {
      notes.report("a key is an option of the source", keys["key"] ?? node, allowed: "${webhook_secret}")
    }
    return RESTWebhook(
      header: notes.text(keys["header"], "header", in: node), prefix: keys["prefix"].flatMap { scalar($0) } ?? "",
      signature: MessageSignature(
        algorithm.flatMap { MessageSignature.Algorithm(rawValue: $0) } ?? .hmacSHA256,
        encoding.flatMap { MessageSignature.Encoding(rawValue: $0) } ?? .base64),
      key: key, signed: signed, timestampHeader: timestamp,
      tolerance: Double(number(keys["tolerance_seconds"], 1...86_400) ?? 300), topic: topic(keys["topic"]),
      streams: webhookStreams(keys["streams"], node, manifest, hasTopic: keys["topic"] != nil))
  }

  private mutating func topic(_ node: MappingNode?) -> RESTWebhook.Topic? {
    guard let node, let keys = notes.entries(node, allowed: ["header", "path"], of: "a topic") else { return nil }
    if let name = keys["header"].flatMap({ scalar($0) }) { return .header(name) }
    if let path = keys["path"].flatMap({ path($0, "path") }) { return .path(path) }
    notes.report("a topic stands somewhere", node, allowed: "{header: NAME}, {path: PATH}")
    return nil
  }

  private mutating func webhookStreams(
    _ node: MappingNode?, _ webhook: MappingNode, _ manifest: RESTManifest, hasTopic: Bool
  ) -> [RESTWebhook.Stream] {
    guard let node, case .map(let entries) = node.content, !entries.isEmpty else {
      notes.report("a webhook is about streams", node ?? webhook, allowed: "streams: {NAME: {topics: [...]}}")
      return []
    }
    var streams: [RESTWebhook.Stream] = []
    for entry in entries {
      guard let stream = manifest.stream(entry.key) else {
        let names = manifest.streams.map(\.name)
        notes.report(
          "there is no such stream", entry.value, seen: entry.key, allowed: names.joined(separator: ", "),
          fix: notes.hint(entry.key, names))
        continue
      }
      guard
        let keys = notes.entries(entry.value, allowed: RESTSchema.webhookStream.names, of: "a webhook's stream")
      else { continue }
      for key in ["topics", "gone"] where keys[key] != nil && !hasTopic {
        notes.report("the webhook does not say where topics stand", keys[key] ?? node, allowed: "topic: {header: NAME}")
      }
      if let fields = keys["fields"] {
        notes.add(
          RecordMapping.compile(
            kind: stream.record, fields: stream.fields.replaced(by: fields), overrides: nil,
            defaults: RecordMapping.Defaults(timeZone: "UTC")
          ).problems)
      }
      streams.append(
        RESTWebhook.Stream(
          name: entry.key, topics: keys["topics"].map { texts($0) }, gone: texts(keys["gone"]),
          records: keys["records"].flatMap { path($0, "records") } ?? [], only: condition(keys["only"]),
          fields: keys["fields"]))
    }
    return streams
  }
}
