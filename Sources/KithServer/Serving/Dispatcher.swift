import HTTPTypes
import Hummingbird
import KithCore
import KithEngine
import NIOCore

/// What is known of a connection: nothing that an answer needs.
struct ConnectionContext: InitializableFromSource {
  init(source: ApplicationRequestContextSource) {}
}

/// Takes a request from its bytes to its answer: route, token, rate, role, values, and then what the endpoint does.
struct Dispatcher: HTTPResponder {
  let routes: Routes
  let place: Workplace
  let gatekeeper: Gatekeeper
  let limiter: RateLimiter
  /// For what ends soon.
  let pool: BlockingPool
  /// For what sums up the hub.
  let summaries: BlockingPool
  /// For what may go through a whole table.
  let searches: BlockingPool
  /// For what writes, and may wait for another writer.
  let actions: BlockingPool
  /// For what takes as long as somebody reads.
  let exports: BlockingPool
  let log: @Sendable (ServerEvent) -> Void

  /// In bytes: nothing that people or programs say here is longer.
  static let largestBody = 1 << 20
  /// In bytes, of what tools send: a hundred and more events come at once.
  static let largestMessage = 4 << 20

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    let begin = ContinuousClock.now
    place.metrics.requestBegan()
    let (name, reply) = await answer(request)
    place.metrics.requestEnded(endpoint: name, status: reply.status, after: ContinuousClock.now - begin)
    let response = Response(status: .init(code: reply.status), headers: reply.fields, body: body(reply.body))
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// The endpoint's name, for metrics, and what is answered.
  private func answer(_ request: Request) async -> (endpoint: String, Reply) {
    let head = RequestHead(request)
    let method = request.method == .head ? .get : Endpoint.Method(rawValue: request.method.rawValue)
    switch routes.match(method, head.path) {
    case .found(let endpoint, let path):
      do {
        if case .message(let handle) = endpoint.handler {
          return (endpoint.name, try await receive(endpoint, path, head, request, handle))
        }
        return (endpoint.name, try await carryOut(endpoint, path, head, request.body))
      } catch {
        return (endpoint.name, failed(endpoint, error))
      }
    case .otherMethods(let methods):
      let allowed = methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }.joined(separator: ", ")
      var problem = Problem(
        .methodNotAllowed, "the method is not allowed here", seen: request.method.rawValue, allowed: allowed)
      problem.headers = [("Allow", allowed)]
      return ("other", Reply(problem))
    case .none:
      return (
        "other",
        Reply(Problem(.notFound, "there is no such path", fix: "GET /api/v1/openapi.json tells all there are."))
      )
    }
  }

  private func failed(_ endpoint: Endpoint, _ error: any Error) -> Reply {
    let problem =
      switch error {
      case let problem as Problem: problem
      case let error as KithError: Problem(error)
      default: Problem(.bug, KithError(.bug, "the request could not be carried out", seen: "\(type(of: error))"))
      }
    if problem.kind == .bug || problem.kind == .unavailable { log(.failed(what: endpoint.name, problem.error)) }
    return Reply(problem)
  }

  private func carryOut(
    _ endpoint: Endpoint, _ path: [String: String], _ head: RequestHead, _ body: RequestBody
  ) async throws -> Reply {
    let hub = place.current.hub
    if let (pool, handle) = reading(endpoint, head.query) {
      // All of it at one go, on one thread.
      return try await pool.run {
        let caller = try admit(head, endpoint, hub)
        let values = try RequestReader.values(endpoint, path: path, query: head.query, role: caller.role)
        try caller.limits.check(endpoint, source: values["source"]?.string)
        let call = Call(endpoint: endpoint, caller: caller, place: place, hub: hub, values: values, body: [:])
        return Self.reply(try handle(call), call).unlessKnown(head.ifNoneMatch)
      }
    }
    let caller = try await pool.run { try admit(head, endpoint, hub) }
    let values = try RequestReader.values(endpoint, path: path, query: head.query, role: caller.role)
    let bytes = try await collect(body)
    let content = try RequestReader.body(bytes, mediaType: head.contentType, endpoint)
    try caller.limits.check(endpoint, source: values["source"]?.string ?? content["source"]?.string)
    let call = Call(endpoint: endpoint, caller: caller, place: place, hub: hub, values: values, body: content)
    let reply = try await OnceOnly(pool: actions).run(call, head, bytes) { try await handle(call) }
    if endpoint.method == .post { log(.acted(who: caller.actor, what: endpoint.name, status: reply.status)) }
    return reply
  }

  /// Where an endpoint that only reads is carried out, and how; nil for the others.
  private func reading(
    _ endpoint: Endpoint, _ query: String?
  ) -> (BlockingPool, @Sendable (Call) throws -> Answer)? {
    switch endpoint.handler {
    case .blocking(let handle) where endpoint.method == .get:
      (RequestReader.searches(endpoint, query) ? searches : pool, handle)
    case .summing(let handle): (summaries, handle)
    default: nil
    }
  }

  /// A message of a tool. Strangers may send here: what costs little comes first.
  private func receive(
    _ endpoint: Endpoint, _ path: [String: String], _ head: RequestHead, _ request: Request,
    _ handle: @escaping @Sendable (Call, WebhookMessage) throws -> Answer
  ) async throws -> Reply {
    let hub = place.current.hub
    let values = try RequestReader.values(endpoint, path: path, query: head.query, role: nil)
    let names = hub.configuration.sources.map(\.name)
    // All who are not there share one allowance. Numbers of tokens are positive.
    let sender = names.firstIndex(of: values["source"]?.string ?? "").map { -2 - Int64($0) } ?? -1
    try limit(sender)
    var bytes: [UInt8] = []
    for try await piece in request.body {
      bytes.append(contentsOf: piece.readableBytesView)
      if bytes.count > Self.largestMessage {
        throw Problem(.tooLarge, "the body is too large", place: "body", allowed: "\(Self.largestMessage) bytes")
      }
    }
    let message = WebhookMessage(
      headers: request.headers.map { ($0.name.rawName, $0.value) }, body: bytes)
    let caller = Caller(tokenID: 0, name: "a tool", role: .integrator)
    let call = Call(endpoint: endpoint, caller: caller, place: place, hub: hub, values: values, body: [:])
    return try await actions.run { Self.reply(try handle(call, message), call) }
  }

  private func limit(_ sender: Int64) throws(Problem) {
    guard let seconds = limiter.take(sender) else { return }
    var problem = Problem(.tooMany, "more requests come than are allowed", fix: "Wait, and send fewer.")
    problem.headers = [("Retry-After", String(Int(seconds.rounded(.up))))]
    throw problem
  }

  private func handle(_ call: Call) async throws -> Reply {
    switch call.endpoint.handler {
    case .blocking(let handle), .summing(let handle): try await actions.run { Self.reply(try handle(call), call) }
    case .waiting(let handle): Self.reply(try await handle(call), call)
    case .message: throw Problem(.bug, KithError(.bug, "a message came where none is taken", place: call.endpoint.name))
    }
  }

  private func admit(_ head: RequestHead, _ endpoint: Endpoint, _ hub: Hub) throws -> Caller {
    guard let roles = endpoint.roles else { return Caller(tokenID: 0, name: "anybody", role: .integrator) }
    let caller = try gatekeeper.caller(
      authorisation: head.authorisation, host: head.host, origin: head.origin, store: hub.store, at: hub.time.now())
    try limit(caller.tokenID)
    if !roles.contains(caller.role) {
      throw Problem(
        .forbidden, "the role may not do this", place: endpoint.name, seen: caller.role.rawValue,
        allowed: Role.names(roles))
    }
    try caller.limits.check(endpoint)
    return caller
  }

  private func collect(_ body: RequestBody) async throws -> [UInt8] {
    do {
      return Array(buffer: try await body.collect(upTo: Self.largestBody))
    } catch is NIOTooManyBytesError {
      throw Problem(.tooLarge, "the body is too large", place: "body", allowed: "\(Self.largestBody) bytes")
    }
  }

  private static func reply(_ answer: Answer, _ call: Call) -> Reply {
    switch (answer, call.endpoint.success) {
    case (.json(let value), .json(let status, let shape)):
      var writer = JSONWriter()
      shape.render(value, seesContacts: call.caller.role.seesContacts, into: &writer)
      return Reply(status: status, mediaType: "application/json", body: .bytes(writer.bytes))
    case (.text(let text), .text(let mediaType)):
      return Reply(status: 200, mediaType: mediaType, body: .bytes(Array(text.utf8)))
    case (.stream(let mediaType, let fileName, let body), .stream):
      return Reply(
        status: 200, mediaType: mediaType,
        headers: [("Content-Disposition", "attachment; filename=\"\(fileName)\"")], body: .stream(body))
    default:
      return Reply(Problem(.bug, KithError(.bug, "an endpoint answers what it does not declare")))
    }
  }

  private func body(_ body: Reply.Body) -> ResponseBody {
    switch body {
    case .bytes(let bytes): return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .stream(let write):
      return ResponseBody { writer in
        let bridge = StreamBridge()
        try exports.start {
          if let error = bridge.run(write) { log(.failed(what: "export", error)) }
        }
        do {
          for try await piece in bridge.pieces {
            try await writer.write(ByteBuffer(bytes: piece))
            bridge.taken()
          }
          try await writer.finish(nil)
        } catch {
          bridge.abandon()
          throw error
        }
      }
    }
  }
}

/// What is looked at of a request's head.
struct RequestHead: Sendable {
  var path: String
  var query: String?
  var authorisation: String?
  var host: String?
  var origin: String?
  var contentType: String?
  var ifNoneMatch: String?
  var idempotencyKey: String?

  init(_ request: Request) {
    path = request.uri.path
    query = request.uri.query
    authorisation = request.headers[.authorization]
    host = request.head.authority
    origin = request.headers[.origin]
    contentType = request.headers[.contentType]
    ifNoneMatch = request.headers[.ifNoneMatch]
    idempotencyKey = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
  }
}
