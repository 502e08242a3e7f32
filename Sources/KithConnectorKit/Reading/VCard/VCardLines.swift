/// The logical lines of a card: folded lines (RFC 6350, 3.2) and the soft line breaks of quoted-printable (2.1) put
/// together again.
struct VCardLines: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  mutating func next() -> [UInt8]? {
    while index < text.count {
      var line = physical()
      if line.isEmpty { continue }
      let isQuotedPrintable = Self.isQuotedPrintable(line)
      while index < text.count {
        if isQuotedPrintable, line.last == 0x3D {
          line.removeLast()
          var more = physical()[...]
          while let first = more.first, first == 0x20 || first == 0x09 { more = more.dropFirst() }
          line += more
        } else if text[index] == 0x20 || text[index] == 0x09 {
          line += physical().dropFirst()
        } else {
          break
        }
      }
      if line.contains(where: { !JSONSniffer.isBlank($0) }) { return line }
    }
    return nil
  }

  /// The next line of the file, without its line end.
  private mutating func physical() -> [UInt8] {
    let start = index
    var end = start
    while end < text.count, text[end] != 0x0A { end += 1 }
    index = Swift.min(end + 1, text.count)
    if end > start, text[end - 1] == 0x0D { end -= 1 }
    return Array(text[start..<end])
  }

  private static func isQuotedPrintable(_ line: [UInt8]) -> Bool {
    guard let colon = line.firstIndex(of: 0x3A) else { return false }
    return String(decoding: line[..<colon], as: UTF8.self).uppercased().contains("QUOTED-PRINTABLE")
  }
}
