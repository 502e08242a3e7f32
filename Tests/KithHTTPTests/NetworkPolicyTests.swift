import KithCore
import KithTesting
import Testing

@testable import KithHTTP

@Suite struct NetworkPolicyTests {
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.19.255.1",
    "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1",
    "2002:7f00:1::", "2002:a00:1::", "100::1", "3fff:0:1::1", "5f00::1",
  ])
  func thesAddressesAreNotPublic(text: String) throws {
    #expect(try !#require(IPAddress(text)).isPublic)
  }

  @Test(arguments: [
    "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:1.1.1.1",
    "64:ff9b::101:101", "2002:101:101::", "2001:4860:4860::8888",
  ])
  func theseAddressesArePublic(text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  /// Names that resolve to loopback, and all the ways to write 127.0.0.1 that resolvers understand.
  @Test(arguments: [
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
  ])
  func loopbackIsNotAsked(host: String) async throws {
    let server = try LoopbackServer { _ in .text("inside") }
    let transfer = try Transfer(TransferSettings(policy: NetworkPolicy(plainHTTP: .allowed)))
    let error = await failure(transfer, HTTPRequest(.get, try HTTPAddress("http://\(host):\(server.port)/")))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "this host is not on the public internet")
    #expect(server.requests.isEmpty)
  }

  /// A name may give another address each time it is resolved: what counts is where the socket goes.
  @Test func theSocketItselfIsChecked() async throws {
    let server = try LoopbackServer { _ in .text("inside") }
    let address = try HTTPAddress("http://localhost:\(server.port)/")
    #expect(IPAddress(address.host) == nil)
    #expect(try await localTransfer().perform(HTTPRequest(.get, address)).status == 200)
    let strict = try Transfer(TransferSettings(policy: NetworkPolicy(plainHTTP: .allowed)))
    #expect(await failure(strict, HTTPRequest(.get, address))?.seen.map { ["127.0.0.1", "::1"].contains($0) } == true)
    #expect(server.requests.count == 1)
  }

  /// Every hop is checked, also where a proxy makes the connections.
  @Test(arguments: ["http://169.254.169.254/latest", "http://2852039166/", "http://[fd00:ec2::254]/", "http://127.1/"])
  func aRedirectDoesNotLeadInside(location: String) async throws {
    let proxy = try LoopbackServer { _ in .redirect(302, to: location) }
    let transfer = try Transfer(
      TransferSettings(policy: NetworkPolicy(plainHTTP: .allowed), proxy: HTTPProxy(address: HTTPAddress(proxy.url))))
    let error = await failure(transfer, HTTPRequest(.get, try HTTPAddress("http://shop.example/")))
    #expect(error?.what == "this host is not on the public internet")
    #expect(proxy.requests.map(\.target) == ["http://shop.example/"])
  }

  @Test func withoutEncryptionNothingIsSent() async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    let error = await failure(try Transfer(), try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "this request would go over the network without encryption")
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: [
    "file:///etc/passwd", "ftp://a.example/", "a.example/x", "/x", "", "https://", "https://u:p@a.example/",
    "https://a.example/\n",
  ])
  func onlyWholeWebAddressesAreTaken(text: String) {
    #expect(throws: KithError.self) { try HTTPAddress(text) }
  }

  @Test func referencesResolveAsInBrowsers() throws {
    let base = try HTTPAddress("HTTPS://API.Example.com/v1/contacts?page=1#top")
    #expect(base.text.hasSuffix("/v1/contacts?page=1"))
    #expect(base.host == "api.example.com" && base.port == 443)
    #expect(try base.resolving("?page=2").path == "/v1/contacts")
    #expect(try base.resolving("orders").path == "/v1/orders")
    #expect(try base.resolving("../v2/x").path == "/v2/x")
    #expect(try base.resolving("https://other.example:8443/").port == 8443)
    #expect(try HTTPAddress("http://[2001:db8::1]:8080/").host == "2001:db8::1")
  }
}
