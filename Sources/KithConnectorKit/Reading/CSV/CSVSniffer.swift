import Foundation
import KithCore

/// Finds out how a file with columns is written, from its first bytes.
struct CSVSniffer {
  private let text: [UInt8]
  private let options: ReadingOptions
  /// The text is the whole file, not its beginning.
  private let isWhole: Bool
  private let lineEnd: CSVDialect.LineEnd

  /// `text` is UTF-8 without byte order mark.
  init(_ text: [UInt8], isWhole: Bool, options: ReadingOptions) {
    self.text = text
    self.isWhole = isWhole
    self.options = options
    let hasOnlyReturns = !text.contains(0x0A) && text.dropLast().contains(0x0D)
    lineEnd = hasOnlyReturns ? .cr : .lf
  }

  static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

  func dialect() throws(KithError) -> CSVDialect {
    let delimiter = options.delimiter ?? bestDelimiter()
    let quote = quoteByte(delimiter)
    let scanner = CSVHeadScanner(text: text, delimiter: delimiter, quote: quote, lineEnd: lineEnd.byte)
    let start = scanner.skipLines(options.skipLines ?? 0)
    var rows = completeRows(scanner.rows(from: start))
    if options.skipLines == nil { rows.removeFirst(preambleCount(rows, scanner)) }
    var dialect = CSVDialect(
      columns: [], delimiter: delimiter, quote: quote, lineEnd: lineEnd, trim: options.trim)
    let hasHeader = hasHeader(rows, scanner)
    let headerRows = hasHeader ? max(options.headerRows, 1) : 0
    if rows.isEmpty || rows.count < headerRows { return try withoutHeader(dialect) }
    if let first = rows.first {
      let last = headerRows > 0 ? rows[headerRows - 1] : nil
      dialect.headBytes = last?.end ?? first.start
      dialect.headLines = last.map { $0.line + $0.lines } ?? first.line
      dialect.columns = names(rows, scanner, hasHeader: hasHeader, headerRows: headerRows)
    }
    return dialect
  }

  /// There is no (complete) header: the file is empty or somebody is still writing its first lines.
  private func withoutHeader(_ dialect: CSVDialect) throws(KithError) -> CSVDialect {
    guard isWhole else {
      throw KithError(
        .configuration, "There is no header within the file's first 64 KB", seen: "\(text.count) bytes without one",
        allowed: "a header line", fix: "If the file has none, set header: none and name the columns.")
    }
    var dialect = dialect
    dialect.isHeaderComplete = false
    return dialect
  }

  /// Rows without the last one when more of it may follow.
  private func completeRows(_ rows: [CSVHeadScanner.Row]) -> [CSVHeadScanner.Row] {
    guard let last = rows.last, !last.isTerminated, !isWhole || options.isGrowing else { return rows }
    return rows.dropLast()
  }

  // MARK: delimiter and quote

  private func bestDelimiter() -> UInt8 {
    if options.format == .tsv { return 0x09 }
    var best: (delimiter: UInt8, score: Double) = (0x2C, 0)
    for delimiter in Self.delimiters {
      let scanner = CSVHeadScanner(text: text, delimiter: delimiter, quote: quoteByte(delimiter), lineEnd: lineEnd.byte)
      var rows = scanner.rows(from: scanner.skipLines(options.skipLines ?? 0))
      if rows.count > 1, rows.last?.isTerminated == false, !isWhole { rows.removeLast() }
      let score = score(rows)
      if score > best.score { best = (delimiter, score) }
    }
    return best.delimiter
  }

  /// The share of rows with the most frequent number of fields, when that is at least two. More fields, and a first
  /// row that has as many, count a little.
  private func score(_ rows: [CSVHeadScanner.Row]) -> Double {
    let usual = usualCount(rows)
    guard usual > 1, !rows.isEmpty else { return 0 }
    if let names = options.columns, names.count == usual { return 1_000 }
    let alike = rows.count { $0.count == usual }
    let firstAlike = rows.first?.count == usual ? 10.0 : 0
    return Double(alike) / Double(rows.count) * 100 + firstAlike + min(Double(usual), 20) / 2
  }

