/// Finds the fields of one line without quotes, eight bytes at a time.
struct CSVSplitter {
  let delimiter: UInt8
  /// 0 when the file knows no quotes.
  let quote: UInt8

  struct Split {
    var count = 0
    /// A quote, or a NUL byte: the line needs a closer look.
    var isSpecial = false
    var isASCII = true
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The high bit of each byte that is zero. (Exact in all bytes, unlike the shorter trick with a subtraction.)
  @inline(__always)
  private static func zeroes(_ word: UInt64) -> UInt64 {
    ~(((word & lows) &+ lows) | word | lows)
  }

  /// Writes where each field ends, up to `capacity` of them; counts all.
  @inline(__always)
  func split(
    _ base: UnsafePointer<UInt8>, _ length: Int, ends: UnsafeMutablePointer<Int32>, capacity: Int
  ) -> Split {
    let raw = UnsafeRawPointer(base)
    let delimiters = UInt64(delimiter) &* Self.ones
    let quotes = UInt64(quote) &* Self.ones
    var special: UInt64 = 0
    var high: UInt64 = 0
    var count = 0
    var index = 0
    while index &+ 8 <= length {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      high |= word
      special |= Self.zeroes(word) | Self.zeroes(word ^ quotes)
      var found = Self.zeroes(word ^ delimiters)
      while found != 0 {
        if count < capacity { ends[count] = Int32(truncatingIfNeeded: index &+ found.trailingZeroBitCount &>> 3) }
        count &+= 1
        found &= found &- 1
      }
      index &+= 8
    }
    while index < length {
      let byte = base[index]
      high |= UInt64(byte)
      if byte == quote || byte == 0 { special = 1 }
      if byte == delimiter {
        if count < capacity { ends[count] = Int32(truncatingIfNeeded: index) }
        count &+= 1
      }
      index &+= 1
    }
    if count < capacity { ends[count] = Int32(truncatingIfNeeded: length) }
    return Split(count: count &+ 1, isSpecial: special != 0, isASCII: high & Self.highs == 0)
  }
}
