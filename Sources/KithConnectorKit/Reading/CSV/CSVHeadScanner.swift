/// Reads the first rows of a file with columns, in memory, to find out how it is written. More lenient than the
/// reader: a row whose quotes are broken is cut like one without quotes.
struct CSVHeadScanner {
  let text: [UInt8]
  let delimiter: UInt8
  let quote: UInt8?
  let lineEnd: UInt8

  struct Row {
    var start: Int
    /// After the line end.
    var end: Int
    var count: Int
    /// Lines before the row, and those it takes.
    var line: Int
    var lines: Int
    var isTerminated: Bool
  }

  struct Position {
    var index = 0
    var line = 0
  }

  static let rowLimit = 1_000

  func skipLines(_ count: Int) -> Position {
    var position = Position()
    while position.line < count, position.index < text.count {
      position.index = text[position.index...].firstIndex(of: lineEnd).map { $0 + 1 } ?? text.count
      position.line += 1
    }
    return position
  }

  /// All rows that are not blank.
  func rows(from start: Position) -> [Row] {
    var position = start
    var rows: [Row] = []
    while position.index < text.count, rows.count < Self.rowLimit {
      var row = row(at: position, quoted: true) ?? row(at: position, quoted: false)
      row?.line = position.line
      guard let row else { break }
      if !isBlank(row) { rows.append(row) }
      position.index = row.end
      position.line += row.lines
    }
    return rows
  }

  func fields(_ row: Row) -> [String] {
    var result: [String] = []
    walk(row.start, quoted: true) { result.append(unquoted($0)) }
    if result.count != row.count {
      result = []
      walk(row.start, quoted: false) { result.append(unquoted($0)) }
    }
    return result
  }

  /// Rows whose quotes at the beginning of fields are properly closed, and rows where they are not.
  func quoteUse() -> (proper: Int, broken: Int) {
    var result = (proper: 0, broken: 0)
    for row in rows(from: Position()) {
      var hasQuote = false
      walk(row.start, quoted: false) { range in
        if let first = text[range].first, first == quote { hasQuote = true }
      }
      guard hasQuote else { continue }
      // Text over several lines proves nothing: a loose quote finds another one sooner or later.
      guard let closed = self.row(at: Position(index: row.start), quoted: true) else {
        result.broken += 1
        continue
      }
      if closed.lines == 1 { result.proper += 1 }
    }
    return result
  }

  private func isBlank(_ row: Row) -> Bool { text[row.start..<row.end].allSatisfy { $0 == 0x0A || $0 == 0x0D } }

  private func row(at position: Position, quoted: Bool) -> Row? {
    var count = 0
    guard let end = walk(position.index, quoted: quoted, { _ in count += 1 }) else { return nil }
    var lines = 0
    for byte in text[position.index..<end] where byte == lineEnd { lines += 1 }
    let isTerminated = end > position.index && text[end - 1] == lineEnd
    return Row(
      start: position.index, end: end, count: count, line: position.line, lines: max(lines, 1),
      isTerminated: isTerminated)
  }

  /// Calls `field` for each field of the row at `start`; returns where the next row begins, nil when a quote is broken
  /// or runs over more lines than a header's would.
  @discardableResult
  private func walk(_ start: Int, quoted: Bool, _ field: (Range<Int>) -> Void) -> Int? {
    var index = start
    while true {
      let begin = index
      if quoted, let quote, index < text.count, text[index] == quote {
        guard let end = closing(after: index, quote) else { return nil }
        index = end
        if index < text.count, text[index] == 0x0D, lineEnd == 0x0A { index += 1 }
        guard index == text.count || text[index] == delimiter || text[index] == lineEnd else { return nil }
      } else {
        while index < text.count, text[index] != delimiter, text[index] != lineEnd { index += 1 }
      }
      field(begin..<index)
      if index == text.count { return index }
      index += 1
      if text[index - 1] == lineEnd { return index }
    }
  }

  /// The index after the quote that closes the one at `open`.
  private func closing(after open: Int, _ quote: UInt8) -> Int? {
    var index = open + 1
    var lines = 0
    while index < text.count {
      let byte = text[index]
      if byte == lineEnd {
        lines += 1
        if lines > 50 { return nil }
      }
      index += 1
      guard byte == quote else { continue }
      guard index < text.count, text[index] == quote else { return index }
      index += 1
    }
    return nil
  }

  private func unquoted(_ range: Range<Int>) -> String {
    var bytes = text[range]
    if bytes.last == 0x0D { bytes = bytes.dropLast() }
    if let quote, bytes.count >= 2, bytes.first == quote, bytes.last == quote {
      var plain: [UInt8] = []
      var skip = false
      for byte in bytes.dropFirst().dropLast() {
        if byte == quote, !skip {
          skip = true
          continue
        }
        skip = false
        plain.append(byte)
      }
      return trimmed(plain[...])
    }
    return trimmed(bytes)
  }

  private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    let start = bytes.firstIndex { !isBlank($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }
}
