/// One header line as it comes: name and value without the white space around them; nil for the empty line at the end.
struct HeaderLine {
  let name: String
  let value: String

  init?(_ line: String) {
    guard let colon = line.utf8.firstIndex(of: 0x3A) else { return nil }
    name = Self.trimmed(line[..<colon])
    value = Self.trimmed(line[line.index(after: colon)...])
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    let start = text.utf8.drop(while: isBlank)
    guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(decoding: start[...last], as: UTF8.self)
  }
}
