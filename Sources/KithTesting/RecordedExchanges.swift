import Foundation
import KithConnectorKit
import KithCore

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
