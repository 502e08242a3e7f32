import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

@testable import KithServer

/// How far streams have been read, over HTTP.
@Suite struct CheckpointTests {
  private static let crm = ListConnector(
    "crm",
    [
      "contacts": [Batch(records: [.profile(person("1", "Anna"))], checkpoint: Checkpoint("{\"page\":7}"))],
      "visits": [],
    ])

  @Test(arguments: Backend.allCases) func theyAreListedLookedAtAndReset(backend: Backend) async throws {
    try await ServedHub([Self.crm], database: try backend.database).serve { stage in
      try await stage.sync()
      let list = try await stage.get("/api/v1/checkpoints?limit=1", as: .analyst)
      let first = try #require(list.json["checkpoints"]?.items?.first)
      #expect(first["stream"] == "contacts".json && first["records"] == 1.json, "\(list.text)")
      // The connector cannot tell it in words: its own.
      #expect(first["position"] == "{\"page\":7}".json && first["manner"] == .null)
      #expect(first["moved_at"] == "2026-11-01T12:00:00Z".json && first["last_read_at"] != .null)
      let cursor = try #require(list.json["next_cursor"]?.string)
      let second = try await stage.get("/api/v1/checkpoints?cursor=\(cursor)&source=crm").json["checkpoints"]?.items
      #expect(second?.map { $0["stream"] } == ["visits".json] && second?.first?["position"] == .null)

      let path = "/api/v1/checkpoints/reset"
      let body = #"{"source":"crm","stream":"contacts"}"#
      let looked = try await stage.post(path, #"{"source":"crm","stream":"contacts","preview":true}"#, as: .ops)
      #expect(looked.status == 200 && looked.json["is_preview"] == true.json, "\(looked.text)")
      #expect(looked.json["reset"] == .list([]))
      let effects = looked.json["streams"]?.items?.first?["effects"]?.items?.compactMap(\.string) ?? []
      #expect(effects.first == "1 record is stored; it is neither changed nor deleted by this.", "\(effects)")
      #expect(effects.last?.contains("reads everything again") == true, "\(effects)")
      #expect(try stage.hub.store.checkpoint(source: "crm", stream: "contacts") != nil)

      let key = ["Idempotency-Key": "once"]
      let reset = try await stage.post(path, body, as: .integrator, headers: key)
      #expect(reset.status == 200 && reset.json["reset"] == ["contacts"].json, "\(reset.text)")
      #expect(try stage.hub.store.checkpoint(source: "crm", stream: "contacts") == nil)
      let again = try await stage.post(path, body, as: .integrator, headers: key)
      #expect(again.body == reset.body && again.headers["idempotency-replayed"] == "true")
      #expect(try await stage.post(path, #"{"source":"crm"}"#).json["reset"] == .list([]))
      // Whoever looks at once sees it.
      #expect(try await stage.get("/api/v1/checkpoints").json["checkpoints"]?.items?.first?["moved_at"] == .null)
      // Nothing was lost, and the next run brings the checkpoint back.
      try await stage.sync()
      #expect(try stage.hub.store.checkpoint(source: "crm", stream: "contacts") == Checkpoint("{\"page\":7}"))
      #expect(try stage.hub.store.runs(limit: 1).first?.counts.unchanged == 1)
      #expect(try stage.hub.store.verify() == [])
      for (wrong, status) in [
        (#"{"source":"crn"}"#, 404), (#"{"source":"crm","stream":"contact"}"#, 404), ("{}", 422),
        (#"{"source":"crm","preview":"yes"}"#, 422),
      ] { #expect(try await stage.post(path, wrong).status == status, "\(wrong)") }
      #expect(try await stage.post(path, body, as: .analyst).status == 403)
    }
  }

  /// A run that goes on would write its own checkpoint afterwards.
  @Test func notDuringARun() async throws {
    let held = ListConnector("web", ["visits": []], isHeld: true)
    try await ServedHub([held]).serve { stage in
      let run = try #require(try await stage.post("/api/v1/runs", #"{"source":"web"}"#).json["run_id"]?.int)
      let reset = try await stage.post("/api/v1/checkpoints/reset", #"{"source":"web"}"#)
      #expect(reset.status == 409 && reset.json["what"] == "another run of this source is under way".json)
      // Looking may always be.
      #expect(try await stage.post("/api/v1/checkpoints/reset", #"{"source":"web","preview":true}"#).status == 200)
      _ = try await stage.post("/api/v1/runs/\(run)/cancel")
    }
  }
}
