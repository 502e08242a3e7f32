import Foundation
import KithCore
import KithHTTP
import Synchronization

/// How one source reaches its tool: transfer, credentials, rates. Sources with the same credentials share the last two.
struct RESTAccess: Sendable {
  var client: HTTPClient
  let baseURL: String
  let values: RESTValues
  let time: any WaitingTime
  /// What one answer may hold.
  let limits: TransferLimits

  private struct Shared: Sendable {
    let authoriser: Authoriser
    let budget: RateBudget
  }

  /// What was used last stays: each holds a thread and connections.
  private struct SharedAccess: Sendable {
    private var known: [Int: (shared: Shared, use: Int)] = [:]
    private var uses = 0
    /// More credentials than a hub has.
    private static let most = 256

    mutating func shared(_ key: Int, _ make: () -> Shared) -> Shared {
      uses += 1
      let shared = known[key]?.shared ?? make()
      if known[key] == nil, known.count >= Self.most, let oldest = known.min(by: { $0.value.use < $1.value.use }) {
        known[oldest.key] = nil
      }
      known[key] = (shared, uses)
      return shared
    }
  }

  private static let shared = Mutex(SharedAccess())

  init(_ manifest: RESTManifest, _ settings: SourceSettings) throws(KithError) {
    var values = RESTValues(options: manifest.defaults.merging(settings.options) { _, own in own })
    values["session"] = .text(RESTSession.mark)
    self.values = values
    let environment = settings.environment
    time = (environment.time as? any WaitingTime) ?? SteadyTime(startingAt: environment.time.now())
    var base = FileOptions.text(settings.options["base_url"]) ?? ""
    if base.isEmpty { base = try Self.fill(manifest.baseURL, values, "base_url").text }
    while base.hasSuffix("/") { base.removeLast() }
    _ = try HTTPAddress(base)
    baseURL = base
    let transfer = try Transfer(Self.transferSettings(manifest, settings))
    limits = transfer.settings.limits
    let errors = manifest.errors
    let judge: HTTPClient.Judge = { [names = manifest.limits.names] in
      errors.error(of: $0, to: $1, names: names, at: $2)
    }
    let shared = try Self.share(manifest, settings, base, values, transfer, time, judge)
    client = HTTPClient(
      transfer: transfer, authoriser: shared.authoriser, budget: shared.budget,
      retries: RetryPolicy(attempts: manifest.limits.attempts), time: time,
      judge: judge)
  }

  static func transferSettings(
    _ manifest: RESTManifest, _ settings: SourceSettings
  ) throws(KithError) -> TransferSettings {
    var result = TransferSettings()
    result.limits.body = min(manifest.limits.bytes, settings.environment.memory.recordBytes)
    if settings.options["allow_private_network"] == .text("true") {
      result.policy = NetworkPolicy(privateNetwork: .allowed)
    }
    if let proxy = FileOptions.text(settings.options["proxy"]) {
      result.proxy = HTTPProxy(address: try HTTPAddress(proxy))
    }
    if let file = FileOptions.text(settings.options["certificate_file"]) {
      result.certificateFile =
        URL(
          fileURLWithPath: file, relativeTo: URL(fileURLWithPath: settings.environment.baseDirectory, isDirectory: true)
        )
        .path
    }
    if case .integer(let seconds)? = settings.options["timeout_seconds"] { result.timeouts.total = Double(seconds) }
    return result
  }

  /// One authoriser and one budget for all who use the same credentials in the same way at the same place, on the same
  /// clock. A manifest or a source that was changed meanwhile is another one.
  private static func share(
    _ manifest: RESTManifest, _ settings: SourceSettings, _ base: String, _ values: RESTValues, _ transfer: Transfer,
    _ time: any WaitingTime, _ judge: @escaping HTTPClient.Judge
  ) throws(KithError) -> Shared {
    var hasher = Hasher()
    hasher.combine(manifest.name)
    hasher.combine(base)
    let authorisation = try authorisation(manifest, settings, base, values, &hasher)
    // Secrets describe themselves as nothing, and were taken in above.
    hasher.combine("\(manifest.authorisations) \(manifest.limits) \(manifest.errors) \(transfer.settings)")
    if type(of: time) is AnyObject.Type { hasher.combine(ObjectIdentifier(time as AnyObject)) }
    let key = hasher.finalize()
    return shared.withLock { known in
      known.shared(key) {
        Shared(
          authoriser: Authoriser(authorisation, transfer: transfer, time: time, judge: judge),
          budget: RateBudget(manifest.limits.rates, names: manifest.limits.names, time: time))
      }
    }
  }

  // MARK: credentials

