import KithCore
import KithTesting
import Testing

@testable import KithHTTP

/// Needs nghttpd (the package nghttp2-server of Debian), which knows nothing but HTTP/2: an answer is proof that it was
/// spoken.
@Suite(.enabled(if: TLSPeer.isThere("/usr/sbin/nghttpd"))) struct HTTP2Tests {
  private func server() throws -> TLSPeer {
    // A port that nobody has.
    let port = try { try LoopbackServer { _ in .text("") }.port }()
    return try TLSPeer("stdbuf -oL /usr/sbin/nghttpd -v -a 127.0.0.1 -d files \(port) key.pem cert.pem")
  }

  @Test func manyRequestsAtTheSameTime() async throws {
    let server = try server()
    for number in 1...20 {
      try server.write("\(number).json", String(repeating: "\(number % 10)", count: 50_000 * number))
    }
    let transfer = try localTransfer { $0.certificateFile = server.certificate }
    let origin = "https://localhost:\(server.port)"
    let sizes = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for number in 1...20 {
        group.addTask {
          let response = try await transfer.perform(HTTPRequest(.get, try HTTPAddress("\(origin)/\(number).json")))
          let isRight = response.body.allSatisfy { $0 == UInt8(0x30 + number % 10) }
          return (number, response.status == 200 && isRight ? response.body.count : 0)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(sizes == Dictionary(uniqueKeysWithValues: (1...20).map { ($0, 50_000 * $0) }))
  }

  @Test func aBodyAndARefusal() async throws {
    let server = try server()
    try server.write("a.json", "{}")
    let transfer = try localTransfer { $0.certificateFile = server.certificate }
    let origin = "https://localhost:\(server.port)"
    let body = [UInt8](repeating: 0x61, count: 200_000)
    let sent = HTTPRequest(.post, try HTTPAddress("\(origin)/a.json"), body: body)
    #expect(try await transfer.perform(sent).status == 200)
    #expect(try await transfer.perform(HTTPRequest(.get, try HTTPAddress("\(origin)/none"))).status == 404)
  }
}
