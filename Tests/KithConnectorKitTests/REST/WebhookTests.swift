import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithConnectorKit

/// Messages that tools send by themselves.
@Suite struct WebhookTests {
  private static let manifest = """
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
        request: {path: /people}
        fields: {key: id, email: email, full_name: name}
      visits:
        summary: A visit.
        record: touchpoint
        pushed: true
        fields: {key: id, channel: {const: web}, type: {const: page_viewed}, occurred_at: at, email: email}
    webhook:
      header: X-Signature
      prefix: v1=
      encoding: hex
      key: ${secret}
      signed: timestamp.body
      timestamp_header: X-Time
      tolerance_seconds: 60
      topic: {header: X-Topic}
      streams:
        people:
          topics: [person.changed]
          gone: [person.deleted]
          records: data
          fields: {full_name: full}
        visits: {topics: [visit], records: "visits[]", only: {path: kind, not: robot}}
    """

  private func reader(
    _ manifest: String = manifest, options: [String: OptionValue] = ["secret": .secret(Secret("Jefe"))],
    streams: [StreamSettings] = [StreamSettings(name: "people"), StreamSettings(name: "visits")]
  ) throws -> (any WebhookReader)? {
    let connector = RESTConnector(manifest: manifest)
    #expect(connector.problems == [])
    let environment = HubEnvironment(
      baseDirectory: "/nonexistent", timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime())
    return try connector.webhooks(
      SourceSettings(name: "tool", options: options, streams: streams, environment: environment))
  }

  private func records(_ topic: String?, _ body: String) throws -> [WebhookRecord] {
    let reader = try #require(try reader())
    return try reader.records(
      of: WebhookDelivery(receipt: WebhookReceipt(key: "0123456789abcdef", topic: topic), body: Array(body.utf8)))
  }

  private static let now = Timestamp(seconds: 1_700_000_000)
  /// Of `1700000000.{"a":1}` with the key `Jefe`, by OpenSSL's command line.
  private static let signature = "fa5f6481efc59da48b19c9dc10196c9953e5651f8304b3a318b6b87d70272e0a"

  private static func message(
    _ body: String = "{\"a\":1}", time: String = "1700000000", signature: String = "v1=" + signature,
    topic: String = "visit"
  ) -> WebhookMessage {
    WebhookMessage(
      headers: [("x-signature", signature), ("X-TIME", time), ("X-Topic", topic)], body: Array(body.utf8))
  }

  @Test func whatIsSignedIsTaken() throws {
    let reader = try #require(try reader())
    let receipt = try #require(reader.receipt(of: Self.message(), at: Self.now))
    #expect(receipt.topic == "visit")
    #expect(receipt == reader.receipt(of: Self.message(), at: Self.now.adding(seconds: 59)))
    // The same message about something else is another one.
    #expect(receipt.key != reader.receipt(of: Self.message(topic: "other"), at: Self.now)?.key)
  }

  @Test func whatIsNotSignedSoIsRefused() throws {
    let reader = try #require(try reader())
    func isTaken(_ message: WebhookMessage, at now: Timestamp = Self.now) -> Bool {
      reader.receipt(of: message, at: now) != nil
    }
    #expect(!isTaken(Self.message("{\"a\":2}")))
    #expect(!isTaken(Self.message(signature: Self.signature)))
    #expect(!isTaken(Self.message(signature: "v1=")))
    #expect(!isTaken(Self.message(time: "1700000001")))
    #expect(!isTaken(Self.message(time: "now")))
    #expect(!isTaken(Self.message(), at: Self.now.adding(seconds: 61)))
    #expect(!isTaken(Self.message(), at: Self.now.adding(seconds: -61)))
    #expect(!isTaken(WebhookMessage(headers: [("X-Signature", "v1=" + Self.signature)], body: Array("{\"a\":1}".utf8))))
    #expect(!isTaken(WebhookMessage(headers: [], body: [])))
  }

