/// One line in common or combined log format (Apache, nginx): ranges within the line.
struct CommonLogLine {
  var host: Range<Int> = 0..<0
  var remote: Range<Int>
  var user: Range<Int>
  var time: Range<Int>
  var request: Range<Int>
  var status: Range<Int>
  var bytes: Range<Int>
  var referrer: Range<Int> = 0..<0
  var agent: Range<Int> = 0..<0
  /// The client's place holds more than `-`.
  var hasAddress: Bool

  init?(_ line: some Sequence<UInt8>, hasVirtualHost: Bool) {
    let copy = Array(line)
    guard let parsed = copy.withUnsafeBufferPointer({ Self(bytes: $0, hasVirtualHost: hasVirtualHost) }) else {
      return nil
    }
    self = parsed
  }

  init?(bytes line: UnsafeBufferPointer<UInt8>, hasVirtualHost: Bool) {
    var scanner = LogScanner(line)
    if hasVirtualHost {
      guard let host = scanner.word() else { return nil }
      self.host = host
    }
    guard let remote = scanner.word(), scanner.word() != nil, let user = scanner.user(), let time = scanner.bracketed(),
      let request = scanner.quoted(), let status = scanner.word(), let bytes = scanner.word()
    else { return nil }
    hasAddress = remote.count > 1
    guard status.count == 3, status.allSatisfy({ line[$0] &- 0x30 < 10 }), time.count >= 20 else { return nil }
    guard bytes.allSatisfy({ line[$0] &- 0x30 < 10 }) || (bytes.count == 1 && line[bytes.lowerBound] == 0x2D) else {
      return nil
    }
    (self.remote, self.user, self.time, self.request, self.status, self.bytes) = (
      remote, user, time, request, status, bytes
    )
    if scanner.isAtEnd { return }
    guard let referrer = scanner.quoted() else { return nil }
    self.referrer = referrer
    if scanner.isAtEnd { return }
    guard let agent = scanner.quoted() else { return nil }
    // Whatever a server appends after the user agent (times, ids) is its own affair.
    self.agent = agent
  }
}

/// Cuts a log line into words, brackets and quotes.
struct LogScanner {
  let line: UnsafeBufferPointer<UInt8>
  var index = 0

  init(_ line: UnsafeBufferPointer<UInt8>) { self.line = line }

  var isAtEnd: Bool { index >= line.count }

  private mutating func skipBlanks() {
    while index < line.count, line[index] == 0x20 || line[index] == 0x0D { index += 1 }
  }

  mutating func word() -> Range<Int>? {
    let start = index
    while index < line.count, line[index] != 0x20, line[index] != 0x0D { index += 1 }
    let end = index
    skipBlanks()
    return end > start ? start..<end : nil
  }

  /// A user's name may hold blanks: it goes up to the bracket of the time.
  mutating func user() -> Range<Int>? {
    let start = index
    while index + 1 < line.count, !(line[index] == 0x20 && line[index + 1] == 0x5B) { index += 1 }
    guard index + 1 < line.count, index > start else { return nil }
    let end = index
    skipBlanks()
    return start..<end
  }

  mutating func bracketed() -> Range<Int>? {
    guard index < line.count, line[index] == 0x5B else { return nil }
    let start = index + 1
    while index < line.count, line[index] != 0x5D { index += 1 }
    guard index < line.count else { return nil }
    let end = index
    index += 1
    skipBlanks()
    return start..<end
  }

  /// Text in quotes, in which `\"` does not end it.
  mutating func quoted() -> Range<Int>? {
    guard index < line.count, line[index] == 0x22 else { return nil }
    let start = index + 1
    index = start
    while index < line.count, line[index] != 0x22 { index += line[index] == 0x5C ? 2 : 1 }
    guard index < line.count else { return nil }
    let end = index
    index += 1
    guard index == line.count || line[index] == 0x20 || line[index] == 0x0D else { return nil }
    skipBlanks()
    return start..<end
  }
}
