import Dispatch

/// Work on all cores.
enum Parallel {
  /// Two things at once. The second one may use all cores in turn as soon as the first is done.
  static func both<A, B>(_ one: @escaping @Sendable () -> A, _ other: () -> B) -> (A, B) {
    let place = UnsafeMutablePointer<A>.allocate(capacity: 1)
    defer { place.deallocate() }
    nonisolated(unsafe) let result = place
    let group = DispatchGroup()
    // Not as two iterations of `concurrentPerform`: within one, what `other` spreads over the cores finds only its own.
    DispatchQueue.global().async(group: group) { result.initialize(to: one()) }
    let second = other()
    group.wait()
    return (result.move(), second)
  }

  /// The same for many numbers; results in the order of the numbers.
  static func map<T: BitwiseCopyable>(count: Int, _ body: @Sendable (Int) -> T) -> [T] {
    if count == 0 { return [] }
    return [T](unsafeUninitializedCapacity: count) { buffer, filled in
      nonisolated(unsafe) let results = buffer
      let chunk = 16_384
      DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { part in
        for index in (part * chunk)..<min(count, (part + 1) * chunk) {
          results.baseAddress?.advanced(by: index).initialize(to: body(index))
        }
      }
      filled = count
    }
  }

  /// What `body` makes of each piece of a range, in the order of the pieces.
  static func pieces<T: Sendable>(
    of range: Range<Int>, size: Int, _ body: @Sendable (Range<Int>) -> T
  ) -> [T] {
    let count = (range.count + size - 1) / size
    return [T](unsafeUninitializedCapacity: count) { buffer, filled in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: count) { piece in
        let start = range.lowerBound + piece * size
        results.baseAddress?.advanced(by: piece).initialize(to: body(start..<min(start + size, range.upperBound)))
      }
      filled = count
    }
  }
}
