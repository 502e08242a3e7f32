/// Bytes on their way to PostgreSQL, in memory that grows and stays: millions of values pass through it, and an array
/// would check for other owners at each.
final class RawBytes {
  // Exclusivity is not checked: every byte would be.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private var capacity: Int
  @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<UInt8>

  init(capacity: Int = 1 << 12) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  var all: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  func removeAll() { count = 0 }

  /// Room for so many bytes more; they count as soon as `advance` says so.
  @inline(__always)
  func room(_ bytes: Int) -> UnsafeMutablePointer<UInt8> {
    if count + bytes > capacity { grow(to: count + bytes) }
    return base + count
  }

  @inline(__always) func advance(_ bytes: Int) { count += bytes }

  @inline(__always)
  func append(_ byte: UInt8) {
    room(1).pointee = byte
    count += 1
  }

  @inline(__always)
  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(room(bytes.count)).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// In decimal digits.
  func append(number value: Int64) {
    let start = room(20)
    var place = start
    if value < 0 {
      place.pointee = UInt8(ascii: "-")
      place += 1
    }
    var rest = value.magnitude
    var digits = 1
    var limit: UInt64 = 10
    while digits < 20, rest >= limit {
      digits += 1
      limit = digits < 20 ? limit &* 10 : .max
    }
    for digit in stride(from: digits - 1, through: 0, by: -1) {
      place[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += place + digits - start
  }

  /// As PostgreSQL writes bytes (https://www.postgresql.org/docs/15/datatype-binary.html), without the `\x` before them.
  func append(hex blob: UnsafeRawBufferPointer) {
    for byte in blob {
      append(Self.digits[Int(byte >> 4)])
      append(Self.digits[Int(byte & 15)])
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
