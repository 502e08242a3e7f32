/// A JSON document of which parts are taken out and put in; numbers and texts stay as they were written.
indirect enum JSONText: Sendable {
  case object([(key: String, value: JSONText)])
  case list([JSONText])
  /// A number, a text with its quotes, or a word.
  case leaf(String)

  /// Nil for what is no JSON. For documents of fixtures, which are small.
  init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let value = reader.value() else { return nil }
    reader.skipBlanks()
    guard reader.index == reader.bytes.count else { return nil }
    self = value
  }

  var text: String {
    switch self {
    case .object(let members): "{" + members.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    case .list(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
    case .leaf(let text): text
    }
  }

  /// A text as a leaf; it has no quotes and no backslashes.
  static func quoted(_ text: String) -> JSONText { .leaf("\"\(text)\"") }

  /// What a leaf says, without quotes; nil for null and for what is no leaf.
  var value: String? {
    guard case .leaf(let text) = self, text != "null" else { return nil }
    return text.hasPrefix("\"") ? String(text.dropFirst().dropLast()).replacingOccurrences(of: "\\/", with: "/") : text
  }

  /// What stands at a path of names; on the way through a list, its first item counts. Setting makes what is missing.
  subscript(_ path: ArraySlice<String>) -> JSONText? {
    get {
      guard let name = path.first else { return self }
      switch self {
      case .object(let members): return members.first { $0.key == "\"\(name)\"" }?.value[path.dropFirst()]
      case .list(let items): return items.first?[path]
      case .leaf: return nil
      }
    }
    set {
      guard let name = path.first else {
        self = newValue ?? .leaf("null")
        return
      }
      var members: [(key: String, value: JSONText)] = []
      if case .object(let old) = self { members = old }
      let key = "\"\(name)\""
      let index = members.firstIndex { $0.key == key } ?? members.count
      if index == members.count { members.append((key, .leaf("null"))) }
      members[index].value[path.dropFirst()] = newValue
      self = .object(members)
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    private func next() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipBlanks() { while let byte = next(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 } }

    private mutating func take(_ character: Character) -> Bool {
      skipBlanks()
      guard next() == character.asciiValue else { return false }
      index += 1
      return true
    }

    mutating func value() -> JSONText? {
      if take("{") { return members() }
      if take("[") { return items() }
      return leaf().map { .leaf($0) }
    }

    private mutating func members() -> JSONText? {
      var members: [(key: String, value: JSONText)] = []
      if take("}") { return .object(members) }
      repeat {
        guard let key = leaf(), take(":"), let value = value() else { return nil }
        members.append((key, value))
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    private mutating func items() -> JSONText? {
      var items: [JSONText] = []
      if take("]") { return .list(items) }
      repeat {
        guard let value = value() else { return nil }
        items.append(value)
      } while take(",")
      return take("]") ? .list(items) : nil
    }

    private mutating func leaf() -> String? {
      skipBlanks()
      let start = index
      if next() == 0x22 {
        index += 1
        while let byte = next(), byte != 0x22 { index += byte == 0x5C ? 2 : 1 }
        index += 1
      } else {
        while let byte = next(), !Array(",:]}[{\" \t\r\n".utf8).contains(byte) { index += 1 }
      }
      guard index > start, index <= bytes.count else { return nil }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
  }
}
