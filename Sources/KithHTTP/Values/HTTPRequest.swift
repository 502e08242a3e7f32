import KithCore

public enum HTTPMethod: String, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  /// Of WebDAV (RFC 4918 and RFC 3253): they only read.
  case propfind = "PROPFIND"
  case report = "REPORT"

  /// Doing it twice does what doing it once does (RFC 9110, section 9.2.2).
  public var isIdempotent: Bool { self != .post && self != .patch }
}

/// What a request proves itself with. It goes to the host it is meant for and to no other, and is never shown.
public struct Credential: Sendable, Equatable {
  public enum Place: Sendable, Equatable {
    /// A header field; `prefix` stands before the secret, like `Bearer `.
    case header(name: String, prefix: String = "")
    case query(name: String)
    /// In place of this text in a body that is JSON.
    case body(mark: String)
  }

  public var place: Place
  public var secret: Secret
  /// What the secret was made of: no error shows it either.
  public var alsoHides: [Secret]

  public init(_ place: Place, _ secret: Secret, alsoHides: [Secret] = []) {
    self.place = place
    self.secret = secret
    self.alsoHides = alsoHides
  }
}

/// One request, as a value.
public struct HTTPRequest: Sendable {
  /// Whether it may be sent again when it is unknown what the first attempt did.
  public enum Repetition: Sendable {
    /// As the method says: a GET may, a POST may not.
    case byMethod
    /// The author knows that it only reads, or that the tool takes it once.
    case isSafe
  }

  public var method: HTTPMethod
  public var address: HTTPAddress
  /// Added to the query of the address.
  public var query: [HTTPParameter]
  public var headers: HTTPHeaders
  public var credentials: [Credential]
  public var body: [UInt8]?
  /// Secrets that stand in the body or elsewhere: no error shows them, and such a body goes to no other host.
  public var bodySecrets: [Secret]
  public var repetition: Repetition
  /// Nil: those of the transfer.
  public var timeouts: HTTPTimeouts?
  /// Where a large body goes; nil: it stays in memory.
  public var file: BodyFile?

  public init(
    _ method: HTTPMethod = .get, _ address: HTTPAddress, query: [HTTPParameter] = [], headers: HTTPHeaders = [:],
    credentials: [Credential] = [], body: [UInt8]? = nil, bodySecrets: [Secret] = [],
    repetition: Repetition = .byMethod, timeouts: HTTPTimeouts? = nil
  ) {
    self.method = method
    self.address = address
    self.query = query
    self.headers = headers
    self.credentials = credentials
    self.body = body
    self.bodySecrets = bodySecrets
    self.repetition = repetition
    self.timeouts = timeouts
  }

  public var mayRepeat: Bool { method.isIdempotent || repetition == .isSafe }

  /// The address with its query, credentials included. A URL that came from the tool may hold them already.
  func fullAddress() throws(KithError) -> HTTPAddress {
    let secrets = credentials.compactMap { credential -> HTTPParameter? in
      guard case .query(let name) = credential.place else { return nil }
      return HTTPParameter(name, credential.secret.reveal())
    }
    return try address.removing(secrets.map(\.name)).adding(query + secrets)
  }

  /// The fields that are sent, credentials included.
  func fullHeaders() -> HTTPHeaders {
    var result = headers
    for credential in credentials {
      if case .header(let name, let prefix) = credential.place { result.set(name, prefix + credential.secret.reveal()) }
    }
    return result
  }

  /// The body that is sent, credentials included.
  func fullBody() -> [UInt8]? {
    guard var body else { return nil }
    for credential in credentials {
      guard case .body(let mark) = credential.place else { continue }
      let quoted = JSONText.quoted(credential.secret.reveal()).dropFirst().dropLast()
      body.replace(Array(mark.utf8), with: Array(quoted))
    }
    return body
  }

  var secrets: [Secret] { credentials.flatMap { [$0.secret] + $0.alsoHides } + bodySecrets }
}

/// An open file that takes the body of a success which is too large to be held: an export. It is asked for without
/// compression; a server that compresses it all the same has it written down as it comes.
public struct BodyFile: Sendable, Equatable {
  public var descriptor: Int32
  /// The most bytes that are written.
  public var limit: Int64
  /// Bodies up to this size stay in memory, in bytes: an error that comes as a success is looked at there.
  static let heldBytes = 64 << 10

  public init(descriptor: Int32, limit: Int64) {
    self.descriptor = descriptor
    self.limit = limit
  }
}

/// How long a request may take, in seconds.
public struct HTTPTimeouts: Sendable, Equatable {
  /// Until the connection stands, TLS included.
  public var connecting: Double
  /// Without a byte in either direction.
  public var standstill: Double
  /// From the first to the last byte of one exchange.
  public var total: Double

  public init(connecting: Double = 15, standstill: Double = 60, total: Double = 600) {
    self.connecting = connecting
    self.standstill = standstill
    self.total = total
  }

  /// As libcurl wants it, where 0 would mean without end; a fortnight at most.
  func milliseconds(_ timeout: KeyPath<HTTPTimeouts, Double>) -> Int {
    let seconds = self[keyPath: timeout]
    // Also what is not a number ends here.
    return seconds > 0.001 ? Int(min(seconds, 1_209_600) * 1_000) : 1
  }
}
