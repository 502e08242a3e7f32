/// Reads Link headers (RFC 8288, appendix B): commas and semicolons may stand in URLs and in quotes.
struct LinkHeader {
  private let bytes: [UInt8]
  private var index = 0

  /// The target of the first link with the relation `next` that speaks of this page itself.
  static func next(in headers: HTTPHeaders) -> String? {
    for field in headers.all("Link") {
      var reader = LinkHeader(bytes: Array(field.utf8))
      while let link = reader.link() {
        if link.relations.contains("next"), !link.hasAnchor { return link.target }
      }
    }
    return nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func link() -> (target: String, relations: [String], hasAnchor: Bool)? {
    skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
    guard take(0x3C) else { return nil }
    let target = text { $0 != 0x3E }
    guard take(0x3E) else { return nil }
    var relations: [String]?
    var hasAnchor = false
    skipBlanks()
    while take(0x3B) {
      let (name, value) = parameter()
      // Only the first rel counts.
      if name == "rel", relations == nil { relations = value.lowercased().split(separator: " ").map(String.init) }
      if name == "anchor" { hasAnchor = true }
      skipBlanks()
    }
    // What cannot be read ends with the next comma.
    skip { $0 != 0x2C }
    return (target, relations ?? [], hasAnchor)
  }

  private mutating func parameter() -> (name: String, value: String) {
    skipBlanks()
    let name = text { ![0x3D, 0x3B, 0x2C, 0x20, 0x09].contains($0) }.lowercased()
    skipBlanks()
    guard take(0x3D) else { return (name, "") }
    skipBlanks()
    if take(0x22) { return (name, quoted()) }
    return (name, text { ![0x3B, 0x2C, 0x20, 0x09].contains($0) })
  }

  private mutating func quoted() -> String {
    var value: [UInt8] = []
    while index < bytes.count, bytes[index] != 0x22 {
      if bytes[index] == 0x5C, index + 1 < bytes.count { index += 1 }
      value.append(bytes[index])
      index += 1
    }
    index += 1
    return String(decoding: value, as: UTF8.self)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func text(while isPart: (UInt8) -> Bool) -> String {
    let start = index
    skip(while: isPart)
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func skip(while isPart: (UInt8) -> Bool) {
    while index < bytes.count, isPart(bytes[index]) { index += 1 }
  }

  private mutating func skipBlanks() { skip { $0 == 0x20 || $0 == 0x09 } }
}
