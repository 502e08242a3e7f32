/// Finds what is not UTF-8, as the Unicode standard defines it (table 3-7: no overlong forms, no surrogates).
enum UTF8Check {
  enum Sequence: Equatable {
    case valid(Int)
    case cutOff, invalid
  }

  /// The index of the first byte that is not part of well-formed UTF-8; nil when all is well.
  static func firstInvalid(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index < count {
      if base[index] < 0x80 {
        while index + 8 <= count,
          raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          index += 8
        }
        while index < count, base[index] < 0x80 { index += 1 }
        continue
      }
      guard case .valid(let length) = sequence(base + index, count - index) else { return index }
      index += length
    }
    return nil
  }

  /// What begins with the byte at `base`, which is not ASCII.
  @inline(__always)
  static func sequence(_ base: UnsafePointer<UInt8>, _ count: Int) -> Sequence {
    let first = base[0]
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if first == 0xE0 { low = 0xA0 }
      if first == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if first == 0xF0 { low = 0x90 }
      if first == 0xF4 { high = 0x8F }
    default: return .invalid
    }
    for index in 1..<length {
      guard index < count else { return .cutOff }
      guard base[index] >= low, base[index] <= high else { return .invalid }
      low = 0x80
      high = 0xBF
    }
    return .valid(length)
  }
}
