import GRDB
import KithCore

/// Inserts many rows with one statement per group of rows: opening a table costs as much as writing a small row.
struct BulkInsert {
  private let group: FastStatement
  private let single: FastStatement
  private let columns: Int
  private let rows: Int

  /// `head` ends with VALUES; `ending` is what follows the rows.
  init(_ head: String, columns: Int, rows: Int, ending: String, in db: Database, arena: BindArena) throws {
    let row = "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
    let all = Array(repeating: row, count: rows).joined(separator: ", ")
    group = try FastStatement("\(head) \(all) \(ending)", in: db, arena: arena)
    single = try FastStatement("\(head) \(row) \(ending)", in: db, arena: arena)
    self.columns = columns
    self.rows = rows
  }

  /// Inserts a row per element; `bind` binds the columns in order. `settled` gets each group of elements with the
  /// number of rows that it changed: fewer than elements when some of them were there already.
  func insert<Element>(
    _ elements: [Element], _ bind: (Element, FastStatement) -> Void,
    settled: (_ elements: ArraySlice<Element>, _ changes: Int) throws -> Void = { _, _ in }
  ) throws {
    var index = 0
    while elements.count - index >= rows {
      group.begin()
      for offset in 0..<rows {
        group.move(to: offset * columns + 1)
        bind(elements[index + offset], group)
      }
      try group.run()
      try settled(elements[index..<index + rows], group.changes)
      index += rows
    }
    while index < elements.count {
      bind(elements[index], single.begin())
      try single.run()
      try settled(elements[index..<index + 1], single.changes)
      index += 1
    }
  }
}
