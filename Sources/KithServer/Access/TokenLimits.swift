import KithCore
import KithStore

/// A group of endpoints that a token may be limited to: the first word of their paths.
public enum Scope: String, Sendable, CaseIterable {
  case metrics, sources, checkpoints, runs, schedules, alerts, quarantine, customers
  /// The review of pairs in doubt as well.
  case decisions
  case tables

  /// In the order in which they are told.
  static func names(_ scopes: Set<Scope>) -> String {
    allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ", ")
  }
}

/// What a token is limited to, of what its role may do.
public struct TokenLimits: Sendable, Equatable {
  /// Nil for all. What is about customers belongs to no source alone, and is closed to a token with sources.
  public let sources: Set<String>?
  /// Nil for all.
  public let scopes: Set<Scope>?

  public static let none = TokenLimits(sources: nil, scopes: nil)

  private init(sources: Set<String>?, scopes: Set<Scope>?) { (self.sources, self.scopes) = (sources, scopes) }

  /// Throws where nothing would be left to do.
  ///
  /// - Parameters:
  ///   - sources: empty for all.
  ///   - scopes: empty for all.
  public init(sources: [String], scopes: [Scope], role: Role) throws(KithError) {
    self.init(
      sources: sources.isEmpty ? nil : Set(sources), scopes: scopes.isEmpty ? nil : Set(scopes))
    let usable = APIContents.endpoints.filter { endpoint in
      endpoint.roles?.contains(role) == true && (self.sources == nil || endpoint.reach != .all)
    }
    let allowed = Set(usable.compactMap(\.scope))
    for scope in scopes where !allowed.contains(scope) {
      throw KithError(
        .configuration, "the token could not use this scope", place: "--scope", seen: scope.rawValue,
        allowed: "\(Scope.names(allowed)), with role \(role.rawValue)\(self.sources == nil ? "" : " and --source")")
    }
  }

  /// As it was stored; a scope that is not known here is none.
  init(_ token: StoredToken) {
    sources = token.sources.map { Set($0) }
    scopes = token.scopes.map { Set($0.compactMap(Scope.init(rawValue:))) }
  }

  func includes(source: String) -> Bool { sources?.contains(source) ?? true }

  /// Throws when the endpoint is closed to the token, whatever the request says.
  func check(_ endpoint: Endpoint) throws(Problem) {
    if let scopes, let scope = endpoint.scope, !scopes.contains(scope) {
      throw Problem(
        .forbidden, "the token is limited to other scopes", place: endpoint.name, seen: scope.rawValue,
        allowed: Scope.names(scopes))
    }
    if let sources, endpoint.reach == .all {
      throw Problem(
        .forbidden, "the token is limited to some sources, and this is about all", place: endpoint.name,
        allowed: "what is about \(Self.list(sources))")
    }
  }

  /// Throws when a request names a source that is closed to the token, or none where it must.
  func check(_ endpoint: Endpoint, source: String?) throws(Problem) {
    guard let sources, endpoint.reach != .free, source != nil || endpoint.reach == .named else { return }
    if let source, sources.contains(source) { return }
    throw Problem(
      .forbidden, source == nil ? "the token must name one of its sources" : "the token is limited to other sources",
      place: "source", seen: source, allowed: Self.list(sources))
  }

  private static func list(_ sources: Set<String>) -> String { sources.sorted().joined(separator: ", ") }
}