  private static func signature(_ oauth: RESTOAuth1, _ values: RESTValues) throws(KithError) -> RequestSignature {
    let word = try fill(oauth.method, values, "method").text
    guard let method = RequestSignature.Method(rawValue: word.uppercased()) else {
      throw KithError(
        .configuration, "there is no such signature of OAuth 1.0a", seen: word,
        allowed: RequestSignature.Method.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", "))
    }
    var signature = RequestSignature(
      method, clientKey: try fill(oauth.key, values, "consumer_key").text,
      clientSecret: Secret(try fill(oauth.secret, values, "consumer_secret").text))
    if let token = oauth.token, let secret = oauth.tokenSecret {
      signature.token = (
        try fill(token, values, "token").text, Secret(try fill(secret, values, "token_secret").text)
      )
    }
    return signature
  }

  private static func authorisation(
    _ manifest: RESTManifest, _ settings: SourceSettings, _ base: String, _ values: RESTValues, _ hasher: inout Hasher
  ) throws(KithError) -> Authorisation {
    var found: RESTAuthorisation?
    for way in manifest.authorisations {
      let isThere = way.names.allSatisfy { values[$0] != nil }
      let isChosen = if isThere { true } else { try isConnected(way, manifest.name, settings, values) }
      if isChosen {
        found = way
        break
      }
    }
    guard let chosen = found else {
      let ways = manifest.authorisations.map { Set($0.names).sorted().joined(separator: " and ") }
      let isConnectable = manifest.authorisations.contains { $0.consent != nil }
      throw KithError(
        .configuration, "the credentials are missing", place: settings.name, allowed: ways.joined(separator: ", or "),
        fix: isConnectable
          ? "Set these options; for a refresh token run: kith connect \(settings.name)" : "Set these options.")
    }
    // Each source has an agreement of its own.
    if !chosen.names.allSatisfy({ values[$0] != nil }) { hasher.combine(settings.name) }
    for name in chosen.names {
      switch values[name] {
      case .text(let text)?, .number(let text)?: hasher.combine(text)
      case .secret(let secret)?: hasher.combine(secret)
      case .list(let items)?: hasher.combine(items)
      case nil: break
      }
    }
    switch chosen {
    case .none: return Authorisation.none
    case .apiKey(let place, let key): return .apiKey(place, Secret(try fill(key, values, "key").text))
    case .basic(let user, let password):
      return .basic(
        user: try fill(user, values, "user").text, password: Secret(try fill(password, values, "password").text))
    case .oauth1(let oauth): return .requestSignature(try signature(oauth, values))
    case .hmac(let header, let prefix, let key, let encoding):
      return .bodySignature(
        BodySignature(
          header: header, prefix: prefix, key: Secret(try fill(key, values, "key").text), encoding: encoding))
    case .oauth(let oauth): return try authorisation(oauth, of: manifest.name, settings, values)
    case .session(let session): return .session(try login(session, base, values))
    }
  }

  private static func authorisation(
    _ oauth: RESTOAuth, of connector: String, _ settings: SourceSettings, _ values: RESTValues
  ) throws(KithError) -> Authorisation {
    let client = try client(oauth, values)
    if let key = oauth.privateKey {
      let claims = oauth.claims.compactMap { field in
        field.value.filled(values).map { HTTPParameter(field.name, $0.text) }
      }
      let secret = Secret(try fill(key, values, "private_key").text)
      return .assertion(
        client, SignedAssertion(key: secret, issuer: client.id.isEmpty ? nil : client.id, claims: claims))
    }
    guard let template = oauth.refreshToken else { return .clientCredentials(client) }
    guard let filled = template.filled(values) else {
      return .refreshToken(client, nil, connectedToken(client, connector, settings))
    }
    let token = Secret(filled.text)
    // By the token itself: two sources with one token must know the newest of it both.
    var hash = ContentHash()
    hash.combine(client.id)
    hash.combine(token.reveal())
    let store = SecretFile(
      name: "\(connector)-\(String(UInt64(bitPattern: hash.value), radix: 16))",
      baseDirectory: settings.environment.baseDirectory)
    return .refreshToken(client, token, store)
  }

  private static func login(
    _ session: RESTSession, _ base: String, _ values: RESTValues
  ) throws(KithError) -> SessionLogin {
    let request = try session.request.made(base: base, headers: [], values)
    let known = values
    return SessionLogin(request, values: session.values, place: session.place, lifetime: session.lifetime) { found in
      var all = known
      for (name, text) in found { all[name] = .text(text) }
      let text = session.token.filled(all)?.text ?? ""
      return session.isBase64 ? Data(text.utf8).base64EncodedString() : text
    }
  }

  static func fill(_ template: RESTTemplate, _ values: RESTValues, _ key: String) throws(KithError) -> FilledText {
    if let filled = template.filled(values) { return filled }
    let missing = template.names.filter { values[$0] == nil }
    throw KithError(
      .configuration, "a value is missing for \(key)", seen: missing.joined(separator: ", "),
      fix: "Set the option of this name.")
  }
}

