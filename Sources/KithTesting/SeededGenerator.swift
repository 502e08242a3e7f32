import KithCore

/// Pseudo-random numbers that a seed repeats on every machine: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A generator of its own for one purpose: what one case draws never shifts what another one does.
  public init(seed: UInt64, purpose: String) {
    var hash = ContentHash(seed: seed)
    hash.combine(purpose)
    state = UInt64(bitPattern: hash.value)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 to `limit` - 1; `limit` is positive.
  public mutating func below(_ limit: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(limit)).high) }

  /// One of the items, all equally likely; the list is never empty.
  public mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}
