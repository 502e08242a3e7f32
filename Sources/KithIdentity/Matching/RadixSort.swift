/// Sorting many integers faster than by comparing.
enum RadixSort {
  /// Sorts ascending by the given bits, for values that are sorted already where these are equal; bits above must be
  /// zero. Least significant digit first, 11 bits a pass, with a second array as large as the first.
  static func sort(_ values: inout [UInt64], bits: Range<Int>) {
    if values.count < 2_048 { return values.sort() }
    var from = values
    var to = [UInt64](unsafeUninitializedCapacity: values.count) { _, count in count = values.count }
    values = []
    var shift = bits.lowerBound
    while shift < bits.upperBound {
      if pass(from, &to, shift: UInt64(shift)) { swap(&from, &to) }
      shift += 11
    }
    values = from
  }

  /// How many bits a pair of rows takes, both halves of 32 bits included.
  static func pairBits(rows: Int) -> Int { 64 - UInt64(max(rows, 1)).leadingZeroBitCount + 32 }

  static func removeDuplicates(_ values: inout [UInt64]) {
    guard var last = values.first else { return }
    var kept = 1
    for index in 1..<values.count where values[index] != last {
      last = values[index]
      values[kept] = last
      kept += 1
    }
    values.removeLast(values.count - kept)
  }

  /// False when all values have the same digit, so that nothing had to be moved.
  private static func pass(_ from: [UInt64], _ to: inout [UInt64], shift: UInt64) -> Bool {
    from.withUnsafeBufferPointer { from in
      to.withUnsafeMutableBufferPointer { to in
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2_048) { offsets in
          offsets.initialize(repeating: 0)
          for value in from { offsets[Int(value >> shift & 2_047)] += 1 }
          if offsets.contains(from.count) { return false }
          var total = 0
          for digit in 0..<2_048 {
            let count = offsets[digit]
            offsets[digit] = total
            total += count
          }
          for value in from {
            let digit = Int(value >> shift & 2_047)
            to[offsets[digit]] = value
            offsets[digit] += 1
          }
          return true
        }
      }
    }
  }
}
