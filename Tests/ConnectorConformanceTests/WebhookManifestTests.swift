import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What the tools that Kith comes with send by themselves, in the form that they document; all people are made up.
@Suite struct WebhookManifestTests {
  private static let plugins = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Plugins"

  private func reader(_ folder: String, _ key: String) throws -> any WebhookReader {
    let name = folder.lowercased()
    let text = try String(contentsOfFile: "\(Self.plugins)/\(folder)/\(name).yml", encoding: .utf8)
    let connector = RESTConnector(manifest: text, name: name)
    #expect(connector.problems == [])
    let environment = HubEnvironment(
      baseDirectory: "/nonexistent", timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime())
    let settings = SourceSettings(
      name: name, options: [key: .secret(Secret("a secret"))],
      streams: connector.manifest.streamNames.map { StreamSettings(name: $0) }, environment: environment)
    return try #require(try connector.webhooks(settings))
  }

  private func records(_ reader: any WebhookReader, _ topic: String?, _ body: String) throws -> [Record] {
    let delivery = WebhookDelivery(receipt: WebhookReceipt(key: "0123456789ab", topic: topic), body: Array(body.utf8))
    return try reader.records(of: delivery).compactMap { record in
      switch record.outcome {
      case .record(let record): return record
      case .reject(let reject):
        Issue.record("\(reject.reason)")
        return nil
      }
    }
  }

  @Test func typeform() throws {
    let reader = try reader("Typeform", "webhook_secret")
    let answer = """
      {"event_id": "e1", "event_type": "form_response", "form_response": {"form_id": "aBcD12", "token": "t1",
       "submitted_at": "2026-10-01T10:00:00Z", "hidden": {"email": "anna@example.org"},
       "variables": [{"key": "nps", "type": "number", "number": 9}],
       "answers": [{"type": "text", "text": "Gut", "field": {"id": "f1", "type": "short_text"}}]}}
      """
    guard case .response(let response)? = try records(reader, nil, answer).first else { return #expect(Bool(false)) }
    #expect(response.key == "t1")
    #expect(response.survey == "aBcD12")
    #expect(try records(reader, nil, #"{"event_type": "form_response_partial", "form_response": {}}"#).isEmpty)
  }

  @Test func sendGrid() throws {
    let reader = try reader("SendGrid", "webhook_key")
    let events = """
      [{"sg_event_id": "a", "event": "open", "timestamp": 1790848800, "email": "anna@example.org"},
       {"sg_event_id": "b", "event": "unsubscribe", "timestamp": 1790848801, "email": "anna@example.org"}]
      """
    let touchpoints = try records(reader, nil, events).compactMap { record in
      if case .touchpoint(let touchpoint) = record { touchpoint } else { nil }
    }
    #expect(touchpoints.map(\.key) == ["a", "b"])
    #expect(touchpoints.map(\.type) == ["email_opened", "email_unsubscribed"])
  }

  @Test func shopify() throws {
    let reader = try reader("Shopify", "webhook_secret")
    let order = """
      {"id": 450789469, "name": "#1001", "test": false, "email": "anna@example.org", "currency": "CHF",
       "processed_at": "2026-10-01T10:00:00+02:00", "created_at": "2026-10-01T10:00:00+02:00", "cancelled_at": null,
       "financial_status": "paid", "total_price": "59.90", "total_tax": "4.30", "total_discounts": "0.00",
       "source_name": "web", "customer": {"id": 207119551, "first_name": "Anna", "last_name": "Muster"},
       "line_items": [{"id": 1, "variant_id": 2, "sku": "TEE-1", "name": "Tee", "quantity": 2, "price": "29.95"}]}
      """
    guard case .order(let found)? = try records(reader, "orders/create", order).first else {
      return #expect(Bool(false))
    }
    #expect(found.key == "#1001")
    #expect(found.lines.map(\.productKey) == ["TEE-1"])
    #expect(try records(reader, "orders/create", order.replacing("\"test\": false", with: "\"test\": true")).isEmpty)
    #expect(try records(reader, "products/update", #"{"id": 1}"#).isEmpty)
    guard case .deletion(let deletion)? = try records(reader, "customers/delete", #"{"id": 207119551}"#).first else {
      return #expect(Bool(false))
    }
    #expect(deletion.key == "207119551" && deletion.kind == .profile)
    let customer = #"{"id": 207119551, "email": "anna@example.org", "tags": "a, b", "first_name": "Anna"}"#
    guard case .profile(let profile)? = try records(reader, "customers/update", customer).first else {
      return #expect(Bool(false))
    }
    #expect(profile.key == deletion.key)
  }
}
