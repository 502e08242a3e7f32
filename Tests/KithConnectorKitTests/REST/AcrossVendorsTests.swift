import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What the interfaces of many vendors teach together, each lesson with the manifests of vendors that taught it.
@Suite struct AcrossVendorsTests {
  // MARK: 1. A next link to another host or scheme is never followed with the credentials.

  /// Vendors whose pages name the next one, as such a page.
  enum Linked: String, CaseIterable, Sendable {
    case freshdesk = "Freshdesk"
    case klaviyo = "Klaviyo"
    case dynamics = "Dynamics365"
    case surveyMonkey = "SurveyMonkey"
    case salesforce = "Salesforce"

    var stream: String {
      switch self {
      case .klaviyo: "profiles"
      case .surveyMonkey: "responses"
      default: "contacts"
      }
    }

    func page(_ next: String?) -> LoopbackReply {
      let quoted = next.map { "\"\($0)\"" } ?? "null"
      switch self {
      case .freshdesk:
        return .text("[{\"id\": 1}]", 200, next.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? [])
      case .klaviyo: return .text("{\"data\": [{\"id\": \"1\", \"attributes\": {}}], \"links\": {\"next\": \(quoted)}}")
      case .dynamics: return .text("{\"value\": [{\"contactid\": \"1\"}], \"@odata.nextLink\": \(quoted)}")
      case .surveyMonkey:
        return .text(
          "{\"data\": [{\"id\": \"1\", \"response_status\": \"completed\", \"date_modified\": \"2029-01-01T00:00:00+00:00\"}], \"links\": {\"next\": \(quoted)}}"
        )
      case .salesforce:
        return .text("{\"done\": \(next == nil), \"records\": [{\"Id\": \"1\"}], \"nextRecordsUrl\": \(quoted)}")
      }
    }
  }

  @Test(arguments: Linked.allCases) func noCredentialsGoToTheHostOfALink(vendor: Linked) async throws {
    let elsewhere = try LoopbackServer { _ in vendor.page(nil) }
    let link = "http://localhost:\(elsewhere.port)/next"
    let tool = try Vendor(vendor.rawValue, vendor.stream) { _, _ in vendor.page(link) }
    let (sink, error) = await tool.read()
    #expect(error?.recovery == .configuration, "\(error.map { "\($0)" } ?? "")")
    #expect(elsewhere.requests.isEmpty)
    #expect(sink.records.count == 1, "what came before is kept")
    #expect(sink.batches.allSatisfy { $0.snapshot != .ends && $0.snapshot != .whole }, "nobody is gone by it")
  }

  /// A vendor that comes with links of its own belongs into the list.
  @Test func everyVendorWithLinksIsAmongThem() throws {
    let linked = try Vendor.plugins().filter {
      let manifest = try Vendor.manifest($0)
      return manifest.contains("next_url:") || manifest.contains("link_header: true")
    }
    #expect(Set(linked) == Set(Linked.allCases.map(\.rawValue)))
  }

  /// Dynamics' link to what has changed is kept until the next sync: it is held against the host then as well.
  @Test func noCredentialsGoToTheHostOfAKeptLink() async throws {
    let elsewhere = try LoopbackServer { _ in Linked.dynamics.page(nil) }
    let tool = try Vendor("Dynamics365", "contacts") { _, _ in
      .text("{\"value\": [{\"contactid\": \"1\"}], \"@odata.deltaLink\": \"http://localhost:\(elsewhere.port)/delta\"}")
    }
    let first = await tool.read()
    #expect(first.error == nil)
    let second = await tool.read(from: first.sink.checkpoint)
    #expect(second.error?.recovery == .configuration)
    #expect(elsewhere.requests.isEmpty)
  }

  /// A server behind a proxy names itself with https, or with a port of its own: the way there stays the configured one.
  @Test(arguments: Linked.allCases) func aLinkWithAnotherSchemeGoesTheConfiguredWay(vendor: Linked) async throws {
    let tool = try Vendor(vendor.rawValue, vendor.stream) { number, _ in
      number == 1 ? vendor.page("https://127.0.0.1:1/next?page=2") : vendor.page(nil)
    }
    let (_, error) = await tool.read()
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(tool.requests.map(\.path).last == "/next")
    #expect(tool.requests.count == 2)
  }

  /// Zendesk's after_url names another host, WooCommerce's Link another scheme. Neither is used: cursors and pages go on.
  @Test func linksThatMisleadAreNotNeeded() async throws {
    let elsewhere = try LoopbackServer { _ in .text("{}") }
    let host = "http://localhost:\(elsewhere.port)"
    let desk = try Vendor("Zendesk", "tickets", options: ["email": .text("admin@example.com")]) { _, request in
      let isLast = request.query["cursor"] == "two"
      return .text(
        "{\"tickets\": [{\"id\": \(isLast ? 2 : 1), \"created_at\": \"2029-01-01T00:00:00Z\"}], \"after_url\": \"\(host)/incremental\", "
          + "\"after_cursor\": \"\(isLast ? "three" : "two")\", \"end_of_stream\": \(isLast)}")
    }
    let tickets = await desk.read()
    #expect(tickets.error == nil)
    #expect(tickets.sink.records.count == 2)
    let shop = try Vendor("WooCommerce", "customers") { number, _ in
      .text(
        "[{\"id\": \(number)}]", 200,
        [("X-WP-TotalPages", "2"), ("Link", "<https://localhost:\(elsewhere.port)/customers?page=2>; rel=\"next\"")])
    }
    let customers = await shop.read()
    #expect(customers.error == nil)
    #expect(customers.sink.records.count == 2)
    #expect(elsewhere.requests.isEmpty)
  }

