import Foundation
import KithCore
import Synchronization

/// A server on loopback that plays recorded exchanges back, well or badly.
public final class RecordedTool: Sendable {
  /// What it does with one request.
  public enum Trouble: String, Sendable, CaseIterable {
    case tooMany, broken, reset, cutOff, half, expired, late, midway, html, null, deep, flood, wrongType, longLine,
      notUTF8,
      halfGzip, bomb, echo
  }

  typealias Exchange = (request: LoopbackServer.Request, response: RecordedExchanges.Response)

  fileprivate struct State {
    var exchanges: [Exchange] = []
    /// Answered in pages of another size than the fixture's.
    var lists: PagedLists?
    var count = 0
    var troubleAt: (number: Int, trouble: Trouble)?
    var noticeAt: (number: Int, notice: @Sendable () -> Void)?
    var refuses = false
    var isEmpty = false
    var unknown: [String] = []
    /// How often each exchange was asked for.
    var asked: [Int: Int] = [:]
  }

  fileprivate final class Played: Sendable {
    let exchanges: RecordedExchanges
    let state = Mutex(State())
    init(_ exchanges: RecordedExchanges) { self.exchanges = exchanges }
  }

  public let server: LoopbackServer
  private let played: Played

  public init(_ exchanges: RecordedExchanges, port: Int = 0) throws(KithError) {
    let played = Played(exchanges)
    self.played = played
    do throws(ProgramError) {
      server = try LoopbackServer(port: port) { request in played.reply(to: request) }
    } catch { throw KithError(.transient, "no server on loopback", seen: "\(error)") }
  }

  /// Requests that have come.
  public var count: Int { played.state.withLock { $0.count } }
  /// What was asked and answered, in order, troubles aside.
  var exchanges: [Exchange] { played.state.withLock { $0.exchanges } }
  /// Records of the lists that it was told to hand out in pages of another size.
  var given: Int { played.state.withLock { $0.lists?.given ?? 0 } }
  /// The exchanges that were asked for, by their place in the fixture.
  var asked: Set<Int> { played.state.withLock { Set($0.asked.keys) } }
  /// Requests that no exchange answers.
  public var unknown: [String] { played.state.withLock { $0.unknown } }

  /// Answers the request of this number, counted from 1, badly, and all others well.
  public func troubles(_ number: Int, _ trouble: Trouble) {
    played.state.withLock { $0.troubleAt = (number, trouble) }
  }

  /// Calls `notice` when the request of this number comes, before it is answered.
  public func notices(_ number: Int, _ notice: @escaping @Sendable () -> Void) {
    played.state.withLock { $0.noticeAt = (number, notice) }
  }

  /// Hands out these lists instead of what the fixture has.
  func plays(_ lists: PagedLists) { played.state.withLock { $0.lists = lists } }

  /// Answers all requests as `refused` says.
  public func refuses() { played.state.withLock { $0.refuses = true } }

  /// Answers all requests but logins as `nothing` says.
  public func becomesEmpty() { played.state.withLock { $0.isEmpty = true } }
}

extension RecordedTool.Played {
  fileprivate func reply(to request: LoopbackServer.Request) -> LoopbackReply {
    let (trouble, notice, refuses, isEmpty) = state.withLock { state in
      state.count += 1
      let trouble = state.troubleAt.flatMap { $0.number == state.count ? $0.trouble : nil }
      let notice = state.noticeAt.flatMap { $0.number == state.count ? $0.notice : nil }
      return (trouble, notice, state.refuses, state.isEmpty)
    }
    // One that stalls in the middle of its answer is noticed there.
    if trouble != .midway { notice?() }
    let base = "http://" + (request["Host"] ?? "127.0.0.1")
    if refuses { return whole(exchanges.refused, base) }
    if let page = state.withLock({ $0.lists?.reply(to: request) }) { return whole(page, base) }
    guard let found = match(request) else {
      state.withLock { $0.unknown.append("\(request.method) \(request.target) \(request.text.prefix(300))") }
      return .text("no exchange answers this request", 404)
    }
    let asked = state.withLock { state in
      state.asked[found.index, default: 0] += 1
      return state.asked[found.index] ?? 1
    }
    let exchange = found.exchange
    var response = exchange.responses.isEmpty ? .init() : exchange.responses[min(asked, exchange.responses.count) - 1]
    if isEmpty, !exchange.isLogin, let nothing = exchanges.nothing { response = nothing }
    state.withLock { $0.exchanges.append((request, response)) }
    guard let trouble else { return whole(response, base) }
    return bad(response, to: request, base, trouble, notice)
  }

