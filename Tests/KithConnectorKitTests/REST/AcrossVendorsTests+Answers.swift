import KithConnectorKit
import KithCore
import KithTesting
import Testing

extension AcrossVendorsTests {
  // MARK: 4. A filter that a tool does not know is ignored, not refused: the times of the records are looked at.

  /// WooCommerce ignores modified_after for customers: it is not asked for, and the list is a whole one each time.
  @Test func aListThatCannotBeFilteredIsRead() async throws {
    let shop = try Vendor("WooCommerce", "customers") { _, _ in
      .text("[{\"id\": 1, \"date_modified_gmt\": \"2020-01-01T00:00:00\"}]", 200, [("X-WP-TotalPages", "1")])
    }
    let first = await shop.read()
    let second = await shop.read(from: first.sink.checkpoint)
    #expect(second.error == nil)
    #expect(shop.requests.allSatisfy { $0.query["modified_after"] == nil })
    #expect(second.sink.batches.last?.snapshot == .whole)
  }

  /// Were orders' filter ignored as well: all of them come, the cursor does not go back, and it is told.
  @Test func aFilterThatIsIgnoredIsTold() async throws {
    let orders = objects(1...4) {
      "{\"id\": \($0), \"date_created_gmt\": \"2020-01-01T00:00:00\", \"date_modified_gmt\": \"2020-0\($0)-01T00:00:00\"}"
    }
    let shop = try Vendor("WooCommerce", "orders") { _, _ in .text(orders, 200, [("X-WP-TotalPages", "1")]) }
    let first = await shop.read()
    #expect(first.sink.batches.flatMap(\.notes).isEmpty)
    let second = await shop.read(from: first.sink.checkpoint)
    #expect(second.error == nil)
    #expect(second.sink.records.count == 4)
    #expect(second.sink.checkpoint == first.sink.checkpoint)
    #expect(shop.requests.last?.query["modified_after"] == "2029-12-31T23:58:59")
    #expect(shop.requests.last?.query["dates_are_gmt"] == "true")
    let notes = second.sink.batches.flatMap(\.notes)
    #expect(notes.contains { $0.contains("orders: 4 of 4 records are older than what was asked for") }, "\(notes)")
  }

  /// Where the filter is heeded, and where few are older, there is nothing to tell.
  @Test(arguments: ["2030-01-01T00:00:00", "2020-01-01T00:00:00"])
  func aFilterThatIsHeededIsNotTold(modified: String) async throws {
    let old = objects(1...2) {
      "{\"id\": \($0), \"date_created_gmt\": \"2020-01-01T00:00:00\", \"date_modified_gmt\": \"\(modified)\"}"
    }
    let shop = try Vendor("WooCommerce", "orders") { _, _ in .text(old, 200, [("X-WP-TotalPages", "1")]) }
    let first = await shop.read()
    let second = await shop.read(from: first.sink.checkpoint)
    #expect(second.error == nil)
    #expect(second.sink.batches.flatMap(\.notes).isEmpty)
  }

  /// A search that begins anew behind its last record would go on for ever if the filter were ignored.
  @Test func aFilterThatIsIgnoredLeadsInNoCircle() async throws {
    let crm = try Vendor("HubSpot", "contacts") { number, _ in
      .text(
        "{\"results\": "
          + objects(1...200) {
            "{\"id\": \"\($0)\", \"properties\": {\"lastmodifieddate\": \"2029-01-01T00:00:00Z\"}}"
          } + ", \"paging\": {\"next\": {\"after\": \"\(number * 200)\"}}}")
    }
    let (_, error) = await crm.read()
    #expect(error?.recovery == .configuration)
    #expect(crm.requests.count <= 22)
  }

  // MARK: 5. Errors have many shapes; the status and a few codes decide, never the words.

  struct Refusal: Sendable, CustomTestStringConvertible {
    let vendor: String
    let stream: String
    let status: Int
    let body: String
    let recovery: KithError.Recovery
    /// What the user is told: words of the answer, or of the advice.
    let told: String?

