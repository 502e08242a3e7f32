import Foundation
import KithTesting
import Synchronization

/// A tool with people, visits and orders in it, sorted by when they changed, two a page, behind tokens that expire. Of
/// the first 5,000 requests for pages three of ten fail, each in another way than the one before.
final class TroubleTool: Sendable {
  fileprivate struct State {
    var requests = 0
    var failed = 0
    var stalls = 0
    var ways: Set<String> = []
    var tokens = 0
  }

  /// Records of each kind, two a page.
  static let sizes = ["people": 2_400, "visits": 2_600, "orders": 2_200]
  static let requests = 5_000
  /// Each costs a second, the least that a request may be given.
  fileprivate static let stalls = 6
  /// 2029-01-01; each record changed a minute after the one before.
  fileprivate static let begin = 1_861_920_000

  private let server: LoopbackServer
  private let model: Model

  /// `fails`: whether it has its troubles.
  init(fails: Bool) throws {
    let model = Model(fails: fails)
    self.model = model
    server = try LoopbackServer { model.answer($0) }
  }

  var asked: Int { model.state.withLock { $0.requests } }
  var failed: Int { model.state.withLock { $0.failed } }
  var ways: Set<String> { model.state.withLock { $0.ways } }
  var url: String { server.url }

  /// Lets go what stalls.
  func release() { server.release() }

  static func manifest(_ url: String) -> String {
    func stream(_ name: String, _ record: String, _ fields: String) -> String {
      """
        \(name):
          summary: For tests.
          record: \(record)
          request: {path: /\(name), query: {after: "${cursor}", since: "${since}"}}
          records: list
          paging: {cursor: next}
          incremental: {field: updated, format: unix, sorted: true}
          fields: {\(fields)}

      """
    }
    return """
      name: trouble
      title: Trouble
      summary: For tests.
      options:
        secret: {kind: secret, summary: A secret.}
      base_url: \(url)
      authorisation: {oauth2: {token_url: \(url)/token, client_id: kith, client_secret: "${secret}"}}
      limits: {requests: 1000000}
      streams:
      \(stream("people", "profile", "key: id, full_name: name, email: email, updated_at: {path: updated, date: unix}"))
      \(stream("visits", "touchpoint", "key: id, channel: {const: web}, type: {const: page_viewed}, occurred_at: {path: updated, date: unix}, email: email"))
      \(stream("orders", "order", "key: id, placed_at: {path: updated, date: unix}, total: total, currency: {const: CHF}, email: email"))
      """
  }
}

extension TroubleTool {
  /// What the server's threads hold.
  fileprivate final class Model: Sendable {
    let state = Mutex(State())
    private let fails: Bool

    init(fails: Bool) { self.fails = fails }

    func answer(_ request: LoopbackServer.Request) -> LoopbackReply {
      if request.path == "/token" { return token() }
      if request.path == "/round" { return .redirect(302, to: "/round") }
      let whole = page(request)
      let isExpired = request["Authorization"] != "Bearer t\(state.withLock { $0.tokens })"
      if isExpired { return .text("{\"error\": \"invalid_token\"}", 401) }
      let way: String? = state.withLock { state in
        state.requests += 1
        guard fails, state.requests <= TroubleTool.requests, state.requests % 10 < 3 else { return nil }
        var way = TroubleTool.ways[state.failed % TroubleTool.ways.count]
        state.failed += 1
        if way == "stall" {
          state.stalls += 1
          if state.stalls > TroubleTool.stalls { way = "reset" }
        }
        if way == "expired token" { state.tokens += 1 }
        state.ways.insert(way)
        return way
      }
      return way.map { TroubleTool.failure($0, whole) }
        ?? .response(200, [("Content-Type", "application/json")], body: whole)
    }

    private func token() -> LoopbackReply {
      let number = state.withLock { state in
        state.tokens += 1
        return state.tokens
      }
      return .text("{\"access_token\": \"t\(number)\", \"token_type\": \"Bearer\", \"expires_in\": 3600}")
    }

    private func page(_ request: LoopbackServer.Request) -> [UInt8] {
      let kind = String(request.path.dropFirst())
      let count = TroubleTool.sizes[kind] ?? 0
      let items = URLComponents(string: request.target)?.queryItems ?? []
      func number(_ name: String) -> Int? { items.first { $0.name == name }?.value.flatMap { Int($0) } }
      let since = number("since").map { max(0, ($0 - TroubleTool.begin + 59) / 60) } ?? 0
      let start = number("after") ?? since
      let list = (start..<max(start, min(start + 2, count))).map { index in
        "{\"id\": \(index), \"updated\": \(TroubleTool.begin + index * 60), \"name\": \"Person \(index)\", "
          + "\"email\": \"p\(index % 2_400)@example.com\", \"total\": \(index % 90).5}"
      }
      let next = start + 2 < count ? ", \"next\": \(start + 2)" : ""
      return Array("{\"list\": [\(list.joined(separator: ","))]\(next)}".utf8)
    }
  }

