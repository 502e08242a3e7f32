import KithCore

/// Where mail is handed over.
public struct MailRoute: Sendable {
  public enum Encryption: String, Sendable, CaseIterable {
    /// The connection begins in plain and is encrypted before anything else is said (RFC 3207); a server that cannot is
    /// refused.
    case startTLS = "starttls"
    /// Encrypted from the start (RFC 8314).
    case tls
    /// Never with a password.
    case none

    /// The port that goes without saying.
    public var port: Int {
      switch self {
      case .startTLS: 587
      case .tls: 465
      case .none: 25
      }
    }
  }

  public var host: String
  public var port: Int
  public var encryption: Encryption
  public var user: String?
  public var password: Secret?
  public var policy: NetworkPolicy
  /// A file with the certificates (PEM) to trust; nil: those of the machine.
  public var certificateFile: String?
  public var timeouts: HTTPTimeouts

  public init(
    host: String, port: Int? = nil, encryption: Encryption = .startTLS, user: String? = nil, password: Secret? = nil,
    policy: NetworkPolicy = NetworkPolicy(), certificateFile: String? = nil, timeouts: HTTPTimeouts = HTTPTimeouts()
  ) {
    self.host = host
    self.port = port ?? encryption.port
    self.encryption = encryption
    self.user = user
    self.password = password
    self.policy = policy
    self.certificateFile = certificateFile
    self.timeouts = timeouts
  }

  var url: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(encryption == .tls ? "smtps" : "smtp")://\(name):\(port)"
  }
}