  private func usualCount(_ rows: [CSVHeadScanner.Row]) -> Int {
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }

  private func quoteByte(_ delimiter: UInt8) -> UInt8? {
    switch options.quoting {
    case .none?: return nil
    case .character(let byte)?: return byte
    case nil where delimiter != 0x09: return 0x22
    case nil:
      let scanner = CSVHeadScanner(text: text, delimiter: delimiter, quote: 0x22, lineEnd: lineEnd.byte)
      let quotes = scanner.quoteUse()
      return quotes.broken > quotes.proper ? nil : 0x22
    }
  }

  // MARK: preamble and header

  /// Leading rows that do not look like the table: titles, with much fewer fields or with only one that is filled.
  private func preambleCount(_ rows: [CSVHeadScanner.Row], _ scanner: CSVHeadScanner) -> Int {
    let usual = options.columns?.count ?? usualCount(rows)
    guard usual > 1, rows.count > 1 else { return 0 }
    var skipped = 0
    for row in rows.prefix(50) {
      let isShort = row.count == 1 || row.count * 2 < usual
      let isTitle = row.count == usual && usual > 2 && scanner.fields(row).count { !$0.isEmpty } <= 1
      guard isShort || isTitle else { return skipped }
      skipped += 1
    }
    // Nothing but such rows: the guess was wrong.
    return skipped == rows.count ? 0 : skipped
  }

  private func hasHeader(_ rows: [CSVHeadScanner.Row], _ scanner: CSVHeadScanner) -> Bool {
    switch options.header {
    case .none: return false
    case .present: return true
    case .auto: break
    }
    guard let first = rows.first else { return options.columns == nil }
    let names = scanner.fields(first)
    if let columns = options.columns {
      return names.map { $0.lowercased() } == columns.map { $0.lowercased() }
    }
    let others = rows.dropFirst().prefix(50).map { scanner.fields($0) }
    for (index, name) in names.enumerated() {
      guard let shape = ValueShape(name) else { continue }
      let values = others.compactMap { index < $0.count && !$0[index].isEmpty ? $0[index] : nil }
      let alike = values.count { ValueShape($0) == shape }
      // A value where a name should be, in a column of such values (or with nothing to compare with).
      if alike * 10 >= values.count * 8 { return false }
    }
    return true
  }

  private func names(
    _ rows: [CSVHeadScanner.Row], _ scanner: CSVHeadScanner, hasHeader: Bool, headerRows: Int
  ) -> [String] {
    if let columns = options.columns, !columns.isEmpty { return CSVDialect.distinctNames(columns) }
    let data = rows.dropFirst(headerRows)
    guard hasHeader, let header = rows.first else {
      return CSVDialect.distinctNames(Array(repeating: "", count: max(usualCount(rows), 1)))
    }
    var names = scanner.fields(header)
    // A separator at the end of the header line alone names no column.
    if names.last?.isEmpty == true, !data.isEmpty, usualCount(Array(data)) == names.count - 1 { names.removeLast() }
    return CSVDialect.distinctNames(names)
  }
}

/// Kinds of values that names of columns are not.
enum ValueShape: Equatable {
  case number, date, address

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    if bytes.contains(0x40), bytes.contains(0x2E), !bytes.contains(0x20) {
      self = .address
      return
    }
    var digits = 0
    for byte in bytes {
      switch byte {
      case 0x30...0x39: digits += 1
      case 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x20, 0x54, 0x5A: continue  // + , - . / : blank T Z
      default: return nil
      }
    }
    guard digits > 0 else { return nil }
    self = digits >= 6 && bytes.contains { $0 == 0x2D || $0 == 0x2F || $0 == 0x3A } ? .date : .number
  }
}
