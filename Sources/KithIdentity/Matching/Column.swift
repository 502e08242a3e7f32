/// A growing array without bounds checks, copies or retain counts for its elements: what millions of pairs read.
/// Positions are checked in debug builds only.
final class Column<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: filled by one task, and only read by many afterwards.
  private(set) var count = 0
  private var capacity: Int
  private(set) var base: UnsafeMutablePointer<Element>

  init(capacity: Int = 16) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

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
    if count + bytes.count > capacity { reserve(count + bytes.count) }
    if let source = bytes.baseAddress {
      base.advanced(by: count).update(from: source.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }
    count += bytes.count
  }

  fileprivate func fill(_ element: Element, _ count: Int) {
    base.initialize(repeating: element, count: count)
    self.count = count
  }

  private func reserve(_ needed: Int) {
    let larger = max(needed, capacity + capacity / 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
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
