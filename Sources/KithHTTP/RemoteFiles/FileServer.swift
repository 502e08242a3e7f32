import CCurl
import KithCore

/// A server that files are fetched from, with all that is needed to get in.
public struct FileServer: Sendable, Equatable {
  public enum Scheme: String, Sendable, CaseIterable {
    /// Files over SSH.
    case sftp
    /// FTP that begins with TLS.
    case ftps
    /// FTP that changes to TLS before the password (RFC 4217).
    case ftpes

    public var port: Int {
      switch self {
      case .sftp: 22
      case .ftps: 990
      case .ftpes: 21
      }
    }

    /// As libcurl calls it.
    var curlName: String { self == .ftpes ? "ftp" : rawValue }

    var curlBit: Int {
      switch self {
      case .sftp: Int(CURLPROTO_SFTP)
      case .ftps: Int(CURLPROTO_FTPS)
      case .ftpes: Int(CURLPROTO_FTP)
      }
    }
  }

  public var scheme: Scheme
  /// An IPv6 address stands without its brackets.
  public var host: String
  public var port: Int
  public var user: String
  public var password: Secret?
  /// A private key in the form that OpenSSH writes.
  public var keyFile: String?
  public var keyPassphrase: Secret?
  /// Fingerprints of host keys that are right; when there are none, `knownHosts` decides.
  public var hostKeys: [String]
  /// A file in the form of OpenSSH's `known_hosts`.
  public var knownHosts: String?
  /// A file with the certificates (PEM) to trust instead of the machine's.
  public var certificateFile: String?
  public var policy: NetworkPolicy
  public var timeouts: HTTPTimeouts

  public init(
    _ scheme: Scheme, host: String, port: Int? = nil, user: String, password: Secret? = nil, keyFile: String? = nil,
    keyPassphrase: Secret? = nil, hostKeys: [String] = [], knownHosts: String? = nil, certificateFile: String? = nil,
    policy: NetworkPolicy = NetworkPolicy(), timeouts: HTTPTimeouts = HTTPTimeouts(total: 86_400)
  ) {
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.port
    self.user = user
    self.password = password
    self.keyFile = keyFile
    self.keyPassphrase = keyPassphrase
    self.hostKeys = hostKeys
    self.knownHosts = knownHosts
    self.certificateFile = certificateFile
    self.policy = policy
    self.timeouts = timeouts
  }

  /// `sftp://files.example.com`, with the port that does not go without saying.
  public var origin: String { "\(scheme.rawValue)://\(hostText)" + (port == scheme.port ? "" : ":\(port)") }

  private var hostText: String { host.contains(":") ? "[\(host)]" : host }

  /// For libcurl; the path begins with `/` and means itself.
  func url(_ path: String) -> String {
    let encoded = path.split(separator: "/", omittingEmptySubsequences: false).map {
      // The home folder of SSH is `~`, and must stay that.
      HTTPParameter.percentEncoded(String($0))
    }
    // FTP begins in the login's folder; a second slash leads to the root.
    let root = scheme == .sftp ? "" : "/%2F"
    let text = encoded.joined(separator: "/")
    return "\(scheme.curlName)://\(hostText):\(port)\(root.isEmpty ? text : root + text.dropFirst())"
  }
}
