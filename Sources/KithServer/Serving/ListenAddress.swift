import KithCore

/// Where the API is reached: `HOST:PORT`, `[::1]:PORT`.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  public let host: String
  /// 0 for one that the system chooses.
  public let port: Int

  public init(_ text: String) throws(KithError) {
    func refused() -> KithError {
      KithError(
        .configuration, "the address to listen at is not understood", place: "--listen", seen: text,
        allowed: "HOST:PORT, such as 127.0.0.1:8484 or [::1]:8484")
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { throw refused() }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw refused()
    }
    if host.isEmpty { throw refused() }
    self.host = host
    self.port = port
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  public var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// Whether only this machine reaches it.
  public var isLoopback: Bool { Self.isLoopback(host) }

  /// Names that resolve to somewhere else on some machines do not count, `localhost` set aside.
  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Whether the header Host names this machine.
  static func isLoopback(header: String) -> Bool {
    if header.hasPrefix("[") { return header.hasPrefix("[::1]") }
    return isLoopback(String(header.split(separator: ":", maxSplits: 1).first ?? "").lowercased())
  }
}
