import Dispatch
import KithCore

/// Pairs of places (of `DistinctRows`) that are worth comparing: those that share a key, each pair once.
struct Candidates {
  /// The lower place in the upper half, the higher place in the lower half; ascending.
  private(set) var pairs: [UInt64] = []
  /// Keys that too many share to compare them by it, ascending.
  private(set) var crowded: [UInt64] = []

  /// - Parameters:
  ///   - cards: by place.
  ///   - known: the crowded keys of a model; without it every key counts as crowded that has more places than
  ///     `blockLimit`.
  init(_ table: ProfileTable, _ cards: Column<ProfileCard>, crowded known: [UInt64]? = nil) {
    let keys = CandidateKeys(table)
    self.init(places: cards.count) { key, block in
      let entries = keys.entries(key, cards)
      entries.withUnsafeBufferPointer { block.fill(key, $0, known) }
    }
  }

  /// - Parameter entries: those of all keys, ascending.
  init(_ entries: Column<UInt64>, places: Int, crowded known: [UInt64]?) {
    nonisolated(unsafe) let all = UnsafeBufferPointer(start: entries.base, count: entries.count)
    self.init(places: places) { key, block in
      let start = BinarySearch.first(in: entries, atLeast: key.rawValue << 60)
      var end = entries.count
      if key != CandidateKey.allCases.last { end = BinarySearch.first(in: entries, atLeast: (key.rawValue + 1) << 60) }
      block.fill(key, UnsafeBufferPointer(rebasing: all[start..<end]), known)
    }
  }

  private init(places: Int, _ fill: @Sendable (CandidateKey, inout Block) -> Void) {
    let keys = CandidateKey.allCases
    let results = UnsafeMutablePointer<Block>.allocate(capacity: keys.count)
    results.initialize(repeating: Block(), count: keys.count)
    defer {
      results.deinitialize(count: keys.count)
      results.deallocate()
    }
    nonisolated(unsafe) let blocks = results
    DispatchQueue.concurrentPerform(iterations: keys.count) { fill(keys[$0], &blocks[$0]) }
    for index in keys.indices { crowded += results[index].crowded }
    pairs = Self.merged(UnsafeBufferPointer(start: results, count: keys.count), places)
  }

  /// The pairs of all blocks, each once, ascending: those of some places on one core, those of others on another.
  private static func merged(_ found: UnsafeBufferPointer<Block>, _ places: Int) -> [UInt64] {
    nonisolated(unsafe) let found = found
    let share = UInt64(max((places + parts - 1) / parts, 1))
    var lists = [[UInt64]](repeating: [], count: parts)
    lists.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let lists = buffer
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        let range = UInt64(part) * share << 32..<UInt64(part + 1) * share << 32
        var own: [UInt64] = []
        own.reserveCapacity(found.reduce(0) { $0 + $1.pairs.count } / parts)
        for block in found { for pair in block.pairs where range.contains(pair) { own.append(pair) } }
        RadixSort.sort(&own, bits: 0..<RadixSort.pairBits(rows: places))
        RadixSort.removeDuplicates(&own)
        lists[part] = own
      }
    }
    var all: [UInt64] = []
    all.reserveCapacity(lists.reduce(0) { $0 + $1.count })
    for part in lists.indices {
      all += lists[part]
      lists[part] = []
    }
    return all
  }

  private static let parts = 4

  /// What one key finds.
  private struct Block {
    var pairs: [UInt64] = []
    var crowded: [UInt64] = []

    mutating func fill(_ key: CandidateKey, _ entries: UnsafeBufferPointer<UInt64>, _ known: [UInt64]?) {
      var position = known.map { BinarySearch.first(in: $0, atLeast: key.rawValue << 60) } ?? 0
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, CandidateKeys.isSameKey(entries[start], entries[end]) { end += 1 }
        let own = CandidateKeys.key(of: entries[start])
        if let known {
          while position < known.count, known[position] < own { position += 1 }
        }
        let isListed = known.map { position < $0.count && $0[position] == own } ?? false
        if isListed || end - start > (known == nil ? key.blockLimit : key.blockLimit * CandidateKey.growth) {
          crowded.append(own)
        } else if end - start > 1 {
          emit(entries[start..<end])
        }
        start = end
      }
    }

    private mutating func emit(_ run: Slice<UnsafeBufferPointer<UInt64>>) {
      for first in run.indices {
        let low = UInt64(CandidateKeys.row(of: run[first])) << 32
        for second in (first + 1)..<run.endIndex { pairs.append(low | UInt64(CandidateKeys.row(of: run[second]))) }
      }
    }
  }
}

extension CandidateKeys {
  /// The entries of all places for one key, ascending: those of one value together.
  func entries(_ key: CandidateKey, _ cards: Column<ProfileCard>) -> [UInt64] {
    var entries: [UInt64] = []
    entries.reserveCapacity(cards.count)
    for place in 0..<cards.count { appendKeys(key, of: cards[place], as: place, to: &entries) }
    RadixSort.sort(&entries, bits: CandidateKeys.rowBits..<64)
    return entries
  }
}

extension CandidateKeys {
  /// The entries of all keys, ascending.
  func allEntries(_ cards: Column<ProfileCard>) -> Column<UInt64> {
    let keys = CandidateKey.allCases
    var lists = [[UInt64]](repeating: [], count: keys.count)
    lists.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let lists = buffer
      DispatchQueue.concurrentPerform(iterations: keys.count) { lists[$0] = entries(keys[$0], cards) }
    }
    let all = Column<UInt64>(capacity: lists.reduce(0) { $0 + $1.count })
    for index in lists.indices {
      lists[index].withUnsafeBufferPointer { all.append(contentsOf: $0) }
      lists[index] = []
    }
    return all
  }
}

enum BinarySearch {
  /// Where the first value of at least `bound` stands in an ascending list.
  static func first(in values: [UInt64], atLeast bound: UInt64) -> Int {
    values.withUnsafeBufferPointer { first(in: $0, atLeast: bound) }
  }

  static func first(in values: Column<UInt64>, atLeast bound: UInt64) -> Int {
    first(in: UnsafeBufferPointer(start: values.base, count: values.count), atLeast: bound)
  }

  private static func first(in values: UnsafeBufferPointer<UInt64>, atLeast bound: UInt64) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first position of a range from which on `isBeyond` holds, looked for around a guess: of values that are spread
  /// evenly, as hashes are, it is found in a few steps that lie close together.
  static func first(in range: Range<Int>, near guess: Int, where isBeyond: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    if low == high { return low }
    var step = 64
    let start = min(max(guess, low), high - 1)
    if isBeyond(start) {
      high = start
      while high - low > step {
        if !isBeyond(high - step) {
          low = high - step + 1
          break
        }
        high -= step
        step *= 4
      }
    } else {
      low = start + 1
      while high - low > step {
        if isBeyond(low + step) {
          high = low + step
          break
        }
        low += step + 1
        step *= 4
      }
    }
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
