import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithTesting
import Testing

/// Many requests of which many fail in passing.
@Suite struct TroubleTests {
  /// A hub that reads everything of a tool, however many syncs that takes: what is no passing trouble ends a sync, and the
  /// next one goes on.
  private static func read(_ tool: TroubleTool) async throws -> (tables: HubTables, syncs: Int) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = """
      hub: {database: kith.sqlite, country: CH, currency: CHF}
      sources:
        - name: tool
          connector: trouble
          options: {allow_private_network: true, timeout_seconds: 1, secret: env:SECRET}
          streams: {people: {}, visits: {}, orders: {}}
      """
    let time = InstantTime()
    let connectors = ConnectorCatalogue([RESTConnector(manifest: TroubleTool.manifest(tool.url))])
    var reader = ConfigurationReader(connectors: connectors, time: time, environment: ["SECRET": "canary-0815"])
    let configuration = try reader.read(
      text: text, name: "connectors.yml", path: folder.path + "/connectors.yml", baseDirectory: folder.path)
    let hub = try Hub(configuration: configuration, connectors: connectors, time: time)
    var errors: [KithError] = []
    var syncs = 0
    repeat {
      let reports = try await SyncRunner(hub: hub).sync(SyncRequest()) { _ in }
      errors = reports.flatMap(\.errors)
      syncs += 1
      for error in errors { #expect(!"\(error)".contains("canary"), "\(error)") }
    } while !errors.isEmpty && syncs < 1_000
    #expect(errors.isEmpty, "\(errors)")
    _ = try hub.identity.resolve()
    // Streams that are read on in a later sync come in another order.
    let database = folder.appendingPathComponent("kith.sqlite").path
    return (try HubTables(of: database, numbers: .left), syncs)
  }

  /// 5,000 requests, 30 % of which fail in 29 ways: the hub's tables equal those of a hub that had no trouble. The limit
  /// only ends what hangs: alone it takes half a minute.
  @Test(.timeLimit(.minutes(60))) func theHubEndsAsWithoutTrouble() async throws {
    let calm = try TroubleTool(fails: false)
    let expected = try await Self.read(calm)
    #expect(expected.syncs == 1)
    for (table, kind) in [("profiles", "people"), ("touchpoints", "visits"), ("orders", "orders")] {
      let rows = expected.tables.lines.count { $0.hasPrefix("\(table): ") }
      #expect(rows >= TroubleTool.sizes[kind] ?? .max, "\(table)")
    }
    let tool = try TroubleTool(fails: true)
    let found = try await Self.read(tool)
    tool.release()
    #expect(found.tables.difference(from: expected.tables) == nil)
    #expect(tool.asked >= TroubleTool.requests && tool.failed == TroubleTool.requests * 3 / 10)
    #expect(tool.ways.count >= 16, "\(tool.ways)")
  }
}
