import KithCore
import KithEngine
import KithStore
import KithTesting
import Testing

@testable import KithServer

/// What is wrong, over HTTP.
@Suite struct AlertTests {
  private static func finding(_ kind: AlertKind, _ stream: String? = nil) -> AlertFinding {
    var details = AlertDetails()
    (details.runID, details.errorClass, details.since) = (1, "configuration", "2026-11-01T12:00:00Z")
    return AlertFinding(AlertKey(kind, source: "crm", stream: stream), "crm: run 1 failed", details)
  }

  @Test(arguments: Backend.allCases) func alertsAreListedAndCounted(backend: Backend) async throws {
    try await ServedHub(database: try backend.database).serve { stage in
      #expect(try await stage.get("/api/v1/alerts", as: .analyst).json["alerts"]?.items?.isEmpty == true)
      let now = stage.hub.time.now()
      _ = try stage.hub.store.changeAlerts(tell: ["chat"], at: now) { _ in
        [
          .open(Self.finding(.runFailed)), .open(Self.finding(.sourceLate, "contacts")),
          .open(Self.finding(.nothingNew)),
        ]
      }
      _ = try stage.hub.store.changeAlerts(tell: [], at: now) { _ in [.resolve(1, .good)] }
      let open = try await stage.get("/api/v1/alerts?limit=1", as: .analyst)
      let first = try #require(open.json["alerts"]?.items?.first)
      #expect(first["alert_id"] == 3.json && first["kind"] == "nothing_new".json, "\(open.text)")
      #expect(first["advice"]?.string?.contains("kith preview crm") == true, "\(open.text)")
      #expect(first["stream"] == .null && first["resolved_at"] == .null)
      #expect(first["details"]?["since"] == "2026-11-01T12:00:00Z".json && first["details"]?["read"] == .null)
      let cursor = try #require(open.json["next_cursor"]?.string)
      let rest = try await stage.get("/api/v1/alerts?limit=5&cursor=\(cursor)", as: .analyst).json
      #expect(rest["alerts"]?.items?.map { $0["alert_id"] } == [2.json] && rest["next_cursor"] == .null)
      let all = try await stage.get("/api/v1/alerts?state=all").json["alerts"]?.items
      #expect(all?.count == 3 && all?.last?["resolution"] == "good".json)
      #expect(try await stage.get("/api/v1/alerts?state=some").status == 400)
      let metrics = try await stage.get("/metrics").text
      for line in [
        "kith_alerts_open{kind=\"run_failed\"} 0", "kith_alerts_open{kind=\"source_late\"} 1",
        "kith_alerts_open{kind=\"nothing_new\"} 1", "kith_alerts_open{kind=\"source_given_up\"} 0",
      ] { #expect(metrics.contains(line), "\(line)") }
    }
  }
}
