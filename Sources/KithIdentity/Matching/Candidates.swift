import Dispatch
import KithCore

/// Pairs of rows that are worth comparing: those that share a key, each pair once.
struct Candidates {
  /// The lower row in the upper half, the higher row in the lower half; ascending.
  private(set) var pairs: [UInt64] = []
  /// Keys that too many rows share to compare them by it, ascending.
  private(set) var crowded: [UInt64] = []

  init(_ table: ProfileTable, _ distinct: DistinctRows) {
    let keys = CandidateKey.allCases
    let results = UnsafeMutablePointer<Block>.allocate(capacity: keys.count)
    results.initialize(repeating: Block(), count: keys.count)
    defer {
      results.deinitialize(count: keys.count)
      results.deallocate()
    }
    nonisolated(unsafe) let blocks = results
    DispatchQueue.concurrentPerform(iterations: keys.count) { index in
      blocks[index].fill(keys[index], CandidateKeys(table), distinct)
    }
    for index in keys.indices {
      pairs += results[index].pairs
      crowded += results[index].crowded
      results[index] = Block()
    }
    RadixSort.sort(&pairs, bits: 0..<RadixSort.pairBits(rows: table.count))
    RadixSort.removeDuplicates(&pairs)
  }

  /// What one key finds.
  private struct Block {
    var pairs: [UInt64] = []
    var crowded: [UInt64] = []

    mutating func fill(_ key: CandidateKey, _ keys: CandidateKeys, _ distinct: DistinctRows) {
      var entries: [UInt64] = []
      entries.reserveCapacity(distinct.rows.count)
      for index in 0..<distinct.rows.count { keys.appendKeys(key, row: Int(distinct.rows[index]), to: &entries) }
      RadixSort.sort(&entries, bits: CandidateKeys.rowBits..<64)
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, CandidateKeys.isSameKey(entries[start], entries[end]) { end += 1 }
        if end - start > key.blockLimit {
          crowded.append(CandidateKeys.key(of: entries[start]))
        } else if end - start > 1 {
          emit(entries[start..<end])
        }
        start = end
      }
    }

    private mutating func emit(_ run: ArraySlice<UInt64>) {
      for first in run.indices {
        let low = UInt64(CandidateKeys.row(of: run[first])) << 32
        for second in (first + 1)..<run.endIndex { pairs.append(low | UInt64(CandidateKeys.row(of: run[second]))) }
      }
    }
  }
}
