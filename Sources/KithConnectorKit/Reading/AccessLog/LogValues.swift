/// The values of one log line by column.
struct LogValues {
  private var bytes: [UInt8] = []
  private var ranges: [Range<Int>]

  init(count: Int) { ranges = Array(repeating: 0..<0, count: count) }

  /// Places in `LogDialect.standard`.
  enum Column {
    static let host = 0
    static let remote = 1
    static let user = 2
    static let time = 3
    static let method = 4
    static let path = 5
    static let query = 6
    static let version = 7
    static let status = 8
    static let bytes = 9
    static let referrer = 10
    static let agent = 11
  }

  mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    for index in ranges.indices { ranges[index] = 0..<0 }
  }

  mutating func set(_ column: Int, _ value: some Collection<UInt8>) {
    if value.count == 1, value.first == 0x2D { return }
    let start = bytes.count
    bytes.append(contentsOf: value)
    ranges[column] = start..<bytes.count
  }

  func fill(_ record: RawRecord) {
    record.reset()
    record.begin(.object)
    bytes.withUnsafeBytes { bytes in
      for range in ranges { record.leaf(.text, UnsafeRawBufferPointer(rebasing: bytes[range])) }
    }
    record.end()
  }

  // MARK: common log format

  /// False when the time is none.
  mutating func add(_ line: CommonLogLine, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let time = Self.isoTime(UnsafeBufferPointer(rebasing: text[line.time])) else { return false }
    set(Column.host, text[line.host])
    set(Column.remote, text[line.remote])
    set(Column.user, text[line.user])
    set(Column.time, time)
    addRequest(UnsafeBufferPointer(rebasing: text[line.request]))
    set(Column.status, text[line.status])
    set(Column.bytes, text[line.bytes])
    set(Column.referrer, Self.unescaped(text[line.referrer]))
    set(Column.agent, Self.unescaped(text[line.agent]))
    return true
  }

  /// `GET /path?query HTTP/1.1`. What scanners send instead of a request goes to `path` as a whole.
  private mutating func addRequest(_ request: UnsafeBufferPointer<UInt8>) {
    guard let first = request.firstIndex(of: 0x20), let last = request.lastIndex(of: 0x20), first > 0 else {
      set(Column.path, Self.unescaped(request[...]))
      return
    }
    set(Column.method, request[..<first])
    var target = request[(first + 1)...]
    if last > first, request[(last + 1)...].starts(with: Array("HTTP/".utf8)) {
      set(Column.version, request[(last + 1)...])
      target = request[(first + 1)..<last]
    }
    let mark = target.firstIndex(of: 0x3F)
    set(Column.path, Self.unescaped(target[..<(mark ?? target.endIndex)]))
    if let mark { set(Column.query, Self.unescaped(target[(mark + 1)...])) }
  }

  /// `\"`, `\\` and `\xHH` as Apache and nginx write them. Bytes that would not be UTF-8 stay escaped.
  static func unescaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    guard text.contains(0x5C) else { return Array(text) }
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      guard byte == 0x5C, index < text.endIndex else {
        result.append(byte)
        continue
      }
      let next = text[index]
      if next == 0x22 || next == 0x5C {
        result.append(next)
        index += 1
      } else if next == 0x78, index + 2 < text.endIndex, let high = hexDigit(text[index + 1]),
        let low = hexDigit(text[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(byte)
      }
    }
    let isValid = result.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { UTF8Check.firstInvalid($0, bytes.count) == nil } ?? true
    }
    return isValid ? result : Array(text)
  }

  private static let months: [[UInt8]] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }

  /// `10/Oct/2000:13:55:36 -0700` as `2000-10-10T13:55:36-07:00`; a time that is ISO 8601 already stays.
  static func isoTime(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    if text.count >= 19, text[4] == 0x2D, text[10] == 0x54 { return Array(text) }
    guard text.count == 26, text[2] == 0x2F, text[6] == 0x2F, text[11] == 0x3A, text[20] == 0x20,
      let month = months.firstIndex(where: { $0.elementsEqual(text[3..<6].map { $0 | 0x20 }) })
    else { return nil }
    for index in [0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25] where text[index] &- 0x30 > 9 {
      return nil
    }
    let number = UInt8(month + 1)
    var result = Array(text[7..<11])
    result += [0x2D, 0x30 + number / 10, 0x30 + number % 10, 0x2D]
    result += text[0..<2]
    result.append(0x54)
    result += text[12..<20]
    result += text[21..<24]
    result.append(0x3A)
    result += text[24..<26]
    return result
  }
}