  @Test func aSourceWithoutTheKeyTakesNothing() throws {
    #expect(try reader(options: [:]) == nil)
  }

  @Test func recordsAreMappedAsThoseOfTheStream() throws {
    let found = try records("person.changed", #"{"data": {"id": 7, "email": "a@example.org", "full": "Anna A"}}"#)
    guard case .record(.profile(let profile))? = found.first?.outcome else { return #expect(Bool(false)) }
    #expect(found.count == 1 && found[0].stream == "people")
    #expect(profile.key == "7")
    #expect(profile.attributes.first { $0.attribute == .fullName }?.value == "Anna A")
  }

  @Test func whatIsGoneIsDeleted() throws {
    let found = try records("person.deleted", #"{"data": {"id": 7}}"#)
    guard case .record(.deletion(let deletion))? = found.first?.outcome else { return #expect(Bool(false)) }
    #expect(deletion.key == "7" && deletion.kind == .profile)
  }

  @Test func listsAndConditionsCount() throws {
    let visit = #"{"id": 1, "at": "2026-01-01T00:00:00Z", "email": "a@example.org", "kind": "person"}"#
    let robot = #"{"id": 2, "at": "2026-01-01T00:00:00Z", "email": "b@example.org", "kind": "robot"}"#
    #expect(try records("visit", "{\"visits\": [\(visit),\(robot),\(visit)]}").count == 2)
    #expect(try records("unheard.of", "{\"visits\": [\(visit)]}").isEmpty)
    #expect(try records(nil, "{\"visits\": [\(visit)]}").isEmpty)
  }

  @Test func whatCannotBeReadIsPutAside() throws {
    guard case .reject(let broken)? = try records("visit", "{\"visits\"").first?.outcome else {
      return #expect(Bool(false))
    }
    #expect(broken.code == "syntax" && broken.raw == Array("{\"visits\"".utf8))
    guard case .reject(let keyless)? = try records("person.changed", #"{"data": {"full": "A"}}"#).first?.outcome else {
      return #expect(Bool(false))
    }
    #expect(keyless.place == "webhook 0123456789ab record 1")
  }

  @Test func streamsThatAreNotConfiguredAreLeftOut() throws {
    let reader = try #require(try reader(streams: [StreamSettings(name: "visits")]))
    let delivery = WebhookDelivery(
      receipt: WebhookReceipt(key: "k", topic: "person.changed"), body: Array(#"{"data": {"id": 7}}"#.utf8))
    #expect(try reader.records(of: delivery).isEmpty)
  }

  @Test(arguments: [
    ("key: ${secret}", "key: fixed", "a key is an option of the source"),
    ("timestamp_header: X-Time", "", "a time that is signed stands in a header"),
    ("topic: {header: X-Topic}", "", "the webhook does not say where topics stand"),
    ("    people:\n      topics", "    persons:\n      topics", "there is no such stream"),
    ("encoding: hex", "encoding: base32", "this is not allowed here"),
    ("full_name: full}", "full_nam: full}", "a profile has no field of this name"),
    ("prefix: v1=", "prefixes: v1=", "a webhook has no key of this name"),
    ("pushed: true", "pushed: true\n    request: {path: /visits}", "a stream that is pushed has no request"),
  ])
  func mistakesAreTold(part: String, instead: String, what: String) {
    let text = Self.manifest.replacingOccurrences(of: part, with: instead)
    #expect(text != Self.manifest)
    let problems = RESTConnector(manifest: text).problems
    #expect(problems.contains { $0.what.hasPrefix(what) }, "\(problems)")
  }

  @Test func aStreamThatIsPushedNeedsAWebhook() {
    let text = String(Self.manifest[..<(Self.manifest.range(of: "webhook:")?.lowerBound ?? Self.manifest.endIndex)])
    #expect(RESTConnector(manifest: text).problems.map(\.what) == ["a stream that is pushed needs a webhook"])
  }
}
