/// Items of which the first are common and the last are rare, as it is with names and towns (G. K. Zipf, Human Behavior
/// and the Principle of Least Effort, 1949).
struct RankedList<Item: Sendable>: Sendable {
  private let items: [Item]
  /// Weights up to and with each item, in whole numbers so that every machine picks the same.
  private let sums: [Int]

  /// - Parameter head: how many of the first are about equally common.
  init(_ items: [Item], head: Int) {
    self.items = items
    var sum = 0
    sums = items.indices.map { rank in
      sum += 1_000_000 / (rank + head)
      return sum
    }
  }

  /// The list is never empty.
  func pick(_ random: inout SplitMix64) -> Item {
    let drawn = random.below(sums[sums.count - 1])
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > drawn { high = middle } else { low = middle + 1 }
    }
    return items[low]
  }
}
