import KithCore

/// Cuts the window of an `InputBuffer` into lines, for all formats that consist of them.
struct LineInput {
  enum Line: Equatable {
    /// `length` without the line end, `total` with it. Not used up yet.
    case found(length: Int, total: Int)
    /// Longer than the limit.
    case oversized
    /// A growing file ends within this line.
    case incomplete
    case end
  }

  let input: InputBuffer
  /// LF (a CR before it belongs to the line end) or CR.
  let lineEnd: UInt8
  /// Bytes without the line end.
  let limit: Int
  let isGrowing: Bool

  init(_ input: InputBuffer, lineEnd: UInt8 = 0x0A, limit: Int, isGrowing: Bool) {
    self.input = input
    self.lineEnd = lineEnd
    self.limit = limit
    self.isGrowing = isGrowing
  }

  /// The line that begins `from` bytes after the window's start.
  func line(from start: Int = 0) throws(KithError) -> Line {
    var scanned = start
    while true {
      if let found = input.index(of: lineEnd, from: scanned) {
        let length = withoutReturn(found, from: start) - start
        return length > limit ? .oversized : .found(length: length, total: found + 1 - start)
      }
      scanned = input.count
      // A CR at the end may belong to the line end.
      if scanned - start > limit + 1 { return .oversized }
      if input.hasEnded {
        guard scanned > start else { return .end }
        if isGrowing { return .incomplete }
        let length = withoutReturn(scanned, from: start) - start
        return length > limit ? .oversized : .found(length: length, total: scanned - start)
      }
      try input.fillMore()
    }
  }

  /// The end of a line's text when its line end begins at `end`.
  @inline(__always)
  func withoutReturn(_ end: Int, from start: Int = 0) -> Int {
    end > start && lineEnd == 0x0A && input.start[end - 1] == 0x0D ? end - 1 : end
  }

  /// Uses up a line of any length; returns what is kept of it.
  func skipOversized() throws(KithError) -> [UInt8] {
    try input.fill(to: keptOfOversized)
    let kept = [UInt8](input.slice(0..<min(keptOfOversized, input.count, limit)))
    while true {
      if let found = input.index(of: lineEnd) {
        input.consume(found + 1)
        return kept
      }
      input.consume(input.count)
      if input.hasEnded { return kept }
      try input.fillMore()
    }
  }

  static func sizeReason(_ what: String, _ limit: Int) -> String {
    "The \(what) is longer than the limit; allowed: \(limit) bytes (max_record_bytes)"
  }
}