extension RESTRequest {
  /// The request with its values. What names a missing value is left out; the path needs all of its own.
  func made(base: String, headers common: [RESTField], _ values: RESTValues) throws(KithError) -> HTTPRequest {
    guard let path = path.filled(values, transform: { HTTPParameter.percentEncoded($0) }) else {
      let missing = self.path.names.filter { values[$0] == nil }
      throw KithError(
        .configuration, "the path of a request lacks a value", seen: missing.joined(separator: ", "),
        fix: "Set the option of this name.")
    }
    let isWhole = path.text.hasPrefix("https://") || path.text.hasPrefix("http://")
    var request = HTTPRequest(method, try HTTPAddress(isWhole ? path.text : base + path.text), repetition: .isSafe)
    for field in query {
      guard let value = field.value.filled(values) else { continue }
      if value.secrets.isEmpty {
        request.query.append(HTTPParameter(field.name, value.text))
      } else {
        request.credentials.append(Credential(.query(name: field.name), Secret(value.text), alsoHides: value.secrets))
      }
    }
    for field in common + headers {
      guard let value = field.value.filled(values) else { continue }
      if value.secrets.isEmpty {
        request.headers.set(field.name, value.text)
      } else {
        request.credentials.append(Credential(.header(name: field.name), Secret(value.text), alsoHides: value.secrets))
      }
    }
    addBody(to: &request, values)
    return request
  }

  private func addBody(to request: inout HTTPRequest, _ values: RESTValues) {
    switch body {
    case .json(let json)?:
      request.body = Array((json.text(values, secrets: &request.bodySecrets) ?? "null").utf8)
      addType("application/json", to: &request)
    case .form(let fields)?:
      var parameters: [HTTPParameter] = []
      for field in fields {
        guard let value = field.value.filled(values) else { continue }
        parameters.append(HTTPParameter(field.name, value.text))
        request.bodySecrets += value.secrets
      }
      request.body = Array(HTTPParameter.encoded(parameters).utf8)
      addType("application/x-www-form-urlencoded", to: &request)
    case .text(let text, let type)?:
      guard let value = text.filled(values) else { return }
      request.bodySecrets += value.secrets
      request.body = Array(value.text.utf8)
      addType(type, to: &request)
    case nil: break
    }
  }

  private func addType(_ type: String, to request: inout HTTPRequest) {
    if request.headers["Content-Type"] == nil { request.headers.set("Content-Type", type) }
  }
}

extension RESTErrors {
  /// The error that an answer stands for, by the rules and then by its status.
  func error(
    of response: HTTPResponse, to request: HTTPRequest, names: RateHeaderNames, at now: Timestamp
  ) -> KithError? {
    let rule = rule(for: response)
    if rule?.meaning == .empty || (rule == nil && response.isSuccess) { return nil }
    var recovery: KithError.Recovery?
    if case .recovery(let given)? = rule?.meaning { recovery = given }
    return response.error(
      to: request, names: names, at: now, as: recovery, message: message(in: response), wait: rule?.wait,
      fix: rule?.fix)
  }

  /// Whether an answer says that there is nothing.
  func isEmpty(_ response: HTTPResponse) -> Bool {
    // Most manifests have no such rule, and none wants its pages read twice.
    rules.contains { $0.meaning == .empty } && rule(for: response)?.meaning == .empty
  }

  private func rule(for response: HTTPResponse) -> Rule? {
    let candidates = rules.filter { $0.status == nil || $0.status == response.status }
    if candidates.isEmpty { return nil }
    var document: RawRecord?
    if candidates.contains(where: { $0.condition != nil }) {
      let record = RawRecord()
      if record.fill(json: response.body) == nil { document = record }
    }
    return candidates.first { rule in
      guard let condition = rule.condition else { return true }
      return document.map { condition.holds(in: $0) } ?? false
    }
  }

  /// The tool's own words, nil when they are nowhere.
  private func message(in response: HTTPResponse) -> String? {
    if messages.isEmpty || response.body.count > 1 << 20 { return nil }
    let document = RawRecord()
    guard document.fill(json: response.body) == nil else { return nil }
    return messages.lazy.compactMap { document.text(at: $0) }.first
  }
}

extension RESTCondition {
  func holds(in record: RawRecord, from root: RawRecord.NodeID = 0) -> Bool {
    if let others { return !RESTCondition(path: path, values: others).holds(in: record, from: root) }
    guard let values else {
      return record.text(at: path, from: root).map { $0 != "false" } ?? record.hasNode(at: path, from: root)
    }
    var found = false
    record.withView(root: root) { view in
      _ = view.walk(path) { node in
        guard let value = view.leaf(node) else { return true }
        let bytes = view.bytes[Int(value.start)..<Int(value.start + value.count)]
        found = values.contains { $0.utf8.elementsEqual(bytes) }
        return !found
      }
    }
    return found
  }
}

extension RawRecord {
  /// Whether there is an object or a list that is not empty.
  func hasNode(at steps: [PathStep], from root: NodeID) -> Bool {
    var found = false
    withView(root: root) { view in
      _ = view.walk(steps) { node in
        found = view.nodes[Int(node)].firstChild >= 0
        return !found
      }
    }
    return found
  }
}
