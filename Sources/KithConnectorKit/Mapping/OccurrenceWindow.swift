import Foundation

/// Counts how often a content was seen among the most recent ones, in bounded memory: two generations of at most
/// `capacity` contents each, so a content is remembered while fewer than `capacity` others come between.
///
/// The counts depend on nothing but the order of the contents, so reading a file again gives the same ones.
struct OccurrenceWindow {
  private let capacity: Int
  private var young: [Int64: Int32] = [:]
  private var old: [Int64: Int32] = [:]

  init(capacity: Int) { self.capacity = capacity }

  /// The most contents that `state` can hold: a window that is larger cannot be carried from run to run.
  static let portableCapacity = 2_048

  /// All that the window remembers, as text; nil when it is too large to be carried along.
  var state: String? {
    guard capacity <= OccurrenceWindow.portableCapacity else { return nil }
    var bytes = Data()
    for generation in [young, old] {
      withUnsafeBytes(of: UInt32(generation.count).littleEndian) { bytes.append(contentsOf: $0) }
      for (content, count) in generation.sorted(by: { $0.key < $1.key }) {
        withUnsafeBytes(of: content.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: count.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes.base64EncodedString()
  }

  /// The window as it was when `state` was taken; nil for a text that is none.
  init?(capacity: Int, state: String) {
    guard let bytes = Data(base64Encoded: state) else { return nil }
    self.capacity = capacity
    var rest = bytes[...]
    func take<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
      let size = MemoryLayout<Number>.size
      guard rest.count >= size else { return nil }
      defer { rest = rest.dropFirst(size) }
      return Number(littleEndian: rest.prefix(size).withUnsafeBytes { $0.loadUnaligned(as: Number.self) })
    }
    func generation() -> [Int64: Int32]? {
      guard let count = take(UInt32.self), Int(count) * 12 <= rest.count else { return nil }
      var contents: [Int64: Int32] = [:]
      for _ in 0..<count {
        guard let content = take(Int64.self), let seen = take(Int32.self) else { return nil }
        contents[content] = seen
      }
      return contents
    }
    guard let young = generation(), let old = generation() else { return nil }
    (self.young, self.old) = (young, old)
  }

  /// How often the content was seen before.
  mutating func count(_ content: Int64) -> Int {
    let before = young[content] ?? old[content] ?? 0
    young[content] = before &+ 1
    if young.count >= capacity {
      swap(&young, &old)
      young.removeAll(keepingCapacity: true)
    }
    return Int(before)
  }
}
