import Foundation
import KithConnectorKit
import KithCore
import Synchronization

/// What a tool answered once, as a fixture keeps it: `exchanges.yml`.
///
///     options: {account: acme}               # besides base_url; secrets are made up
///     exchanges:
///       - request: {method: GET, path: /tickets, query: {page: 1}, contains: text of the body, login: false}
///         response: {status: 200, headers: {Link: …}, file: page1.json}     # or body: text, or zip: a file that comes
///                                                                           # in an archive; a list: one after the other
///     nothing: {body: '{"tickets": []}'}     # how the tool says that there is nothing new
///     refused: {status: 401, body: …}        # how it refuses credentials
///
/// A request is answered by the exchange that says most about it: what an exchange does not name may be anything, `*`
/// stands for any text. `${base_url}` in options, bodies and headers is the address of the tool that plays them back.
public struct RecordedExchanges: Sendable {
  public struct Response: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body = ""
    /// The body comes as the only file of a .zip archive.
    var isZipped = false
  }

  struct Exchange: Sendable {
    var method: String
    var path: String
    var query: [(name: String, value: String)]
    var contains: String?
    /// It is a login: it goes on while there is nothing new.
    var isLogin = false
    /// One after the other; the last one from then on.
    var responses: [Response]
  }

  public var options: [String: MappingNode.Content] = [:]
  var exchanges: [Exchange] = []
  public var nothing: Response?
  var refused = Response(status: 401, body: "{}")
  /// The same record comes more than once, as it does at this tool.
  var repeats = false

  /// Reads a fixture's folder.
  public init(folder: String) throws(KithError) {
    let path = folder + "/exchanges.yml"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw KithError(.configuration, "a fixture has no exchanges.yml", place: folder)
    }
    let root = try YAMLNodes.parse(String(decoding: data, as: UTF8.self), name: "exchanges.yml")
    for entry in Self.entries(root) {
      switch entry.key {
      case "options": for option in Self.entries(entry.value) { options[option.key] = option.value.content }
      case "exchanges":
        guard case .list(let items) = entry.value.content else { continue }
        for item in items { exchanges.append(try Self.exchange(item, folder)) }
      case "nothing": nothing = try Self.response(entry.value, folder)
      case "refused": refused = try Self.response(entry.value, folder)
      case "repeats": repeats = Self.text(entry.value) == "true"
      default:
        throw KithError(
          .configuration, "a fixture has no key of this name", place: entry.value.place, seen: entry.key,
          allowed: "options, exchanges, nothing, refused, repeats")
      }
    }
    if exchanges.isEmpty { throw KithError(.configuration, "a fixture has no exchanges", place: path) }
  }

  /// The exchanges of several fixtures as one tool's.
  public static func joined(folders: [String]) throws(KithError) -> RecordedExchanges? {
    var result: RecordedExchanges?
    for folder in folders {
      let next = try RecordedExchanges(folder: folder)
      if result == nil { result = next } else { result?.exchanges += next.exchanges }
    }
    return result
  }

  private static func entries(_ node: MappingNode) -> [MappingEntry] {
    if case .map(let entries) = node.content { entries } else { [] }
  }

  private static func text(_ node: MappingNode) -> String {
    if case .scalar(let text) = node.content { text } else { "" }
  }

  private static func exchange(_ node: MappingNode, _ folder: String) throws(KithError) -> Exchange {
    var exchange = Exchange(method: "GET", path: "", query: [], responses: [])
    for entry in entries(node) {
      if entry.key == "response" {
        var items = [entry.value]
        if case .list(let list) = entry.value.content { items = list }
        for item in items { exchange.responses.append(try response(item, folder)) }
        continue
      }
      for part in entries(entry.value) {
        switch part.key {
        case "method": exchange.method = text(part.value)
        case "path": exchange.path = text(part.value)
        case "query": exchange.query = entries(part.value).map { ($0.key, text($0.value)) }
        case "contains": exchange.contains = text(part.value)
        case "login": exchange.isLogin = text(part.value) == "true"
        default:
          throw KithError(
            .configuration, "a request of a fixture has no key of this name", place: part.value.place, seen: part.key,
            allowed: "method, path, query, contains, login")
        }
      }
    }
    return exchange
  }

  private static func response(_ node: MappingNode, _ folder: String) throws(KithError) -> Response {
    var response = Response()
    for entry in entries(node) {
      switch entry.key {
      case "status": response.status = Int(text(entry.value)) ?? 200
      case "headers": response.headers = entries(entry.value).map { ($0.key, text($0.value)) }
      case "body": response.body = text(entry.value)
      case "file", "zip":
        response.isZipped = entry.key == "zip"
        guard let data = FileManager.default.contents(atPath: folder + "/" + text(entry.value)) else {
          throw KithError(
            .configuration, "a file of a fixture is missing", place: entry.value.place, seen: text(entry.value))
        }
        response.body = String(decoding: data, as: UTF8.self)
      default:
        throw KithError(
          .configuration, "a response of a fixture has no key of this name", place: entry.value.place, seen: entry.key,
          allowed: "status, headers, body, file, zip")
      }
    }
    return response
  }
}

