/// A list of plain values that keeps its memory when it is emptied. Unlike an array in a class's property, adding to
/// it costs no check for overlapping access, which on the readers' paths took longer than the adding.
///
/// Its owner calls `deallocate` and lets nobody keep it longer.
struct GrowingBuffer<Element: BitwiseCopyable> {
  private struct Header {
    var base: UnsafeMutablePointer<Element>
    var count: Int
    var capacity: Int
  }

  private let header: UnsafeMutablePointer<Header>

  init(capacity: Int) {
    header = .allocate(capacity: 1)
    header.initialize(to: Header(base: .allocate(capacity: max(capacity, 1)), count: 0, capacity: max(capacity, 1)))
  }

  func deallocate() {
    header.pointee.base.deallocate()
    header.deallocate()
  }

  @inline(__always) var count: Int { header.pointee.count }
  @inline(__always) var isEmpty: Bool { header.pointee.count == 0 }
  @inline(__always) var last: Element? { isEmpty ? nil : header.pointee.base[header.pointee.count &- 1] }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < header.pointee.count, "no such element")
      return header.pointee.base[index]
    }
    nonmutating _modify {
      precondition(index >= 0 && index < header.pointee.count, "no such element")
      yield &header.pointee.base[index]
    }
  }

  @inline(__always)
  func append(_ element: Element) {
    if header.pointee.count == header.pointee.capacity { grow(1) }
    header.pointee.base[header.pointee.count] = element
    header.pointee.count &+= 1
  }

  @inline(__always)
  func append(_ source: UnsafePointer<Element>, count: Int) {
    if header.pointee.capacity &- header.pointee.count < count { grow(count) }
    (header.pointee.base + header.pointee.count).update(from: source, count: count)
    header.pointee.count &+= count
  }

  /// Makes room for so many elements in all, at once instead of by doubling.
  func reserve(_ capacity: Int) {
    if capacity > header.pointee.capacity { grow(capacity &- header.pointee.count) }
  }

  func append(_ source: UnsafeBufferPointer<Element>) {
    if let base = source.baseAddress { append(base, count: source.count) }
  }

  @inline(__always)
  func removeAll() { header.pointee.count = 0 }

  func removeLast() {
    precondition(!isEmpty, "nothing to remove")
    header.pointee.count -= 1
  }

  /// Keeps the first `count` elements.
  @inline(__always)
  func truncate(to count: Int) {
    precondition(count >= 0 && count <= header.pointee.count, "not that many elements")
    header.pointee.count = count
  }

  /// Exchanges contents.
  func exchange(with other: GrowingBuffer) { swap(&header.pointee, &other.header.pointee) }

  @inline(__always)
  func withUnsafeBufferPointer<Result, Failure>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: header.pointee.base, count: header.pointee.count))
  }

  @inline(__always)
  func withUnsafeMutableBufferPointer<Result>(_ body: (UnsafeMutableBufferPointer<Element>) -> Result) -> Result {
    body(UnsafeMutableBufferPointer(start: header.pointee.base, count: header.pointee.count))
  }

  @inline(never)
  private func grow(_ wanted: Int) {
    let old = header.pointee
    let capacity = max(old.capacity * 2, old.count + wanted)
    let base = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    base.update(from: old.base, count: old.count)
    old.base.deallocate()
    header.pointee = Header(base: base, count: old.count, capacity: capacity)
  }
}
