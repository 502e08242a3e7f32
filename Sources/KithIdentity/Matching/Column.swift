/// A growing array without bounds checks, copies or retain counts for its elements: what millions of pairs read.
/// Positions are checked in debug builds only.
final class Column<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: filled by one task, and only read by many afterwards.
  // Exclusivity is not checked: every access to an element would be.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private var capacity: Int
  @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<Element>

  init(capacity: Int = 16) {
    self.capacity = max(capacity, 16)
    base = Self.allocate(self.capacity)
  }

  /// Whose memory this is, if it is not its own.
  @exclusivity(unchecked) private var owner: AnyObject?

  deinit { deallocate() }

  /// At the beginning of a cache line, so that elements of the size of one do not lie in two.
  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    UnsafeMutableRawPointer.allocate(byteCount: capacity * MemoryLayout<Element>.stride, alignment: 64)
      .bindMemory(to: Element.self, capacity: capacity)
  }

  private func deallocate() { if owner == nil { UnsafeMutableRawPointer(base).deallocate() } }

  /// Takes elements that lie elsewhere for its own; they may be changed in place, and are copied before more are added
  /// than there is room for.
  func adopt(_ elements: UnsafeMutablePointer<Element>, count: Int, capacity: Int, of owner: AnyObject) {
    deallocate()
    base = elements
    self.count = count
    self.capacity = capacity
    self.owner = owner
  }

  /// Becomes what another column is; that one must not be used any more.
  func take(_ other: Column<Element>) {
    swap(&base, &other.base)
    swap(&count, &other.count)
    swap(&capacity, &other.capacity)
    swap(&owner, &other.owner)
  }

  @inline(__always) subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  @inline(__always) subscript(index: Int32) -> Element {
    get { self[Int(index)] }
    set { self[Int(index)] = newValue }
  }

  @inline(__always) func append(_ element: Element) {
    if count == capacity { reserve(count + 1) }
    base[count] = element
    count += 1
  }

  func append(contentsOf bytes: UnsafeRawBufferPointer) where Element == UInt8 {
    append(contentsOf: bytes.assumingMemoryBound(to: UInt8.self))
  }

  func append(contentsOf elements: UnsafeBufferPointer<Element>) {
    if count + elements.count > capacity { reserve(count + elements.count) }
    if let source = elements.baseAddress { base.advanced(by: count).update(from: source, count: elements.count) }
    count += elements.count
  }

  fileprivate func fill(_ element: Element, _ count: Int) {
    base.initialize(repeating: element, count: count)
    self.count = count
  }

  private func reserve(_ needed: Int) {
    let larger = max(needed, capacity + capacity / 2)
    let moved = Self.allocate(larger)
    moved.update(from: base, count: count)
    deallocate()
    owner = nil
    base = moved
    capacity = larger
  }
}

extension Column {
  convenience init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    fill(element, count)
  }
}
