import KithCore
import KithTesting
import Testing

@testable import KithStore

/// Random batches against the plainest possible model of a stream.
@Suite struct OracleTests {
  /// What the stream holds and what it counts, by the definition of the words.
  private struct Oracle {
    var live: [String: Int64] = [:]
    var deleted: Set<String> = []
    var seen: Set<String> = []
    var isListing = false

    mutating func write(_ batch: StoreBatch) -> RunCounts {
      var counts = RunCounts()
      if batch.snapshot == .begins || batch.snapshot == .whole {
        isListing = true
        seen = []
      }
      let keys = batch.records.map(Self.key)
      for (index, record) in batch.records.enumerated() {
        counts.read += 1
        let key = keys[index]
        if keys[(index + 1)...].contains(key) {
          counts.unchanged += 1
          counts.duplicates += 1
        } else if case .deletion = record.record {
          if live.removeValue(forKey: key) == nil { counts.unchanged += 1 } else { counts.deleted += 1 }
          deleted.insert(key)
        } else {
          if !seen.insert(key).inserted { counts.duplicates += 1 }
          if live[key] == record.hash {
            counts.unchanged += 1
          } else if live[key] != nil || stored.contains(key) {
            counts.updated += 1
          } else {
            counts.inserted += 1
          }
          stored.insert(key)
          live[key] = record.hash
        }
      }
      counts.read += batch.rejects.count
      counts.quarantined += batch.rejects.count
      if batch.snapshot == .ends || batch.snapshot == .whole {
        if isListing {
          let gone = live.keys.filter { !seen.contains($0) }
          counts.read += gone.count
          counts.deleted += gone.count
          for key in gone { live[key] = nil }
        }
        isListing = false
      }
      return counts
    }

    private var stored: Set<String> = []

    mutating func restart() {
      seen = []
      isListing = false
    }

    static func key(_ record: CanonicalRecord) -> String {
      switch record.record {
      case .profile(let profile): profile.key
      case .deletion(let deletion): deletion.key
      default: ""
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as [UInt64], Backend.allCases)
  func countsAndContentMatchTheOracle(seed: UInt64, backend: Backend) throws {
    var random = SeededGenerator(seed: seed)
    let hub = try TemporaryHub(backend)
    var oracle = Oracle()
    var writer = try hub.writer()
    var total = RunCounts()
    for step in 0..<40 {
      let batch = randomBatch(step, &random)
      let counts = try writer.write(batch)
      let expected = oracle.write(batch)
      #expect(counts == expected, "seed \(seed), step \(step)")
      #expect(counts.isBalanced)
      total += counts
      if Int.random(in: 0..<6, using: &random) == 0 {
        // The process dies here; the next run begins with what the disk has.
        try hub.reopen()
        writer = try hub.writer()
        oracle.restart()
      }
    }
    let stored = try hub.rows("SELECT key, hash FROM profiles WHERE NOT is_deleted")
      .map { ($0[0].text, $0[1].text) }
    let expected = oracle.live.map { ("\"\($0)\"", "\($1)") }
    #expect(stored.sorted { $0 < $1 }.elementsEqual(expected.sorted { $0 < $1 }, by: ==), "seed \(seed)")
    #expect(try hub.int("SELECT SUM(read) FROM run_streams") == total.read)
    #expect(
      try hub.int(
        "SELECT SUM(read - inserted - updated - unchanged - deleted - quarantined - suppressed) FROM run_streams") == 0)
  }

  private func randomBatch(_ step: Int, _ random: inout SeededGenerator) -> StoreBatch {
    let records = (0..<Int.random(in: 0..<30, using: &random)).map { _ -> CanonicalRecord in
      let key = "k\(Int.random(in: 0..<40, using: &random))"
      if Int.random(in: 0..<10, using: &random) == 0 { return deletion(.profile, key) }
      return contact(person(key, emails: [key + "@example.com"], name: "n\(Int.random(in: 0..<3, using: &random))"))
    }
    let rejects = (0..<Int.random(in: 0..<3, using: &random)).map { reject("file:\(step * 10 + $0)") }
    let snapshots: [Batch.Snapshot] = [.none, .none, .none, .begins, .ends, .whole]
    return StoreBatch(
      records: records, rejects: rejects, checkpoint: Checkpoint("\(step)"),
      snapshot: snapshots.randomElement(using: &random) ?? .none)
  }
}
