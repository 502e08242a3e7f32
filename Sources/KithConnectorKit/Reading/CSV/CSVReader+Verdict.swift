/// An unclosed quote, or text over several lines? Both look the same as long as a later quote happens to stand where a
/// field ends.
///
/// Evidence for the unclosed quote: the first line has the right number of fields when its quote is taken literally,
/// and the following lines look like records by themselves. When the record comes out with a wrong number of fields,
/// either is enough. When it comes out right, both are needed; and as text may look like that by accident in a file of
/// few columns, there the last line must also use quotes as a record would (a text's end leaves a closing quote
/// without an opening one), or reading on must work only from the second line and not from the record's end.
extension CSVReader {
  enum Verdict { case text, swallowed, needsMore }

  /// `first` and `firstTotal`: the first line without and with its line end; `end` and `next` the same for the record.
  func verdict(
    first: Int, firstTotal: Int, end: Int, next: Int, open: (field: Int, start: Int)
  ) -> Verdict {
    let isRight = fields.count == expected
    let literal = open.field + 1 + count(of: csv.delimiter, open.start..<first)
    let others = shapes(firstTotal..<end)
    guard others.lines > 0, expected > 1 else { return .text }
    if !isRight {
      let inner = others.alike - (others.last.count == expected ? 1 : 0)
      let lastIsRecord = others.last.count == expected && others.last.isClean
      return literal == expected || inner > 0 || lastIsRecord ? .swallowed : .text
    }
    guard literal == expected else { return .text }
    if others.alike == others.lines && others.last.isClean { return .swallowed }
    if expected >= 5 && others.alike * 2 > others.lines { return .swallowed }
    return compareReadings(second: firstTotal, next: next)
  }

  /// Whether a record begins with the second line, and none after the record.
  private func compareReadings(second: Int, next: Int) -> Verdict {
    switch looksLikeRecord(at: second) {
    case nil: return .needsMore
    case false?: return .text
    case true?: break
    }
    switch looksLikeRecord(at: next) {
    case nil: return .needsMore
    case false?: return .swallowed
    case true?: return .text
    }
  }

  private struct Shapes {
    var lines = 0
    /// Lines with the right number of fields.
    var alike = 0
    var last = LineShape()
  }

  private func shapes(_ range: Range<Int>) -> Shapes {
    var result = Shapes()
    var start = range.lowerBound
    while start < range.upperBound {
      let next = min(input.index(of: lines.lineEnd, from: start) ?? range.upperBound, range.upperBound)
      let text = lines.withoutReturn(next, from: start)
      if text > start {
        result.last = shape(start..<text)
        result.lines += 1
        if result.last.count == expected { result.alike += 1 }
      }
      start = next + 1
    }
    return result
  }

  private struct LineShape {
    /// 0 when the quotes are wrong.
    var count = 0
    /// Quotes stand only around fields.
    var isClean = true
  }

  /// A line taken by itself.
  private func shape(_ range: Range<Int>) -> LineShape {
    let base = input.start
    var index = range.lowerBound
    var shape = LineShape()
    while true {
      shape.count += 1
      if index < range.upperBound, base[index] == quote {
        index += 1
        while true {
          while index < range.upperBound, base[index] != quote { index += 1 }
          guard index < range.upperBound else { return LineShape(isClean: false) }
          index += 1
          guard index < range.upperBound, base[index] == quote else { break }
          index += 1
        }
      } else {
        while index < range.upperBound, base[index] != csv.delimiter {
          if base[index] == quote { shape.isClean = false }
          index += 1
        }
      }
      if index == range.upperBound { return shape }
      guard base[index] == csv.delimiter else { return LineShape(isClean: false) }
      index += 1
    }
  }

  private func count(of byte: UInt8, _ range: Range<Int>) -> Int {
    var count = 0
    for index in range where input.start[index] == byte { count += 1 }
    return count
  }
}
