import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Turns Latin-1, Windows-1252 and UTF-16 into UTF-8 on the way. Every source unit becomes one character (a lone
/// surrogate becomes U+FFFD), so that `TextEncoding.sourceLength` can count back.
final class Transcoder: ByteStream {
  private let stream: any ByteStream
  private let encoding: TextEncoding
  private let source: UnsafeMutableRawBufferPointer
  private var next = 0
  private var end = 0
  private var hasEnded = false

  init(_ stream: any ByteStream, from encoding: TextEncoding) {
    self.stream = stream
    self.encoding = encoding
    source = .allocate(byteCount: 65_536, alignment: 16)
  }

  deinit { source.deallocate() }

  var bytesRead: Int64 { stream.bytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    precondition(buffer.count >= 4, "a character may take four bytes")
    while true {
      let written =
        switch encoding {
        case .utf8: copy(buffer)
        case .latin1: convert(buffer, table: nil)
        case .windows1252: convert(buffer, table: Self.windows1252)
        case .utf16le: convertWide(buffer, low: 0)
        case .utf16be: convertWide(buffer, low: 1)
        }
      if written > 0 || (hasEnded && next == end) { return written }
      try fill()
    }
  }

  private func fill() throws(KithError) {
    let left = end - next
    if left > 0, next > 0, let base = source.baseAddress { memmove(base, base + next, left) }
    next = 0
    end = left
    let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: source[end...]))
    if count == 0 { hasEnded = true }
    end += count
  }

  private func copy(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, end - next)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[next..<(next + count)]))
    next += count
    return count
  }

  private func convert(_ buffer: UnsafeMutableRawBufferPointer, table: [UInt16]?) -> Int {
    var written = 0
    while next < end, written + 3 <= buffer.count {
      let byte = source[next]
      next += 1
      if byte < 0x80 {
        buffer[written] = byte
        written += 1
        continue
      }
      let code = byte < 0xA0 ? (table.map { UInt32($0[Int(byte) - 0x80]) } ?? UInt32(byte)) : UInt32(byte)
      written += put(code, buffer, written)
    }
    return written
  }

  private func convertWide(_ buffer: UnsafeMutableRawBufferPointer, low: Int) -> Int {
    var written = 0
    while written + 4 <= buffer.count, end - next >= 2 {
      let unit = UInt32(source[next + low]) | UInt32(source[next + 1 - low]) << 8
      if unit & 0xFC00 != 0xD800 {
        next += 2
        written += put(unit & 0xFC00 == 0xDC00 ? 0xFFFD : unit, buffer, written)
        continue
      }
      guard end - next >= 4 || hasEnded else { break }
      let second =
        end - next >= 4 ? UInt32(source[next + 2 + low]) | UInt32(source[next + 3 - low]) << 8 : 0
      if second & 0xFC00 == 0xDC00 {
        next += 4
        written += put(0x10000 + ((unit & 0x3FF) << 10 | second & 0x3FF), buffer, written)
      } else {
        next += 2
        written += put(0xFFFD, buffer, written)
      }
    }
    if hasEnded, end - next == 1, written + 4 <= buffer.count {
      next = end
      written += put(0xFFFD, buffer, written)
    }
    return written
  }

  @inline(__always)
  private func put(_ code: UInt32, _ buffer: UnsafeMutableRawBufferPointer, _ at: Int) -> Int {
    switch code {
    case 0..<0x80:
      buffer[at] = UInt8(code)
      return 1
    case 0x80..<0x800:
      buffer[at] = UInt8(0xC0 | code >> 6)
      buffer[at + 1] = UInt8(0x80 | code & 0x3F)
      return 2
    case 0x800..<0x10000:
      buffer[at] = UInt8(0xE0 | code >> 12)
      buffer[at + 1] = UInt8(0x80 | code >> 6 & 0x3F)
      buffer[at + 2] = UInt8(0x80 | code & 0x3F)
      return 3
    default:
      buffer[at] = UInt8(0xF0 | code >> 18)
      buffer[at + 1] = UInt8(0x80 | code >> 12 & 0x3F)
      buffer[at + 2] = UInt8(0x80 | code >> 6 & 0x3F)
      buffer[at + 3] = UInt8(0x80 | code & 0x3F)
      return 4
    }
  }

  /// 0x80 to 0x9F, as the WHATWG encoding standard has them: the five bytes without a character stay control codes.
  static let windows1252: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  /// Bytes as text in an encoding, for short pieces (a vCard value with its own CHARSET).
  static func decode(_ bytes: [UInt8], from encoding: TextEncoding) -> [UInt8] {
    guard encoding != .utf8 else { return bytes }
    let transcoder = Transcoder(MemoryStream(bytes), from: encoding)
    // Memory streams do not fail.
    return (try? readAll(transcoder, limit: bytes.count * 3 + 4)) ?? bytes
  }
}
