import Foundation
import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

@testable import KithServer

/// What changes something, once only, and what goes wrong.
@Suite struct ActionTests {
  @Test(arguments: Backend.allCases)
  func runsAreStartedOnceAndCancelled(backend: Backend) async throws {
    let held = ListConnector("web", ["visits": []], isHeld: true)
    try await ServedHub([.people, held], database: try backend.database).serve { stage in
      let body = #"{"source":"crm","streams":["contacts"]}"#
      let started = try await stage.post("/api/v1/runs", body, as: .ops, headers: ["Idempotency-Key": "k1"])
      #expect(started.status == 202 && started.json["source"] == "crm".json, "\(started.text)")
      await stage.log.wait(for: "runEnded")
      await stage.log.wait(for: "resolved")
      let again = try await stage.post("/api/v1/runs", body, as: .ops, headers: ["Idempotency-Key": "k1"])
      #expect(again.status == 202 && again.body == started.body && again.headers["idempotency-replayed"] == "true")
      let other = try await stage.post(
        "/api/v1/runs", #"{"source":"crm"}"#, as: .ops, headers: ["Idempotency-Key": "k1"])
      #expect(other.status == 422 && other.json["where"] == "Idempotency-Key".json, "\(other.text)")
      #expect(try stage.hub.store.runs(limit: 10).count == 1)
      #expect(try await stage.get("/api/v1/customers").json["customers"]?.items?.count == 3)

      let web = try await stage.post("/api/v1/runs", #"{"source":"web"}"#)
      let id = try #require(web.json["run_id"]?.int)
      #expect(web.json["status"] == "running".json)
      let busy = try await stage.post("/api/v1/runs", #"{"source":"web"}"#)
      #expect(busy.status == 409, "\(busy.text)")
      #expect(try await stage.get("/metrics").text.contains("kith_runs_running{source=\"web\"} 1"))
      let ending = try await stage.post("/api/v1/runs/\(id)/cancel")
      #expect(ending.status == 202 && ending.json["is_ending"] == true.json, "\(ending.text)")
      await stage.log.wait(for: "source: \"web\"")
      let late = try await stage.post("/api/v1/runs/1/cancel")
      #expect(late.status == 409 && late.json["what"] == "the run has ended".json)
      #expect(try await stage.post("/api/v1/runs/99/cancel").status == 404)
    }
  }

  @Test func schedulesArePausedAndAudited() async throws {
    try await ServedHub(schedule: "every 1d").serve { stage in
      let paused = try await stage.post("/api/v1/schedules/crm/pause", #"{"reason":"moving"}"#, as: .ops)
      #expect(paused.status == 200 && paused.json["paused"] == "moving".json, "\(paused.text)")
      #expect(try stage.hub.store.pausedSources().map(\.reason) == ["moving"])
      let resumed = try await stage.post("/api/v1/schedules/crm/resume", as: .ops)
      #expect(resumed.status == 200 && resumed.json["paused"] == .null)
      #expect(try stage.hub.store.pausedSources().isEmpty)
      #expect(try await stage.post("/api/v1/schedules/nobody/pause").status == 404)
    }
  }

  @Test(arguments: Backend.allCases) func peopleAreMergedSplitAndDecided(backend: Backend) async throws {
    try await ServedHub(database: try backend.database).serve { stage in
      try await stage.sync()
      func post(_ path: String, _ body: String) async throws -> ServedHub.Reply {
        try await stage.post("/api/v1/\(path)", body, as: .privacy)
      }
      let merged = try await post("customers/merge", #"{"customer_id":1,"other_customer_id":2,"note":"called"}"#)
      #expect(merged.status == 200 && merged.json["merged_customers"] == 1.json, "\(merged.text)")
      let moved = try await stage.get("/api/v1/customers/2").json
      #expect(moved["asked_id"] == 2.json && moved["summary"]?["customer_id"] == 1.json)
      let decisions = try await stage.get("/api/v1/decisions").json["decisions"]?.items
      let decision = try #require(decisions?.first)
      #expect(decision["decided_by"]?.string?.contains("test privacy") == true && decision["note"] == "called".json)
      let (left, right) = (decision["left_profile_id"]?.int ?? 0, decision["right_profile_id"]?.int ?? 0)
      let withdrawn = try await post(
        "decisions/withdraw", #"{"left_profile_id":\#(left),"right_profile_id":\#(right)}"#)
      #expect(withdrawn.status == 200, "\(withdrawn.text)")
      #expect(try await stage.get("/api/v1/decisions").json["decisions"] == .list([]))
      let split = try await post("customers/split", #"{"customer_id":1,"profile_ids":[2]}"#)
      #expect(split.status == 200 && split.json["split_customers"] == 1.json, "\(split.text)")
      let decided = try await post("decisions", #"{"left_profile_id":1,"right_profile_id":2,"decision":"same"}"#)
      #expect(decided.status == 200, "\(decided.text)")
      for (path, body, status) in [
        ("customers/merge", #"{"customer_id":1,"other_customer_id":1}"#, 422),
        ("customers/merge", #"{"customer_id":1,"other_customer_id":999}"#, 404),
        ("customers/split", #"{"customer_id":1,"profile_ids":[]}"#, 422),
        ("customers/split", #"{"customer_id":1,"profile_ids":[999]}"#, 422),
        ("decisions", #"{"left_profile_id":1,"right_profile_id":1,"decision":"same"}"#, 422),
        ("decisions", #"{"left_profile_id":1,"right_profile_id":999,"decision":"same"}"#, 422),
        ("decisions/withdraw", #"{"left_profile_id":1,"right_profile_id":4}"#, 422),
      ] {
        let reply = try await post(path, body)
        #expect(reply.status == status, "\(path) \(body): \(reply.text)")
      }
    }
  }

  @Test func replaysTellWhatTheyDid() async throws {
    try await ServedHub().serve { stage in
      try await stage.sync()
      let reply = try await stage.post("/api/v1/quarantine/replay", #"{"source":"crm"}"#, as: .integrator)
      let stream = try #require(reply.json["streams"]?.items?.first)
      #expect(reply.status == 200 && stream["error"]?.string?.contains("cannot replay") == true, "\(reply.text)")
      #expect(!reply.text.contains(ListConnector.canary))
      #expect(try await stage.post("/api/v1/quarantine/replay", #"{"ids":[]}"#).json["streams"] == .list([]))
    }
  }

  private struct Wrong: Sendable {
    var method = "GET"
    var path: String
    var body: String?
    var status: Int
    var place: String?
  }

  private static let wrong: [Wrong] = [
    Wrong(path: "/api/v1/nothing", status: 404), Wrong(path: "/", status: 404),
    Wrong(path: "/api/v1/customers/x", status: 400, place: "customer_id"),
    Wrong(path: "/api/v1/customers/0", status: 400, place: "customer_id"),
    Wrong(path: "/api/v1/customers/99999", status: 404, place: "customer"),
    Wrong(path: "/api/v1/customers/99999999999999999999", status: 400, place: "customer_id"),
    Wrong(path: "/api/v1/customers?limit=0", status: 400, place: "limit"),
    Wrong(path: "/api/v1/customers?limit=1&limit=2", status: 400, place: "limit"),
    Wrong(path: "/api/v1/customers?lmit=1", status: 400, place: "query"),
    Wrong(path: "/api/v1/customers?cursor=zz", status: 422, place: "cursor"),
    Wrong(path: "/api/v1/customers?q=%FF", status: 400, place: "query"),
    Wrong(path: "/api/v1/customers/lookup?kind=email", status: 400, place: "value"),
    Wrong(path: "/api/v1/customers/lookup?kind=mail&value=x", status: 400, place: "kind"),
    Wrong(path: "/api/v1/runs?status=done", status: 400, place: "status"),
    Wrong(path: "/api/v1/sources/crn", status: 404, place: "source"),
    Wrong(path: "/api/v1/tables/orders/rows?since=yesterday", status: 400, place: "since"),
    Wrong(path: "/api/v1/tables/sources/rows?since=2026-01-01", status: 422, place: "export"),
    Wrong(method: "DELETE", path: "/api/v1/customers/1", status: 405),
    Wrong(method: "GET", path: "/api/v1/customers/merge", status: 405),
    Wrong(method: "POST", path: "/api/v1/runs", body: "{", status: 400, place: "body, byte 1"),
    Wrong(method: "POST", path: "/api/v1/runs", body: "[]", status: 422, place: ""),
    Wrong(method: "POST", path: "/api/v1/runs", body: "{}", status: 422, place: "source"),
    Wrong(method: "POST", path: "/api/v1/runs", body: #"{"source":"crn"}"#, status: 404, place: "source"),
    Wrong(method: "POST", path: "/api/v1/runs", body: #"{"source":"crm","fulll":true}"#, status: 422, place: "fulll"),
    Wrong(method: "POST", path: "/api/v1/runs/1/cancel", body: "{}", status: 400, place: "body"),
  ]

  @Test func everythingWrongIsToldAlike() async throws {
    try await ServedHub().serve { stage in
      try await stage.sync()
      for wrong in Self.wrong {
        let reply = try await stage.send(wrong.method, wrong.path, token: try stage.token(.admin), body: wrong.body)
        #expect(reply.status == wrong.status, "\(wrong): \(reply.text)")
        #expect(reply.headers["content-type"] == Problem.mediaType, "\(wrong)")
        #expect(reply.json["status"] == wrong.status.json && reply.json["what"]?.string?.isEmpty == false)
        #expect(reply.json["type"]?.string?.hasPrefix("urn:kith:problem:") == true && reply.json["title"] != nil)
        if let place = wrong.place { #expect(reply.json["where"] == place.json, "\(wrong): \(reply.text)") }
        if wrong.status == 405 { #expect(reply.headers["allow"]?.isEmpty == false) }
      }
    }
  }

  @Test func bodiesHaveATypeAndALimit() async throws {
    try await ServedHub().serve { stage in
      let token = try stage.token(.admin)
      let text = try await stage.send(
        "POST", "/api/v1/runs", token: token, body: #"{"source":"crm"}"#, headers: ["Content-Type": "text/plain"])
      #expect(text.status == 415 && text.json["allowed"] == "application/json".json, "\(text.text)")
      let large = #"{"source":""# + String(repeating: "x", count: Dispatcher.largestBody) + #""}"#
      let reply = try await stage.send("POST", "/api/v1/runs", token: token, body: large)
      #expect(reply.status == 413, "\(reply.status)")
      let key = try await stage.post("/api/v1/runs", "{}", headers: ["Idempotency-Key": "a b"])
      #expect(key.status == 422 || key.json["where"] == "Idempotency-Key".json, "\(key.text)")
      #expect(try stage.hub.store.runs(limit: 1).isEmpty)
    }
  }
}
