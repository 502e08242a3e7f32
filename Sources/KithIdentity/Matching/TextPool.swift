import CPrefetch
import KithCore

/// Distinct texts by number: equal texts have equal numbers, so that comparing two is comparing two integers.
/// Number 0 stands for "not known".
final class TextPool: Sendable {
  fileprivate let bytes = Column<UInt8>(capacity: 4_096)
  /// By number; one more than there are texts.
  fileprivate let entries = Column<Entry>()
  /// Open addressing over numbers; 0 is an empty place.
  private let places: Column<Int32>

  /// What is looked up of a text together lies together.
  fileprivate struct Entry: BitwiseCopyable {
    var hash: UInt64 = 0
    /// Where it begins in `bytes`; it ends where the next one begins.
    var start: UInt32 = 0
    var mask: UInt32 = 0
  }

  init() {
    places = Column(repeating: 0, count: 2_048)
    entries.append(Entry())
    entries.append(Entry())
  }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try visitor.visit(bytes)
    try visitor.visit(entries)
    try visitor.visit(places)
  }

  /// How many numbers are in use, 0 included.
  var count: Int { entries.count - 1 }

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
      if entries[known].hash == full, isText(known, text) { return known }
      place = (place + 1) & mask
    }
    let new = Int32(count)
    places[place] = new
    entries[new] = Entry(hash: full, start: UInt32(bytes.count), mask: TextPool.mask(text))
    bytes.append(contentsOf: text)
    entries.append(Entry(start: UInt32(bytes.count)))
    if count * 2 > places.count { grow() }
    return new
  }

  // What `number(of:)` will read of a text, step by step: for many texts at once each step's reads of memory overlap.

  /// The number at which the search begins; 0 when nothing stands there.
  func firstNumber(of text: UnsafeRawBufferPointer) -> Int32 {
    var hash = ContentHash()
    hash.combine(text)
    return places[Int(truncatingIfNeeded: hash.value) & (places.count - 1)]
  }

  @inline(__always) func start(of number: Int32) -> UInt32 { entries[number].start }

  @inline(__always) func prefetch(_ start: UInt32) { kith_prefetch(bytes.base + Int(start)) }

  /// Has what is known of a text brought in.
  @inline(__always) func prefetch(number: Int32) { kith_prefetch(entries.base + Int(number)) }

  @inline(__always) subscript(number: Int32) -> TextBytes {
    let entry = entries[number]
    return TextBytes(
      base: UnsafePointer(bytes.base + Int(entry.start)), count: Int(entries[number + 1].start - entry.start),
      mask: entry.mask)
  }

  /// The hash of a text: the same in every pool; 0 for a text that is not known.
  @inline(__always) func hash(_ number: Int32) -> UInt64 { entries[number].hash }

  /// The hash of what stands before the number itself: of numbers of one namespace the same.
  func namespaceHash(_ number: Int32) -> UInt64 {
    let text = self[number]
    var count = 0
    while count < text.count, text[count] != TextPool.namespaceEnd { count += 1 }
    var hash = ContentHash()
    hash.combine(UnsafeRawBufferPointer(start: text.base, count: count))
    return UInt64(bitPattern: hash.value)
  }

  /// What parts the namespace of a number from the number.
  static let namespaceEnd: UInt8 = 1

  /// The number of the text with this hash; nil when there is none.
  func number(ofHash hash: UInt64) -> Int32? {
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[place] != 0 {
      if entries[places[place]].hash == hash { return places[place] }
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
    for number in 1..<count {
      var place = Int(truncatingIfNeeded: entries[number].hash) & (larger.count - 1)
      while larger[place] != 0 { place = (place + 1) & (larger.count - 1) }
      larger[place] = Int32(number)
    }
    places.take(larger)
  }
}

/// The texts of a pool for reading only, without a retain count for each: valid while the pool lives and no text is added.
struct TextView {
  private let entries: UnsafePointer<TextPool.Entry>
  private let bytes: UnsafePointer<UInt8>

  init(_ pool: TextPool) {
    entries = UnsafePointer(pool.entries.base)
    bytes = UnsafePointer(pool.bytes.base)
  }

  /// As `TextPool.hash`.
  @inline(__always) func hash(_ number: Int32) -> UInt64 { entries[Int(number)].hash }

  @inline(__always) subscript(number: Int32) -> TextBytes {
    let entry = entries[Int(number)]
    return TextBytes(
      base: bytes + Int(entry.start), count: Int(entries[Int(number) + 1].start - entry.start), mask: entry.mask)
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
