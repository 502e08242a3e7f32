import KithCore

/// How a transfer goes about its requests.
public struct TransferSettings: Sendable {
  public var policy: NetworkPolicy
  public var timeouts: HTTPTimeouts
  public var limits: TransferLimits
  public var proxy: HTTPProxy?
  /// A file with the certificates (PEM) to trust; nil: those of the machine.
  public var certificateFile: String?
  /// What the requests call themselves.
  public var userAgent: String
  /// For how long a connection that nobody uses is kept, in seconds.
  public var keptSeconds: Int

  public init(
    policy: NetworkPolicy = NetworkPolicy(), timeouts: HTTPTimeouts = HTTPTimeouts(),
    limits: TransferLimits = TransferLimits(), proxy: HTTPProxy? = nil, certificateFile: String? = nil,
    userAgent: String = "kith", keptSeconds: Int = 118
  ) {
    self.keptSeconds = keptSeconds
    self.policy = policy
    self.timeouts = timeouts
    self.limits = limits
    self.proxy = proxy
    self.certificateFile = certificateFile
    self.userAgent = userAgent
  }
}

/// What a server may make Kith hold.
public struct TransferLimits: Sendable, Equatable {
  /// Bytes of a body, decompressed.
  public var body: Int
  /// Bytes of all header lines of an answer.
  public var headers: Int
  /// How many times larger than its compressed form a body may be once it is larger than a mebibyte. JSON of many like
  /// records reaches a hundred.
  public var expansion: Int
  public var redirects: Int

  public init(body: Int = 64 << 20, headers: Int = 64 << 10, expansion: Int = 300, redirects: Int = 10) {
    self.body = body
    self.headers = headers
    self.expansion = expansion
    self.redirects = redirects
  }
}

/// A proxy that the requests go through. It resolves the hosts: a policy without the private network then sees only
/// hosts that are addresses themselves, and the proxy must refuse the rest.
public struct HTTPProxy: Sendable, Equatable {
  /// `http://proxy.example.com:3128` or https.
  public var address: HTTPAddress
  /// Hosts that are reached without it, by the end of their names.
  public var exceptions: [String]
  public var user: String?
  public var password: Secret?

  public init(address: HTTPAddress, exceptions: [String] = [], user: String? = nil, password: Secret? = nil) {
    self.address = address
    self.exceptions = exceptions
    self.user = user
    self.password = password
  }
}

extension HTTPProxy {
  func serves(_ host: String) -> Bool {
    !exceptions.contains { exception in
      let name = exception.lowercased().drop { $0 == "." || $0 == "*" }
      return host == name || host.hasSuffix("." + name)
    }
  }
}
