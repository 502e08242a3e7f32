import GRDB
import KithCore

/// Inserts many rows with one statement per group of rows: opening a table costs as much as writing a small row.
struct BulkInsert {
  private let group: FastStatement
  private let single: FastStatement
  private let rows: Int

  /// `head` ends with VALUES; `ending` is what follows the rows.
  init(_ head: String, columns: Int, rows: Int, ending: String, in db: Database, arena: BindArena) throws {
    let row = "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
    let all = Array(repeating: row, count: rows).joined(separator: ", ")
    group = try FastStatement("\(head) \(all) \(ending)", in: db, arena: arena)
    single = try FastStatement("\(head) \(row) \(ending)", in: db, arena: arena)
    self.rows = rows
  }

  /// Inserts a row per element; `bind` binds the columns in order.
  func insert<Element>(_ elements: [Element], _ bind: (Element, FastStatement) -> Void) throws {
    var index = 0
    while elements.count - index >= rows {
      group.begin()
      for offset in index..<index + rows { bind(elements[offset], group) }
      try group.run()
      index += rows
    }
    for element in elements[index...] {
      bind(element, single.begin())
      try single.run()
    }
  }
}