  // MARK: 2. Pages may be cut, or refused; the vendor's own signal ends a list.

  @Test func pagesThatAreCutInSilenceEndNothing() async throws {
    let desk = try Vendor("RequestTracker", "tickets") { _, request in
      let page = Int(request.query["page"] ?? "") ?? 1
      let ids = (page * 20 - 19)...min(page * 20, 45)
      return .text(
        "{\"per_page\": 20, \"page\": \(page), \"pages\": 3, \"total\": 45, \"items\": "
          + objects(ids) { "{\"id\": \"\($0)\", \"Created\": \"2029-01-01T00:00:00Z\"}" } + "}")
    }
    let tickets = await desk.read()
    #expect(desk.requests.first?.query["per_page"] == "100")
    #expect(tickets.error == nil)
    #expect(tickets.sink.records.count == 45)
    let organiser = try Vendor("Pretix", "customers") { _, request in
      let page = Int(request.query["page"] ?? "") ?? 1
      let ids = (page * 50 - 49)...min(page * 50, 120)
      return .text(
        "{\"count\": 120, \"next\": null, \"results\": " + objects(ids) { "{\"identifier\": \"C\($0)\"}" } + "}")
    }
    let customers = await organiser.read()
    #expect(customers.error == nil)
    #expect(customers.sink.records.count == 120)
  }

  /// WooCommerce refuses more than a hundred: nothing asks for that.
  @Test(arguments: ["customers", "orders", "refunds", "products", "reviews"])
  func noPageIsAskedForThatIsRefused(stream: String) async throws {
    let shop = try Vendor("WooCommerce", stream) { _, request in
      (Int(request.query["per_page"] ?? "") ?? 10) > 100
        ? .text("{\"code\": \"rest_invalid_param\", \"message\": \"per_page\", \"data\": {\"status\": 400}}", 400)
        : .text("[]", 200, [("X-WP-TotalPages", "0")])
    }
    #expect(await shop.read().error == nil)
  }

  // MARK: 3. A page past the end has four forms.

  @Test func aPagePastTheEndIsAnEmptyList() async throws {
    let shop = try Vendor("WooCommerce", "orders") { number, _ in
      .text(number == 1 ? objects(1...100) { "{\"id\": \($0), \"date_created_gmt\": \"2029-01-01T00:00:00\"}" } : "[]")
    }
    let (sink, error) = await shop.read()
    #expect(error == nil)
    #expect(sink.records.count == 100)
    #expect(shop.requests.map { $0.query["page"] } == ["1", "2"])
  }

  @Test func aPagePastTheEndIsNotFound() async throws {
    let organiser = try Vendor("Pretix", "customers") { number, _ in
      number == 1
        ? .text("{\"count\": 3, \"results\": [{\"identifier\": \"A\"}, {\"identifier\": \"B\"}]}")
        : .text("{\"detail\": \"Ungültige Seite.\"}", 404)
    }
    let (sink, error) = await organiser.read()
    #expect(error == nil)
    #expect(sink.records.count == 2)
    let wrong = try Vendor("Pretix", "customers") { _, _ in .text("{\"detail\": \"Nicht gefunden.\"}", 404) }
    #expect(await wrong.read().error?.recovery == .configuration)
  }

  @Test func aPagePastTheEndHasNoList() async throws {
    let lists = try Vendor("Mailman", "addresses") { number, _ in
      .text(
        number == 1
          ? "{\"start\": 0, \"total_size\": 3, \"entries\": [{\"email\": \"a@example.com\"}, {\"email\": \"b@example.com\"}]}"
          : "{\"start\": 2, \"total_size\": 3}")
    }
    let (sink, error) = await lists.read()
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func aPagePastTheEndIsTheLastOneAgain(customers: Int) async throws {
    let last = (customers + 1) / 2
    let shop = try Vendor("Magento2", "customers", options: ["page_size": .text("2")]) { _, request in
      let page = min(Int(request.query["searchCriteria[currentPage]"] ?? "") ?? 1, last)
      let ids = (page * 2 - 1)...min(page * 2, customers)
      return .text("{\"items\": " + objects(ids) { "{\"id\": \($0)}" } + ", \"total_count\": \(customers)}")
    }
    let (sink, error) = await shop.read()
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(sink.records.compactMap { $0.value("key") } == (1...customers).map { "\($0)" })
    #expect(shop.requests.count == last)
  }
}
