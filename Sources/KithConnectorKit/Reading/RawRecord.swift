import KithCore

/// One record as it came, as a tree of names and texts, whatever the file's format: a CSV line is an object of
/// columns, a JSON item, an XML element and a vCard are trees. A reader fills the same instance for every record;
/// nothing in it outlives the next one.
///
/// Nodes lie in one list in the order they were opened, their bytes in another, so a record costs no allocation of
/// its own once both have grown.
public final class RawRecord {
  public enum Kind: UInt8, Sendable, BitwiseCopyable { case object, array, text, number, bool, null }

  struct Node: BitwiseCopyable {
    var kind: Kind
    var keyStart: Int32
    var keyCount: Int32
    var start: Int32
    var count: Int32
    var firstChild: Int32
    var lastChild: Int32
    var next: Int32
  }

  public typealias NodeID = Int32

  /// The most values that one record may have: small ones take more memory as nodes than as text.
  static let nodeLimit = 1_000_000

  let nodes = GrowingBuffer<Node>(capacity: 64)
  let bytes = GrowingBuffer<UInt8>(capacity: 4_096)
  private let open = GrowingBuffer<Int32>(capacity: 16)
  /// Columns of the flat record that `nodes` describes, -1 when it is a tree: the next line of the same file only
  /// needs new ranges.
  var flatCount = -1

  /// Where the record begins: a line number for files of lines, an item number elsewhere; counted from 1.
  public internal(set) var position: Int = 0

  public init() {}

  deinit {
    nodes.deallocate()
    bytes.deallocate()
    open.deallocate()
  }

  public var root: NodeID { 0 }

  // MARK: filling

  public func reset() {
    nodes.removeAll()
    bytes.removeAll()
    open.removeAll()
    flatCount = -1
  }

  /// Opens an object or array as the next child of the one that is open.
  @discardableResult
  public func begin(
    _ kind: Kind, key: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) -> NodeID {
    let key = put(key)
    return begin(kind, keyAt: key)
  }

  /// Opens an object or array whose name already lies in `bytes`.
  func begin(_ kind: Kind, keyAt key: Range<Int>) -> NodeID {
    let id = node(kind, key: key, text: 0..<0)
    open.append(id)
    return id
  }

  public func end() { open.removeLast() }

  /// Adds a leaf below the object or array that is open.
  @discardableResult
  public func leaf(
    _ kind: Kind, _ value: UnsafeRawBufferPointer,
    key: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) -> NodeID {
    let text = put(value)
    return node(kind, key: put(key), text: text)
  }

  /// Adds a leaf from text that Kith makes itself (not for hot paths).
  public func leaf(_ key: String, _ value: String) {
    var key = key
    var value = value
    key.withUTF8 { keyBytes in
      value.withUTF8 { valueBytes in
        _ = leaf(.text, UnsafeRawBufferPointer(valueBytes), key: UnsafeRawBufferPointer(keyBytes))
      }
    }
  }

  @inline(__always)
  private func put(_ value: UnsafeRawBufferPointer) -> Range<Int> {
    let start = bytes.count
    if let base = value.baseAddress, value.count > 0 {
      bytes.append(base.assumingMemoryBound(to: UInt8.self), count: value.count)
    }
    return start..<bytes.count
  }

  /// Adds a node whose name and text already lie in `bytes`.
  @inline(__always)
  func node(_ kind: Kind, key: Range<Int>, text: Range<Int>) -> NodeID {
    let id = Int32(truncatingIfNeeded: nodes.count)
    nodes.append(
      Node(
        kind: kind, keyStart: Int32(truncatingIfNeeded: key.lowerBound),
        keyCount: Int32(truncatingIfNeeded: key.count), start: Int32(truncatingIfNeeded: text.lowerBound),
        count: Int32(truncatingIfNeeded: text.count), firstChild: -1, lastChild: -1, next: -1))
    if let parent = open.last {
      let last = nodes[Int(parent)].lastChild
      if last >= 0 { nodes[Int(last)].next = id } else { nodes[Int(parent)].firstChild = id }
      nodes[Int(parent)].lastChild = id
    }
    return id
  }

  /// Takes over another record's contents and leaves it this one's.
  func exchange(with other: RawRecord) {
    nodes.exchange(with: other.nodes)
    bytes.exchange(with: other.bytes)
    open.exchange(with: other.open)
    swap(&flatCount, &other.flatCount)
    swap(&position, &other.position)
  }

  // MARK: looking

  public func kind(of node: NodeID) -> Kind { nodes[Int(node)].kind }

  public func firstChild(of node: NodeID) -> NodeID? {
    let child = nodes[Int(node)].firstChild
    return child >= 0 ? child : nil
  }

  public func next(after node: NodeID) -> NodeID? {
    let next = nodes[Int(node)].next
    return next >= 0 ? next : nil
  }

  /// The first child with that name. (Of a JSON object's repeated names only the last is kept; XML elements repeat.)
  public func child(of node: NodeID, named name: [UInt8]) -> NodeID? {
    var child = nodes[Int(node)].firstChild
    while child >= 0 {
      if hasKey(child, name) { return child }
      child = nodes[Int(child)].next
    }
    return nil
  }

  /// The n-th child, counted from 0. The children of a flat record's root are nodes 1, 2, 3 …
  public func child(of node: NodeID, at index: Int) -> NodeID? {
    var child = nodes[Int(node)].firstChild
    var left = index
    while child >= 0, left > 0 {
      child = nodes[Int(child)].next
      left -= 1
    }
    return child >= 0 ? child : nil
  }

  public func hasKey(_ node: NodeID, _ name: [UInt8]) -> Bool {
    let entry = nodes[Int(node)]
    guard Int(entry.keyCount) == name.count else { return false }
    let start = Int(entry.keyStart)
    for index in 0..<name.count where bytes[start + index] != name[index] { return false }
    return true
  }

  public func key(of node: NodeID) -> String {
    let entry = nodes[Int(node)]
    return withRange(entry.keyStart, entry.keyCount) { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a leaf, valid inside `body`.
  @inline(__always)
  public func withBytes<Result>(of node: NodeID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let entry = nodes[Int(node)]
    return withRange(entry.start, entry.count, body)
  }

  @inline(__always)
  private func withRange<Result>(
    _ start: Int32, _ count: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[Int(start)..<Int(start + count)])) }
  }

  /// The text of a leaf as it came; nil for objects, arrays and nulls.
  public func text(of node: NodeID) -> String? {
    switch nodes[Int(node)].kind {
    case .object, .array, .null: nil
    case .text, .number, .bool: withBytes(of: node) { String(decoding: $0, as: UTF8.self) }
    }
  }
}
