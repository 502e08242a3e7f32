import KithCore

/// Puts credentials into requests and keeps tokens fresh. Many requests may ask at once: one of them fetches, the others
/// wait for the same token.
public actor Authoriser {
  /// A request with its credentials, and which token they are.
  struct Authorised: Sendable {
    var request: HTTPRequest
    var generation: Int
  }

  private typealias Fetched = Result<(secret: Secret, generation: Int), KithError>

  private let authorisation: Authorisation
  private let requests: TokenRequests
  private let time: any WaitingTime

  private var token: AccessToken?
  /// Counts the tokens.
  private var generation = 0
  /// Those who wait for a token that is being fetched.
  private var waiting: [AsyncStream<Fetched>.Continuation] = []
  /// The newest refresh token; nil until the store was asked.
  private var refreshToken: Secret?
  /// A token whose refresh token is not in the store yet. The old one is spent: this must not get lost.
  private var unsaved: AccessToken?

  /// `judge` tells the errors among the answers of logins and token endpoints; nil: the status does.
  public init(
    _ authorisation: Authorisation, transfer: Transfer, time: any WaitingTime, judge: HTTPClient.Judge? = nil
  ) {
    self.authorisation = authorisation
    self.time = time
    requests = TokenRequests(
      transfer: transfer, time: time, judge: judge ?? { $0.error(to: $1, at: $2) })
  }

  func authorise(_ request: HTTPRequest) async throws(KithError) -> Authorised {
    var result = Authorised(request: request, generation: 0)
    let credential: Credential
    switch authorisation {
    case .none: return result
    case .apiKey(let place, let key): credential = Credential(place, key)
    case .basic(let user, let password): credential = .basic(user: user, password: password)
    case .bearer(let token): credential = Credential(.header(name: "Authorization", prefix: "Bearer "), token)
    case .bodySignature(let signature): credential = signature.credential(for: request)
    case .requestSignature(let signature): credential = try signature.credential(for: request, at: time.now())
    case .clientCredentials(let client), .refreshToken(let client, _, _), .assertion(let client, _):
      credential = try await freshCredential(client.place, &result.generation)
    case .session(let login): credential = try await freshCredential(login.place, &result.generation)
    }
    result.request.credentials.append(credential)
    return result
  }

  /// The tool has refused the token of this generation. Whether there is another one to try: each is given up once,
  /// however many requests have met the refusal.
  func renews(after refused: Int) -> Bool {
    switch authorisation {
    case .clientCredentials, .refreshToken, .assertion, .session:
      if refused == generation { token = nil }
      return true
    case .none, .apiKey, .basic, .bearer, .bodySignature, .requestSignature: return false
    }
  }

  private func freshCredential(
    _ place: Credential.Place, _ generation: inout Int
  ) async throws(KithError) -> Credential {
    if let token, token.end.map({ time.now() < $0 }) ?? true {
      generation = self.generation
      return Credential(place, token.secret)
    }
    let (stream, continuation) = AsyncStream<Fetched>.makeStream()
    waiting.append(continuation)
    // A task of its own: whoever is cancelled does not take the token from those who wait with it.
    if waiting.count == 1 { Task { await self.fetch() } }
    for await fetched in stream {
      let token = try fetched.get()
      generation = token.generation
      return Credential(place, token.secret)
    }
    throw KithError(.transient, "the request was stopped before its beginning")
  }

  private func fetch() async {
    let fetched: Fetched
    do throws(KithError) {
      let token = try await newToken()
      self.token = token
      generation += 1
      fetched = .success((token.secret, generation))
    } catch { fetched = .failure(error) }
    for continuation in waiting {
      continuation.yield(fetched)
      continuation.finish()
    }
    waiting = []
  }

  private func newToken() async throws(KithError) -> AccessToken {
    switch authorisation {
    case .clientCredentials(let client): return try await requests.clientCredentials(client)
    case .assertion(let client, let assertion): return try await requests.asserted(client, assertion)
    case .session(let login): return try await requests.login(login)
    case .refreshToken(let client, let first, let store):
      if unsaved == nil { unsaved = try await refreshed(client, first, store) }
      if let rotated = unsaved?.refreshToken {
        try await store.save(rotated)
        refreshToken = rotated
      }
      guard let token = unsaved else { throw KithError(.bug, "a token got lost") }
      unsaved = nil
      return token
    case .none, .apiKey, .basic, .bearer, .bodySignature, .requestSignature:
      throw KithError(.bug, "there is no token to fetch")
    }
  }

  private func refreshed(
    _ client: OAuthClient, _ first: Secret?, _ store: any TokenStore
  ) async throws(KithError) -> AccessToken {
    let stored: Secret?
    if let refreshToken { stored = refreshToken } else { stored = try await store.load() ?? first }
    guard let known = stored else {
      throw KithError(
        .authorisation, "nobody has agreed yet", place: client.tokenAddress.origin, fix: "Run: kith connect SOURCE")
    }
    do throws(KithError) {
      return try await requests.refreshed(client, by: known)
    } catch {
      // A person may have agreed anew and put the new token into the options.
      guard error.recovery == .authorisation, let first, known != first else { throw error }
      return try await requests.refreshed(client, by: first)
    }
  }
}
