import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a field lies in the window.
struct CSVField: BitwiseCopyable {
  var start: Int
  var end: Int
  var hasDoubledQuotes: Bool
}

/// Lines with quotes. A quoted field may run over line ends; a quote that never closes looks the same at first. What
/// tells them apart: such a field must close where a field ends, within bounds, and the record must not swallow lines
/// that are records by themselves (`verdict`). Otherwise the first line alone is rejected and reading goes on with the
/// second.
extension CSVReader {
  /// How many lines a quoted field may run over.
  static let lineLimit = 1_000

  private enum Scan {
    case record(length: Int, total: Int)
    case unclosed(at: Int)
    case inside(at: Int)
    /// The window ends before the record does.
    case needsMore
  }

  /// What a scan found out on its way.
  private struct Run {
    var lines = 1
    /// The first field that runs over a line end: its index and where it begins.
    var firstOpen: (field: Int, start: Int)?
    var hasReachedEnd = false
    /// The next line end, so that it is not looked for again with each field.
    var lineEnd = -1
  }

  func readSpecial(length: Int, total: Int, into record: RawRecord) throws(KithError) -> ReadStep {
    if let nul = input.index(of: 0, before: length) {
      return reject(length: length, total: total, lines: 1, .nul(at: nul))
    }
    while true {
      var run = Run()
      switch scan(&run) {
      case .needsMore:
        try input.fillMore()
      case .unclosed(let at):
        // The rest of the record may not have been written yet.
        if lines.isGrowing, run.hasReachedEnd { return .incomplete }
        return reject(length: length, total: total, lines: 1, .quoteUnclosed(at: at))
      case .inside(let at):
        let problem: CSVProblem = run.lines == 1 ? .quoteInside(at: at) : .quoteUnclosed(at: run.firstOpen?.start ?? at)
        return reject(length: length, total: total, lines: 1, problem)
      case .record(let recordLength, let recordTotal):
        if lines.isGrowing, input.start[recordTotal - 1] != lines.lineEnd { return .incomplete }
        if run.lines > 1, let open = run.firstOpen {
          switch verdict(first: length, firstTotal: total, end: recordLength, next: recordTotal, open: open) {
          case .text: break
          case .swallowed: return reject(length: length, total: total, lines: 1, .quoteUnclosed(at: open.start))
          case .needsMore:
            try input.fillMore()
            continue
          }
          // The verdict may have looked at other records.
          var again = Run()
          _ = scan(&again)
        }
        return finish(length: recordLength, total: recordTotal, lines: run.lines, into: record)
      }
    }
  }

  private func finish(length: Int, total: Int, lines: Int, into record: RawRecord) -> ReadStep {
    guard fields.count == expected else {
      return reject(length: length, total: total, lines: lines, .fieldCount(fields.count, expected))
    }
    if let bad = UTF8Check.firstInvalid(input.start, length) {
      return reject(length: length, total: total, lines: lines, .encoding(at: bad, byte: input.start[bad]))
    }
    if lines > 1, let nul = input.index(of: 0, before: length) {
      return reject(length: length, total: total, lines: lines, .nul(at: nul))
    }
    record.reset()
    record.begin(.object)
    for index in 0..<fields.count {
      let field = fields[index]
      let bytes = input.slice(field.start..<field.end)
      if field.hasDoubledQuotes {
        record.text(unquoting: bytes, quote: quote)
      } else {
        record.text(bytes)
      }
    }
    record.end()
    if csv.trim { record.trimLeaves() }
    accept(length: length, total: total, lines: lines, record)
    return .record
  }

  // MARK: scanning

  /// Finds the fields of the record that begins `start` bytes after the window's start.
  private func scan(_ run: inout Run, from start: Int = 0) -> Scan {
    fields.removeAll()
    let base = input.start
    var index = start
    while true {
      let begin = csv.trim ? skipBlanks(index) : index
      if quote != 0, begin < input.count, base[begin] == quote {
        var doubled = false
        guard let close = closingQuote(after: begin, &run, &doubled) else {
          return run.hasReachedEnd && !input.hasEnded ? .needsMore : .unclosed(at: begin)
        }
        fields.append(CSVField(start: begin + 1, end: close, hasDoubledQuotes: doubled))
        index = csv.trim ? skipBlanks(close + 1) : close + 1
        switch ending(at: index) {
        case .delimiter: index += 1
        case .line(let length): return .record(length: index, total: index + length)
        case .none: return .inside(at: close)
        case .unknown: return .needsMore
        }
      } else {
        let end = fieldEnd(from: index)
        let text = end < input.count && base[end] == csv.delimiter ? end : lines.withoutReturn(end)
        fields.append(CSVField(start: index, end: max(text, index), hasDoubledQuotes: false))
        if end == input.count { return input.hasEnded ? .record(length: text, total: end) : .needsMore }
        if base[end] == lines.lineEnd { return .record(length: text, total: end + 1) }
        index = end + 1
      }
    }
  }

  /// The index of the quote that closes the one at `open`; nil when there is none within bounds.
  private func closingQuote(after open: Int, _ run: inout Run, _ doubled: inout Bool) -> Int? {
    var index = open + 1
    while true {
      let found = input.index(of: quote, from: index)
      let end = found ?? input.count
      if run.lineEnd < open { run.lineEnd = input.index(of: lines.lineEnd, from: open) ?? input.count }
      while run.lineEnd < end {
        run.lines += 1
        if run.firstOpen == nil { run.firstOpen = (fields.count, open) }
        if run.lines > Self.lineLimit { return nil }
        run.lineEnd = input.index(of: lines.lineEnd, from: run.lineEnd + 1) ?? input.count
      }
      if end - open > lines.limit { return nil }
      guard let found, found + 1 < input.count || input.hasEnded else {
        run.hasReachedEnd = true
        return nil
      }
      guard found + 1 < input.count, input.start[found + 1] == quote else { return found }
      doubled = true
      index = found + 2
    }
  }

  private enum Ending {
    case delimiter
    case line(Int)
    case none, unknown
  }

  private func ending(at index: Int) -> Ending {
    guard index < input.count else { return input.hasEnded ? .line(0) : .unknown }
    let byte = input.start[index]
    if byte == csv.delimiter { return .delimiter }
    if byte == lines.lineEnd { return .line(1) }
    guard byte == 0x0D else { return .none }
    guard index + 1 < input.count else { return input.hasEnded ? .line(1) : .unknown }
    return input.start[index + 1] == 0x0A ? .line(2) : .none
  }

  @inline(__always)
  private func fieldEnd(from index: Int) -> Int {
    let base = input.start
    let count = input.count
    var index = index
    while index < count, base[index] != csv.delimiter, base[index] != lines.lineEnd { index &+= 1 }
    return index
  }

  private func skipBlanks(_ index: Int) -> Int {
    var index = index
    while index < input.count, input.start[index] == 0x20 || input.start[index] == 0x09,
      input.start[index] != csv.delimiter
    {
      index += 1
    }
    return index
  }

  /// Whether a record with the right number of fields begins there, or the file ends; nil when the window ends before
  /// that can be told.
  func looksLikeRecord(at start: Int) -> Bool? {
    var start = start
    while start < input.count, input.start[start] == 0x0A || input.start[start] == 0x0D { start += 1 }
    if start == input.count { return input.hasEnded ? true : nil }
    var run = Run()
    switch scan(&run, from: start) {
    case .record: return fields.count == expected
    case .unclosed, .inside: return false
    case .needsMore: return nil
    }
  }
}
