import Dispatch
import FoundationEssentials
import Glibc

/// Plays the tool: answers `GET /contacts?page=N` with the Nth line of a file, at a port of this machine's own address.
///
/// It runs in this process, so neither its time nor its memory is in a sample, and the kernel sends the file from its own
/// cache. What is left is that it shares the cores.
final class PageServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let file: Int32
  /// Where each line begins and how long it is.
  private let lines: [(start: Int, count: Int)]

  init(_ url: URL) throws {
    lines = try Self.lines(of: url)
    file = open(url.path, O_RDONLY)
    if file < 0 { throw BenchError.unreadable(url.path, errno) }
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listener = socket
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        socket >= 0 && bind(socket, address, length) == 0 && listen(socket, 64) == 0
          && getsockname(socket, address, &length) == 0
      }
    }
    guard isBound else { throw BenchError.noPort(errno) }
    port = UInt16(bigEndian: address.sin_port)
    DispatchQueue.global().async { [self] in accept() }
  }

  /// Connections that are open end with their peer.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  deinit { close(file) }

  private static func lines(of url: URL) throws -> [(start: Int, count: Int)] {
    let file = open(url.path, O_RDONLY)
    if file < 0 { throw BenchError.unreadable(url.path, errno) }
    defer { close(file) }
    var lines: [(start: Int, count: Int)] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var (offset, start) = (0, 0)
    while case let count = read(file, &buffer, buffer.count), count > 0 {
      for index in 0..<count where buffer[index] == UInt8(ascii: "\n") {
        lines.append((start, offset + index - start))
        start = offset + index + 1
      }
      offset += count
    }
    return lines
  }

  private func accept() {
    while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
      DispatchQueue.global().async { [self] in
        serve(connection)
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    var on: Int32 = 1
    setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let end = Array("\r\n\r\n".utf8)
    while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
      request += buffer[..<count]
      guard let range = request.firstRange(of: end) else { continue }
      let isSent = answer(String(decoding: request[..<range.lowerBound], as: UTF8.self), on: connection)
      request.removeSubrange(..<range.upperBound)
      if !isSent { return }
    }
  }

  private func answer(_ head: String, on connection: Int32) -> Bool {
    let digits = head.firstRange(of: "page=").map { head[$0.upperBound...].prefix(while: \.isNumber) }
    let page = digits.flatMap { Int($0) }.map { min(max($0, 1), lines.count) } ?? 1
    let line = lines[page - 1]
    let reply = Array(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(line.count)\r\n\r\n".utf8)
    guard send(connection, reply, reply.count, Int32(MSG_MORE) | Int32(MSG_NOSIGNAL)) == reply.count else {
      return false
    }
    var offset = off_t(line.start)
    let limit = line.start + line.count
    while Int(offset) < limit {
      if sendfile(connection, file, &offset, limit - Int(offset)) <= 0 { return false }
    }
    return true
  }
}
