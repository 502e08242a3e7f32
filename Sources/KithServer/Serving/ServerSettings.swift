import KithCore

/// How the API is served.
public struct ServerSettings: Sendable {
  public var address: ListenAddress
  /// A proxy with TLS stands before it: addresses other than this machine's are allowed, and nobody goes without a token.
  public var isBehindProxy: Bool
  /// Nil: what is sent is not encrypted.
  public var certificate: ServerCertificate?
  /// What one token may ask, a second; twice as many at once.
  public var requestsPerSecond: Double

  /// How many seconds a connection may be open with nothing said on it.
  public var idleSeconds: Int64

  public static let standardRate: Double = 100
  public static let standardIdleSeconds: Int64 = 75

  /// Throws when strangers could read what is sent.
  public init(
    address: ListenAddress, isBehindProxy: Bool = false, certificate: ServerCertificate? = nil,
    requestsPerSecond: Double = standardRate, idleSeconds: Int64 = standardIdleSeconds
  ) throws(KithError) {
    if !address.isLoopback, !isBehindProxy, certificate == nil {
      throw KithError(
        .configuration, "without TLS only this machine can be listened at", place: "--listen",
        seen: address.description,
        allowed: "127.0.0.1, localhost or [::1]",
        fix: "Give it a certificate (hub: tls:), or put a proxy with TLS before it and say so: --behind-proxy.")
    }
    self.address = address
    self.isBehindProxy = isBehindProxy
    self.certificate = certificate
    self.requestsPerSecond = requestsPerSecond
    self.idleSeconds = idleSeconds
  }

  var allowsNoToken: Bool { address.isLoopback && !isBehindProxy }
}
