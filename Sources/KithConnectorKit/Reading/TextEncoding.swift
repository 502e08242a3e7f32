/// How a file's text is written.
public enum TextEncoding: String, Sendable, Codable, CaseIterable {
  case utf8 = "utf-8"
  case utf16le = "utf-16le"
  case utf16be = "utf-16be"
  case latin1 = "latin-1"
  case windows1252 = "windows-1252"

  /// The encoding by its name as people write it: case, `-` and `_` do not count.
  public init?(name: String) {
    let plain = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
    switch plain {
    case "utf8": self = .utf8
    case "utf16le", "utf16", "ucs2": self = .utf16le
    case "utf16be": self = .utf16be
    case "latin1", "iso88591": self = .latin1
    case "windows1252", "cp1252", "ansi": self = .windows1252
    default: return nil
    }
  }

  /// Tells the encoding from a file's first bytes: a byte order mark, the pattern of NUL bytes in UTF-16, else UTF-8
  /// unless the bytes speak against it. A few broken characters do not: when nine of ten characters beyond ASCII
  /// are UTF-8 the file is, and its broken lines are rejected.
  public static func detect(_ head: [UInt8]) -> TextEncoding {
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if head.starts(with: [0xFF, 0xFE]) { return .utf16le }
    if head.starts(with: [0xFE, 0xFF]) { return .utf16be }
    if let wide = byNULs(head) { return wide }
    let (valid, broken) = countUTF8(head)
    return broken == 0 || valid >= 9 * broken ? .utf8 : .windows1252
  }

  private static func byNULs(_ head: [UInt8]) -> TextEncoding? {
    var even = 0
    var odd = 0
    let sample = head.prefix(4_096)
    for (index, byte) in sample.enumerated() where byte == 0 {
      if index % 2 == 0 { even += 1 } else { odd += 1 }
    }
    let half = sample.count / 2
    guard half >= 2 else { return nil }
    if odd * 3 > half, even * 20 < half { return .utf16le }
    if even * 3 > half, odd * 20 < half { return .utf16be }
    return nil
  }

  /// Characters beyond ASCII that are UTF-8, and bytes that are not. What the end of the sample cuts off is neither.
  private static func countUTF8(_ head: [UInt8]) -> (valid: Int, broken: Int) {
    head.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return (0, 0) }
      var valid = 0
      var broken = 0
      var index = 0
      while index < bytes.count {
        if base[index] < 0x80 {
          index += 1
          continue
        }
        switch UTF8Check.sequence(base + index, bytes.count - index) {
        case .valid(let length):
          valid += 1
          index += length
        case .cutOff: return (valid, broken)
        case .invalid:
          broken += 1
          index += 1
        }
      }
      return (valid, broken)
    }
  }

  /// How many bytes of the file became these UTF-8 bytes.
  func sourceLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    switch self {
    case .utf8: return bytes.count
    case .latin1, .windows1252:
      var count = 0
      for byte in bytes { count &+= byte & 0xC0 == 0x80 ? 0 : 1 }
      return count
    case .utf16le, .utf16be:
      var count = 0
      for byte in bytes { count &+= byte & 0xC0 == 0x80 ? 0 : (byte >= 0xF0 ? 4 : 2) }
      return count
    }
  }
}
