/// Counts how often a content was seen among the most recent ones, in bounded memory: two generations of at most
/// `capacity` contents each, so a content is remembered while fewer than `capacity` others come between.
///
/// The counts depend on nothing but the order of the contents, so reading a file again gives the same ones.
struct OccurrenceWindow {
  private let capacity: Int
  private var young: [Int64: Int32] = [:]
  private var old: [Int64: Int32] = [:]

  init(capacity: Int) { self.capacity = capacity }

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
