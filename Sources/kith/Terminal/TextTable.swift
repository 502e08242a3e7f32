/// A table for people to read in a terminal: columns as wide as their widest cell, numbers to the right.
struct TextTable {
  enum Alignment { case left, right }

  var header: [String]
  var alignments: [Alignment]
  var rows: [[String]] = []
  /// Cells wider than this are cut, with an ellipsis.
  var widest = 48

  init(_ columns: [(String, Alignment)]) {
    header = columns.map(\.0)
    alignments = columns.map(\.1)
  }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  func text(indent: String = "  ") -> String {
    let cells = ([header] + rows).map { $0.map(cut) }
    var widths = [Int](repeating: 0, count: header.count)
    for row in cells {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    return cells.map { row in
      let line = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return alignments[column] == .right ? padding + cell : cell + padding
      }
      return indent + line.joined(separator: "  ").trimmedEnd
    }.joined(separator: "\n")
  }

  private func cut(_ cell: String) -> String {
    let line = cell.map { $0.isNewline ? " " : $0 }
    return line.count <= widest ? String(line) : String(line.prefix(widest - 1)) + "…"
  }
}

extension String {
  var trimmedEnd: String {
    var view = self[...]
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}

/// 1234567 as `1,234,567`.
func grouped(_ number: some BinaryInteger) -> String {
  var digits = Array(String(number.magnitude))
  var index = digits.count - 3
  while index > 0 {
    digits.insert(",", at: index)
    index -= 3
  }
  return (number < 0 ? "-" : "") + String(digits)
}
