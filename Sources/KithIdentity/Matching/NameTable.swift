import KithNormalise

/// Distinct folded names with what comparing them needs, worked out once each: given and family names in one pool, so
/// that swapped ones are found.
final class NameTable: Sendable {
  let texts = TextPool()
  /// How the name sounds, written together; 0 for the missing name.
  let sounds = Column<UInt32>()
  /// Tokens of each name, as numbers of names: `anna lena` → `anna`, `lena`.
  fileprivate let tokenStarts = Column<UInt32>()
  fileprivate let tokens = Column<Int32>()
  private let classStarts = Column<UInt32>()
  /// Nickname classes of the first token, ascending.
  private let classes = Column<Int16>()
  /// As they were given.
  let raw = TextPool()
  private let folded = Column<Int32>()

  init() {
    for starts in [tokenStarts, classStarts] {
      starts.append(0)
      starts.append(0)
    }
    sounds.append(0)
    folded.append(0)
  }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try texts.visit(&visitor)
    try visitor.visit(sounds)
    try visitor.visit(tokenStarts)
    try visitor.visit(tokens)
    try visitor.visit(classStarts)
    try visitor.visit(classes)
    try raw.visit(&visitor)
    try visitor.visit(folded)
  }

  /// The folded name of a canonical one; 0 when nothing remains of it.
  func number(of name: UnsafeRawBufferPointer) -> Int32 {
    let key = raw.number(of: name)
    if Int(key) == folded.count { folded.append(add(NameFolding.tokens(String(decoding: name, as: UTF8.self)))) }
    return folded[key]
  }

  private func add(_ list: [String]) -> Int32 {
    let parts = list.count > 1 ? list.map { add([$0]) } : []
    let number = texts.number(of: list.joined(separator: " "))
    guard Int(number) == sounds.count else { return number }
    for token in parts.isEmpty ? [number] : parts { tokens.append(token) }
    tokenStarts.append(UInt32(tokens.count))
    for item in (list.first.map(NameFolding.nicknameClasses) ?? []).sorted() { classes.append(Int16(item)) }
    classStarts.append(UInt32(classes.count))
    sounds.append(Sound.code(texts[number]))
    return number
  }

  @inline(__always) func tokens(of name: Int32) -> UnsafeBufferPointer<Int32> {
    let start = Int(tokenStarts[name])
    return UnsafeBufferPointer(start: tokens.base + start, count: Int(tokenStarts[name + 1]) - start)
  }

  /// Whether the first tokens may be forms of one given name.
  @inline(__always) func shareNickname(_ one: Int32, _ other: Int32) -> Bool {
    var a = Int(classStarts[one])
    var b = Int(classStarts[other])
    let aEnd = Int(classStarts[one + 1])
    let bEnd = Int(classStarts[other + 1])
    while a < aEnd, b < bEnd {
      if classes[a] == classes[b] { return true }
      if classes[a] < classes[b] { a += 1 } else { b += 1 }
    }
    return false
  }
}

/// The names of a table for reading only, without a retain count for each: valid while the table lives and no name is added.
struct NameView {
  let texts: TextView
  private let sounds: UnsafePointer<UInt32>
  private let tokenStarts: UnsafePointer<UInt32>
  private let tokens: UnsafePointer<Int32>

  init(_ names: NameTable) {
    texts = TextView(names.texts)
    sounds = UnsafePointer(names.sounds.base)
    tokenStarts = UnsafePointer(names.tokenStarts.base)
    tokens = UnsafePointer(names.tokens.base)
  }

  @inline(__always) func sound(of name: Int32) -> UInt32 { sounds[Int(name)] }

  @inline(__always) func tokens(of name: Int32) -> UnsafeBufferPointer<Int32> {
    let start = Int(tokenStarts[Int(name)])
    return UnsafeBufferPointer(start: tokens + start, count: Int(tokenStarts[Int(name) + 1]) - start)
  }
}

/// How a name sounds, roughly, in German, English and French alike: the classes of its consonants, vowels left out but
/// at the beginning, repetitions once.
enum Sound {
  static func code(_ name: TextBytes) -> UInt32 {
    var code: UInt32 = 0
    var last: UInt32 = 0
    var length = 0
    for index in 0..<name.count where length < 6 {
      let current = kind(name[index])
      defer { last = current }
      if current == 0 || current == last { continue }
      if current == vowel, length > 0 { continue }
      code = code * 11 + current
      length += 1
    }
    return code
  }

  private static let vowel: UInt32 = 1

  private static func kind(_ byte: UInt8) -> UInt32 {
    switch byte {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
      UInt8(ascii: "y"), UInt8(ascii: "j"):
      vowel
    case UInt8(ascii: "b"), UInt8(ascii: "p"): 2
    case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "w"): 3
    case UInt8(ascii: "c"), UInt8(ascii: "g"), UInt8(ascii: "k"), UInt8(ascii: "q"): 4
    case UInt8(ascii: "d"), UInt8(ascii: "t"): 5
    case UInt8(ascii: "l"): 6
    case UInt8(ascii: "m"), UInt8(ascii: "n"): 7
    case UInt8(ascii: "r"): 8
    case UInt8(ascii: "s"), UInt8(ascii: "x"), UInt8(ascii: "z"): 9
    case UInt8(ascii: "h"), UInt8(ascii: " "): 0
    default: 10
    }
  }
}
