import KithCore
import KithEngine

/// One thing that the API can be asked for. Routing, checks of parameters and roles, masking, the OpenAPI document and the
/// tests' matrix all come from these values.
public struct Endpoint: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
  }

  /// What of it is open to a token that is limited to some sources.
  public enum Reach: String, Sendable {
    /// It is about no source.
    case free
    /// It is about all sources at once: nothing.
    case all
    /// The request names one, which must be the token's.
    case named
    /// Answers leave out what belongs to others.
    case filtered
  }

  /// What comes back when all is well.
  public enum Success: Sendable {
    case json(status: Int, Shape)
    /// A body of some size, written while it is read.
    case stream(mediaTypes: [String])
    case text(mediaType: String)
  }

  enum Handler: Sendable {
    /// Reads or writes the hub on a thread that may wait.
    case blocking(@Sendable (Call) throws -> Answer)
    /// The same with figures of the whole hub, which may have to be summed up first: one at a time, and nothing else
    /// waits for it.
    case summing(@Sendable (Call) throws -> Answer)
    /// Waits for others.
    case waiting(@Sendable (Call) async throws -> Answer)
    /// Takes the body as it comes, whatever it is, from senders who prove themselves by it.
    case message(@Sendable (Call, WebhookMessage) throws -> Answer)
  }

  /// Its name in the document, in metrics and in logs.
  public var name: String
  public var method: Method
  /// `/api/v1/runs/{run_id}`.
  public var path: String
  public var summary: String
  /// Who may; nil for everybody, without a token.
  public var roles: Set<Role>?
  public var reach: Reach
  public var parameters: [Parameter]
  /// What a POST takes; nil for none.
  public var body: ObjectShape?
  public var success: Success
  /// What can go wrong beside what can go wrong everywhere.
  public var problems: [Problem.Kind]
  var handler: Handler

  init(
    _ name: String, _ method: Method, _ path: String, _ summary: String, roles: Set<Role>?,
    reach: Reach = .all, parameters: [Parameter] = [], body: ObjectShape? = nil, success: Success,
    problems: [Problem.Kind] = [],
    _ handler: Handler
  ) {
    self.name = name
    self.method = method
    self.path = path
    self.summary = summary
    self.roles = roles
    self.reach = reach
    self.parameters = parameters
    self.body = body
    self.success = success
    self.problems = problems
    self.handler = handler
  }

  /// The parts of its path.
  var segments: [Substring] { path.split(separator: "/") }

  /// The group that a token may be limited to; nil for what every token may.
  public var scope: Scope? {
    let words = segments.filter { $0 != "api" && $0 != "v1" }
    let word = words.first.map(String.init) ?? ""
    return word == "review" ? .decisions : Scope(rawValue: word)
  }
}

/// Part of a path, or of a query.
public struct Parameter: Sendable {
  public enum Place: String, Sendable { case path, query }

  public var name: String
  public var place: Place
  public var shape: Shape
  public var meaning: String
  public var isRequired: Bool
  /// Who may use it; nil for all who may use the endpoint.
  public var roles: Set<Role>?
  /// The request may go through a whole table because of it.
  public var searches = false

  static func path(_ name: String, _ shape: Shape, _ meaning: String) -> Parameter {
    Parameter(name: name, place: .path, shape: shape, meaning: meaning, isRequired: true, roles: nil)
  }

  static func query(
    _ name: String, _ shape: Shape, _ meaning: String, isRequired: Bool = false, roles: Set<Role>? = nil,
    searches: Bool = false
  ) -> Parameter {
    Parameter(
      name: name, place: .query, shape: shape, meaning: meaning, isRequired: isRequired, roles: roles,
      searches: searches)
  }
}

/// What an endpoint answers.
enum Answer: Sendable {
  case json(JSON)
  case text(String)
  /// Runs on a thread that may wait; what it writes goes out as it comes.
  case stream(mediaType: String, fileName: String, @Sendable (any ByteSink) throws -> Void)
}
