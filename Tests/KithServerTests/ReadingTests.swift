import Foundation
import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

@testable import KithServer

/// Lists, pages, ETags, lookups, exports.
@Suite struct ReadingTests {
  /// All items of a list, page by page; `between` runs after each page.
  private func all(
    _ stage: ServedHub, _ path: String, _ name: String, between: () throws -> Void = {}
  ) async throws -> [JSON] {
    var items: [JSON] = []
    var cursor: String?
    repeat {
      let mark = path.contains("?") ? "&" : "?"
      let page = try await stage.get(path + (cursor.map { "\(mark)cursor=\($0)" } ?? ""))
      #expect(page.status == 200, "\(page.text)")
      items += page.json[name]?.items ?? []
      cursor = page.json["next_cursor"]?.string
      try between()
    } while cursor != nil
    return items
  }

  private func addPeople(_ stage: ServedHub, _ keys: [String]) throws {
    let run = try stage.hub.store.startRun(
      source: "crm", connector: "crm", mode: "incremental", at: stage.hub.time.now())
    let writer = try StreamWriter(
      store: stage.hub.store, source: "crm", stream: "contacts", run: run,
      money: MoneySettings(baseCurrency: "CHF", rates: [:]),
      time: stage.hub.time)
    let people = keys.map { key in
      CanonicalRecord(
        record: .profile(person(key)),
        person: CanonicalProfile(
          key: key,
          identifiers: [
            CanonicalIdentifier(
              kind: .email, namespace: "", value: "\(key)@example.com", display: "\(key)@example.com",
              delivered: "\(key)@example.com", links: true)
          ]), hash: Int64(key.hashValue))
    }
    _ = try writer.write(StoreBatch(records: people))
    _ = try stage.hub.store.finishRun(run, status: .succeeded, at: stage.hub.time.now())
    _ = try stage.hub.identity.resolve()
  }

  @Test(arguments: Backend.allCases) func aRunIsToldWithWhatItSetAside(backend: Backend) async throws {
    try await ServedHub(database: try backend.database).serve { stage in
      try await stage.sync()
      let run = try await stage.get("/api/v1/runs/1", as: .analyst)
      #expect(run.status == 200, "\(run.text)")
      #expect(run.json["set_aside"]?.items?.first?["code"] == "date".json)
      #expect(run.json["examples"]?.items?.first?["place"] == "contacts.csv, line 7".json)
      #expect(run.json["error_class"] == .null && run.json["seconds"] == .integer(0), "\(run.text)")
      #expect(run.json["streams"]?.items?.count == 2 && !run.text.contains(ListConnector.canary))
      #expect(try await stage.get("/api/v1/runs/99").status == 404)
    }
  }

  @Test(arguments: Backend.allCases) func pagesCoverEveryRowOnceWhileRowsAreAdded(backend: Backend) async throws {
    try await ServedHub(database: try backend.database).serve { stage in
      try await stage.sync()
      try addPeople(stage, (0..<6).map { "p\($0)" })
      let before = try stage.hub.customers(matching: nil, in: .revenue, limit: 1_000).map(\.customerID).sorted()
      var count = 0
      let customers = try await all(stage, "/api/v1/customers?limit=2", "customers") {
        count += 1
        if count < 4 { try addPeople(stage, ["new\(count)"]) }
      }
      let ids = customers.compactMap { $0["customer_id"]?.int }
      #expect(Set(ids).count == ids.count && Array(ids.prefix(before.count)) == before && ids.count == before.count + 3)
      // Runs come from the newest down: those that begin meanwhile are not in the way.
      let known = try stage.hub.store.runs(limit: 1_000).map(\.id.rawValue)
      var more = 0
      let runs = try await all(stage, "/api/v1/runs?limit=3", "runs") {
        more += 1
        if more < 3 { try addPeople(stage, ["late\(more)"]) }
      }
      #expect(runs.compactMap { $0["run_id"]?.int } == known)
      // Two steps a minute: ties are told apart by their number.
      let steps = try await all(stage, "/api/v1/customers/1/journey?limit=7", "steps")
      let numbers = steps.compactMap { $0["touchpoint_id"]?.int }
      #expect(numbers.count == 40 && Set(numbers).count == 40)
      let times = steps.compactMap { $0["occurred_at"]?.string }
      #expect(times == times.sorted(by: >) && times.first?.hasSuffix("Z") == true)
    }
  }

