import KithCore

/// Reads vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), one record per card.
///
/// Each property is a child with the property's name in capitals, repeated when it repeats: `value`, `type` (words
/// joined by commas, small), `pref`; `N` has `family given additional prefix suffix`, `ADR` `box extended street city
/// region postcode country`, `ORG` `value` and `unit`. Pictures, sounds and keys are left out. Rejected are cards that
/// do not end and lines outside cards (`syntax`), `encoding`, `size`.
public final class VCardReader: RecordReader {
  private let input: InputBuffer
  private let lines: LineInput
  private let limit: Int
  public let dialect: FileDialect
  public private(set) var position: Int
  public private(set) var nextPosition: Int
  private var rawLength = 0
  private var oversized: [UInt8]?

  init(_ input: InputBuffer, dialect: FileDialect, position: Int, options: ReadingOptions) {
    self.input = input
    self.dialect = dialect
    limit = options.recordLimit(default: 16 << 20)
    lines = LineInput(input, limit: limit, isGrowing: options.isGrowing)
    self.position = position
    nextPosition = position
  }

  public var columns: [String]? { nil }
  public var offset: Int64 { input.offset }
  public var rawContext: String? { nil }
  public var rawBytes: [UInt8] { oversized ?? [UInt8](input.behind(rawLength)) }

  public func next(into record: RawRecord) throws(KithError) -> ReadStep {
    oversized = nil
    guard try skipBlankLines() else { return .end }
    switch try frame() {
    case .card(let length, let count): return read(length, lines: count, into: record)
    case .stray(let length, let count):
      take(length, lines: count)
      return .reject(code: "syntax", reason: "Text outside a card; a card begins with BEGIN:VCARD")
    case .unended(let length, let count):
      take(length, lines: count)
      return .reject(code: "syntax", reason: "The card has no END:VCARD")
    case .incomplete: return .incomplete
    case .oversized: return try skipCard()
    }
  }

  private func take(_ length: Int, lines count: Int) {
    input.consume(length)
    rawLength = length
    position = nextPosition
    nextPosition += count
  }

  // MARK: finding the card

  private enum Frame {
    case card(length: Int, lines: Int)
    case stray(length: Int, lines: Int)
    case unended(length: Int, lines: Int)
    case incomplete, oversized
  }

  private func skipBlankLines() throws(KithError) -> Bool {
    while true {
      switch try lines.line() {
      case .found(let length, let total) where input.slice(0..<length).allSatisfy(JSONSniffer.isBlank):
        input.consume(total)
        nextPosition += 1
      case .end: return false
      default: return true
      }
    }
  }

  /// Finds where the card that begins with the window ends. Cards within cards (AGENT in 2.1) belong to it.
  private func frame() throws(KithError) -> Frame {
    var at = 0
    var count = 0
    var depth = 0
    var isAfterAgent = false
    while true {
      let length: Int
      let total: Int
      switch try lines.line(from: at) {
      case .found(let found, let all): (length, total) = (found, all)
      case .incomplete: return .incomplete
      case .oversized: return .oversized
      case .end:
        if lines.isGrowing { return .incomplete }
        return depth == 0 ? .stray(length: at, lines: count) : .unended(length: at, lines: count)
      }
      if at + total > limit { return .oversized }
      let line = input.slice(at..<(at + length))
      if Self.says(line, "BEGIN:VCARD") {
        if depth == 0, at > 0 { return .stray(length: at, lines: count) }
        if depth > 0, !isAfterAgent { return .unended(length: at, lines: count) }
        depth += 1
      } else if depth > 0, Self.says(line, "END:VCARD") {
        depth -= 1
        if depth == 0 { return .card(length: at + total, lines: count + 1) }
      }
      isAfterAgent = Self.says(UnsafeBufferPointer(rebasing: line.prefix(5)), "AGENT")
      at += total
      count += 1
    }
  }

  private func skipCard() throws(KithError) -> ReadStep {
    try input.fill(to: keptOfOversized)
    let kept = [UInt8](input.slice(0..<min(keptOfOversized, input.count)))
    oversized = kept
    position = nextPosition
    reading: while true {
      switch try lines.line() {
      case .oversized: _ = try lines.skipOversized()
      case .found(let length, let total):
        let isEnd = Self.says(input.slice(0..<length), "END:VCARD")
        input.consume(total)
        nextPosition += 1
        if isEnd { break reading }
        continue
      case .end, .incomplete: break reading
      }
      nextPosition += 1
    }
    return .reject(code: "size", reason: LineInput.sizeReason("card", limit))
  }

  /// Whether a line is these capital letters, whatever its case and the blanks after it.
  static func says(_ line: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard line.count >= count else { return false }
    for index in 0..<count {
      let byte = line[index]
      let upper = byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
      if upper != word.utf8Start[index] { return false }
    }
    return line[count...].allSatisfy(JSONSniffer.isBlank)
  }

  // MARK: reading it

  private func read(_ length: Int, lines count: Int, into record: RawRecord) -> ReadStep {
    take(length, lines: count)
    let text = input.behind(length)
    if let base = text.baseAddress, let bad = UTF8Check.firstInvalid(base, length), !Self.namesCharset(text) {
      return .reject(code: "encoding", reason: "Not UTF-8 at byte \(bad + 1) of the card: 0x\(hex(text[bad]))")
    }
    record.reset()
    record.begin(.object)
    var depth = 0
    for line in VCardLines(text) {
      guard let property = VCardProperty(line) else {
        return .reject(code: "syntax", reason: "A line of the card has no colon: it is no property")
      }
      if property.name == "BEGIN" { depth += 1 } else if property.name == "END" { depth -= 1 }
      // A card within the card is another person's.
      if depth == 1 { property.add(to: record) }
    }
    record.end()
    record.position = position
    return .record
  }

  /// Properties with a CHARSET may be written in it.
  private static func namesCharset(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    String(decoding: text, as: UTF8.self).uppercased().contains("CHARSET=")
  }
}
