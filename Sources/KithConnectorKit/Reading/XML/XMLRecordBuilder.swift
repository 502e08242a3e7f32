import CXML

/// Makes a record of each record element: attributes become `@name`, child elements children of their local name,
/// text the element's value, or `#text` beside children and attributes.
final class XMLRecordBuilder: XMLHandler {
  enum Problem { case size, depth }

  struct Built {
    var record: RawRecord
    var problem: Problem?
  }

  static let depthLimit = 64
  private static let textKey = Array("#text".utf8)

  /// Finished records, oldest first.
  private(set) var built: [Built] = []
  private var nextBuilt = 0
  private var spare: [RawRecord] = []

  private let path: [[UInt8]]
  private let limit: Int
  /// Names of the open elements outside records.
  private var outside: [[UInt8]] = []
  private var record: RawRecord?
  private var problem: Problem?
  private let levels = GrowingBuffer<Level>(capacity: 64)
  private let names = GrowingBuffer<UInt8>(capacity: 256)
  private let text = GrowingBuffer<UInt8>(capacity: 1_024)

  /// An open element within a record.
  private struct Level: BitwiseCopyable {
    var nameStart: Int
    var textStart: Int
    /// It has attributes or children: its node is open.
    var isObject: Bool
  }

  init(element: String, limit: Int) {
    path = element.split(separator: "/").map { Array($0.utf8) }
    self.limit = limit
  }

  deinit {
    levels.deallocate()
    names.deallocate()
    text.deallocate()
  }

  /// The next finished record. It goes back to `recycle` when its contents have been taken.
  func takeBuilt() -> Built? {
    guard nextBuilt < built.count else {
      built.removeAll(keepingCapacity: true)
      nextBuilt = 0
      return nil
    }
    nextBuilt += 1
    return built[nextBuilt - 1]
  }

  func recycle(_ record: RawRecord) { spare.append(record) }

  // MARK: events

  func start(_ name: UnsafeBufferPointer<UInt8>, attributes: UnsafeBufferPointer<UnsafePointer<UInt8>?>) {
    guard let record else {
      outside.append(Array(name))
      if outside.count >= path.count, outside.suffix(path.count).elementsEqual(path) { begin(attributes) }
      return
    }
    openObject(record)
    levels.append(Level(nameStart: names.count, textStart: text.count, isObject: false))
    names.append(name)
    if levels.count > Self.depthLimit { problem = problem ?? .depth }
    if !attributes.isEmpty {
      openObject(record)
      add(attributes, to: record)
    }
    checkSize(record)
  }

  func end() {
    guard let record, let level = levels.last else {
      if !outside.isEmpty { outside.removeLast() }
      return
    }
    levels.removeLast()
    if problem == nil { close(level, record) }
    text.truncate(to: level.textStart)
    names.truncate(to: level.nameStart)
    guard levels.isEmpty else { return }
    built.append(Built(record: record, problem: problem))
    self.record = nil
    problem = nil
    outside.removeLast()
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let record, problem == nil else { return }
    text.append(bytes)
    checkSize(record)
  }

  // MARK: building

  private func begin(_ attributes: UnsafeBufferPointer<UnsafePointer<UInt8>?>) {
    let record = spare.popLast() ?? RawRecord()
    record.reset()
    record.begin(.object)
    self.record = record
    text.removeAll()
    names.removeAll()
    levels.append(Level(nameStart: 0, textStart: 0, isObject: true))
    add(attributes, to: record)
    checkSize(record)
  }

  /// Turns the innermost open element into an object, now that it has more than text.
  private func openObject(_ record: RawRecord) {
    guard problem == nil, let level = levels.last, !level.isObject else { return }
    levels[levels.count - 1].isObject = true
    names.withUnsafeBufferPointer { names in
      _ = record.begin(.object, key: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: names[level.nameStart...])))
    }
  }

  private func close(_ level: Level, _ record: RawRecord) {
    let range = trimmed(level.textStart..<text.count)
    text.withUnsafeBufferPointer { text in
      let value = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[range]))
      if level.isObject {
        if !range.isEmpty { Self.textKey.withUnsafeBytes { _ = record.leaf(.text, value, key: $0) } }
        record.end()
      } else {
        names.withUnsafeBufferPointer { names in
          _ = record.leaf(
            .text, value, key: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: names[level.nameStart...])))
        }
      }
    }
  }

  private func add(_ attributes: UnsafeBufferPointer<UnsafePointer<UInt8>?>, to record: RawRecord) {
    guard problem == nil else { return }
    for index in stride(from: 0, to: attributes.count, by: 5) {
      guard let name = attributes[index], let start = attributes[index + 3], let end = attributes[index + 4] else {
        continue
      }
      let key = record.bytes.count
      record.bytes.append(0x40)
      record.bytes.append(name, count: Int(xmlStrlen(name)))
      let value = record.bytes.count
      record.bytes.append(start, count: end - start)
      _ = record.node(.text, key: key..<value, text: value..<record.bytes.count)
    }
  }

  /// Beyond the limit nothing more of the record is kept.
  private func checkSize(_ record: RawRecord) {
    guard problem == nil else { return }
    if record.bytes.count + text.count > limit || record.nodes.count >= RawRecord.nodeLimit { problem = .size }
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, JSONSniffer.isBlank(text[start]) { start += 1 }
    while end > start, JSONSniffer.isBlank(text[end - 1]) { end -= 1 }
    return start..<end
  }
}
