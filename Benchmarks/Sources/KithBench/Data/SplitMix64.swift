/// Pseudo-random numbers that are the same on every machine (Steele, Lea and Flood, "Fast Splittable Pseudorandom
/// Number Generators", OOPSLA 2014). Every row has a generator of its own, so a longer file begins with the rows of a
/// shorter one, and a changed row changes no other.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The generator of one row of one kind of file.
  init(_ purpose: Purpose, row: Int) {
    var first = SplitMix64(seed: purpose.rawValue &* 0xD6E8_FEB8_6659_FD93 &+ UInt64(row))
    state = first.next()
  }

  /// Keeps the draws of the different files apart.
  enum Purpose: UInt64 {
    case person = 2026
    case event, session, visitor, order
    case crowd, household, resident, record
    case soak
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 to `limit` - 1; `limit` is positive.
  mutating func below(_ limit: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// True in `percent` of 100 cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of the items, all equally likely; the list is never empty.
  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}
