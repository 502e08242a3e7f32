import Foundation
import KithTesting
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Stands before a tool's server and passes every request on, so that a test can have the server die at one of them.
final class ToolRelay: Sendable {
  enum Accident {
    /// The server is killed in place of answering, and started again.
    case restart
    /// It is killed, and stays away.
    case stop
  }

  private struct State {
    var count = 0
    var accident: (kind: Accident, request: Int)?
  }

  private let relay: LoopbackServer
  private let state: StateBox

  private final class StateBox: Sendable { let value = Mutex(State()) }

  init(to server: ToolServer) throws {
    let state = StateBox()
    self.state = state
    relay = try LoopbackServer { request in
      let accident = state.value.withLock { state -> Accident? in
        state.count += 1
        return state.accident.flatMap { $0.request == state.count ? $0.kind : nil }
      }
      switch accident {
      case nil: return Self.answer(of: server, to: request)
      case .stop?: server.stop()
      case .restart?:
        server.stop()
        try? server.start()
      }
      return LoopbackReply([.close])
    }
  }

  var url: String { relay.url }

  /// Requests since `expect`.
  var count: Int { state.value.withLock { $0.count } }

  /// What happens at which request from now on.
  func expect(_ accident: Accident? = nil, at request: Int = 0) {
    state.value.withLock { $0 = State(accident: accident.map { ($0, request) }) }
  }

  private static func answer(of server: ToolServer, to request: LoopbackServer.Request) -> LoopbackReply {
    guard let url = URL(string: server.url + request.target) else { return .text("", 400) }
    var passed = URLRequest(url: url)
    passed.httpMethod = request.method
    if !request.body.isEmpty { passed.httpBody = Data(request.body) }
    passed.timeoutInterval = 900
    for header in request.headers where !["host", "content-length", "connection"].contains(header.name.lowercased()) {
      passed.setValue(header.value, forHTTPHeaderField: header.name)
    }
    let done = DispatchSemaphore(value: 0)
    let reply = Mutex(LoopbackReply([.close]))
    URLSession.shared.dataTask(with: passed) { data, response, _ in
      if let response = response as? HTTPURLResponse {
        let headers = response.allHeaderFields.compactMap { field -> (String, String)? in
          // The body comes unpacked and whole.
          guard let name = field.key as? String, let value = field.value as? String,
            !["content-length", "content-encoding", "transfer-encoding", "connection"].contains(name.lowercased())
          else { return nil }
          return (name, value)
        }
        reply.withLock { $0 = .response(response.statusCode, headers, body: Array(data ?? Data())) }
      }
      done.signal()
    }.resume()
    done.wait()
    return reply.withLock { $0 }
  }
}
