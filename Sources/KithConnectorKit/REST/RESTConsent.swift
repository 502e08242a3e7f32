import KithCore
import KithHTTP

/// A person's agreement that a source may read on their behalf: `kith connect`.
public struct RESTConsent: Sendable {
  private let consent: OAuthConsent
  private let question: OAuthConsent.Question
  private let store: SecretFile
  private let transfer: Transfer
  private let time: any WaitingTime

  /// Where the person agrees.
  public var page: String { question.page.text }
  /// The file in which the refresh token is kept.
  public var kept: String { store.path }

  /// - Parameter answer: the URL that the browser was sent to, or what follows its `?`. Once it was taken, the source
  ///   reads with what it brought.
  public func finish(answer: String) async throws(KithError) {
    try await store.save(consent.refreshToken(question, answer: answer, transfer: transfer, time: time))
  }

  fileprivate init(
    _ consent: OAuthConsent, redirect: String, _ store: SecretFile, _ transfer: Transfer, _ time: any WaitingTime
  ) throws(KithError) {
    self.consent = consent
    question = try consent.question(redirect: redirect)
    self.store = store
    self.transfer = transfer
    self.time = time
  }
}

extension RESTConnector {
  /// What a person is to be asked for a source. A tool that nobody has to agree at, and options that are missing, are
  /// `configuration` errors.
  ///
  /// - Parameter redirect: where the tool sends the answer.
  public func consent(_ settings: SourceSettings, redirect: String) throws(KithError) -> RESTConsent {
    if let problem = problems.first { throw problem }
    return try RESTAccess.consent(manifest, settings, redirect: redirect)
  }
}

extension RESTAuthorisation {
  /// For a way in at which a person can agree.
  var consent: RESTOAuth? {
    if case .oauth(let oauth) = self, oauth.authoriseURL != nil, oauth.refreshToken != nil { oauth } else { nil }
  }
}

extension RESTAccess {
  static func consent(
    _ manifest: RESTManifest, _ settings: SourceSettings, redirect: String
  ) throws(KithError) -> RESTConsent {
    guard let oauth = manifest.authorisations.compactMap(\.consent).first, let page = oauth.authoriseURL else {
      throw KithError(
        .configuration, "nobody has to agree that this source is read", place: settings.name, seen: manifest.name,
        allowed: "a connector whose manifest has authorise_url and refresh_token",
        fix:
          "Its options are all that it needs: see the README of \(manifest.name), and run: kith check \(settings.name)")
    }
    let values = RESTValues(options: manifest.defaults.merging(settings.options) { _, own in own })
    let client = try client(oauth, values)
    let parameters = oauth.authoriseParameters.compactMap { field in
      field.value.filled(values).map { HTTPParameter(field.name, $0.text) }
    }
    let consent = OAuthConsent(
      client, page: try HTTPAddress(try fill(page, values, "authorise_url").text), parameters: parameters)
    let environment = settings.environment
    return try RESTConsent(
      consent, redirect: redirect, connectedToken(client, manifest.name, settings),
      Transfer(transferSettings(manifest, settings)),
      (environment.time as? any WaitingTime) ?? SteadyTime(startingAt: environment.time.now()))
  }

  static func client(_ oauth: RESTOAuth, _ values: RESTValues) throws(KithError) -> OAuthClient {
    var secret: Secret?
    if let template = oauth.secret { secret = Secret(try fill(template, values, "client_secret").text) }
    return OAuthClient(
      tokenAddress: try HTTPAddress(try fill(oauth.tokenURL, values, "token_url").text),
      id: try oauth.id.map { id throws(KithError) in try fill(id, values, "client_id").text } ?? "", secret: secret,
      proof: oauth.proof,
      parameters: oauth.parameters.compactMap { field in
        field.value.filled(values).map { HTTPParameter(field.name, $0.text) }
      }, place: oauth.place)
  }

  /// Where `kith connect` keeps a source's refresh token.
  static func connectedToken(_ client: OAuthClient, _ connector: String, _ settings: SourceSettings) -> SecretFile {
    var hash = ContentHash()
    hash.combine(client.id)
    hash.combine(settings.name)
    return SecretFile(
      name: "\(connector)-connected-\(String(UInt64(bitPattern: hash.value), radix: 16))",
      baseDirectory: settings.environment.baseDirectory)
  }

  /// Whether somebody has agreed, and all else is there.
  static func isConnected(
    _ way: RESTAuthorisation, _ connector: String, _ settings: SourceSettings, _ values: RESTValues
  ) throws(KithError) -> Bool {
    guard let oauth = way.consent, oauth.names.allSatisfy({ values[$0] != nil }) else { return false }
    return connectedToken(try client(oauth, values), connector, settings).isThere
  }
}
