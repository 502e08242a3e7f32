/// A gzip file (RFC 1952) of the bytes, the same on every machine: no time stamp, and a plain deflate (RFC 1951) with
/// the fixed code and one candidate per match, which is a screenful of code and enough for a log.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var deflate = Deflate()
  deflate.compress(bytes)
  file += deflate.output
  for value in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
    for shift in [0, 8, 16, 24] as [UInt32] { file.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
  return file
}

private struct Deflate {
  var output: [UInt8] = []
  private var pending: UInt32 = 0
  private var pendingBits = 0

  mutating func compress(_ bytes: [UInt8]) {
    put(0b011, 3)
    var lastSeen = [Int](repeating: -1, count: 1 << 14)
    var index = 0
    while index < bytes.count {
      let (length, distance) = match(bytes, at: index, &lastSeen)
      if length >= 4 {
        putMatch(length, distance)
        index += length
      } else {
        putSymbol(Int(bytes[index]))
        index += 1
      }
    }
    putSymbol(256)
    if pendingBits > 0 { put(0, 8 - pendingBits) }
  }

  /// The earlier occurrence of the bytes at `index`, as far back as deflate can point.
  private func match(_ bytes: [UInt8], at index: Int, _ lastSeen: inout [Int]) -> (length: Int, distance: Int) {
    guard index + 4 <= bytes.count else { return (0, 0) }
    var word: UInt32 = 0
    for offset in 0..<4 { word = word << 8 | UInt32(bytes[index + offset]) }
    let slot = Int((word &* 2_654_435_761) >> 18)
    let candidate = lastSeen[slot]
    lastSeen[slot] = index
    guard candidate >= 0, index - candidate <= 32_768 else { return (0, 0) }
    var length = 0
    while length < 258, index + length < bytes.count, bytes[candidate + length] == bytes[index + length] { length += 1 }
    return (length, index - candidate)
  }

  private mutating func putMatch(_ length: Int, _ distance: Int) {
    let lengthCode = Deflate.lengthBases.lastIndex { $0 <= length } ?? 0
    putSymbol(257 + lengthCode)
    put(UInt32(length - Deflate.lengthBases[lengthCode]), Deflate.lengthExtra(lengthCode))
    let distanceCode = Deflate.distanceBases.lastIndex { $0 <= distance } ?? 0
    putReversed(UInt32(distanceCode), 5)
    put(UInt32(distance - Deflate.distanceBases[distanceCode]), max(0, distanceCode / 2 - 1))
  }

  /// A literal, length or end symbol in the fixed code of RFC 1951, 3.2.6.
  private mutating func putSymbol(_ symbol: Int) {
    switch symbol {
    case 0...143: putReversed(UInt32(0x30 + symbol), 8)
    case 144...255: putReversed(UInt32(0x190 + symbol - 144), 9)
    case 256...279: putReversed(UInt32(symbol - 256), 7)
    default: putReversed(UInt32(0xC0 + symbol - 280), 8)
    }
  }

  private mutating func putReversed(_ code: UInt32, _ bits: Int) {
    for shift in stride(from: bits - 1, through: 0, by: -1) { put(code >> UInt32(shift) & 1, 1) }
  }

  private mutating func put(_ value: UInt32, _ bits: Int) {
    pending |= value << UInt32(pendingBits)
    pendingBits += bits
    while pendingBits >= 8 {
      output.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static func lengthExtra(_ code: Int) -> Int { code < 8 || code == 28 ? 0 : code / 4 - 1 }
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
}

/// CRC-32 as in RFC 1952.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
