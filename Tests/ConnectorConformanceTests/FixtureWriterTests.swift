import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What is recorded of a tool that tells the secret back holds it in no form.
@Suite struct FixtureWriterTests {
  @Test func noSecretIsWritten() async throws {
    let secret = "canary-token-7f3a"
    let base64 = Data("user:\(secret)".utf8).base64EncodedString()
    let percent = secret.replacingOccurrences(of: "-", with: "%2D")
    let page =
      #"{"people": [{"id": 1, "name": "Ada", "raw": "\#(secret)", "base": "\#(base64)", "url": "\#(percent)"}]}"#
    let server = try LoopbackServer { _ in .text(page, 200, [("X-Total", secret)]) }
    var tool = SampleTool()
    tool.replace("    paging: {page: 1}\n", "")
    let connector = RESTConnector(manifest: tool.files["sample.yml"] ?? "")
    let settings = SourceSettings(
      name: "source",
      options: [
        "base_url": .text(server.url), "allow_private_network": .text("true"), "token": .secret(Secret(secret)),
      ], streams: [StreamSettings(name: "people")],
      environment: HubEnvironment(
        baseDirectory: "/nonexistent", timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime()))
    let exchanges = try await connector.record(settings, stream: "people", most: 2)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var writer = FixtureWriter(connector, settings)
    let written = try writer.write(exchanges, to: folder)
    #expect(written.count == 2)
    let text = try written.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
    #expect(text.contains("hidden"))
    for form in [secret, percent, String(base64.dropFirst(8).dropLast(4))] { #expect(!text.contains(form), "\(text)") }
  }
}
