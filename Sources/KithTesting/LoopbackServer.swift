import Foundation
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 for tests: it answers as a test tells it, well or badly, and remembers what it was
/// asked. It ends with its last reference.
public final class LoopbackServer: Sendable {
  /// What it was asked.
  public struct Request: Sendable {
    public var method: String
    /// Path and query as they came.
    public var target: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Which connection it came on, from 1.
    public var connection: Int

    public var path: String { String(target.prefix { $0 != "?" }) }
    public var text: String { String(decoding: body, as: UTF8.self) }

    public subscript(name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  private struct State {
    var requests: [Request] = []
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  public let port: Int
  private let answer: @Sendable (Request) -> LoopbackReply
  private let gate: LoopbackGate
  private let state = Mutex(State())

  /// `port`: 0 for one that is free.
  public init(
    port wanted: Int = 0, _ answer: @escaping @Sendable (Request) -> LoopbackReply
  ) throws(ProgramError) {
    self.answer = answer
    let listener: Int32
    (listener, port) = try Self.listen(wanted)
    gate = try LoopbackGate(listener: listener)
    Thread { [weak self, gate] in
      var number = 0
      while let connection = gate.accept() {
        number += 1
        Thread { [weak self, number] in
          LoopbackServer.serve(connection, number: number, gate: gate) { [weak self] in self }
        }.start()
      }
    }.start()
  }

  deinit { stop() }

  public var url: String { "http://127.0.0.1:\(port)" }
  public var requests: [Request] { state.withLock { $0.requests } }

  /// Returns as soon as so many requests have come.
  public func arrived(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.requests.count >= count { return true }
        state.waiting.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets replies that stall go on.
  public func release() { gate.release() }

  /// Breaks every connection off and takes no more.
  public func stop() { gate.end() }

  // MARK: on the threads of the server

  private func record(_ request: Request) {
    let ready = state.withLock { state in
      state.requests.append(request)
      let count = state.requests.count
      defer { state.waiting.removeAll { $0.count <= count } }
      return state.waiting.filter { $0.count <= count }.map(\.continuation)
    }
    for continuation in ready { continuation.resume() }
  }

  /// Holds the server only while it answers, so that a test that drops it ends it.
  private static func serve(_ connection: Int32, number: Int, gate: LoopbackGate, server: () -> LoopbackServer?) {
    var socket = LoopbackConnection(connection, gate: gate)
    while var request = socket.readRequest() {
      request.connection = number
      server()?.record(request)
      guard let reply = server()?.answer(request), socket.send(reply) else { break }
    }
    gate.dismiss(connection)
  }

  static func listen(_ port: Int) throws(ProgramError) -> (socket: Int32, port: Int) {
    #if canImport(Darwin)
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var again: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, socklen_t(MemoryLayout<Int32>.size))
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && Foundation.listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard isListening else { throw ProgramError("no server on loopback: \(String(cString: strerror(errno)))") }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }
}
