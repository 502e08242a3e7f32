import CCrypto
import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithTesting
import Testing

@testable import KithServer

/// Messages of tools, over HTTP, into the hub.
@Suite struct WebhookTests {
  private static let tool = RESTConnector(
    manifest: """
      name: sample
      title: Sample
      summary: For tests.
      options:
        secret: {kind: secret, summary: A secret.}
      base_url: https://tool.example.com
      authorisation: {none: true}
      streams:
        people:
          summary: A person.
          record: profile
          pushed: true
          fields: {key: id, email: email, full_name: name}
      webhook:
        header: X-Signature
        encoding: hex
        key: ${secret}
        signed: timestamp body
        timestamp_header: X-Time
        streams: {people: {}}
      """)

  private static let anna = #"{"id": 1, "email": "anna@example.org", "name": "Anna Muster"}"#
  /// That of the test's clock.
  private static let time = "1793534400"

  private static func signature(_ body: String, time: String) -> String {
    let (key, message) = (Array("hunter2-hunter2".utf8), Array((time + body).utf8))
    var digest = [UInt8](repeating: 0, count: 32)
    _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, nil)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func send(
    _ stage: ServedHub, _ body: String = anna, signed: String? = nil, time: String = time, to source: String = "tool"
  ) async throws -> ServedHub.Reply {
    try await stage.send(
      "POST", "/webhooks/v1/\(source)", token: nil, body: body,
      headers: ["X-Signature": signature(signed ?? body, time: time), "X-Time": time])
  }

  private static func people(_ stage: ServedHub) async throws -> Int {
    let text = try await stage.get("/api/v1/tables/customers/rows?format=jsonl").text
    return text.split(separator: "\n").count { $0.contains("anna@example") || $0.contains("Muster") }
  }

  @Test(arguments: Backend.allCases) func aMessageBecomesACustomerOnce(backend: Backend) async throws {
    try await ServedHub([], tool: Self.tool, database: try backend.database).serve { stage in
      let first = try await Self.send(stage)
      #expect(first.status == 200 && first.json["is_new"]?.bool == true)
      await stage.log.wait(for: "inserted: 1")
      await stage.log.wait(for: "resolved(")
      #expect(try await Self.people(stage) == 1)
      let again = try await Self.send(stage)
      #expect(again.status == 200 && again.json["is_new"]?.bool == false)
      // Something has changed there.
      let changed = Self.anna.replacing("Anna", with: "Anne")
      #expect(try await Self.send(stage, changed).json["is_new"]?.bool == true)
      await stage.log.wait(for: "updated: 1")
      #expect(try await Self.people(stage) == 1)
      // Nothing of what was read is kept beside the records.
      #expect(try stage.hub.store.sourcesWithDeliveries() == [])
      #expect(try await stage.get("/api/v1/runs?source=tool").text.contains("\"mode\":\"webhook\""))
    }
  }

  @Test func whatIsNotSignedRightIsRefusedWithoutAWord() async throws {
    try await ServedHub([.people], tool: Self.tool).serve { stage in
      let tampered = try await Self.send(stage, Self.anna.replacing("Anna", with: "Eve"), signed: Self.anna)
      let old = try await Self.send(stage, time: "1793534000")
      let unsigned = try await stage.send("POST", "/webhooks/v1/tool", token: nil, body: Self.anna)
      for reply in [tampered, old, unsigned] {
        #expect(reply.status == 401)
        #expect(reply.text == tampered.text)
        #expect(!reply.text.contains("hunter2"))
      }
      // A source that takes no messages, and none at all: nobody learns which there are.
      let missing = try await Self.send(stage, to: "nobody")
      let silent = try await Self.send(stage, to: "crm")
      #expect(missing.status == 404 && silent.status == 404 && missing.text == silent.text)
      #expect(try stage.hub.store.sourcesWithDeliveries() == [])
      #expect(try await stage.send("GET", "/webhooks/v1/tool", token: nil).status == 405)
    }
  }

  @Test func whatIsTooLargeOrTooOftenIsRefused() async throws {
    try await ServedHub([], tool: Self.tool, requestsPerSecond: 0.001).serve { stage in
      let large = String(repeating: "x", count: Dispatcher.largestMessage + 1)
      #expect(try await Self.send(stage, large).status == 413)
      let second = try await Self.send(stage, "{}", signed: "")
      #expect(second.status == 429 && second.headers["retry-after"] != nil)
    }
  }

  @Test(arguments: Backend.allCases)
  func whatWasKeptIsReadByTheNextProcessAndOnceOnly(backend: Backend) async throws {
    let database = try backend.database
    let before = try ServedHub([], tool: Self.tool, database: database)
    // The process ends when the message is on the disk, and before the tool has its answer.
    let message = WebhookMessage(
      headers: [("X-Signature", Self.signature(Self.anna, time: Self.time)), ("X-Time", Self.time)],
      body: Array(Self.anna.utf8))
    #expect(try WebhookInbox(hub: before.hub).take(message, source: "tool") == .kept)
    try await ServedHub([], tool: Self.tool, folder: before.folder, database: database).serve { stage in
      await stage.log.wait(for: "inserted: 1")
      await stage.log.wait(for: "resolved(")
      // The tool sends it again, as it heard nothing.
      let again = try await Self.send(stage)
      #expect(again.status == 200 && again.json["is_new"]?.bool == false)
      #expect(try await Self.people(stage) == 1)
      #expect(try stage.hub.store.sourcesWithDeliveries() == [])
    }
  }

  @Test func aSyncReadsWhatWaits() async throws {
    let stage = try ServedHub([], tool: Self.tool)
    defer { try? FileManager.default.removeItem(at: stage.folder) }
    let message = WebhookMessage(
      headers: [("X-Signature", Self.signature("[", time: Self.time)), ("X-Time", Self.time)], body: Array("[".utf8))
    #expect(try WebhookInbox(hub: stage.hub).take(message, source: "tool") == .kept)
    let reports = try await SyncRunner(hub: stage.hub).sync(SyncRequest()) { _ in }
    #expect(reports.first?.counts.quarantined == 1)
    #expect(try stage.hub.store.quarantine().map(\.reject.raw) == [Array("[".utf8)])
    #expect(try stage.hub.store.sourcesWithDeliveries() == [])
  }
}
