/// Parses one JSON value (RFC 8259) from bytes into a record's tree: names and texts unescaped, numbers as written.
/// A name that repeats within an object counts with its last value only.
struct JSONParser {
  enum Failure: Equatable {
    /// The bytes end before the value does.
    case cutOff
    case syntax(at: Int, String)
  }

  static let depthLimit = 64

  let base: UnsafePointer<UInt8>
  let count: Int
  let record: RawRecord
  var index = 0
  /// The bytes are all there will be: a number may end with them.
  var isWhole = false
  var failure: Failure?

  init(_ bytes: UnsafeBufferPointer<UInt8>, into record: RawRecord, empty: UnsafePointer<UInt8>) {
    base = bytes.baseAddress ?? empty
    count = bytes.count
    self.record = record
  }

  @inline(__always)
  mutating func skipBlanks() {
    while index < count, base[index] <= 0x20, JSONSniffer.isBlank(base[index]) { index &+= 1 }
  }

  /// Parses the value at `index`; false when it failed.
  mutating func value(key: Range<Int> = 0..<0, depth: Int = 0) -> Bool {
    guard index < count else { return cutOff() }
    guard record.nodes.count < RawRecord.nodeLimit else { return syntax("more than \(RawRecord.nodeLimit) values") }
    switch base[index] {
    case 0x22:
      guard let text = string() else { return false }
      _ = record.node(.text, key: key, text: text)
      return true
    case 0x7B: return object(key: key, depth: depth)
    case 0x5B: return array(key: key, depth: depth)
    case 0x74: return literal("true", .bool, key: key)
    case 0x66: return literal("false", .bool, key: key)
    case 0x6E: return literal("null", .null, key: key)
    case 0x2D, 0x30...0x39: return number(key: key)
    default: return syntax("a value cannot begin with \(shown(base[index]))")
    }
  }

  // MARK: objects and arrays

  private mutating func object(key: Range<Int>, depth: Int) -> Bool {
    guard depth < Self.depthLimit else { return syntax("nested deeper than \(Self.depthLimit) levels") }
    let id = record.begin(.object, keyAt: key)
    index &+= 1
    skipBlanks()
    if index < count, base[index] == 0x7D {
      index &+= 1
      record.end()
      return true
    }
    var names = SeenNames()
    while true {
      skipBlanks()
      guard index < count else { return cutOff() }
      guard base[index] == 0x22 else { return syntax("a name in quotes must stand here, not \(shown(base[index]))") }
      guard let name = string() else { return false }
      skipBlanks()
      guard expect(0x3A) else { return false }
      skipBlanks()
      let child = RawRecord.NodeID(record.nodes.count)
      guard value(key: name, depth: depth + 1) else { return false }
      names.add(name, record, child: child, in: id)
      skipBlanks()
      guard index < count else { return cutOff() }
      index &+= 1
      if base[index &- 1] == 0x2C { continue }
      guard base[index &- 1] == 0x7D else {
        index &-= 1
        return syntax("a comma or } must follow, not \(shown(base[index]))")
      }
      names.finish(record, in: id)
      record.end()
      return true
    }
  }

  private mutating func array(key: Range<Int>, depth: Int) -> Bool {
    guard depth < Self.depthLimit else { return syntax("nested deeper than \(Self.depthLimit) levels") }
    _ = record.begin(.array, keyAt: key)
    index &+= 1
    skipBlanks()
    if index < count, base[index] == 0x5D {
      index &+= 1
      record.end()
      return true
    }
    while true {
      skipBlanks()
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
      guard index < count else { return cutOff() }
      index &+= 1
      if base[index &- 1] == 0x2C { continue }
      guard base[index &- 1] == 0x5D else {
        index &-= 1
        return syntax("a comma or ] must follow, not \(shown(base[index]))")
      }
      record.end()
      return true
    }
  }

  private mutating func expect(_ byte: UInt8) -> Bool {
    guard index < count else { return cutOff() }
    guard base[index] == byte else {
      return syntax("\(shown(byte)) must stand here, not \(shown(base[index]))")
    }
    index &+= 1
    return true
  }

  // MARK: scalars

  private mutating func literal(_ word: StaticString, _ kind: RawRecord.Kind, key: Range<Int>) -> Bool {
    for offset in 0..<word.utf8CodeUnitCount {
      guard index + offset < count else { return cutOff() }
      guard base[index + offset] == word.utf8Start[offset] else { return syntax("\(word) was expected") }
    }
    let start = record.bytes.count
    if kind == .bool {
      record.bytes.append(base + index, count: word.utf8CodeUnitCount)
    }
    index += word.utf8CodeUnitCount
    _ = record.node(kind, key: key, text: start..<record.bytes.count)
    return true
  }

  private mutating func number(key: Range<Int>) -> Bool {
    let begin = index
    if base[index] == 0x2D { index &+= 1 }
    guard index < count else { return cutOff() }
    if base[index] == 0x30 { index &+= 1 } else if !digits() { return false }
    if index < count, base[index] == 0x2E {
      index &+= 1
      if !digits() { return false }
    }
    if index < count, base[index] | 0x20 == 0x65 {
      index &+= 1
      if index < count, base[index] == 0x2B || base[index] == 0x2D { index &+= 1 }
      if !digits() { return false }
    }
    // More digits may follow.
    guard index < count || isWhole else { return cutOff() }
    let start = record.bytes.count
    record.bytes.append(base + begin, count: index &- begin)
    _ = record.node(.number, key: key, text: start..<record.bytes.count)
    return true
  }

  private mutating func digits() -> Bool {
    let begin = index
    while index < count, base[index] &- 0x30 < 10 { index &+= 1 }
    if index > begin { return true }
    return index == count ? cutOff() : syntax("a digit must stand here, not \(shown(base[index]))")
  }

  // MARK: failing

  mutating func cutOff() -> Bool {
    failure = .cutOff
    return false
  }

  mutating func syntax(_ text: String) -> Bool {
    failure = .syntax(at: index, text)
    return false
  }

  func shown(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "byte 0x\(hex(byte))"
  }
}

/// The names that an object has had, to find repeated ones: almost always a few bits are enough to say that there
/// are none.
private struct SeenNames {
  private var bits: UInt64 = 0
  private var count = 0
  private var isLarge = false

  @inline(__always)
  mutating func add(_ name: Range<Int>, _ record: RawRecord, child: RawRecord.NodeID, in parent: RawRecord.NodeID) {
    var hash = UInt64(name.count)
    record.bytes.withUnsafeBufferPointer { bytes in
      for index in name { hash = (hash &* 31) &+ UInt64(bytes[index]) }
    }
    let bit: UInt64 = 1 << ((hash &* 0x9E37_79B9_7F4A_7C15) >> 58)
    count &+= 1
    if bits & bit != 0 {
      if count <= 64 { record.dropEarlier(than: child, in: parent) } else { isLarge = true }
    }
    bits |= bit
  }

  func finish(_ record: RawRecord, in parent: RawRecord.NodeID) {
    if isLarge { record.dropAllEarlier(in: parent) }
  }
}
