import KithCore

/// How a source proves to a tool who it is.
public enum Authorisation: Sendable {
  case none
  /// A key that never changes, in a header or in the query.
  case apiKey(Credential.Place, Secret)
  /// User and password (RFC 7617).
  case basic(user: String, password: Secret)
  /// A token that never changes (RFC 6750).
  case bearer(Secret)
  /// OAuth 2: tokens for the client itself (RFC 6749, section 4.4).
  case clientCredentials(OAuthClient)
  /// OAuth 2: tokens on behalf of somebody who agreed once (RFC 6749, section 6). The store's refresh token is tried
  /// before this one; nil where only the store has one.
  case refreshToken(OAuthClient, Secret?, any TokenStore)
  /// OAuth 2: tokens for a client that signs for itself (RFC 7523, section 2.1).
  case assertion(OAuthClient, SignedAssertion)
  /// A login with a request of its own.
  case session(SessionLogin)
  /// A signature of the body, made with a key that both sides know.
  case bodySignature(BodySignature)
  /// OAuth 1.0a: a signature of the whole request (RFC 5849).
  case requestSignature(RequestSignature)
}

/// Where a refresh token outlives the process. Tools that rotate them take each but once: one that is lost ends the
/// access until a person agrees again.
public protocol TokenStore: Sendable {
  func load() async throws(KithError) -> Secret?
  /// Returns when the token would survive a crash: what it came with is used only then.
  func save(_ refreshToken: Secret) async throws(KithError)
}

/// A client that is registered with an OAuth 2 server.
public struct OAuthClient: Sendable {
  /// How the client proves itself at the token endpoint (RFC 6749, section 2.3.1).
  public enum Proof: Sendable {
    case body
    case basic
  }

  public var tokenAddress: HTTPAddress
  public var id: String
  public var secret: Secret?
  public var proof: Proof
  /// What else the endpoint wants: `scope`, `audience`, `resource`.
  public var parameters: [HTTPParameter]
  /// Seconds before its end at which a token is no longer used.
  public var margin: Double
  /// Where the access token goes.
  public var place: Credential.Place

  public init(
    tokenAddress: HTTPAddress, id: String, secret: Secret?, proof: Proof = .body, parameters: [HTTPParameter] = [],
    margin: Double = 60, place: Credential.Place = .header(name: "Authorization", prefix: "Bearer ")
  ) {
    self.tokenAddress = tokenAddress
    self.id = id
    self.secret = secret
    self.proof = proof
    self.parameters = parameters
    self.margin = margin
    self.place = place
  }
}

/// A login that gives a token for the requests that follow.
public struct SessionLogin: Sendable {
  public enum Source: Sendable {
    /// A dotted path in the JSON of the answer.
    case body(path: String)
    case header(name: String)
    case cookie(name: String)

    var words: String {
      switch self {
      case .body(let path): "a value at \(path) of the answer"
      case .header(let name): "a header \(name)"
      case .cookie(let name): "a cookie \(name)"
      }
    }
  }

  public var request: HTTPRequest
  /// What is taken from the answer, by name.
  public var values: [String: Source]
  /// Makes the token of these values.
  public var token: @Sendable ([String: String]) -> String
  public var place: Credential.Place
  /// Seconds for which a session is used; nil: until the tool answers 401.
  public var lifetime: Double?

  public init(
    _ request: HTTPRequest, values: [String: Source], place: Credential.Place, lifetime: Double? = nil,
    token: @escaping @Sendable ([String: String]) -> String
  ) {
    self.request = request
    self.values = values
    self.token = token
    self.place = place
    self.lifetime = lifetime
  }

  /// A login of which one value is the token itself.
  public init(_ request: HTTPRequest, source: Source, place: Credential.Place, lifetime: Double? = nil) {
    self.init(request, values: ["token": source], place: place, lifetime: lifetime) { $0["token"] ?? "" }
  }
}
