import Foundation
import KithCore

/// The requests that fetch tokens, and what their answers mean.
struct TokenRequests: Sendable {
  let transfer: Transfer
  let time: any WaitingTime
  let judge: HTTPClient.Judge

  func clientCredentials(_ client: OAuthClient) async throws(KithError) -> AccessToken {
    try await token(client, [HTTPParameter("grant_type", "client_credentials")], secrets: [])
  }

  func refreshed(_ client: OAuthClient, by refreshToken: Secret) async throws(KithError) -> AccessToken {
    try await token(
      client,
      [HTTPParameter("grant_type", "refresh_token"), HTTPParameter("refresh_token", refreshToken.reveal())],
      secrets: [refreshToken])
  }

  /// The tokens of an agreement (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
  func agreed(
    _ client: OAuthClient, code: Secret, redirect: String, verifier: Secret
  ) async throws(KithError) -> AccessToken {
    try await token(
      client,
      [
        HTTPParameter("grant_type", "authorization_code"), HTTPParameter("code", code.reveal()),
        HTTPParameter("redirect_uri", redirect), HTTPParameter("code_verifier", verifier.reveal()),
      ], secrets: [code, verifier])
  }

  /// The signature proves who the client is: nothing else is sent for that (RFC 7523, section 2.1).
  func asserted(_ client: OAuthClient, _ assertion: SignedAssertion) async throws(KithError) -> AccessToken {
    let now = time.now()
    let text = try assertion.text(for: client.tokenAddress, at: now)
    let grant = [
      HTTPParameter("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
      HTTPParameter("assertion", text.reveal()),
    ]
    var request = tokenRequest(client, grant + client.parameters)
    request.bodySecrets = [text, assertion.key]
    return try AccessToken(try await send(request), client: client, at: now)
  }

  func login(_ login: SessionLogin) async throws(KithError) -> AccessToken {
    let response = try await send(login.request)
    let body = JSONText(response.body)
    if body.isBroken, login.values.values.contains(where: { if case .body = $0 { true } else { false } }) {
      throw HTTPReport(login.request).notJSON()
    }
    var values: [String: String] = [:]
    for (name, source) in login.values {
      let found: String? =
        switch source {
        case .body(let path): body[path]
        case .header(let name): response.headers[name]
        case .cookie(let name): Self.cookie(name, response.headers)
        }
      guard let found, !found.isEmpty else {
        throw HTTPReport(login.request).error(
          .authorisation, "the answer to the login holds no session", allowed: source.words,
          fix: "Check user and password: some tools answer a wrong one with success.")
      }
      values[name] = found
    }
    return AccessToken(
      secret: Secret(login.token(values)), end: login.lifetime.map { time.now().adding(seconds: $0) })
  }

  private func token(
    _ client: OAuthClient, _ grant: [HTTPParameter], secrets: [Secret]
  ) async throws(KithError) -> AccessToken {
    var form = grant + client.parameters
    var credentials: [Credential] = []
    switch (client.proof, client.secret) {
    case (.basic, let secret?):
      // Both are encoded as in a form first (RFC 6749, section 2.3.1).
      credentials = [
        .basic(
          user: HTTPParameter.percentEncoded(client.id),
          password: Secret(HTTPParameter.percentEncoded(secret.reveal())))
      ]
    case (.body, let secret?):
      form += [HTTPParameter("client_id", client.id), HTTPParameter("client_secret", secret.reveal())]
    case (_, nil): form.append(HTTPParameter("client_id", client.id))
    }
    var request = tokenRequest(client, form)
    request.credentials = credentials
    request.bodySecrets = secrets + [client.secret].compactMap { $0 }
    let now = time.now()
    return try AccessToken(try await send(request), client: client, at: now)
  }

  private func tokenRequest(_ client: OAuthClient, _ form: [HTTPParameter]) -> HTTPRequest {
    var request = HTTPRequest(
      .post, client.tokenAddress,
      headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"])
    request.body = Array(HTTPParameter.encoded(form).utf8)
    return request
  }

  /// A token endpoint says 400 where others say 401 (RFC 6749, section 5.2), and a login may do so as well.
  private func send(_ request: HTTPRequest) async throws(KithError) -> HTTPResponse {
    let response = try await transfer.perform(request)
    guard let error = judge(response, request, time.now()) else { return response }
    guard [400, 401, 403].contains(response.status), error.recovery != .transient else { throw error }
    throw KithError(
      .authorisation, "the credentials are refused with status \(response.status)", place: error.place,
      seen: error.seen, fix: "Check the credentials, or let the owner agree again.")
  }

  private static func cookie(_ name: String, _ headers: HTTPHeaders) -> String? {
    for field in headers.all("Set-Cookie") {
      let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0] == name { return String(pair[1]) }
    }
    return nil
  }
}

extension Credential {
  /// User and password (RFC 7617).
  static func basic(user: String, password: Secret) -> Credential {
    let pair = Data("\(user):\(password.reveal())".utf8).base64EncodedString()
    return Credential(.header(name: "Authorization", prefix: "Basic "), Secret(pair), alsoHides: [password])
  }
}