  @Test func namedListsArePagedToo() async throws {
    let sources = ["b", "a", "d", "c"].map { ListConnector($0, ["things": []]) }
    try await ServedHub(sources, schedule: "every 1d").serve { stage in
      for (path, name) in [("/api/v1/sources?limit=3", "sources"), ("/api/v1/schedules?limit=1", "schedules")] {
        let items = try await all(stage, path, name)
        #expect(items.compactMap { $0["source"]?.string } == ["a", "b", "c", "d"])
      }
      // Another list's cursor is none.
      let cursor = try #require(try await stage.get("/api/v1/sources?limit=1").json["next_cursor"]?.string)
      let other = try await stage.get("/api/v1/schedules?cursor=\(cursor)")
      #expect(other.status == 422 && other.json["where"] == "cursor".json)
    }
  }

  @Test func whatIsKnownIsNotSentAgain() async throws {
    try await ServedHub().serve { stage in
      try await stage.sync()
      let first = try await stage.get("/api/v1/customers")
      let tag = try #require(first.headers["etag"])
      for known in [tag, "\"other\", W/\(tag)", "*"] {
        let again = try await stage.get("/api/v1/customers", headers: ["If-None-Match": known])
        #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag, "\(known)")
      }
      #expect(try await stage.get("/api/v1/customers", headers: ["If-None-Match": "\"x\""]).status == 200)
      // What another role sees is another answer.
      let masked = try await stage.get("/api/v1/customers", as: .analyst, headers: ["If-None-Match": tag])
      #expect(masked.status == 200 && masked.headers["etag"] != tag)
      try addPeople(stage, ["z"])
      let changed = try await stage.get("/api/v1/customers", headers: ["If-None-Match": tag])
      #expect(changed.status == 200 && changed.headers["etag"] != tag)
      let head = try await stage.send("HEAD", "/api/v1/customers", token: try stage.token(.admin))
      #expect(head.status == 200 && head.body.isEmpty && head.headers["etag"] == changed.headers["etag"])
    }
  }

  @Test(arguments: Backend.allCases) func identifiersAreLookedUpAsPeopleWriteThem(backend: Backend) async throws {
    try await ServedHub(database: try backend.database).serve { stage in
      try await stage.sync()
      func found(_ query: String) async throws -> [String] {
        let reply = try await stage.get("/api/v1/customers/lookup?\(query)")
        #expect(reply.status == 200, "\(reply.text)")
        return reply.json["customers"]?.items?.compactMap { $0["display_name"]?.string } ?? []
      }
      #expect(try await found("kind=email&value=%20Anna.MEIER@example.com") == ["Anna Meier"])
      #expect(try await found("kind=phone&value=079%20555%2001%2023") == ["Anna Meier"])
      #expect(try await found("kind=phone&value=%2B41795550123") == ["Anna Meier"])
      #expect(try await found("kind=email&value=nobody@example.com") == [])
      #expect(try await found("kind=user_id&value=1") == [])
      #expect(try await found("kind=customer_number&value=1&namespace=crm") == [])
      let search = try await stage.get("/api/v1/customers?q=KELLER")
      #expect(search.json["customers"]?.items?.count == 1)
      #expect(try await stage.get("/api/v1/customers?q=%25").json["customers"]?.items?.count == 0)
    }
  }

