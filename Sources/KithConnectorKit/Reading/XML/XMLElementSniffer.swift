import KithCore

/// Finds out which element of an XML document is a record: the one that repeats, has elements of its own or
/// attributes, and lies nearest to the root.
final class XMLElementSniffer: XMLHandler {
  private struct Seen {
    var count = 0
    var depth = 0
    var isTree = false
    var order = 0
  }

  private var seen: [String: Seen] = [:]
  private var open: [String] = []

  /// The path of the record element, from the root, names joined by `/`.
  static func recordElement(head: [UInt8]) throws(KithError) -> String {
    let sniffer = XMLElementSniffer()
    let parser = XMLParser(sniffer)
    let outcome: Result<Void, KithError> = head.withUnsafeBytes { bytes in
      Result { () throws(KithError) -> Void in try parser.push(bytes) }
    }
    // What is malformed is told when it is read; what the head cuts off is no error at all.
    if case .failure(let error) = outcome, error.recovery == .configuration { throw error }
    return sniffer.best
  }

  func start(_ name: UnsafeBufferPointer<UInt8>, attributes: UnsafeBufferPointer<UnsafePointer<UInt8>?>) {
    if let parent = open.last { seen[parent]?.isTree = true }
    let name = String(decoding: name, as: UTF8.self)
    let path = open.last.map { "\($0)/\(name)" } ?? name
    open.append(path)
    guard seen[path] != nil || seen.count < 5_000 else { return }
    var entry = seen[path] ?? Seen(depth: open.count, order: seen.count)
    entry.count += 1
    if !attributes.isEmpty { entry.isTree = true }
    seen[path] = entry
  }

  func end() { if !open.isEmpty { open.removeLast() } }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  private var best: String {
    let trees = seen.filter { $0.value.isTree && $0.value.depth > 1 }
    let repeated = trees.filter { $0.value.count > 1 }
    if let found = repeated.min(by: { rank($0.value) < rank($1.value) }) { return found.key }
    // One record only: the first element below the root that has parts, or the root itself.
    if let single = trees.min(by: { rank($0.value) < rank($1.value) }) { return single.key }
    return seen.first { $0.value.depth == 1 }?.key ?? "record"
  }

  private func rank(_ entry: Seen) -> (Int, Int, Int) { (entry.depth, -entry.count, entry.order) }
}
