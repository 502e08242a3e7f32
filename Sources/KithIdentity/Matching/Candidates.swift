import Dispatch
import KithCore

/// Pairs of profiles that are worth comparing: those that share a key, each pair once.
struct Candidates {
  /// The lower row in the upper half, the higher row in the lower half; ascending.
  private(set) var pairs: [UInt64] = []
  /// Rows of blocks that stayed too large however refined: they were compared with their neighbours only.
  private(set) var crowdedRows = 0

  init(_ table: ProfileTable) {
    let keys = CandidateKey.allCases
    let results = UnsafeMutablePointer<Block>.allocate(capacity: keys.count)
    results.initialize(repeating: Block(), count: keys.count)
    defer {
      results.deinitialize(count: keys.count)
      results.deallocate()
    }
    nonisolated(unsafe) let blocks = results
    DispatchQueue.concurrentPerform(iterations: keys.count) { index in
      blocks[index].fill(keys[index], CandidateKeys(table))
    }
    for index in keys.indices {
      pairs += results[index].pairs
      results[index].pairs = []
      crowdedRows += results[index].crowdedRows
    }
    RadixSort.sort(&pairs, bits: 0..<RadixSort.pairBits(rows: table.count))
    RadixSort.removeDuplicates(&pairs)
  }

  /// What one key finds.
  private struct Block {
    var pairs: [UInt64] = []
    var crowdedRows = 0
    private var limit = 0

    mutating func fill(_ key: CandidateKey, _ keys: CandidateKeys) {
      limit = key.blockLimit
      var entries: [UInt64] = []
      entries.reserveCapacity(keys.count)
      for row in 0..<keys.count { keys.appendKeys(key, row: row, to: &entries) }
      RadixSort.sort(&entries, bits: CandidateKeys.rowBits..<64)
      for run in Block.runs(entries) { part(entries[run], keys, level: 0) }
    }

    /// Rows of one key; more than the limit are parted by what else is known of them.
    private mutating func part(_ run: ArraySlice<UInt64>, _ keys: CandidateKeys, level: Int) {
      if run.count < 2 { return }
      if run.count <= limit { return emit(run) }
      guard level < CandidateKeys.refinements else {
        crowdedRows += run.count
        return emitNeighbours(run, keys)
      }
      var refined: [UInt64] = []
      refined.reserveCapacity(run.count)
      for entry in run {
        let row = CandidateKeys.row(of: entry)
        let hash = keys.refinement(level, row: row)
        refined.append(CandidateKeys.entry(hash: hash, row: row))
      }
      refined.sort()
      for run in Block.runs(refined) { part(refined[run], keys, level: level + 1) }
    }

    private mutating func emit(_ run: ArraySlice<UInt64>) {
      for first in run.indices {
        let low = UInt64(CandidateKeys.row(of: run[first])) << 32
        for second in (first + 1)..<run.endIndex {
          let high = UInt64(CandidateKeys.row(of: run[second]))
          if low >> 32 != high { pairs.append(low >> 32 < high ? low | high : high << 32 | low >> 32) }
        }
      }
    }

    /// Sorted neighbourhood: each row with the few that follow in the order of names.
    private mutating func emitNeighbours(_ run: ArraySlice<UInt64>, _ keys: CandidateKeys) {
      let sorted = run.map { CandidateKeys.row(of: $0) }.sorted { keys.nameOrder($0) < keys.nameOrder($1) }
      for first in sorted.indices {
        for second in (first + 1)..<min(first + 6, sorted.count) where sorted[first] != sorted[second] {
          let (low, high) = (min(sorted[first], sorted[second]), max(sorted[first], sorted[second]))
          pairs.append(UInt64(low) << 32 | UInt64(high))
        }
      }
    }

    private static func runs(_ entries: [UInt64]) -> [Range<Int>] {
      var runs: [Range<Int>] = []
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, CandidateKeys.isSameKey(entries[start], entries[end]) { end += 1 }
        if end - start > 1 { runs.append(start..<end) }
        start = end
      }
      return runs
    }
  }
}
