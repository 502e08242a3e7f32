import Foundation
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Asks a tool's own API, as its users' programs do.
struct ToolClient {
  let url: String
  var headers: [String: String] = [:]

  static func basic(_ url: String, user: String, password: String) -> ToolClient {
    ToolClient(url: url, headers: ["Authorization": "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()])
  }

  /// The body of the answer; another status than 2xx fails the test.
  @discardableResult func send(_ method: String, _ path: String, _ body: Data?, type: String) async throws -> Data {
    var request = URLRequest(url: try #require(URL(string: url + path)))
    request.httpMethod = method
    request.httpBody = body
    // Tests that keep all threads busy may run beside this one: only a hang may end it.
    request.timeoutInterval = 900
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    request.setValue(type, forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    try #require((200..<300).contains(status), "\(method) \(path): \(status) \(String(decoding: data, as: UTF8.self))")
    return data
  }

  @discardableResult func json(_ method: String, _ path: String, _ body: Any? = nil) async throws -> Any {
    let data = try body.map { try JSONSerialization.data(withJSONObject: $0) }
    let answer = try await send(method, path, data, type: "application/json")
    return answer.isEmpty ? NSNull() : try JSONSerialization.jsonObject(with: answer, options: .fragmentsAllowed)
  }
}
