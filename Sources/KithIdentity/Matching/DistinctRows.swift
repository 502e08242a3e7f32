/// The rows of a table that are compared: of rows that say just the same one stands for all, so that a record delivered
/// a hundred times is no crowd. They have places in the order of what they say, which does not depend on that of rows.
struct DistinctRows: Sendable {
  /// All rows in the order of places; those of one place together.
  let sorted: Column<Int32>
  /// By place: where its rows begin in `sorted`; one more than there are places.
  let starts: Column<Int32>

  /// An empty one, to be filled by `visit`.
  init() {
    sorted = Column()
    starts = Column()
  }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try visitor.visit(sorted)
    try visitor.visit(starts)
  }

  /// How many places there are.
  var count: Int { starts.count - 1 }

  /// - Parameter apart: rows that have a place of their own whatever others say; they come before others of one content.
  init(_ table: ProfileTable, apart: Set<Int32> = []) {
    // By the upper bits of what they say first; the few that have these in common by all of it.
    let rowMask = UInt64(CandidateKeys.rowLimit) - 1
    var entries = (0..<table.count).map { table.cards[$0].content & ~rowMask | UInt64($0) }
    RadixSort.sort(&entries, bits: CandidateKeys.rowBits..<64)
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end] & ~rowMask == entries[start] & ~rowMask { end += 1 }
      if end - start > 1 { DistinctRows.sort(&entries[start..<end], table, apart) }
      start = end
    }
    sorted = Column(capacity: table.count)
    starts = Column(capacity: table.count + 1)
    var shared: UInt64?
    for entry in entries {
      let row = Int32(CandidateKeys.row(of: entry))
      let content = table.cards[row].content
      let mayShare = !apart.contains(row) && table.namesOnePerson(Int(row))
      if !mayShare || shared != content { starts.append(Int32(sorted.count)) }
      shared = mayShare ? content : nil
      sorted.append(row)
    }
    starts.append(Int32(sorted.count))
  }

  private static func sort(_ run: inout ArraySlice<UInt64>, _ table: ProfileTable, _ apart: Set<Int32>) {
    run.sort { one, other in
      let (row, otherRow) = (Int32(CandidateKeys.row(of: one)), Int32(CandidateKeys.row(of: other)))
      if table.cards[row].content != table.cards[otherRow].content {
        return table.cards[row].content < table.cards[otherRow].content
      }
      let (isApart, otherIsApart) = (apart.contains(row), apart.contains(otherRow))
      return isApart != otherIsApart ? isApart : row < otherRow
    }
  }

  /// The row that stands for a place.
  @inline(__always) func row(_ place: Int) -> Int { Int(sorted[starts[place]]) }

  /// What is said at each place: read many times, and in this order.
  func cards(of table: ProfileTable) -> Column<ProfileCard> {
    let cards = Column<ProfileCard>(capacity: count)
    for place in 0..<count { cards.append(table.cards[row(place)]) }
    return cards
  }

  @inline(__always) func rows(_ place: Int) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts[place])
    return UnsafeBufferPointer(start: sorted.base + start, count: Int(starts[place + 1]) - start)
  }

  /// By row: its place.
  var places: Column<Int32> {
    let result = Column<Int32>(repeating: 0, count: sorted.count)
    for place in 0..<count { for row in rows(place) { result[row] = Int32(place) } }
    return result
  }

  /// Clusters of places as clusters of rows: by row the lowest row of its cluster.
  func clusters(_ places: [Int32]) -> [Int32] {
    let lowest = Column<Int32>(repeating: .max, count: count)
    for place in 0..<count {
      let cluster = Int(places[place])
      for row in rows(place) { lowest[cluster] = min(lowest[cluster], row) }
    }
    var result = [Int32](repeating: 0, count: sorted.count)
    for place in 0..<count { for row in rows(place) { result[Int(row)] = lowest[places[place]] } }
    return result
  }
}
