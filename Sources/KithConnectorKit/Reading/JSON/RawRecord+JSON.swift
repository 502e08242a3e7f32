import KithCore

/// Whole JSON documents as one record.
extension RawRecord {
  /// Replaces the contents by a JSON document (RFC 8259); what is wrong with it, nil when nothing is.
  func fill(json bytes: [UInt8]) -> String? {
    reset()
    // Texts are never longer than they are written. A value with its name takes some 20 bytes, seldom much less.
    self.bytes.reserve(bytes.count)
    nodes.reserve(min(bytes.count / 16, RawRecord.nodeLimit))
    return bytes.withUnsafeBufferPointer { bytes -> String? in
      // The parser wants an address even for nothing, and a number ends with what follows it.
      let empty = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
      defer { empty.deallocate() }
      empty.pointee = 0
      var parser = JSONParser(bytes, into: self, empty: empty)
      parser.isWhole = true
      parser.skipBlanks()
      if parser.value() {
        parser.skipBlanks()
        if parser.index < parser.count { _ = parser.syntax("nothing may follow the document") }
      }
      switch parser.failure {
      case nil:
        guard let bad = bytes.baseAddress.flatMap({ UTF8Check.firstInvalid($0, bytes.count) }) else { return nil }
        return "not UTF-8 at byte \(bad + 1)"
      case .cutOff?: return "it ends within a value"
      case .syntax(let at, let text)?: return "at byte \(at + 1): \(text)"
      }
    }
  }

  func children(of node: NodeID) -> [NodeID] {
    var result: [NodeID] = []
    var child = firstChild(of: node)
    while let current = child {
      result.append(current)
      child = next(after: current)
    }
    return result
  }

  /// A node as JSON: its numbers as they were written, without blanks.
  func json(of node: NodeID) -> String {
    switch kind(of: node) {
    case .object:
      "{" + children(of: node).map { JSONQuoting.quoted(key(of: $0)) + ":" + json(of: $0) }.joined(separator: ",") + "}"
    case .array: "[" + children(of: node).map { json(of: $0) }.joined(separator: ",") + "]"
    case .text: JSONQuoting.quoted(text(of: node) ?? "")
    case .number, .bool: text(of: node) ?? "null"
    case .null: "null"
    }
  }

  /// Looks at the record by paths.
  func withView<Result>(root: NodeID = 0, _ body: (RecordView) -> Result) -> Result {
    nodes.withUnsafeBufferPointer { nodes in
      bytes.withUnsafeBufferPointer { body(RecordView(nodes: nodes, bytes: $0, root: root)) }
    }
  }

  /// The first text that a path leads to from a node.
  func text(at steps: [PathStep], from root: NodeID = 0) -> String? {
    guard !nodes.isEmpty else { return nil }
    return withView(root: root) { view in
      var found: String?
      view.walk(steps) { node in
        guard let value = view.leaf(node) else { return true }
        let range = Int(value.start)..<Int(value.start + value.count)
        found = String(decoding: view.bytes[range], as: UTF8.self)
        return false
      }
      return found
    }
  }
}
