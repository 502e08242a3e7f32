/// What a server on loopback does with a request, step by step.
public struct LoopbackReply: Sendable {
  public enum Step: Sendable {
    case bytes([UInt8])
    /// So many pieces, each made when it is its turn: more than a test should hold.
    case pieces(Int, @Sendable (Int) -> [UInt8])
    /// Tells the test that it has come so far.
    case notice(@Sendable () -> Void)
    /// Sends nothing more until the server's `release`.
    case stall
    /// Sends the same again and again until the other side has enough.
    case endless([UInt8])
    /// Ends the connection in order.
    case close
    /// Breaks the connection off (RST).
    case reset
  }

  public var steps: [Step]

  public init(_ steps: [Step]) { self.steps = steps }

  /// An answer as it should be.
  public static func response(
    _ status: Int = 200, _ headers: [(String, String)] = [], body: [UInt8] = []
  ) -> LoopbackReply {
    LoopbackReply([.bytes(head(status, headers + [("Content-Length", "\(body.count)")]) + body)])
  }

  public static func text(_ text: String, _ status: Int = 200, _ headers: [(String, String)] = []) -> LoopbackReply {
    response(status, headers, body: Array(text.utf8))
  }

  public static func redirect(_ status: Int, to location: String) -> LoopbackReply {
    response(status, [("Location", location)])
  }

  /// An answer in pieces (RFC 9112, section 7.1).
  public static func chunked(_ pieces: [[UInt8]], _ headers: [(String, String)] = []) -> LoopbackReply {
    var bytes = head(200, headers + [("Transfer-Encoding", "chunked")])
    for piece in pieces { bytes += chunk(piece) }
    return LoopbackReply([.bytes(bytes + Array("0\r\n\r\n".utf8))])
  }

  public static func chunk(_ piece: [UInt8]) -> [UInt8] {
    Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
  }

  public static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status) Told"] + headers.map { "\($0.0): \($0.1)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }
}
