/// The rows of a table that are compared: of rows that say just the same one stands for all, so that a record delivered
/// a hundred times is no crowd. They have places in the order of what they say, which does not depend on that of rows.
struct DistinctRows: Sendable {
  /// All rows in the order of places; those of one place together.
  let sorted: Column<Int32>
  /// By place: where its rows begin in `sorted`; one more than there are places.
  let starts: Column<Int32>

  /// How many places there are.
  var count: Int { starts.count - 1 }

  /// - Parameter apart: rows that have a place of their own whatever others say; they come before others of one content.
  init(_ table: ProfileTable, apart: Set<Int32> = []) {
    var entries: [(content: UInt64, row: Int32)] = []
    entries.reserveCapacity(table.count)
    for row in 0..<table.count { entries.append((table.contents[row], Int32(row))) }
    entries.sort { one, other in
      if one.content != other.content { return one.content < other.content }
      let (isApart, otherIsApart) = (apart.contains(one.row), apart.contains(other.row))
      return isApart != otherIsApart ? isApart : one.row < other.row
    }
    sorted = Column(capacity: table.count)
    starts = Column(capacity: table.count + 1)
    var shared: UInt64?
    for entry in entries {
      let mayShare = !apart.contains(entry.row) && table.namesOnePerson(Int(entry.row))
      if !mayShare || shared != entry.content { starts.append(Int32(sorted.count)) }
      shared = mayShare ? entry.content : nil
      sorted.append(entry.row)
    }
    starts.append(Int32(sorted.count))
  }

  /// The row that stands for a place.
  @inline(__always) func row(_ place: Int) -> Int { Int(sorted[starts[place]]) }

  @inline(__always) func rows(_ place: Int) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts[place])
    return UnsafeBufferPointer(start: sorted.base + start, count: Int(starts[place + 1]) - start)
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
