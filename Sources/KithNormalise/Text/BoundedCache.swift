/// Remembers what was worked out for a text. When full it starts anew: simple, and the distinct values of real
/// columns that are worth caching (cities, countries, names) are few.
struct BoundedCache<Value: Sendable>: Sendable {
  private var values: [String: Value] = [:]
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func value(for text: String, _ make: (String) -> Value) -> Value {
    if let known = known(text) { return known }
    let made = make(text)
    remember(made, for: text)
    return made
  }

  func known(_ text: String) -> Value? { values[text] }

  mutating func remember(_ value: Value, for text: String) {
    // A field of many kilobytes would make the bound on entries no bound on memory.
    guard text.utf8.count <= 256 else { return }
    if values.count >= limit { values.removeAll(keepingCapacity: true) }
    values[text] = value
  }
}
