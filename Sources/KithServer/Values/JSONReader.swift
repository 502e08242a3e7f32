/// Reads JSON strictly by RFC 8259, as small documents come from strangers: depth is limited, a name stands once in an
/// object, and nothing is guessed.
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0

  private static let deepest = 32

  /// Why a text is no JSON: where, and what was met.
  struct Failure: Error, Equatable {
    var what: String
    var offset: Int
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) throws(Failure) -> JSON {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Failure(what: "the text is not UTF-8", offset: 0)
    }
    var reader = JSONReader(bytes)
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    if reader.place < bytes.count { throw reader.failure("something follows the value") }
    return value
  }

  private func failure(_ what: String) -> Failure { Failure(what: what, offset: place) }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  private mutating func value(depth: Int) throws(Failure) -> JSON {
    if depth > Self.deepest { throw failure("the value is nested too deeply") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try list(depth)
    case 0x22: return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw failure("the text ends early")
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(Failure) -> JSON {
    guard bytes[place...].starts(with: word.utf8) else { throw failure("there is no value here") }
    place += word.utf8.count
    return value
  }

  private mutating func object(_ depth: Int) throws(Failure) -> JSON {
    place += 1
    var members: [JSON.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if next == UInt8(ascii: "}") {
      place += 1
      return .object([])
    }
    while true {
      skipBlanks()
      guard next == 0x22 else { throw failure("a name is missing") }
      let name = try text()
      if !names.insert(name).inserted { throw failure("a name stands twice in one object") }
      skipBlanks()
      guard next == UInt8(ascii: ":") else { throw failure("a colon is missing") }
      place += 1
      members.append(JSON.Member(name, try value(depth: depth + 1)))
      if try isEnd(UInt8(ascii: "}")) { return .object(members) }
    }
  }

  private mutating func list(_ depth: Int) throws(Failure) -> JSON {
    place += 1
    var values: [JSON] = []
    skipBlanks()
    if next == UInt8(ascii: "]") {
      place += 1
      return .list([])
    }
    while true {
      values.append(try value(depth: depth + 1))
      if try isEnd(UInt8(ascii: "]")) { return .list(values) }
    }
  }

  /// After a value: whether the end follows, and not a comma.
  private mutating func isEnd(_ end: UInt8) throws(Failure) -> Bool {
    skipBlanks()
    guard let byte = next, byte == end || byte == UInt8(ascii: ",") else {
      throw failure("a comma or the end is missing")
    }
    place += 1
    return byte == end
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let whole = digits()
    if whole == 0 { throw failure("there is no value here") }
    if whole > 1, bytes[place - whole] == UInt8(ascii: "0") { throw failure("a number begins with 0") }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      place += 1
      if digits() == 0 { throw failure("a digit is missing") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      place += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      if digits() == 0 { throw failure("a digit is missing") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw failure("the number is too large") }
    // 1.0 is an integer as well.
    if let whole = Int64(exactly: value), abs(value) < 1e15 { return .integer(whole) }
    return .number(value)
  }

  private mutating func digits() -> Int {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    return place - start
  }

  private mutating func text() throws(Failure) -> String {
    place += 1
    var result: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case 0x22: return String(decoding: result, as: UTF8.self)
      case 0x5C: try escape(into: &result)
      case 0..<0x20: throw failure("a control character stands in a string")
      default: result.append(byte)
      }
    }
    throw failure("a string has no end")
  }

  private static let escapes: [UInt8: UInt8] = [
    0x22: 0x22, 0x5C: 0x5C, UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  private mutating func escape(into result: inout [UInt8]) throws(Failure) {
    guard let byte = next else { throw failure("a string has no end") }
    place += 1
    if let plain = Self.escapes[byte] { return result.append(plain) }
    guard byte == UInt8(ascii: "u") else { throw failure("there is no such escape") }
    var code = try hex()
    if (0xD800...0xDBFF).contains(code) {
      guard bytes[place...].starts(with: "\\u".utf8) else { throw failure("half of a character") }
      place += 2
      let low = try hex()
      guard (0xDC00...0xDFFF).contains(low) else { throw failure("half of a character") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("half of a character") }
    result.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func hex() throws(Failure) -> UInt32 {
    guard place + 4 <= bytes.count else { throw failure("a string has no end") }
    let digits = bytes[place..<place + 4]
    let isHex = digits.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }
    guard isHex, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw failure("four hexadecimal digits are missing")
    }
    place += 4
    return value
  }
}
