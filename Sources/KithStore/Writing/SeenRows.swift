/// Which rows of a table were met, one bit each: rows are numbered densely, so a hundred million take 12 MB.
struct SeenRows {
  private static let pageBits = 16
  private var pages: [Int64: [UInt64]] = [:]
  /// The page of the last call, kept apart: rows come mostly in order.
  private var currentIndex: Int64 = -1
  private var current: [UInt64] = []

  /// Marks a row; false when it was marked before.
  @inline(__always)
  mutating func insert(_ row: Int64) -> Bool {
    let page = row >> Int64(Self.pageBits)
    if page != currentIndex { turn(to: page) }
    let bit = Int(truncatingIfNeeded: row & 0xFFFF)
    let mask: UInt64 = 1 << UInt64(bit & 63)
    if current[bit >> 6] & mask != 0 { return false }
    current[bit >> 6] |= mask
    return true
  }

  mutating func contains(_ row: Int64) -> Bool {
    let page = row >> Int64(Self.pageBits)
    if page != currentIndex { turn(to: page) }
    let bit = Int(truncatingIfNeeded: row & 0xFFFF)
    return current[bit >> 6] & (1 << UInt64(bit & 63)) != 0
  }

  private mutating func turn(to page: Int64) {
    if currentIndex >= 0 { pages[currentIndex] = current }
    current = pages.removeValue(forKey: page) ?? [UInt64](repeating: 0, count: 1 << (Self.pageBits - 6))
    currentIndex = page
  }
}
