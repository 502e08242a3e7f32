import Dispatch

/// The same for many numbers, on all cores; results in the order of the numbers.
enum Parallel {
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
}
