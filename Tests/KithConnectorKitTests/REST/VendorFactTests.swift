import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What recorded exchanges and live servers of single vendors have shown of errors, limits and pages, besides what
/// AcrossVendorsTests and the fixtures in Plugins hold.
@Suite struct VendorFactTests {
  typealias Refusal = AcrossVendorsTests.Refusal

  // MARK: errors

  private static let refusals: [Refusal] = [
    // HubSpot: a category beside the message.
    Refusal(
      "HubSpot", "tickets", 404,
      "{\"status\": \"error\", \"message\": \"Object not found.\", \"correlationId\": \"1\", \"category\": \"OBJECT_NOT_FOUND\"}",
      .configuration, told: "Object not found."),
    Refusal(
      "HubSpot", "contacts", 400,
      "{\"status\": \"error\", \"message\": \"Property values were not valid\", \"category\": \"VALIDATION_ERROR\"}",
      .configuration, told: "Property values were not valid"),
    // WooCommerce: over plain http the key is refused as well, so the advice names both.
    Refusal(
      "WooCommerce", "orders", 401,
      "{\"code\": \"woocommerce_rest_cannot_view\", \"message\": \"Sorry\", \"data\": {\"status\": 401}}",
      .authorisation, told: "over plain http the shop takes signed requests only"),
    Refusal(
      "WooCommerce", "refunds", 404,
      "{\"code\": \"rest_no_route\", \"message\": \"No route\", \"data\": {\"status\": 404}}", .configuration,
      told: "permalinks must not be plain"),
    Refusal(
      "WooCommerce", "orders", 400,
      "{\"code\": \"rest_invalid_param\", \"message\": \"Invalid parameter(s): modified_after\", \"data\": {\"status\": 400}}",
      .configuration, told: "Invalid parameter(s): modified_after"),
    // pretix: one message for the whole, in the shop's language.
    Refusal(
      "Pretix", "customers", 403, "{\"detail\": \"Sie sind nicht berechtigt.\"}", .authorisation,
      told: "Sie sind nicht berechtigt."),
    // Mailchimp: a problem document with the fields that are wrong.
    Refusal(
      "Mailchimp", "members", 404,
      "{\"type\": \"about:blank\", \"title\": \"Resource Not Found\", \"status\": 404, \"detail\": \"The list could not be found.\", \"instance\": \"1\"}",
      .configuration, told: "The list could not be found."),
    Refusal(
      "Mailchimp", "members", 400,
      "{\"title\": \"Invalid Resource\", \"status\": 400, \"detail\": \"See the errors array.\", \"errors\": [{\"field\": \"count\", \"message\": \"Schema describes integer\"}]}",
      .configuration, told: "Schema describes integer"),
    // SendGrid: a list of fields and messages; the field may be null.
    Refusal(
      "SendGrid", "bounces", 401, "{\"errors\": [{\"field\": null, \"message\": \"authorization required\"}]}",
      .authorisation, told: "authorization required"),
    // Mailjet.
    Refusal(
      "Mailjet", "contacts", 400,
      "{\"ErrorInfo\": \"\", \"ErrorMessage\": \"Invalid key name\", \"StatusCode\": 400}", .configuration,
      told: "Invalid key name"),
    // Zendesk: a code and a sentence; which fields are wrong stands in details.
    Refusal(
      "Zendesk", "users", 404, "{\"error\": \"RecordNotFound\", \"description\": \"Not found\"}", .configuration,
      told: "Not found"),
    Refusal(
      "Zendesk", "users", 422,
      "{\"error\": \"RecordInvalid\", \"description\": \"Record validation errors\", \"details\": {\"start_time\": [{\"description\": \"too recent\"}]}}",
      .configuration, told: "Record validation errors"),
    // Request Tracker: a place in its own program stands in the message.
    Refusal("RequestTracker", "tickets", 404, "{\"message\": \"Not Found\"}", .configuration, told: "Not Found"),
    Refusal(
      "RequestTracker", "tickets", 400,
      "{\"message\": \"Wrong query, expecting a KEYWORD at /opt/rt5/lib/RT/SQL.pm line 214.\"}", .configuration,
      told: "expecting a KEYWORD"),
    // Intercom.
    Refusal(
      "Intercom", "contacts", 409,
      "{\"type\": \"error.list\", \"request_id\": \"1\", \"errors\": [{\"code\": \"conflict\", \"message\": \"Multiple existing\"}]}",
      .configuration, told: "Multiple existing"),
    // Tryton: pages for people at the statuses 401 and 403.
    Refusal(
      "Tryton", "parties", 401, "<!doctype html><html><title>401 Unauthorized</title></html>", .authorisation),
    Refusal("Tryton", "parties", 403, "<!doctype html><html><title>403 Forbidden</title></html>", .authorisation),
  ]