  private func whole(_ response: RecordedExchanges.Response, _ base: String) -> LoopbackReply {
    .response(response.status, headers(response, base), body: body(response, base))
  }

  private func headers(_ response: RecordedExchanges.Response, _ base: String) -> [(String, String)] {
    response.headers.map { ($0.0, $0.1.replacingOccurrences(of: "${base_url}", with: base)) }
  }

  private func body(_ response: RecordedExchanges.Response, _ base: String) -> [UInt8] {
    let text = response.body.replacingOccurrences(of: "${base_url}", with: base)
    return response.isZipped ? ZipArchive.of([("export.json", text)]) : Array(text.utf8)
  }

  private func bad(
    _ response: RecordedExchanges.Response, to request: LoopbackServer.Request, _ base: String,
    _ trouble: RecordedTool.Trouble, _ notice: (@Sendable () -> Void)?
  ) -> LoopbackReply {
    let bytes = body(response, base)
    let headers = headers(response, base)
    switch trouble {
    case .tooMany: return .text("slow down", 429, [("Retry-After", "2")])
    case .broken: return .text("<html>out of order</html>", 503)
    case .reset: return LoopbackReply([.reset])
    case .cutOff:
      let head = LoopbackReply.head(response.status, headers + [("Content-Length", "\(bytes.count + 1)")])
      return LoopbackReply([.bytes(head + bytes), .close])
    // In order, but only a part of what it should be.
    // An error that is cut in half is an error still.
    case .half where !(200...299).contains(response.status): return whole(response, base)
    case .half: return .response(response.status, headers, body: Array(bytes.prefix(bytes.count / 2)))
    case .expired: return whole(exchanges.refused, base)
    case .late: return LoopbackReply([.stall] + whole(response, base).steps)
    case .midway:
      let head = LoopbackReply.head(response.status, headers + [("Content-Length", "\(bytes.count)")])
      let half = bytes.count / 2
      return LoopbackReply([
        .bytes(head + bytes[..<half]), .notice { notice?() }, .stall, .bytes(Array(bytes[half...])),
      ])
    case .html: return .text("<html><body>Please log in</body></html>", 200, [("Content-Type", "text/html")])
    case .null: return .text("null")
    case .deep: return .text(String(repeating: "[", count: 100_000))
    case .flood:
      return LoopbackReply([.bytes(LoopbackReply.head(200, [])), .endless([UInt8](repeating: 0x20, count: 65_536))])
    case .wrongType:
      let others = headers.filter { $0.0.lowercased() != "content-type" }
      return .response(response.status, others + [("Content-Type", "image/png")], body: bytes)
    case .longLine: return .response(body: [UInt8](repeating: 0x61, count: 10 << 20))
    case .notUTF8: return .response(response.status, headers, body: HostileBody.withoutUTF8(bytes))
    case .halfGzip:
      let packed = HostileBody.gzip(bytes)
      return .response(200, [("Content-Encoding", "gzip")], body: Array(packed.prefix(packed.count / 2)))
    case .bomb: return .response(200, [("Content-Encoding", "gzip")], body: HostileBody.bomb)
    case .echo: return HostileBody.echo(of: request)
    }
  }

  private func match(_ request: LoopbackServer.Request) -> (index: Int, exchange: RecordedExchanges.Exchange)? {
    let items = URLComponents(string: request.target)?.queryItems ?? []
    var best: (index: Int, exchange: RecordedExchanges.Exchange, says: Int)?
    for (index, exchange) in exchanges.exchanges.enumerated() where exchange.method == request.method {
      let path = request.path.removingPercentEncoding ?? request.path
      guard RecordedTool.fits(exchange.path, path) else { continue }
      let fits = exchange.query.allSatisfy { part in
        let values = items.filter { $0.name == part.name }.map {
          ($0.value ?? "").replacingOccurrences(of: "+", with: " ")
        }
        return part.value.isEmpty ? values.allSatisfy(\.isEmpty) : values.contains { RecordedTool.fits(part.value, $0) }
      }
      guard fits, exchange.contains.map({ request.text.contains($0) }) ?? true else { continue }
      let says = exchange.query.count + (exchange.contains == nil ? 0 : 1)
      if best.map({ $0.says < says }) ?? true { best = (index, exchange, says) }
    }
    return best.map { ($0.index, $0.exchange) }
  }
}

extension RecordedTool {
  /// Whether a text fits a pattern in which `*` stands for any text.
  static func fits(_ pattern: String, _ text: String) -> Bool {
    let parts = pattern.components(separatedBy: "*")
    guard parts.count > 1 else { return pattern == text }
    guard text.hasPrefix(parts[0]), text.hasSuffix(parts[parts.count - 1]) else { return false }
    var rest = text.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
