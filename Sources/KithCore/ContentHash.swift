/// A fast 64-bit hash over bytes, the same on every machine and in every version: it is stored.
/// FNV-1a over 8-byte words with a final avalanche (the finaliser of MurmurHash3, public domain).
public struct ContentHash: Sendable {
  private var state: UInt64

  public init(seed: UInt64 = 0) { state = 0xcbf2_9ce4_8422_2325 ^ seed }

  @inlinable
  public mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(UnsafeRawBufferPointer($0)) }
  }

  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    let count = bytes.count
    while offset + 8 <= count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    var tail: UInt64 = 0
    var shift: UInt64 = 0
    while offset < count {
      tail |= UInt64(bytes[offset]) << shift
      shift += 8
      offset += 1
    }
    mix(tail)
    mix(UInt64(count))
  }

  public mutating func combine(_ value: Int64) { mix(UInt64(bitPattern: value)) }

  private mutating func mix(_ word: UInt64) {
    state = (state ^ word) &* 0x0000_0100_0000_01b3
    state ^= state >> 32
    state = state &* 0x9e37_79b9_7f4a_7c15
  }

  /// The hash as SQLite and PostgreSQL store it.
  public var value: Int64 {
    var h = state
    h ^= h >> 33
    h = h &* 0xff51_afd7_ed55_8ccd
    h ^= h >> 33
    h = h &* 0xc4ce_b9fe_1a85_ec53
    h ^= h >> 33
    return Int64(bitPattern: h)
  }
}
