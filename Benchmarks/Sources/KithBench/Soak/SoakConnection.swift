import Glibc

/// One connection to this machine's own address that asks one thing at a time, over HTTP/1.1.
struct SoakConnection {
  private(set) var descriptor: Int32 = -1
  private let port: UInt16
  private var received: [UInt8] = []
  /// What is asked; sent once more when the server had closed the connection, as it does with those that idle.
  private var asked: [UInt8] = []
  private var isReused = false

  init(port: UInt16) { self.port = port }

  mutating func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  /// False when it cannot be sent.
  mutating func send(_ request: String) -> Bool {
    received.removeAll(keepingCapacity: true)
    asked = Array(request.utf8)
    isReused = descriptor >= 0
    return isReused && transmit() || again()
  }

  /// Over a new connection.
  private mutating func again() -> Bool {
    close()
    isReused = false
    return connect() && transmit()
  }

  private func transmit() -> Bool {
    var sent = 0
    while sent < asked.count {
      let count = asked[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  private mutating func connect() -> Bool {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    // 127.0.0.1, and never another.
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return code == 0
  }

  enum Step {
    case more
    case whole(status: Int, body: ArraySlice<UInt8>)
    case broken
  }

  /// Takes what has come; waits when nothing has.
  mutating func receive() -> Step {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count <= 0 { return isReused && received.isEmpty && again() ? .more : .broken }
    received.append(contentsOf: buffer[..<count])
    return whole ?? .more
  }

  private var whole: Step? {
    guard let end = Self.find([13, 10, 13, 10], in: received[...]) else { return nil }
    let head = String(decoding: received[..<end], as: UTF8.self).lowercased()
    guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return .broken }
    let body = received[(end + 4)...]
    if head.contains("transfer-encoding: chunked") {
      return body.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)) ? .whole(status: status, body: body) : nil
    }
    let lines = head.split(separator: "\r\n")
    let length = lines.first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) }
    return body.count >= length ?? 0 ? .whole(status: status, body: body) : nil
  }

  private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.dropLast(mark.count - 1).first {
      bytes[$0] == mark[0] && bytes[$0..<$0 + mark.count].elementsEqual(mark)
    }
  }

  /// Asks and waits for the answer.
  mutating func ask(_ request: String) throws -> (status: Int, body: String) {
    if send(request) {
      while true {
        switch receive() {
        case .more: continue
        case .whole(let status, let body): return (status, String(decoding: body, as: UTF8.self))
        case .broken: break
        }
        break
      }
    }
    close()
    throw BenchError.noAnswer(String(request.prefix { $0 != "\r\n" }))
  }
}
