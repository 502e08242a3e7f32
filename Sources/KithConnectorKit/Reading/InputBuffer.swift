import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A window on a stream of UTF-8: what has been read and not yet been used up. A record must lie in it as a whole to
/// be parsed, so the window grows as far as the reader's size limit makes it, and no further.
final class InputBuffer {
  private let stream: any ByteStream
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var head = 0
  private var tail = 0
  /// The stream has no more than what is in the window.
  private(set) var hasEnded = false
  /// Where the window begins, in bytes of the (decompressed) file before transcoding.
  private(set) var offset: Int64
  private let encoding: TextEncoding
  /// The window began at the beginning of the file, not where an earlier read ended.
  let beganAtStart: Bool

  static let initialCapacity = 262_144

  /// At the beginning of the file a byte order mark is skipped; it counts in `offset`.
  init(_ stream: any ByteStream, encoding: TextEncoding, offset: Int64) throws(KithError) {
    self.stream = stream
    self.encoding = encoding
    self.offset = offset
    beganAtStart = offset == 0
    capacity = Self.initialCapacity
    base = .allocate(capacity: capacity)
    if offset == 0 {
      try fill(to: 3)
      if count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { consume(3) }
    }
  }

  deinit { base.deallocate() }

  var bytesRead: Int64 { stream.bytesRead }
  var count: Int { tail - head }
  /// The window's first byte. Valid until the next `fill`.
  var start: UnsafePointer<UInt8> { UnsafePointer(base + head) }

  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: start + range.lowerBound, count: range.count)
  }

  /// Reads until `wanted` bytes are in the window or the stream ends.
  func fill(to wanted: Int) throws(KithError) {
    guard count < wanted, !hasEnded else { return }
    makeRoom(wanted)
    while count < wanted {
      let room = UnsafeMutableRawBufferPointer(start: base + tail, count: capacity - tail)
      let got = try stream.read(into: room)
      if got == 0 {
        hasEnded = true
        return
      }
      tail += got
    }
  }

  /// Reads some more, for a parser that needs to look further; twice as far each time, so that beginning anew costs
  /// no more than reading once.
  func fillMore() throws(KithError) { try fill(to: max(count * 2, count + 1)) }

  /// Leaves at least 64 KB to read into, whatever is wanted: small reads are slow.
  private func makeRoom(_ wanted: Int) {
    let needed = max(wanted + 16, count + 65_536)
    if head + needed <= capacity { return }
    if needed <= capacity {
      memmove(base, base + head, count)
    } else {
      var larger = capacity
      while larger < needed { larger *= 2 }
      let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
      memcpy(moved, base + head, count)
      base.deallocate()
      base = moved
      capacity = larger
    }
    tail -= head
    head = 0
  }

  /// Uses up the window's first bytes. They stay readable through `behind` until the next `fill`.
  @inline(__always)
  func consume(_ bytes: Int) {
    offset += Int64(encoding == .utf8 ? bytes : encoding.sourceLength(slice(0..<bytes)))
    head += bytes
  }

  /// The `length` bytes that end `back` bytes before the window.
  func behind(_ length: Int, back: Int = 0) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + head - back - length, count: length)
  }

  /// The index of the first such byte at or after `from`, and before `end` when one is given.
  @inline(__always)
  func index(of byte: UInt8, from: Int = 0, before end: Int? = nil) -> Int? {
    let end = end ?? count
    guard from < end, let found = memchr(start + from, Int32(byte), end - from) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(start)
  }
}
