/// What became of the records of a batch, a stream's run or a run.
///
/// `read` is the sum of all others but `duplicates`, always: nothing is dropped in silence.
public struct RunCounts: Sendable, Equatable {
  /// Records that the connector delivered, rejects included, and deletions found by a complete listing.
  public var read: Int
  public var inserted: Int
  public var updated: Int
  public var unchanged: Int
  public var deleted: Int
  public var quarantined: Int
  /// Records about a person who was erased and must not come back.
  public var suppressed: Int
  /// Records whose key had been seen before in the same run (or complete listing): the last one wins. They are
  /// counted above, too.
  public var duplicates: Int

  public init(
    read: Int = 0, inserted: Int = 0, updated: Int = 0, unchanged: Int = 0, deleted: Int = 0, quarantined: Int = 0,
    suppressed: Int = 0, duplicates: Int = 0
  ) {
    self.read = read
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.deleted = deleted
    self.quarantined = quarantined
    self.suppressed = suppressed
    self.duplicates = duplicates
  }

  public var isBalanced: Bool {
    read == inserted + updated + unchanged + deleted + quarantined + suppressed
  }

  /// Whether the run wrote anything that identity or metrics must look at.
  public var hasChanges: Bool { inserted + updated + deleted > 0 }

  public static func + (left: RunCounts, right: RunCounts) -> RunCounts {
    RunCounts(
      read: left.read + right.read, inserted: left.inserted + right.inserted, updated: left.updated + right.updated,
      unchanged: left.unchanged + right.unchanged, deleted: left.deleted + right.deleted,
      quarantined: left.quarantined + right.quarantined, suppressed: left.suppressed + right.suppressed,
      duplicates: left.duplicates + right.duplicates)
  }

  public static func += (left: inout RunCounts, right: RunCounts) { left = left + right }

  /// The counts by their column names, in the order of the tables.
  public var columns: [(name: String, value: Int)] {
    [
      ("read", read), ("inserted", inserted), ("updated", updated), ("unchanged", unchanged), ("deleted", deleted),
      ("quarantined", quarantined), ("suppressed", suppressed), ("duplicates", duplicates),
    ]
  }
}