/// A server on loopback that plays recorded exchanges back, well or badly.
public final class RecordedTool: Sendable {
  /// What it does with one request.
  public enum Trouble: String, Sendable, CaseIterable {
    case tooMany, broken, reset, cutOff, half, expired, stall, html, null, deep, flood
  }

  fileprivate struct State {
    var count = 0
    var troubleAt: (number: Int, trouble: Trouble)?
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
  /// Requests that no exchange answers.
  public var unknown: [String] { played.state.withLock { $0.unknown } }

  /// Answers the request of this number, counted from 1, badly, and all others well.
  public func troubles(_ number: Int, _ trouble: Trouble) {
    played.state.withLock { $0.troubleAt = (number, trouble) }
  }

  /// Answers all requests as `refused` says.
  public func refuses() { played.state.withLock { $0.refuses = true } }

  /// Answers all requests but logins as `nothing` says.
  public func becomesEmpty() { played.state.withLock { $0.isEmpty = true } }
}

extension RecordedTool.Played {
  fileprivate func reply(to request: LoopbackServer.Request) -> LoopbackReply {
    let (trouble, refuses, isEmpty) = state.withLock { state in
      state.count += 1
      let trouble = state.troubleAt.flatMap { $0.number == state.count ? $0.trouble : nil }
      return (trouble, state.refuses, state.isEmpty)
    }
    let base = "http://" + (request["Host"] ?? "127.0.0.1")
    if refuses { return whole(exchanges.refused, base) }
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
    guard let trouble else { return whole(response, base) }
    return bad(response, base, trouble)
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
    _ response: RecordedExchanges.Response, _ base: String, _ trouble: RecordedTool.Trouble
  ) -> LoopbackReply {
    let bytes = body(response, base)
    switch trouble {
    case .tooMany: return .text("slow down", 429, [("Retry-After", "2")])
    case .broken: return .text("<html>out of order</html>", 503)
    case .reset: return LoopbackReply([.reset])
    case .cutOff:
      let head = LoopbackReply.head(
        response.status, headers(response, base) + [("Content-Length", "\(bytes.count + 1)")])
      return LoopbackReply([.bytes(head + bytes), .close])
    // In order, but only a part of what it should be.
    // An error that is cut in half is an error still.
    case .half where !(200...299).contains(response.status): return whole(response, base)
    case .half: return .response(response.status, headers(response, base), body: Array(bytes.prefix(bytes.count / 2)))
    case .expired: return whole(exchanges.refused, base)
    case .stall: return LoopbackReply([.stall])
    case .html: return .text("<html><body>Please log in</body></html>", 200, [("Content-Type", "text/html")])
    case .null: return .text("null")
    case .deep: return .text(String(repeating: "[", count: 100_000))
    case .flood:
      return LoopbackReply([.bytes(LoopbackReply.head(200, [])), .endless([UInt8](repeating: 0x20, count: 65_536))])
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
