import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// Ways in that fixtures do not take: they set what is needed and no more.
@Suite struct SignedRequestTests {
  private static let plugins = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Plugins"

  private func header(
    _ file: String, _ stream: String, _ options: [String: OptionValue]
  ) async throws -> String {
    let text = try String(contentsOfFile: "\(Self.plugins)/\(file)", encoding: .utf8)
    let server = try LoopbackServer { _ in .text("[]", 200) }
    var options = options
    options["url"] = .text(server.url)
    options["allow_private_network"] = .text("true")
    let environment = HubEnvironment(
      baseDirectory: "/nonexistent", timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime())
    let connector = RESTConnector(manifest: text)
    #expect(connector.problems == [])
    let source = try connector.open(
      SourceSettings(
        name: "shop", options: options, streams: [StreamSettings(name: stream)], environment: environment))
    try? await source.read(ReadRequest(stream: stream), into: CollectingSink())
    return try #require(server.requests.first?["Authorization"])
  }

  @Test func wooCommerceSignsWhereItIsAskedTo() async throws {
    let keys: [String: OptionValue] = ["key": .secret(Secret("ck_1")), "secret": .secret(Secret("cs_2"))]
    #expect(try await header("WooCommerce/woocommerce.yml", "products", keys).hasPrefix("Basic "))
    let signed = try await header(
      "WooCommerce/woocommerce.yml", "products", keys.merging(["signature": .text("hmac-sha1")]) { $1 })
    #expect(signed.hasPrefix("OAuth oauth_consumer_key=\"ck_1\""))
    #expect(signed.contains("oauth_signature_method=\"HMAC-SHA1\""))
    #expect(!signed.contains("cs_2"))
  }

  @Test func magentoSignsWithAllFourKeys() async throws {
    let keys = ["consumer_key", "consumer_secret", "access_token", "access_token_secret"]
    let options = Dictionary(uniqueKeysWithValues: keys.map { ($0, OptionValue.secret(Secret("the \($0)"))) })
    let signed = try await header("Magento2/magento_2.yml", "customers", options)
    #expect(signed.hasPrefix("OAuth ") && signed.contains("oauth_token=\"the%20access_token\""))
    #expect(signed.contains("HMAC-SHA256"))
    #expect(!signed.contains("secret"))
  }
}
