import KithCore
import KithStore

/// Who sends a request.
struct Caller: Sendable {
  /// 0 for one without a token.
  var tokenID: Int64
  var name: String
  var role: Role
  var expiresAt: Timestamp?
  var limits = TokenLimits.none

  /// As the audit log has it.
  var actor: String { tokenID == 0 ? "api" : "api token \(tokenID) (\(name))" }
}

/// Finds out who sends a request. Every token is looked up in the hub, so that a revoked one is refused at once.
struct Gatekeeper: Sendable {
  /// Whether requests without a token are let in while there is none.
  var allowsNone: Bool

  /// - Parameters:
  ///   - authorisation: the header.
  ///   - host: the header; a name of somebody else's that leads to this machine is seen by it.
  ///   - origin: the header; a page of somebody else's that a browser has loaded is seen by it.
  func caller(
    authorisation: String?, host: String?, origin: String?, store: HubStore, at now: Timestamp
  ) throws -> Caller {
    guard let authorisation else {
      guard allowsNone, try !store.hasTokens() else {
        throw Self.refusal("the request has no token", fix: "Send the header \"Authorization: Bearer ID.SECRET\".")
      }
      let isOwn = [host ?? "", origin.map(Self.address) ?? host ?? ""]
        .allSatisfy(ListenAddress.isLoopback(header:))
      if !isOwn {
        throw Problem(
          .forbidden, "without tokens only this machine is answered", place: "Host, Origin",
          seen: [host, origin].compactMap { $0 }.joined(separator: ", "),
          allowed: "127.0.0.1, localhost or [::1]", fix: "Make a token: `kith token create --role ROLE --name NAME`.")
      }
      return Caller(tokenID: 0, name: "this machine", role: .admin)
    }
    let words = authorisation.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count == 2, words[0].lowercased() == "bearer", let token = AccessToken(words[1]) else {
      throw Self.refusal("the header Authorization is not understood", allowed: "Bearer ID.SECRET")
    }
    // The same sentence for a wrong number and a wrong secret.
    guard let (stored, hash) = try store.token(token.id), token.isRight(hash) else {
      throw Self.refusal("there is no such token", fix: "Ask for another one: `kith token create`.")
    }
    if stored.revokedAt != nil { throw Self.refusal("the token is revoked", fix: "Ask for another one.") }
    if let end = stored.expiresAt, end <= now {
      throw Self.refusal("the token has expired", seen: Shape.internetTime(end.sqlText), fix: "Ask for another one.")
    }
    guard let role = Role(rawValue: stored.role) else {
      throw Self.refusal("the token's role is unknown here", seen: stored.role, allowed: Role.names(Set(Role.allCases)))
    }
    return Caller(
      tokenID: stored.id, name: stored.name, role: role, expiresAt: stored.expiresAt, limits: TokenLimits(stored))
  }

  /// An origin without its scheme.
  private static func address(_ origin: String) -> String {
    ["https://", "http://"].first(where: origin.hasPrefix).map { String(origin.dropFirst($0.count)) } ?? origin
  }

  private static func refusal(
    _ what: String, seen: String? = nil, allowed: String? = nil, fix: String? = nil
  ) -> Problem {
    var problem = Problem(.unauthorised, what, seen: seen, allowed: allowed, fix: fix)
    problem.headers = [("WWW-Authenticate", "Bearer realm=\"kith\"")]
    return problem
  }
}
