/// The rows of a table that are compared: of rows that say just the same the lowest stands for all, so that a record
/// delivered a hundred times is no crowd.
struct DistinctRows: Sendable {
  /// The rows that stand for themselves or for others, ascending.
  let rows: Column<Int32>
  /// By row of the table: the row that stands for it.
  let leads: Column<Int32>
  /// By row: its place in the order of contents, which does not depend on the order of the rows. Only of `rows`.
  let ranks: Column<Int32>
  /// The row of each place.
  let ordered: Column<Int32>

  /// - Parameter apart: rows that stand for themselves whatever others say.
  init(_ table: ProfileTable, apart: Set<Int32> = []) {
    let count = table.count
    var entries: [(content: UInt64, row: Int32)] = []
    entries.reserveCapacity(count)
    for row in 0..<count { entries.append((table.contents[row], Int32(row))) }
    entries.sort { $0.content != $1.content ? $0.content < $1.content : $0.row < $1.row }
    leads = Column(repeating: 0, count: count)
    ranks = Column(repeating: -1, count: count)
    ordered = Column(capacity: count)
    var lead: (content: UInt64, row: Int32)?
    for entry in entries {
      if apart.contains(entry.row) || !table.namesOnePerson(Int(entry.row)) {
        leads[Int(entry.row)] = entry.row
      } else if let known = lead, known.content == entry.content {
        leads[Int(entry.row)] = known.row
        continue
      } else {
        lead = entry
        leads[Int(entry.row)] = entry.row
      }
      ranks[Int(entry.row)] = Int32(ordered.count)
      ordered.append(entry.row)
    }
    rows = Column(capacity: ordered.count)
    for row in 0..<count where ranks[row] >= 0 { rows.append(Int32(row)) }
  }
}
