import KithCore

/// Reads JSON: one object per line, the items of an array anywhere in a document, or objects one after the other.
///
/// Rejected are: `syntax` (with byte and reason; also nesting beyond 64 levels and items that are no objects),
/// `encoding`, `size`. After a broken item in an array reading goes on where the next one begins; when that cannot be
/// told, `next` throws.
public final class JSONReader: RecordReader {
  let input: InputBuffer
  public let dialect: FileDialect
  let layout: JSONLayout
  let lines: LineInput
  var limit: Int { lines.limit }
  var isGrowing: Bool { lines.isGrowing }

  /// Where reading stands in an array.
  enum Place { case beforeArray, beforeItem, afterItem, afterArray, resumed }
  var place: Place
  /// Blanks between the last line end and the item; nil when something else stands before it.
  var indentation: Int? = 0

  public internal(set) var position: Int
  public internal(set) var nextPosition: Int
  private var rawLength = 0
  private var rawBack = 0
  private var oversized: [UInt8]?
  private let empty = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  init(_ input: InputBuffer, dialect: FileDialect, position: Int, options: ReadingOptions) {
    self.input = input
    self.dialect = dialect
    layout = dialect.layout ?? .values
    lines = LineInput(input, limit: options.recordLimit(default: 16 << 20), isGrowing: options.isGrowing)
    place = input.beganAtStart ? .beforeArray : .resumed
    self.position = position
    nextPosition = position
    empty.pointee = 0
  }

  deinit { empty.deallocate() }

  public var columns: [String]? { nil }
  public var offset: Int64 {
    if case .array = layout, place == .beforeArray { return 0 }
    return input.offset
  }
  public var rawContext: String? { nil }
  public var rawBytes: [UInt8] { oversized ?? [UInt8](input.behind(rawLength, back: rawBack)) }

  public func next(into record: RawRecord) throws(KithError) -> ReadStep {
    oversized = nil
    switch layout {
    case .lines: return try nextLine(into: record)
    case .values: return try nextValue(into: record)
    case .array(let path): return try nextItem(path, into: record)
    }
  }

  // MARK: one object per line

  private func nextLine(into record: RawRecord) throws(KithError) -> ReadStep {
    while true {
      switch try lines.line() {
      case .end: return .end
      case .incomplete: return .incomplete
      case .oversized:
        oversized = try lines.skipOversized()
        count()
        return .reject(code: "size", reason: LineInput.sizeReason("line", limit))
      case .found(let length, let total):
        let text = input.slice(0..<length)
        if text.allSatisfy(JSONSniffer.isBlank) {
          input.consume(total)
          nextPosition += 1
          continue
        }
        let problem = parseLine(text, into: record)
        take(length: length, total: total)
        if let problem { return .reject(code: problem.code, reason: problem.reason) }
        record.position = position
        return .record
      }
    }
  }

  private func parseLine(_ text: UnsafeBufferPointer<UInt8>, into record: RawRecord) -> Problem? {
    record.reset()
    var parser = JSONParser(text, into: record, empty: empty)
    parser.skipBlanks()
    let isRead = parser.value()
    if isRead {
      parser.skipBlanks()
      if parser.index < parser.count {
        _ = parser.syntax("nothing may follow the value, but \(parser.shown(text[parser.index])) does")
      }
    }
    switch parser.failure {
    case .cutOff?: return Problem("syntax", "JSON at byte \(text.count + 1) of the line: it ends within a value")
    case .syntax(let at, let reason)?: return Problem("syntax", "JSON at byte \(at + 1) of the line: \(reason)")
    case nil: return check(text, record)
    }
  }

  // MARK: objects one after the other

  private func nextValue(into record: RawRecord) throws(KithError) -> ReadStep {
    guard try skipBlanks() != nil else { return .end }
    return try read(into: record)
  }

  // MARK: any value in the window

  struct Problem {
    let code: String
    let reason: String
    init(_ code: String, _ reason: String) {
      self.code = code
      self.reason = reason
    }
  }

  /// Reads the value that begins with the window.
  func read(into record: RawRecord) throws(KithError) -> ReadStep {
    while true {
      record.reset()
      let window = input.slice(0..<input.count)
      var parser = JSONParser(window, into: record, empty: empty)
      _ = parser.value()
      let used = parser.index
      switch parser.failure {
      case nil:
        if used > limit { return try rejectOversized() }
        let problem = check(input.slice(0..<used), record)
        take(length: used, total: used)
        if let problem { return .reject(code: problem.code, reason: problem.reason) }
        record.position = position
        return .record
      case .cutOff?:
        if input.count > limit { return try rejectOversized() }
        if input.hasEnded { return try endWithin() }
        try input.fillMore()
      case .syntax(let at, let reason)?:
        return try rejectBroken(at: at, reason)
      }
    }
  }

  /// What is wrong with a value that is JSON.
  private func check(_ text: UnsafeBufferPointer<UInt8>, _ record: RawRecord) -> Problem? {
    if let base = text.baseAddress, let bad = UTF8Check.firstInvalid(base, text.count) {
      return Problem("encoding", "Not UTF-8 at byte \(bad + 1) of the record: 0x\(hex(text[bad]))")
    }
    guard record.kind(of: record.root) == .object else {
      return Problem("syntax", "A record must be an object, this is of kind \(record.kind(of: record.root))")
    }
    return nil
  }

  private func endWithin() throws(KithError) -> ReadStep {
    if isGrowing { return .incomplete }
    if case .values = layout {
      let length = input.count
      take(length: length, total: length)
      return .reject(code: "syntax", reason: "JSON: the file ends within the value")
    }
    throw endsEarly()
  }

  func endsEarly() -> KithError {
    KithError(
      .transient, "The JSON file ends before its array does: is it still being written?", place: "item \(nextPosition)",
      fix: "Kith reads it again at the next run; if it stays like this, export the file again.")
  }

  /// Uses up a value; it is what `rawBytes` gives.
  func take(length: Int, total: Int) {
    input.consume(total)
    rawLength = length
    rawBack = total - length
    indentation = nil
    count()
  }

  func keep(_ raw: [UInt8]) { oversized = raw }

  func count() {
    position = nextPosition
    nextPosition += 1
  }

  /// Uses up blanks; the byte that follows, nil at the end.
  func skipBlanks() throws(KithError) -> UInt8? {
    while true {
      let start = input.start
      let count = input.count
      var index = 0
      while index < count, JSONSniffer.isBlank(start[index]) {
        if start[index] == 0x0A { indentation = 0 } else if let blanks = indentation { indentation = blanks + 1 }
        index += 1
      }
      let byte: UInt8? = index < count ? start[index] : nil
      input.consume(index)
      if let byte { return byte }
      if input.hasEnded { return nil }
      try input.fill(to: 1)
    }
  }
}
