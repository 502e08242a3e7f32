import KithCore

/// A small generator of pseudo-random numbers that gives the same numbers on every machine: SplitMix64
/// (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Integers only, so no
/// rounding can differ. Not for secrets.
struct SampleRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A generator of its own for one purpose and number: what one person or file draws never shifts another's.
  init(seed: UInt64, purpose: String, number: Int = 0) {
    var hash = ContentHash(seed: seed)
    hash.combine(purpose)
    hash.combine(Int64(number))
    state = UInt64(bitPattern: hash.value)
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

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True in `percent` of 100 cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of the items, all equally likely; the list is never empty.
  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// One of the items by weight; the list is never empty and its weights are positive.
  mutating func pick<Item>(weighted items: [(Item, Int)]) -> Item {
    var left = below(items.reduce(0) { $0 + $1.1 })
    for (item, weight) in items {
      if left < weight { return item }
      left -= weight
    }
    return items[0].0
  }

  mutating func pick(_ words: WeightedWords) -> String { pick(weighted: words.words) }

  /// Characters of an alphabet, for the identifiers that tools give out.
  mutating func letters(_ count: Int, of alphabet: [Character]) -> String {
    var text = ""
    for _ in 0..<count { text.append(alphabet[below(alphabet.count)]) }
    return text
  }

  mutating func hex(_ count: Int) -> String { letters(count, of: Array("0123456789abcdef")) }
}

/// Words with how often each occurs, written as `Anna 9, Luca 7`.
struct WeightedWords: Sendable {
  let words: [(String, Int)]

  init(_ list: String) {
    words = list.split(separator: ",").map { entry in
      let parts = entry.split(separator: " ")
      let weight = parts.last.flatMap { Int($0) } ?? 1
      return (parts.dropLast().joined(separator: " "), weight)
    }
  }
}
