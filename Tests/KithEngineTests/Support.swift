import Foundation
import GRDB
import KithCore
import KithEngine
import KithIdentity
import KithStore
import KithTesting
import Synchronization

/// A connector made of values: each stream is a list of batches, and may end in an error.
struct ListConnector: Connector {
  let specification: ConnectorSpecification
  let streams: [String: [Batch]]
  let failure: KithError?
  /// Why it cannot be opened.
  let opening: KithError?

  init(_ name: String, _ streams: [String: [Batch]], failure: KithError? = nil, opening: KithError? = nil) {
    self.opening = opening
    self.streams = streams
    self.failure = failure
    specification = ConnectorSpecification(
      name: name, title: name, summary: "For tests.",
      streams: streams.keys.sorted().map { StreamSpecification(name: $0, summary: "") })
  }

  func open(_ settings: SourceSettings) throws(KithError) -> any Source {
    if let opening { throw opening }
    return ListSource(streams: streams, failure: failure)
  }
}

private struct ListSource: Source {
  let streams: [String: [Batch]]
  let failure: KithError?

  /// The checkpoint is the number of batches that are done.
  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    let batches = streams[request.stream] ?? []
    let start = request.checkpoint.flatMap { Int($0.text) } ?? 0
    for (index, batch) in batches.enumerated() where index >= start {
      var batch = batch
      batch.checkpoint = Checkpoint(String(index + 1))
      try await sink.send(batch)
    }
    if let failure { throw failure }
  }
}

/// A hub in a temporary folder.
final class TestHub {
  let folder: URL
  let hub: Hub

  init(_ connectors: [ListConnector], folder: URL? = nil, euro: String? = "0.5", source: String = "") throws {
    let folder = folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    let time = TestTime("2026-11-01 12:00:00")
    let rates = euro.map { ", exchange_rates: {EUR: \($0)}" } ?? ""
    var text = "hub: {database: kith.sqlite, country: CH, currency: CHF\(rates)}\nsources:\n"
    for connector in connectors {
      text +=
        "  - {name: \(connector.specification.name), connector: \(connector.specification.name), \(source)streams: {"
      text += connector.streams.keys.sorted().map { "\($0): {}" }.joined(separator: ", ") + "}}\n"
    }
    var reader = ConfigurationReader(connectors: ConnectorCatalogue(connectors), time: time, environment: [:])
    let configuration = try reader.read(
      text: text, name: "connectors.yml", path: folder.path + "/connectors.yml", baseDirectory: folder.path)
    hub = try Hub(configuration: configuration, connectors: ConnectorCatalogue(connectors), time: time)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func sync(_ request: SyncRequest = SyncRequest()) async throws -> [SourceReport] {
    let reports = try await SyncRunner(hub: hub).sync(request) { _ in }
    _ = try hub.identity.resolve()
    return reports
  }

  /// Rows of a query, each as one line of text.
  func rows(_ sql: String) throws -> [String] { try sqliteRows(sql, in: folder) }
}

/// Rows of a query on the hub of a folder, each as one line of text.
func sqliteRows(_ sql: String, in folder: URL) throws -> [String] {
  let queue = try DatabaseQueue(path: folder.appendingPathComponent("kith.sqlite").path)
  return try queue.read { db in
    try Row.fetchAll(db, sql: sql).map { row in
      row.databaseValues.map { $0.isNull ? "-" : "\($0.storage.value ?? "")" }.joined(separator: "|")
    }
  }
}

func person(
  _ key: String, _ given: String? = nil, _ family: String? = nil, email: String? = nil, phone: String? = nil,
  number: String? = nil, visitor: String? = nil, updated: Int64 = 0
) -> Profile {
  var profile = Profile(key: key, updatedAt: Timestamp(seconds: 1_700_000_000 + updated))
  if let given { profile.attributes.append(AttributeValue(.givenName, given)) }
  if let family { profile.attributes.append(AttributeValue(.familyName, family)) }
  if let number { profile.identifiers.append(Identifier(.customerNumber, number, namespace: "all")) }
  if let email { profile.identifiers.append(Identifier(.email, email)) }
  if let phone { profile.identifiers.append(Identifier(.phone, phone)) }
  if let visitor { profile.identifiers.append(Identifier(.visitorID, visitor, namespace: "web")) }
  return profile
}

func pageView(_ key: String, _ who: Profile, at seconds: Int64) -> KithCore.Record {
  .touchpoint(
    Touchpoint(
      key: key, person: who, channel: .web, type: "page_viewed", occurredAt: Timestamp(seconds: 1_700_000_000 + seconds)
    ))
}
