import Foundation
import KithCore
import Testing

@testable import KithServer

/// The dashboard for Grafana asks for what there is.
@Suite struct DashboardTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("deploy/grafana.json")

  @Test func everyMetricOfTheDashboardIsThere() async throws {
    let dashboard = try JSONReader.read(Array(try Data(contentsOf: Self.file)))
    let panels = try #require(dashboard["panels"]?.items)
    var wanted = panels.flatMap { $0["targets"]?.items ?? [] }.compactMap { $0["expr"]?.string }
    #expect(panels.count > 10 && wanted.count >= panels.count)
    wanted += dashboard["templating"]?["list"]?.items?.compactMap { $0["query"]?["query"]?.string } ?? []
    try await ServedHub(schedule: "every 1d").serve { stage in
      try await stage.sync()
      let metrics = try await stage.get("/metrics").text
      let types = metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
        $0.split(separator: " ").map(String.init)
      }
      for expression in wanted {
        let names = expression.matches(of: /\b(?:kith|process)_[a-z_]+/).map { String($0.output) }
        #expect(!names.isEmpty, "\(expression)")
        for name in names {
          let isThere = types.contains { words in
            words[2] == name
              || (words[3] == "histogram" && ["_bucket", "_sum", "_count"].contains { words[2] + $0 == name })
          }
          #expect(isThere, "\(name) is no metric")
        }
      }
      // And nothing that a hub tells about itself is left out.
      let shown = wanted.joined()
      for words in types where words[2].hasPrefix("kith_") {
        let isLeftOut = ["kith_stream_last_success_timestamp_seconds", "kith_http_requests_in_flight"].contains(
          words[2])
        #expect(shown.contains(words[2]) || isLeftOut, "\(words[2]) is on no panel")
      }
    }
  }
}