  @Test(arguments: refusals) func errorsAreToldAndSorted(refusal: Refusal) async throws { try await refusal.check() }

  // MARK: limits

  /// The first page says that no request is left; how long is waited before the second.
  struct Limit: Sendable, CustomTestStringConvertible {
    let vendor: String
    let stream: String
    let headers: [(String, String)]
    let pages: [String]
    let seconds: ClosedRange<Double>
    var testDescription: String { "\(vendor) \(headers.last?.1 ?? "")" }
  }

  private static let hubSpot = [
    "{\"results\": [{\"id\": \"1\", \"createdAt\": \"2029-01-01T00:00:00Z\", \"properties\": {}}], \"paging\": {\"next\": {\"after\": \"1\"}}}",
    "{\"results\": [{\"id\": \"2\", \"createdAt\": \"2029-01-01T00:00:00Z\", \"properties\": {}}]}",
  ]

  private static let limits: [Limit] = [
    Limit(
      vendor: "HubSpot", stream: "tickets",
      headers: [
        ("X-HubSpot-RateLimit-Daily", "250000"), ("X-HubSpot-RateLimit-Daily-Remaining", "249998"),
        ("X-HubSpot-RateLimit-Max", "100"), ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"),
        ("X-HubSpot-RateLimit-Remaining", "0"),
      ], pages: hubSpot, seconds: 10...12),
    // Some are left: nobody waits.
    Limit(
      vendor: "HubSpot", stream: "tickets",
      headers: [
        ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"), ("X-HubSpot-RateLimit-Daily-Remaining", "0"),
        ("X-HubSpot-RateLimit-Remaining", "99"),
      ], pages: hubSpot, seconds: 0...0),
    // Seconds to go.
    Limit(
      vendor: "Pipedrive", stream: "persons",
      headers: [
        ("X-RateLimit-Limit", "20"), ("X-Daily-Requests-Left", "9000"), ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "2"),
      ],
      pages: [
        "{\"success\": true, \"data\": [{\"id\": 1}], \"additional_data\": {\"next_cursor\": \"a\"}}",
        "{\"success\": true, \"data\": [{\"id\": 2}], \"additional_data\": {\"next_cursor\": null}}",
      ], seconds: 2...3),
    Limit(
      vendor: "SendGrid", stream: "bounces",
      headers: [("X-RateLimit-Limit", "600"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "13")],
      pages: ["[{\"email\": \"a@example.com\", \"created\": 1700000000}]", "[]"], seconds: 13...15),
    Limit(
      vendor: "Zendesk", stream: "organisations",
      headers: [
        ("x-rate-limit", "700"), ("ratelimit-limit", "700"), ("x-rate-limit-remaining", "0"),
        ("zendesk-ratelimit-tickets-index", "total=100; remaining=99; resets=43"), ("ratelimit-reset", "43"),
      ],
      pages: [
        "{\"organizations\": [{\"id\": 1, \"name\": \"A\"}], \"meta\": {\"has_more\": true, \"after_cursor\": \"a\"}}",
        "{\"organizations\": [{\"id\": 2, \"name\": \"B\"}], \"meta\": {\"has_more\": false, \"after_cursor\": null}}",
      ], seconds: 43...48),
    // A moment, in seconds since 1970; the clock stands at 1893456000.
    Limit(
      vendor: "Intercom", stream: "contacts",
      headers: [("X-RateLimit-Limit", "167"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1893456007")],
      pages: [
        "{\"data\": [{\"id\": \"1\"}], \"pages\": {\"next\": {\"starting_after\": \"a\"}}}",
        "{\"data\": [{\"id\": \"2\"}], \"pages\": {}}",
      ], seconds: 7...8),
    // Freshdesk does not say until when: it is asked, and says so with its next answer.
    Limit(
      vendor: "Freshdesk", stream: "companies",
      headers: [
        ("X-RateLimit-Total", "700"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Used-CurrentRequest", "1"),
        ("Link", "</companies?page=2>; rel=\"next\""),
      ], pages: ["[{\"id\": 1, \"name\": \"A\"}]", "[{\"id\": 2, \"name\": \"B\"}]"], seconds: 0...1),
  ]

  @Test(arguments: limits) func whatIsLeftIsHeeded(limit: Limit) async throws {
    let tool = try Vendor(limit.vendor, limit.stream) { number, _ in
      .text(limit.pages[min(number, limit.pages.count) - 1], 200, number == 1 ? limit.headers : [])
    }
    let start = tool.time.now()
    let (sink, error) = await tool.read()
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(tool.requests.count == 2)
    #expect(sink.records.count == limit.pages.count { $0 != "[]" })
    let waited = tool.time.now().seconds(since: start)
    #expect(limit.seconds.contains(waited), "waited \(waited)")
  }

  // MARK: pages and traps of reading

  /// Request Tracker: `pages` is the float 0.0 when nothing matches, and next_page holds an empty parameter.
  @Test func requestTrackersOwnPlacesAreNotNeeded() async throws {
    let nothing = try Vendor("RequestTracker", "tickets") { _, _ in
      .text("{\"count\": 0, \"page\": 1, \"pages\": 0.0, \"per_page\": 100, \"total\": 0, \"items\": []}")
    }
    let none = await nothing.read()
    #expect(none.error == nil)
    #expect(nothing.requests.count == 1)
    let desk = try Vendor("RequestTracker", "tickets") { number, _ in
      .text(
        "{\"count\": 1, \"page\": \(number), \"pages\": 2, \"next_page\": \"http://127.0.0.1/tickets?page=2&=&query=x\", "
          + "\"items\": [{\"id\": \"\(number)\", \"Created\": \"2026-11-20T08:00:00Z\", "
          + "\"Requestor\": [{\"id\": \"anna@example.com\"}]}]}")
    }
    let (sink, error) = await desk.read()
    #expect(error == nil)
    #expect(desk.requests.count == 2)
    #expect(desk.requests.allSatisfy { !$0.target.contains("&=&") })
    #expect(sink.records.map { $0.value("key") } == ["1", "2"], "numbers of tickets are texts")
    #expect(sink.records.allSatisfy { $0.value("email") == "anna@example.com" }, "a requestor's id is the address")
    _ = await desk.read(from: sink.checkpoint)
    #expect(desk.requests.last?.query["query"] == "LastUpdated > '2029-12-31 23:58:59'")
  }

  /// Mailjet: Total counts what is on the page.
  @Test func mailjetsTotalEndsNothing() async throws {
    let tool = try Vendor("Mailjet", "contacts") { _, request in
      let offset = Int(request.query["Offset"] ?? "") ?? 0
      let ids = (offset + 1)..<(min(offset + 2, 5) + 1)
      return .text(
        "{\"Count\": \(ids.count), \"Total\": \(ids.count), \"Data\": "
          + objects(ids) { "{\"ID\": \($0), \"Email\": \"p\($0)@example.com\"}" } + "}")
    }
    let (sink, error) = await tool.read()
    #expect(error == nil)
    #expect(sink.records.count == 5)
  }

  /// Salesforce: the next page is named by a path alone, and `done` ends the list.
  @Test func salesforcesNextPageIsAPath() async throws {
    let tool = try Vendor("Salesforce", "contacts") { number, _ in
      .text(
        "{\"totalSize\": 2, \"done\": \(number == 2), "
          + (number == 1 ? "\"nextRecordsUrl\": \"/services/data/v60.0/query/01g-2000\", " : "")
          + "\"records\": [{\"attributes\": {\"type\": \"Contact\", \"url\": \"/x\"}, \"Id\": \"\(number)\"}]}",
        200, [("Sforce-Limit-Info", "api-usage=258/15000")])
    }
    let (sink, error) = await tool.read()
    #expect(error == nil)
    #expect(sink.records.count == 2)
    #expect(tool.requests.map(\.path) == ["/queryAll", "/services/data/v60.0/query/01g-2000"])
  }

  /// Zendesk: a ticket that changes while it is read comes again, later in the list; the last one counts.
  @Test func zendesksTicketsMayComeTwice() async throws {
    let tool = try Vendor("Zendesk", "tickets") { number, _ in
      .text(
        "{\"tickets\": [{\"id\": 1, \"created_at\": \"2029-01-01T00:00:00Z\", \"status\": \"\(number == 1 ? "open" : "solved")\"}], "
          + "\"after_cursor\": \"c\(number)\", \"end_of_stream\": \(number == 2)}")
    }
    let (sink, error) = await tool.read()
    #expect(error == nil)
    #expect(sink.records.map { $0.value("key") } == ["1", "1"])
    #expect(sink.records.last?.value("status") == "solved")
  }

  /// Tryton: write_date is null until the first change, so what is new is asked for by create_date as well.
  @Test func trytonIsAskedForNewRecordsToo() async throws {
    let tool = try Vendor("Tryton", "opportunities") { _, request in
      .text("{\"id\": 1, \"result\": \(request.text.contains("common.db.login") ? "[7, \"made-up\"]" : "[]")}")
    }
    let first = await tool.read()
    #expect(first.error == nil)
    #expect(await tool.read(from: first.sink.checkpoint).error == nil)
    let asked = try #require(tool.requests.last).text
    for field in ["create_date", "write_date"] {
      #expect(asked.contains("[\"\(field)\",\">=\",\"2029-12-31 23:59:00\"]"), "\(asked)")
    }
    let login = try #require(tool.requests.last?.header("Authorization"))
    #expect(login == "Session " + Data("sample:7:made-up".utf8).base64EncodedString())
  }

  /// Intercom: a search is asked in its body, with seconds since 1970, and goes on behind a contact.
  @Test func intercomsSearchGoesOnInItsBody() async throws {
    let tool = try Vendor("Intercom", "contacts") { number, _ in
      .text(
        "{\"data\": [{\"id\": \"\(number)\", \"role\": \"user\", \"updated_at\": 1893455000}], \"pages\": {\"type\": \"pages\"\(number == 1 ? ", \"next\": {\"starting_after\": \"place\"}" : "")}}"
      )
    }
    let first = await tool.read()
    #expect(first.error == nil)
    #expect(first.sink.records.count == 2)
    #expect(tool.requests.map(\.method) == ["POST", "POST"])
    #expect(tool.requests.last?.text.contains("\"starting_after\":\"place\"") == true)
    _ = await tool.read(from: first.sink.checkpoint)
    let value = tool.requests.last?.text.firstMatch(of: /"value":(\d+)/).flatMap { Int($0.1) }
    #expect(
      value.map { (1_893_455_000 - 86_401...1_893_455_000 - 86_400).contains($0) } == true, "a number, a day earlier")
  }

  /// Mailman: pages are counted from one.
  @Test func mailmansPagesAreCountedFromOne() async throws {
    let tool = try Vendor("Mailman", "addresses") { _, request in
      let page = Int(request.query["page"] ?? "") ?? 0
      return .text(
        "{\"start\": \((page - 1) * 2), \"total_size\": 3, \"entries\": "
          + objects(page == 1 ? 1...2 : 3...3) { "{\"email\": \"p\($0)@example.com\"}" } + "}")
    }
    let (sink, error) = await tool.read()
    #expect(error == nil)
    #expect(tool.requests.map { $0.query["page"] } == ["1", "2"])
    #expect(tool.requests.allSatisfy { $0.header("Authorization")?.hasPrefix("Basic ") == true })
    #expect(sink.records.count == 3)
  }

  /// pretix: an order's sign is its code, and the moment of the answer is where the next sync begins.
  @Test func pretixSaysWhereTheNextSyncBegins() async throws {
    let tool = try Vendor("Pretix", "orders") { _, request in
      request.path == "/events/"
        ? .text("{\"count\": 1, \"results\": [{\"slug\": \"a\", \"currency\": \"CHF\"}]}")
        : .text(
          "{\"count\": 1, \"results\": [{\"code\": \"A7\", \"testmode\": false, \"datetime\": \"2029-01-01T00:00:00Z\"}]}",
          200, [("X-Page-Generated", "2029-12-31T12:00:00.250000+00:00")])
    }
    let first = await tool.read()
    #expect(first.sink.records.map { $0.value("key") } == ["a-A7"])
    _ = await tool.read(from: first.sink.checkpoint)
    #expect(tool.requests.last?.query["modified_since"] == "2029-12-31T12:00:00.250Z")
  }

  // MARK: what backs each vendor

  /// Vendors of which only documentation, clients or hearsay are known.
  private static let untested: Set<String> = [
    "Brevo", "Dynamics365", "EspoCRM", "Formbricks", "GA4", "Klaviyo", "LimeSurvey", "Listmonk", "Magento2", "Mautic",
    "Plausible", "Shopify", "SurveyMonkey", "Typeform",
  ]

  @Test func whatIsUntestedSaysSo() throws {
    let plugins = try Vendor.plugins()
    #expect(Self.untested.isSubset(of: plugins))
    let words = "untested against the real thing"
    for plugin in plugins {
      let specification = RESTConnector(manifest: try Vendor.manifest(plugin)).specification
      let readme = try String(contentsOf: Vendor.folder(plugin).appendingPathComponent("README.md"), encoding: .utf8)
      #expect((specification.verified == words) == Self.untested.contains(plugin), "\(plugin)")
      #expect(readme.lowercased().contains(words) == Self.untested.contains(plugin), "\(plugin)'s README.md")
    }
  }
}
