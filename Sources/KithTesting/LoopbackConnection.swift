import Foundation

/// One connection of a server on loopback: reads requests, does what replies say.
struct LoopbackConnection {
  private let descriptor: Int32
  private let gate: LoopbackGate
  /// What has come and was not used yet.
  private var received: [UInt8] = []

  /// A test's request that is larger is a mistake of the test.
  private static let largest = 64 << 20
  private static let largestHead = 1 << 20

  init(_ descriptor: Int32, gate: LoopbackGate) {
    self.descriptor = descriptor
    self.gate = gate
  }

  /// The next request; nil when there is none any more.
  mutating func readRequest() -> LoopbackServer.Request? {
    guard let head = readHead() else { return nil }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      return (String(line[..<colon]), value)
    }
    var request = LoopbackServer.Request(
      method: words[0], target: words[1], headers: headers, body: [], connection: 0)
    guard let length = Int(request["Content-Length"] ?? "0"), (0...Self.largest).contains(length),
      let body = read(length)
    else { return nil }
    request.body = body
    return request
  }

  /// Whether the connection may go on.
  func send(_ reply: LoopbackReply) -> Bool {
    for step in reply.steps {
      switch step {
      case .bytes(let bytes): if !write(bytes) { return false }
      case .pieces(let count, let make): for piece in 0..<count { if !write(make(piece)) { return false } }
      case .notice(let notice): notice()
      case .stall: if !gate.waits(besides: descriptor) { return false }
      case .endless(let bytes): while write(bytes) {}
      case .close: return false
      case .reset:
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        return false
      }
    }
    return true
  }

  /// Up to the empty line.
  private mutating func readHead() -> [UInt8]? { readBytes(until: "\r\n\r\n") }

  /// What comes before an end, which is taken as well.
  mutating func readText(until end: String) -> String? {
    readBytes(until: end).map { String(decoding: $0.dropLast(end.utf8.count), as: UTF8.self) }
  }

  private mutating func readBytes(until end: String) -> [UInt8]? {
    let end = Array(end.utf8)
    while true {
      if let range = received.firstRange(of: end) { return take(range.upperBound) }
      if received.count > Self.largestHead || !receive() { return nil }
    }
  }

  private mutating func read(_ count: Int) -> [UInt8]? {
    while received.count < count { if !receive() { return nil } }
    return take(count)
  }

  private mutating func take(_ count: Int) -> [UInt8] {
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  private mutating func receive() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let size = recv(descriptor, &bytes, bytes.count, 0)
    if size <= 0 { return false }
    received += bytes.prefix(size)
    return true
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      // A client that has gone is no reason to end the tests.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var done = 0
    while done < bytes.count {
      let sent = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, flags)
      }
      if sent <= 0 { return false }
      done += sent
    }
    return true
  }
}
