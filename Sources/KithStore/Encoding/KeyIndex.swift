import KithCore

/// Finds records of a batch that have the same key: open addressing over the batch's own bytes.
struct KeyIndex: Sendable {
  private var slots = [Int32](repeating: -1, count: 1_024)
  private var count = 0

  mutating func removeAll() {
    slots = [Int32](repeating: -1, count: slots.count)
    count = 0
  }

  /// Enters a record that is about to be appended; returns the earlier one that it replaces.
  mutating func add(_ record: EncodedBatch.Record, in batch: EncodedBatch) -> Int? {
    if count * 2 >= slots.count { grow(batch) }
    let slot = find(record, in: batch)
    let earlier = slots[slot]
    slots[slot] = Int32(batch.records.count)
    if earlier >= 0 { return Int(earlier) }
    count += 1
    return nil
  }

  /// The slot of the record with that key, or the empty one where it belongs.
  private func find(_ record: EncodedBatch.Record, in batch: EncodedBatch) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(record, in: batch)) & mask
    while slots[slot] >= 0, !Self.isSame(batch.records[Int(slots[slot])], record, in: batch) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow(_ batch: EncodedBatch) {
    let old = slots.filter { $0 >= 0 }
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for position in old { slots[find(batch.records[Int(position)], in: batch)] = position }
  }

  private static func hash(_ record: EncodedBatch.Record, in batch: EncodedBatch) -> Int64 {
    var hash = ContentHash(seed: UInt64(record.table.rawValue))
    batch.bytes.withUnsafeBytes { hash.combine(slice(record.key, $0)) }
    if let line = line(of: record, in: batch) { hash.combine(line) }
    return hash.value
  }

  private static func isSame(
    _ left: EncodedBatch.Record, _ right: EncodedBatch.Record, in batch: EncodedBatch
  ) -> Bool {
    guard left.table == right.table, left.key.count == right.key.count else { return false }
    let sameKey = batch.bytes.withUnsafeBytes { bytes in
      slice(left.key, bytes).elementsEqual(slice(right.key, bytes))
    }
    return sameKey && line(of: left, in: batch) == line(of: right, in: batch)
  }

  private static func slice(_ text: EncodedBatch.Text, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(text.offset)..<Int(text.offset) + Int(text.count)])
  }

  /// Rows of a flat order have the key of their line besides.
  private static func line(of record: EncodedBatch.Record, in batch: EncodedBatch) -> String? {
    guard record.typed >= 0, case .orderLine(let row) = batch.typed[Int(record.typed)].record else { return nil }
    return row.line?.key
  }
}