    init(
      _ vendor: String, _ stream: String, _ status: Int, _ body: String, _ recovery: KithError.Recovery,
      told: String? = nil
    ) {
      (self.vendor, self.stream, self.status, self.body) = (vendor, stream, status, body)
      (self.recovery, self.told) = (recovery, told)
    }

    func check() async throws {
      let tool = try Vendor(vendor, stream) { _, request in
        if request.text.contains("common.db.login") { return .text("{\"id\": 1, \"result\": [7, \"made-up\"]}") }
        if request.path.hasSuffix("/events/") {
          return .text("{\"count\": 1, \"results\": [{\"slug\": \"a\", \"currency\": \"CHF\"}]}")
        }
        return .text(body, status)
      }
      let (_, error) = await tool.read()
      let text = error.map { "\($0)" } ?? "nothing"
      #expect(error?.recovery == recovery, "\(text)")
      if let told { #expect(text.contains(told)) }
    }

    var testDescription: String { "\(vendor) \(status) \(body.prefix(40))" }
  }

  private static let refusals: [Refusal] = [
    // A list of errors.
    Refusal(
      "Salesforce", "contacts", 404, "[{\"errorCode\": \"NOT_FOUND\", \"message\": \"No such thing\"}]",
      .configuration, told: "No such thing"),
    // A text, and a page for people.
    Refusal("Zendesk", "tickets", 403, "You may not", .authorisation),
    Refusal("WooCommerce", "orders", 404, "<html><head><title>Not here</title></head></html>", .configuration),
    // A success with an error in it.
    Refusal(
      "Tryton", "parties", 200, "{\"id\": 1, \"error\": [\"UserError\", [\"Kein Zugriff\", \"\"]]}", .configuration,
      told: "Kein Zugriff"),
    Refusal(
      "Matomo", "visits", 200, "{\"result\": \"error\", \"message\": \"Vous n'avez pas accès\"}", .authorisation,
      told: "Vous n'avez pas accès"),
    Refusal(
      "Shopify", "customers", 200,
      "{\"errors\": [{\"message\": \"Zugriff verweigert\", \"extensions\": {\"code\": \"ACCESS_DENIED\"}}]}",
      .authorisation, told: "Zugriff verweigert"),
    // In the language of the shop.
    Refusal(
      "Pretix", "orders", 400, "{\"modified_since\": [\"Bitte ein gültiges Datum eingeben.\"]}", .configuration,
      told: "Bitte ein gültiges Datum eingeben."),
    // Words that say another thing than the status.
    Refusal("Intercom", "contacts", 400, "{\"errors\": [{\"message\": \"429 Too many requests\"}]}", .configuration),
    // A server error in place of a missing login.
    Refusal(
      "Matomo", "visits", 500, "{\"result\": \"error\", \"message\": \"Bitte melden Sie sich an\"}", .authorisation,
      told: "Bitte melden Sie sich an"),
  ]

  @Test(arguments: refusals) func theStatusAndCodesOfAnErrorDecide(refusal: Refusal) async throws {
    try await refusal.check()
  }

  // MARK: 6. How long to wait may be missing, a decimal, in seconds to go or a moment.

  struct Wait: Sendable, CustomTestStringConvertible {
    let vendor: String
    let stream: String
    let headers: [(String, String)]
    let body: String
    /// What the tool answers when it is asked again.
    let then: String
    let seconds: Double
    var testDescription: String { "\(vendor) \(headers.map(\.1))" }
  }

