import Foundation
import KithCore
import KithHTTP

/// The ways in.
extension RESTManifestParser {
  mutating func authorisations(_ node: MappingNode?, in manifest: MappingNode) -> [RESTAuthorisation] {
    guard let node else {
      notes.report(
        "a manifest says how requests prove who they are", manifest,
        allowed: "authorisation: {bearer: ${token}}, or {none: true}")
      return []
    }
    return items(node).compactMap { authorisation($0) }
  }

  private mutating func authorisation(_ node: MappingNode) -> RESTAuthorisation? {
    guard let keys = notes.entries(node, allowed: RESTSchema.authorisation.names, of: "authorisation"),
      keys.count == 1, let (key, value) = keys.first
    else {
      notes.report(
        "one way in must stand here", node, allowed: RESTSchema.authorisation.names.joined(separator: ", "))
      return nil
    }
    switch key {
    case "none": return RESTAuthorisation.none
    case "bearer":
      return .apiKey(
        place: .header(name: "Authorization", prefix: "Bearer "), key: needed(value, "bearer", in: node))
    case "api_key":
      guard let keys = notes.entries(value, allowed: ["header", "query", "prefix", "value"], of: "api_key") else {
        return nil
      }
      return place(keys, value).map { .apiKey(place: $0, key: needed(keys["value"], "value", in: value)) }
    case "basic":
      guard let keys = notes.entries(value, allowed: ["user", "password"], of: "basic") else { return nil }
      return .basic(
        user: needed(keys["user"], "user", in: value), password: needed(keys["password"], "password", in: value))
    case "oauth2": return oauth(value)
    case "session": return session(value)
    case "oauth1":
      guard
        let keys = notes.entries(
          value, allowed: ["method", "consumer_key", "consumer_secret", "token", "token_secret"], of: "oauth1")
      else { return nil }
      if (keys["token"] == nil) != (keys["token_secret"] == nil) {
        notes.report("a token has a secret", value, allowed: "token and token_secret, or neither")
      }
      return .oauth1(
        RESTOAuth1(
          method: template(keys["method"], "method", in: value) ?? RESTTemplate(literal: "hmac-sha256"),
          key: needed(keys["consumer_key"], "consumer_key", in: value),
          secret: needed(keys["consumer_secret"], "consumer_secret", in: value),
          token: template(keys["token"], "token", in: value),
          tokenSecret: template(keys["token_secret"], "token_secret", in: value)))
    default:
      guard let keys = notes.entries(value, allowed: ["header", "prefix", "key", "encoding"], of: "hmac") else {
        return nil
      }
      return .hmac(
        header: notes.text(keys["header"], "header", in: value), prefix: prefix(keys["prefix"]) ?? "",
        key: needed(keys["key"], "key", in: value),
        encoding: choice(keys["encoding"], ["hex", "base64"]) == "base64" ? .base64 : .hexadecimal)
    }
  }

  /// Nothing is a prefix as well.
  private func prefix(_ node: MappingNode?) -> String? {
    if case .scalar(let text)? = node?.content { text } else { nil }
  }

  private mutating func place(_ keys: [String: MappingNode], _ node: MappingNode) -> Credential.Place? {
    if let name = keys["query"].flatMap({ scalar($0) }) { return .query(name: name) }
    if let name = keys["header"].flatMap({ scalar($0) }) {
      return .header(name: name, prefix: prefix(keys["prefix"]) ?? "")
    }
    notes.report("a key goes into a header or the query", node, allowed: "{header: X-Api-Key, value: ${key}}")
    return nil
  }

  private mutating func oauth(_ node: MappingNode) -> RESTAuthorisation? {
    guard let keys = notes.entries(node, allowed: RESTSchema.oauth.names, of: "oauth2") else { return nil }
    // Who signs needs no other proof, and nobody else's agreement.
    let others = ["authorise_url", "client_secret", "refresh_token", "proof"].filter { keys[$0] != nil }
    if keys["private_key"] != nil, !others.isEmpty {
      notes.report("a client that signs for itself proves nothing else", node, seen: others.joined(separator: ", "))
    } else if keys["private_key"] == nil, let claims = keys["claims"] {
      notes.report("claims are signed", claims, allowed: "private_key beside them")
    }
    return .oauth(
      RESTOAuth(
        tokenURL: openTemplate(keys["token_url"], "token_url", in: node),
        authoriseURL: keys["authorise_url"].map { openTemplate($0, "authorise_url", in: node) },
        authoriseParameters: fields(keys["authorise_parameters"], more: []),
        id: keys["private_key"] == nil
          ? needed(keys["client_id"], "client_id", in: node) : template(keys["client_id"], "client_id", in: node),
        secret: template(keys["client_secret"], "client_secret", in: node),
        refreshToken: template(keys["refresh_token"], "refresh_token", in: node),
        privateKey: template(keys["private_key"], "private_key", in: node),
        claims: fields(keys["claims"], more: []),
        proof: choice(keys["proof"], ["body", "basic"]) == "basic" ? .basic : .body,
        parameters: fields(keys["parameters"], more: []),
        place: .header(
          name: keys["header"].flatMap { scalar($0) } ?? "Authorization",
          prefix: prefix(keys["prefix"]) ?? "Bearer ")))
  }

  private mutating func session(_ node: MappingNode) -> RESTAuthorisation? {
    guard let keys = notes.entries(node, allowed: RESTSchema.session.names, of: "a session") else { return nil }
    var values: [String: SessionLogin.Source] = [:]
    if case .map(let entries)? = keys["values"]?.content {
      for entry in entries { values[entry.key] = source(entry.value) }
    }
    if values.isEmpty {
      notes.report("a session takes something from the answer", node, allowed: "values: {token: {path: access_token}}")
    }
    guard let request = request(keys["request"], more: [], in: node) else { return nil }
    let names = Set(values.keys)
    let token =
      template(keys["token"], "token", more: names, in: node)
      ?? RESTTemplate("${\(values.keys.sorted().first ?? "token")}")
    // What `${session}` in bodies means is known from here on.
    let header = keys["header"].flatMap { scalar($0) }
    if header == nil { known.insert("session") }
    return .session(
      RESTSession(
        request: request, values: values, token: token ?? RESTTemplate(literal: ""),
        isBase64: choice(keys["encode"], ["none", "base64"]) == "base64",
        place: header.map { .header(name: $0, prefix: prefix(keys["prefix"]) ?? "") }
          ?? .body(mark: RESTSession.mark), lifetime: decimal(keys["lifetime_seconds"])))
  }

  private mutating func source(_ node: MappingNode) -> SessionLogin.Source? {
    guard let keys = notes.entries(node, allowed: ["path", "header", "cookie"], of: "a value of a session") else {
      return nil
    }
    if let path = keys["path"].flatMap({ scalar($0) }) { return .body(path: path) }
    if let name = keys["header"].flatMap({ scalar($0) }) { return .header(name: name) }
    if let name = keys["cookie"].flatMap({ scalar($0) }) { return .cookie(name: name) }
    notes.report("a value of a session stands somewhere", node, allowed: "{path: PATH}, {header: NAME}, {cookie: NAME}")
    return nil
  }
}

extension RESTSession {
  /// What stands for the session in a body until it is sent: a text that no data holds.
  static let mark = "%%kith-session%%"
}
