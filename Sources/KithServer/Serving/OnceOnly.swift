import KithCore
import KithStore

/// Lets a request with an Idempotency-Key be carried out once, however often it is sent within a day; the answer is the
/// first one's.
struct OnceOnly {
  let pool: BlockingPool

  private static let longestKey = 255

  func run(
    _ call: Call, _ head: RequestHead, _ body: [UInt8], _ carryOut: () async throws -> Reply
  ) async throws -> Reply {
    guard call.endpoint.method == .post, let key = head.idempotencyKey else { return try await carryOut() }
    let isPlain = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard (1...Self.longestKey).contains(key.utf8.count), isPlain else {
      throw Problem(
        .malformed, "the key is not allowed", place: "Idempotency-Key", seen: "\(key.utf8.count) characters",
        allowed: "1 to \(Self.longestKey) printable ASCII characters without blanks")
    }
    let hash = Digest.sha256(Array("POST \(head.path)?\(head.query ?? "")\n".utf8) + body)
    let (store, token, now) = (call.store, call.caller.tokenID, call.hub.time.now())
    switch try await pool.run({ try store.noteRequest(token: token, key: key, hash: hash, at: now) }) {
    case .new: return try await first(call, key, carryOut)
    case .answered(let status, let answer):
      let mediaType = status < 400 ? "application/json" : Problem.mediaType
      return Reply(
        status: status, mediaType: mediaType, headers: [("Idempotency-Replayed", "true")],
        body: .bytes(Array(answer.utf8)))
    case .underWay:
      throw Problem(
        .conflict, "the same request is being carried out, or its answer was lost", place: "Idempotency-Key",
        fix: "Look at what it was to change before it is sent with another key.")
    case .other:
      throw Problem(
        .invalid, "another request had this key", place: "Idempotency-Key", fix: "Use a key for one request only.")
    }
  }

  private func first(_ call: Call, _ key: String, _ carryOut: () async throws -> Reply) async throws -> Reply {
    let (store, token) = (call.store, call.caller.tokenID)
    func settle(_ answer: (status: Int, body: String)?) async throws {
      try await pool.run { try store.settleRequest(token: token, key: key, answer: answer) }
    }
    do {
      let reply = try await carryOut()
      if case .bytes(let bytes) = reply.body {
        try await settle((reply.status, String(decoding: bytes, as: UTF8.self)))
      }
      return reply
    } catch {
      let problem = (error as? Problem) ?? (error as? KithError).map { Problem($0) }
      // What may be otherwise in a moment can be sent again with the same key.
      if let problem, problem.kind == .invalid || problem.kind == .notFound,
        case .bytes(let bytes) = Reply(problem).body
      {
        try await settle((problem.kind.rawValue, String(decoding: bytes, as: UTF8.self)))
      } else {
        try await settle(nil)
      }
      throw error
    }
  }
}