  private static let waits: [Wait] = [
    Wait(
      vendor: "HubSpot", stream: "contacts", headers: [],
      body:
        "{\"status\": \"error\", \"message\": \"You have reached your secondly limit.\", \"category\": \"RATE_LIMITS\"}",
      then: "{\"results\": [{\"id\": \"1\", \"properties\": {}}]}", seconds: 10),
    Wait(
      vendor: "Shopify", stream: "customers", headers: [("Retry-After", "2.0")], body: "{\"errors\": \"Too many\"}",
      then:
        "{\"data\": {\"customers\": {\"nodes\": [{\"legacyResourceId\": \"1\"}], \"pageInfo\": {\"hasNextPage\": false}}}}",
      seconds: 2),
    Wait(
      vendor: "Zendesk", stream: "tickets",
      headers: [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "27")],
      body: "Number of requests exceeded",
      then:
        "{\"tickets\": [{\"id\": 1, \"created_at\": \"2029-01-01T00:00:00Z\"}], \"after_cursor\": \"x\", \"end_of_stream\": true}",
      seconds: 27),
    Wait(
      vendor: "SendGrid", stream: "group_unsubscribes",
      headers: [("X-RateLimit-Limit", "600"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "13")],
      body: "{\"errors\": [{\"field\": null, \"message\": \"too many requests\"}]}",
      then: "[{\"email\": \"a@example.com\", \"created_at\": 1700000000, \"group_id\": 1, \"group_name\": \"News\"}]",
      seconds: 13),
    Wait(
      vendor: "Intercom", stream: "contacts",
      headers: [("X-RateLimit-Limit", "167"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1893456040")],
      body: "{\"type\": \"error.list\", \"errors\": [{\"code\": \"rate_limit_exceeded\", \"message\": \"Exceeded\"}]}",
      then: "{\"data\": [{\"id\": \"1\"}], \"pages\": {}}", seconds: 40),
  ]

  @Test(arguments: waits) func waitsAsLongAsTheVendorWants(wait: Wait) async throws {
    let tool = try Vendor(wait.vendor, wait.stream) { number, _ in
      number == 1 ? .text(wait.body, 429, wait.headers) : .text(wait.then)
    }
    let start = tool.time.now()
    let (sink, error) = await tool.read()
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(sink.records.count == 1)
    let waited = tool.time.now().seconds(since: start)
    #expect(waited >= wait.seconds && waited < wait.seconds * 1.3 + 1.1, "waited \(waited)")
  }

  // MARK: 7. Dates that are none, and times without a zone.

  struct When: Sendable, CustomTestStringConvertible {
    let vendor: String
    let stream: String
    let body: String
    let field: String
    let value: String?
    var testDescription: String { "\(vendor) \(field)" }
  }

  private static let times: [When] = [
    When(
      vendor: "RequestTracker", stream: "tickets",
      body:
        "{\"pages\": 1, \"items\": [{\"id\": \"1\", \"Started\": \"1970-01-01T00:00:00Z\", \"Created\": \"2026-11-20T08:00:00Z\"}]}",
      field: "first_response_at", value: nil),
    When(
      vendor: "Mailman", stream: "members",
      body:
        "{\"total_size\": 1, \"entries\": [{\"list_id\": \"a\", \"member_id\": \"1\", \"last_warning_sent\": \"0001-01-01T00:00:00\"}]}",
      field: "trait.last_bounce_warning", value: nil),
    When(
      vendor: "HubSpot", stream: "tickets",
      body:
        "{\"results\": [{\"id\": \"1\", \"createdAt\": \"2026-11-20T08:00:00.5Z\", \"properties\": {\"closed_date\": \"\"}}]}",
      field: "solved_at", value: nil),
    When(
      vendor: "Tryton", stream: "parties",
      body:
        "{\"result\": [{\"id\": 1, \"name\": \"A\", \"write_date\": null, \"create_date\": {\"year\": 2026, \"month\": 11, \"day\": 20, \"hour\": 8, \"minute\": 0, \"second\": 0}}]}",
      field: "updated_at", value: "2026-11-20 08:00:00"),
    When(
      vendor: "Mailman", stream: "addresses",
      body:
        "{\"total_size\": 1, \"entries\": [{\"email\": \"a@example.com\", \"registered_on\": \"2026-11-20T08:00:00.000001\"}]}",
      field: "created_at", value: "2026-11-20 08:00:00"),
    When(
      vendor: "WooCommerce", stream: "orders",
      body: "[{\"id\": 1, \"date_created\": \"2026-11-20T09:00:00\", \"date_created_gmt\": \"2026-11-20T08:00:00\"}]",
      field: "placed_at", value: "2026-11-20 08:00:00"),
    When(
      vendor: "Salesforce", stream: "contacts",
      body: "{\"done\": true, \"records\": [{\"Id\": \"1\", \"CreatedDate\": \"2026-11-20T08:00:00.000+0000\"}]}",
      field: "created_at", value: "2026-11-20 08:00:00"),
    When(
      vendor: "Mailchimp", stream: "members",
      body:
        "{\"total_items\": 1, \"members\": [{\"id\": \"1\", \"list_id\": \"7\", \"timestamp_signup\": \"\", \"timestamp_opt\": \"2026-11-20T09:00:00+01:00\"}]}",
      field: "created_at", value: "2026-11-20 08:00:00"),
  ]

  /// The hub stands in another zone: what has none is the vendor's, not the hub's.
  @Test(arguments: times) func timesAreTheVendors(when: When) async throws {
    let tool = try Vendor(when.vendor, when.stream, timeZone: "America/New_York") { number, request in
      if request.text.contains("common.db.login") { return .text("{\"id\": 1, \"result\": [7, \"made-up\"]}") }
      if request.path.hasSuffix("/lists") { return .text("{\"total_size\": 1, \"entries\": [{\"list_id\": \"a\"}]}") }
      // The second page of a list that offsets count.
      if when.vendor == "Tryton", number > 2 { return .text("{\"id\": 1, \"result\": []}") }
      return .text(when.body, 200, [("X-WP-TotalPages", "1")])
    }
    let (sink, error) = await tool.read()
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(sink.rejects.isEmpty)
    #expect(sink.records.count == 1)
    let value = sink.records.first?.value(when.field)
    #expect(value.map { String($0.prefix(19)) } == when.value)
  }

  // MARK: 8. The next sync begins where this one did, or earlier; the newest change that was seen is no safe place.

  struct Cursor: Sendable, CustomTestStringConvertible {
    let vendor: String
    let stream: String
    let body: String
    var headers: [(String, String)] = []
    /// Where the next sync's first request names its beginning.
    let asked: @Sendable (LoopbackServer.Request) -> String?
    let value: String
    var testDescription: String { vendor }
  }

  /// The clock stands at 2030-01-01 00:00; the newest change is half a minute later, which came while it was read.
  private static let cursors: [Cursor] = [
    Cursor(
      vendor: "Brevo", stream: "contacts",
      body: "{\"count\": 1, \"contacts\": [{\"id\": 1, \"modifiedAt\": \"2030-01-01T00:00:30.000Z\"}]}",
      asked: { $0.query["modifiedSince"] }, value: "2030-01-01T00:00:00.000Z"),
    Cursor(
      vendor: "HubSpot", stream: "contacts",
      body: "{\"results\": [{\"id\": \"1\", \"properties\": {\"lastmodifieddate\": \"2030-01-01T00:00:30.000Z\"}}]}",
      asked: { $0.text.firstMatch(of: /"value":"?(\d+)/).map { String($0.1) } }, value: "1893455100000"),
    Cursor(
      vendor: "Pretix", stream: "orders",
      body:
        "{\"count\": 1, \"results\": [{\"code\": \"A\", \"testmode\": false, \"last_modified\": \"2030-01-01T00:00:30Z\"}]}",
      headers: [("X-Page-Generated", "2029-12-31T23:59:58.000000+00:00")],
      asked: { $0.query["modified_since"] }, value: "2029-12-31T23:59:58.000Z"),
    Cursor(
      vendor: "Matomo", stream: "visits",
      body: "[]", asked: { $0.text.firstMatch(of: /date=([0-9-]+)/).map { String($0.1) } }, value: "2029-12-31"),
    Cursor(
      vendor: "Qualtrics", stream: "responses",
      body:
        "{\"responses\": [{\"responseId\": \"R_1\", \"values\": {\"recordedDate\": \"2030-01-01T00:00:30.000Z\"}}]}",
      asked: { $0.text.firstMatch(of: /"startDate":"([^"]+)"/).map { String($0.1) } }, value: "2029-12-31T23:00:00Z"),
  ]

  @Test(arguments: cursors) func theNextSyncBeginsWhereThisOneDid(cursor: Cursor) async throws {
    let tool = try Vendor(cursor.vendor, cursor.stream) { _, request in
      if request.path == "/events/" {
        return .text("{\"count\": 1, \"results\": [{\"slug\": \"a\", \"currency\": \"CHF\"}]}")
      }
      if cursor.vendor == "Qualtrics", !request.path.hasSuffix("/file") {
        return .text("{\"result\": {\"progressId\": \"p\", \"fileId\": \"f\", \"status\": \"complete\"}}")
      }
      return .text(cursor.body, 200, cursor.headers)
    }
    let first = await tool.read()
    #expect(first.error == nil, "\(first.error.map { "\($0)" } ?? "")")
    let before = tool.requests.count
    let second = await tool.read(from: first.sink.checkpoint)
    #expect(second.error == nil)
    let asked = tool.requests.dropFirst(before).lazy.compactMap { cursor.asked($0) }.first
    #expect(asked == cursor.value)
    // What comes again is the same record under the same key: nothing is there twice.
    #expect(second.sink.records.map(RecordText.text(of:)) == first.sink.records.map(RecordText.text(of:)))
  }

  // MARK: 9. One address in several writings, guests beside accounts, one cookie with two users.

  /// Connectors hand over what they find: whose it is, is for the hub to say (see VendorPeopleTests).
  @Test func addressesAndNumbersComeAsTheyAre() async throws {
    let date = "\"date_created_gmt\": \"2029-01-01T00:00:00\""
    let shop = try Vendor("WooCommerce", "orders") { _, _ in
      .text(
        "[{\"id\": 1, \(date), \"customer_id\": 11, \"billing\": {\"email\": \"Anna+shop@Example.com\"}}, "
          + "{\"id\": 2, \(date), \"customer_id\": 0, \"billing\": {\"email\": \"anna@example.com\"}}]",
        200, [("X-WP-TotalPages", "1")])
    }
    let orders = await shop.read().sink.records
    #expect(orders.map { $0.value("email") } == ["Anna+shop@Example.com", "anna@example.com"])
    #expect(orders.map { $0.value("customer_number") } == ["11", nil], "a guest has no number, not the number 0")
    let visits =
      "[{\"idVisit\": 1, \"visitorId\": \"aaaaaaaaaaaaaaa1\", \"userId\": \"u1\", \"lastActionTimestamp\": 1893455000, \"serverTimestamp\": 1893455000}, "
      + "{\"idVisit\": 2, \"visitorId\": \"aaaaaaaaaaaaaaa1\", \"userId\": \"u2\", \"lastActionTimestamp\": 1893455500, \"serverTimestamp\": 1893455500}]"
    let analytics = try Vendor("Matomo", "visits", options: ["start_date": .text("2029-12-31")]) { _, request in
      .text(request.text.contains("filter_offset=0&") ? visits : "[]")
    }
    let touchpoints = await analytics.read().sink.records
    #expect(touchpoints.map { $0.value("visitor_id") } == ["aaaaaaaaaaaaaaa1", "aaaaaaaaaaaaaaa1"])
    #expect(touchpoints.map { $0.value("user_id") } == ["u1", "u2"])
  }
}
