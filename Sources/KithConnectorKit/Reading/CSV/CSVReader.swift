import KithCore

/// Reads files with columns (RFC 4180 and what goes by that name), record by record.
///
/// A record becomes a flat object without names in the order of `columns`. Rejected are: `field_count` (more or fewer
/// fields than columns), `quote` (a quote that does not close, or not where a field ends), `encoding` (not UTF-8),
/// `syntax` (NUL bytes), `size`. A reject costs its own line and no other.
public final class CSVReader: RecordReader {
  let input: InputBuffer
  let csv: CSVDialect
  public let dialect: FileDialect
  let quote: UInt8
  let lines: LineInput
  let expected: Int
  private let splitter: CSVSplitter
  private let ends: UnsafeMutablePointer<Int32>
  /// The fields of a record with quotes.
  let fields = GrowingBuffer<CSVField>(capacity: 64)

  public private(set) var position: Int
  public private(set) var nextPosition: Int
  private var rawLength = 0
  private var rawBack = 0
  /// What is kept of a record that was too large to be kept whole.
  private var oversized: [UInt8]?
  public private(set) lazy var rawContext: String? = dialect.json

  init(_ input: InputBuffer, dialect: FileDialect, position: Int, options: ReadingOptions) throws(KithError) {
    guard let csv = dialect.csv else { throw KithError(.bug, "A CSV file's dialect is missing") }
    self.input = input
    self.csv = csv
    self.dialect = dialect
    quote = csv.quote ?? 0
    lines = LineInput(
      input, lineEnd: csv.lineEnd.byte, limit: options.recordLimit(default: 1 << 20), isGrowing: options.isGrowing)
    expected = csv.columns.count
    splitter = CSVSplitter(delimiter: csv.delimiter, quote: quote)
    ends = .allocate(capacity: max(expected, 1))
    self.position = position
    nextPosition = position
    if input.beganAtStart, csv.isHeaderComplete {
      try input.fill(to: csv.headBytes)
      input.consume(min(csv.headBytes, input.count))
      nextPosition += csv.headLines
    }
  }

  deinit {
    ends.deallocate()
    fields.deallocate()
  }

  public var columns: [String]? { csv.isHeaderComplete ? csv.columns : nil }
  public var offset: Int64 { input.offset }
  public var rawBytes: [UInt8] { oversized ?? [UInt8](input.behind(rawLength, back: rawBack)) }

  public func next(into record: RawRecord) throws(KithError) -> ReadStep {
    oversized = nil
    guard csv.isHeaderComplete else { return input.count > 0 && lines.isGrowing ? .incomplete : .end }
    while true {
      switch try lines.line() {
      case .end: return .end
      case .incomplete: return .incomplete
      case .oversized:
        oversized = try lines.skipOversized()
        position = nextPosition
        nextPosition += 1
        return .reject(code: "size", reason: LineInput.sizeReason("line", lines.limit))
      case .found(0, let total):
        input.consume(total)
        nextPosition += 1
      case .found(let length, let total):
        return try read(length: length, total: total, into: record)
      }
    }
  }

  // MARK: records

  private func read(length: Int, total: Int, into record: RawRecord) throws(KithError) -> ReadStep {
    let split = splitter.split(input.start, length, ends: ends, capacity: expected)
    if split.isSpecial { return try readSpecial(length: length, total: total, into: record) }
    if split.count == expected {
      if !split.isASCII, let bad = UTF8Check.firstInvalid(input.start, length) {
        return reject(length: length, total: total, lines: 1, .encoding(at: bad, byte: input.start[bad]))
      }
      record.setFlat(input.slice(0..<length), ends: ends, count: expected)
      if csv.trim { record.trimLeaves() }
      accept(length: length, total: total, lines: 1, record)
      return .record
    }
    return reject(length: length, total: total, lines: 1, .fieldCount(split.count, expected))
  }

  func accept(length: Int, total: Int, lines: Int, _ record: RawRecord) {
    take(length: length, total: total, lines: lines)
    record.position = position
  }

  func reject(length: Int, total: Int, lines: Int, _ problem: CSVProblem) -> ReadStep {
    take(length: length, total: total, lines: lines)
    return .reject(code: problem.code, reason: problem.reason)
  }

  private func take(length: Int, total: Int, lines: Int) {
    input.consume(total)
    rawLength = length
    rawBack = total - length
    position = nextPosition
    nextPosition += lines
  }
}

/// Why a line is not a record.
enum CSVProblem {
  case fieldCount(Int, Int)
  case encoding(at: Int, byte: UInt8)
  case nul(at: Int)
  case quoteUnclosed(at: Int)
  case quoteInside(at: Int)

  var code: String {
    switch self {
    case .fieldCount: "field_count"
    case .encoding: "encoding"
    case .nul: "syntax"
    case .quoteUnclosed, .quoteInside: "quote"
    }
  }

  var reason: String {
    switch self {
    case .fieldCount(let seen, let expected):
      "Too \(seen < expected ? "few" : "many") fields: \(seen); the columns are \(expected)"
    case .encoding(let index, let byte):
      "Not UTF-8 at byte \(index + 1) of the record: 0x\(hex(byte)). If the whole file is written like this, set "
        + "encoding"
    case .nul(let index): "NUL byte at byte \(index + 1) of the record; text has none"
    case .quoteUnclosed(let index):
      "The quote at byte \(index + 1) of the line does not close where a field ends"
    case .quoteInside(let index):
      "The quote at byte \(index + 1) of the line ends a field but no separator follows; a quote inside a quoted field "
        + "is written twice"
    }
  }
}

func hex(_ byte: UInt8) -> String {
  let text = String(byte, radix: 16, uppercase: true)
  return byte < 16 ? "0" + text : text
}