  /// The ways in which networks and servers fail.
  fileprivate static let ways = [
    "429, seconds", "429, a date", "429, an older date", "429, milliseconds", "429, nothing", "429, a reset",
    "403, nothing left", "408", "425", "500", "502", "503, half seconds", "504", "reset", "closed", "cut off",
    "reset in the middle", "a piece missing", "half a document", "too short a length", "stall", "slow",
    "expired token", "garbage", "garbage, compressed", "nothing", "a page of HTML", "another protocol",
    "a round of redirects",
  ]

  fileprivate static func failure(_ way: String, _ whole: [UInt8]) -> LoopbackReply {
    let length = ("Content-Length", "\(whole.count)")
    return switch way {
    case "429, seconds": .text("", 429, [("Retry-After", "3")])
    case "429, a date": .text("", 429, [("Retry-After", "Tue, 01 Jan 2030 00:00:05 GMT")])
    case "429, an older date": .text("", 429, [("Retry-After", "Tuesday, 01-Jan-30 00:00:05 GMT")])
    case "429, milliseconds": .text("", 429, [("Retry-After-Ms", "250")])
    case "429, nothing": .text("{\"category\": \"RATE_LIMITS\"}", 429)
    case "429, a reset": .text("slow", 429, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "2")])
    case "403, nothing left": .text("", 403, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")])
    case "408", "425", "502", "504": .text("", Int(way) ?? 0)
    case "500": .text("<html>oops</html>", 500)
    case "503, half seconds": .text("busy", 503, [("Retry-After", "1.5")])
    case "reset": LoopbackReply([.reset])
    case "closed": LoopbackReply([.close])
    case "cut off": LoopbackReply([.bytes(LoopbackReply.head(200, [length]) + whole.dropLast(5)), .close])
    case "reset in the middle": LoopbackReply([.bytes(LoopbackReply.head(200, [length]) + whole.dropLast(5)), .reset])
    case "a piece missing":
      LoopbackReply([
        .bytes(LoopbackReply.head(200, [("Transfer-Encoding", "chunked")]) + LoopbackReply.chunk(whole)), .close,
      ])
    case "half a document": .response(body: Array(whole.dropLast(7)))
    case "too short a length":
      LoopbackReply([.bytes(LoopbackReply.head(200, [("Content-Length", "\(whole.count - 9)")]) + whole), .close])
    case "stall": LoopbackReply([.bytes(LoopbackReply.head(200, [length]) + whole.prefix(9)), .stall])
    case "slow":
      LoopbackReply([.bytes(LoopbackReply.head(200, [length])), .pieces(whole.count) { [whole[$0]] }])
    case "expired token": .text("{\"error\": \"invalid_token\"}", 401)
    case "garbage": .response(body: (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) })
    case "garbage, compressed": .response(200, [("Content-Encoding", "gzip")], body: whole)
    case "nothing": .response(200)
    case "a page of HTML": .text("<!DOCTYPE html><title>Sign in</title>", 200, [("Content-Type", "text/html")])
    case "another protocol": LoopbackReply([.bytes(Array("220 mail.example.com ESMTP\r\n".utf8)), .close])
    default: .redirect(302, to: "/round")
    }
  }
}