  @Test(arguments: Backend.allCases) func everythingReadIsThere(backend: Backend) async throws {
    try await ServedHub(database: try backend.database, schedule: "every 1d").serve { stage in
      try await stage.sync()
      let source = try await stage.get("/api/v1/sources/crm").json
      #expect(source["connector"] == "crm".json && source["last_run_status"] == "succeeded".json)
      let stream = try await stage.get("/api/v1/sources/crm/streams/contacts").json["stream"]
      #expect(stream?["waiting_in_quarantine"] == 1.json && stream?["freshness_seconds"] == 0.json)
      let run = try await stage.get("/api/v1/runs/1").json
      #expect(run["counts"]?["read"] == 45.json && run["streams"]?.items?.count == 2, "\(run)")
      #expect(try await stage.get("/api/v1/runs?source=crm&status=failed").json["runs"] == .list([]))
      let entry = try await stage.get("/api/v1/quarantine/1").json
      #expect(entry["raw"] == "5,\(ListConnector.canary),31.02.1999".json && entry["code"] == "date".json)
      let customer = try await stage.get("/api/v1/customers/1").json
      #expect(customer["summary"]?["display_name"] == "Anna Meier".json && customer["journey_length"] == 40.json)
      let matches = try await stage.get("/api/v1/customers/1/matches").json
      #expect((matches["matches"]?.items?.count ?? 0) >= 1, "\(matches)")
      #expect(try await stage.get("/api/v1/schedules").json["schedules"]?.items?.count == 1)
      #expect(try await stage.get("/api/v1/review").status == 200)
      let metrics = try await stage.get("/metrics").text
      for line in [
        "kith_runs_total{source=\"crm\",outcome=\"succeeded\"} 1",
        "kith_records_total{source=\"crm\",outcome=\"quarantined\"} 1",
        "kith_stream_freshness_seconds{source=\"crm\",stream=\"contacts\"} 0",
        "kith_quarantine_waiting{source=\"crm\",stream=\"contacts\"} 1", "kith_configuration_valid 1",
        "kith_http_requests_total{endpoint=\"get_source\",status=\"200\"} 1",
        "kith_http_request_duration_seconds_count{endpoint=\"get_source\"} 1",
      ] { #expect(metrics.contains(line), "\(line) is missing in \(metrics)") }
    }
  }

  /// More than fits into the pieces that wait between hub and network.
  @Test func exportsAreWrittenWhole() async throws {
    let visits = (0..<6_000).map { number in
      Record.touchpoint(
        Touchpoint(
          key: "v\(number)", person: person("1", email: "a@example.com"), channel: .web, type: "page_viewed",
          occurredAt: Timestamp(seconds: 1_790_000_000 + Int64(number))))
    }
    let connector = ListConnector("web", ["visits": [Batch(records: visits)]])
    try await ServedHub([connector]).serve { stage in
      try await stage.sync()
      let csv = try await stage.get("/api/v1/tables/touchpoints/rows")
      #expect(csv.status == 200 && csv.headers["content-type"] == "text/csv; charset=utf-8")
      #expect(csv.text.split(separator: "\n").count == 6_001 && csv.body.count > 300_000, "\(csv.body.count)")
      let some = try await stage.get(
        "/api/v1/tables/touchpoints/rows?format=jsonl&columns=key,occurred_at&since=2026-09-21T14:43:20Z&limit=10")
      let rows = some.text.split(separator: "\n").compactMap { try? JSONReader.read(Array($0.utf8)) }
      #expect(rows.count == 10 && rows.allSatisfy { $0["key"] != nil && $0["type"] == nil }, "\(some.text)")
      let wrong = try await stage.get("/api/v1/tables/customers/rows?columns=nmae")
      #expect(wrong.status == 422 && wrong.json["fix"] != nil, "\(wrong.text)")
    }
  }

  @Test func whoStopsReadingEndsTheExport() {
    let bridge = StreamBridge()
    bridge.abandon()
    let error = bridge.run { sink in
      // The pieces that have room go in, the next is told.
      for _ in 0..<10 { try sink.write([1]) }
      Issue.record("nobody was told")
    }
    #expect(error == nil)
  }
}
