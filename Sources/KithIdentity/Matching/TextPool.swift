import KithCore

/// Distinct texts by number: equal texts have equal numbers, so that comparing two is comparing two integers.
/// Number 0 stands for "not known".
final class TextPool: Sendable {
  private let bytes = Column<UInt8>(capacity: 4_096)
  /// Where each text begins in `bytes`; one more than there are texts.
  private let starts = Column<UInt32>()
  private let hashes = Column<UInt64>()
  private let masks = Column<UInt32>()
  /// Open addressing over numbers; 0 is an empty place.
  private let places: Column<Int32>

  init(capacity: Int = 1_024) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    places = Column(repeating: 0, count: size)
    starts.append(0)
    starts.append(0)
    hashes.append(0)
    masks.append(0)
  }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try visitor.visit(bytes)
    try visitor.visit(starts)
    try visitor.visit(hashes)
    try visitor.visit(masks)
    try visitor.visit(places)
  }

  /// How many numbers are in use, 0 included.
  var count: Int { hashes.count }

  func number(of text: String) -> Int32 {
    if let number = text.utf8.withContiguousStorageIfAvailable({ number(of: UnsafeRawBufferPointer($0)) }) {
      return number
    }
    var text = text
    return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
  }

  /// The number of a text; an empty one is not known.
  func number(of text: UnsafeRawBufferPointer) -> Int32 {
    if text.isEmpty { return 0 }
    var hash = ContentHash()
    hash.combine(text)
    let full = UInt64(bitPattern: hash.value)
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: full) & mask
    while places[place] != 0 {
      let known = places[place]
      if hashes[known] == full, isText(known, text) { return known }
      place = (place + 1) & mask
    }
    let new = Int32(hashes.count)
    places[place] = new
    hashes.append(full)
    bytes.append(contentsOf: text)
    starts.append(UInt32(bytes.count))
    masks.append(TextPool.mask(text))
    if hashes.count * 2 > places.count { grow() }
    return new
  }

  @inline(__always) subscript(number: Int32) -> TextBytes {
    let start = Int(starts[number])
    return TextBytes(
      base: UnsafePointer(bytes.base + start), count: Int(starts[number + 1]) - start, mask: masks[number])
  }

  /// The hash of a text: the same in every pool; 0 for a text that is not known.
  @inline(__always) func hash(_ number: Int32) -> UInt64 { hashes[number] }

  /// The hash of what stands before the number itself: of numbers of one namespace the same.
  func namespaceHash(_ number: Int32) -> UInt64 {
    let text = self[number]
    var count = 0
    while count < text.count, text[count] != 1 { count += 1 }
    var hash = ContentHash()
    hash.combine(UnsafeRawBufferPointer(start: text.base, count: count))
    return UInt64(bitPattern: hash.value)
  }

  /// What parts the namespace of a number from the number.
  static let namespaceEnd = "\u{1}"

  /// The number of the text with this hash; nil when there is none.
  func number(ofHash hash: UInt64) -> Int32? {
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[place] != 0 {
      if hashes[places[place]] == hash { return places[place] }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }

  func text(_ number: Int32) -> String {
    let text = self[number]
    return String(decoding: UnsafeBufferPointer(start: text.base, count: text.count), as: UTF8.self)
  }

  private static func mask(_ text: UnsafeRawBufferPointer) -> UInt32 {
    var mask: UInt32 = 0
    for byte in text { mask |= 1 << UInt32(byte & 31) }
    return mask
  }

  private func isText(_ number: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
    let known = self[number]
    guard known.count == text.count else { return false }
    for index in 0..<text.count where known[index] != text[index] { return false }
    return true
  }

  private func grow() {
    let larger = Column<Int32>(repeating: 0, count: places.count * 2)
    for number in 1..<hashes.count {
      var place = Int(truncatingIfNeeded: hashes[number]) & (larger.count - 1)
      while larger[place] != 0 { place = (place + 1) & (larger.count - 1) }
      larger[place] = Int32(number)
    }
    places.take(larger)
  }
}

/// The bytes of a text, valid while its pool lives and no text is added.
struct TextBytes {
  let base: UnsafePointer<UInt8>
  let count: Int
  /// Which bytes it holds, by their lowest five bits.
  let mask: UInt32

  @inline(__always) subscript(index: Int) -> UInt8 { base[index] }
}
