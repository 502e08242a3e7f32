import KithCore

/// A raw record's nodes and bytes while it is being mapped.
struct RecordView {
  let nodes: UnsafeBufferPointer<RawRecord.Node>
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where paths begin: the record, or one of its lines.
  var root: Int32
}

extension RecordView {
  /// The text of a node without blanks around it, nil when it is missing.
  @inline(__always)
  func leaf(_ node: Int32) -> Value? {
    guard Int(node) < nodes.count else { return nil }
    let entry = nodes[Int(node)]
    switch entry.kind {
    case .text: return trimmed(Int(entry.start), Int(entry.count))
    case .number, .bool:
      return Value(base: .record, isNumber: entry.kind == .number, start: entry.start, count: entry.count)
    case .null: return nil
    case .object: return textOfElement(node)
    case .array: return firstOfArray(node)
    }
  }

  @inline(__always)
  private func trimmed(_ from: Int, _ count: Int) -> Value? {
    var start = from
    var end = from + count
    while start < end, bytes[start] <= 0x20 { start += 1 }
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    if start == end { return nil }
    if end - start == 2, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "N") {
      return nil
    }
    return Value(base: .record, isNumber: false, start: Int32(start), count: Int32(end - start))
  }

  /// An element with attributes carries its own text in a child without a name.
  private func textOfElement(_ node: Int32) -> Value? {
    var child = nodes[Int(node)].firstChild
    while child >= 0 {
      let entry = nodes[Int(child)]
      if entry.kind == .text || entry.kind == .number || entry.kind == .bool,
        entry.keyCount == 0 || hasKey(child, RecordView.textKey)
      {
        return trimmed(Int(entry.start), Int(entry.count))
      }
      child = entry.next
    }
    return nil
  }

  private static let textKey = Array("#text".utf8)

  private func firstOfArray(_ node: Int32) -> Value? {
    var child = nodes[Int(node)].firstChild
    while child >= 0 {
      if let value = leaf(child) { return value }
      child = nodes[Int(child)].next
    }
    return nil
  }

  private func hasKey(_ node: Int32, _ name: [UInt8]) -> Bool {
    let entry = nodes[Int(node)]
    guard Int(entry.keyCount) == name.count else { return false }
    let start = Int(entry.keyStart)
    for index in 0..<name.count where bytes[start + index] != name[index] { return false }
    return true
  }

  /// Visits the nodes that a path leads to from the root, in order, until `visit` says false. True when it went to the
  /// end.
  @discardableResult
  func walk(_ steps: [PathStep], _ visit: (Int32) -> Bool) -> Bool { walk(steps, 0, root, visit) }

  private func walk(_ steps: [PathStep], _ index: Int, _ node: Int32, _ visit: (Int32) -> Bool) -> Bool {
    guard index < steps.count else { return visit(node) }
    let step = steps[index]
    if step.name.isEmpty { return pick(steps, index, [node], visit) }
    let entry = nodes[Int(node)]
    if entry.kind == .array {
      // A list on the way is gone through item by item.
      var child = entry.firstChild
      while child >= 0 {
        if !walk(steps, index, child, visit) { return false }
        child = nodes[Int(child)].next
      }
      return true
    }
    guard entry.kind == .object else { return true }
    var named: [Int32] = []
    var child = entry.firstChild
    while child >= 0 {
      if hasKey(child, step.name) {
        if case .plain = step.pick {
          if !walk(steps, index + 1, child, visit) { return false }
        } else {
          named.append(child)
        }
      }
      child = nodes[Int(child)].next
    }
    if case .plain = step.pick { return true }
    return pick(steps, index, named, visit)
  }

  /// Applies the brackets of a step: to the items of a list, or to elements that repeat under one name.
  private func pick(
    _ steps: [PathStep], _ index: Int, _ named: [Int32], _ visit: (Int32) -> Bool
  ) -> Bool {
    var items: [Int32] = []
    for node in named {
      guard nodes[Int(node)].kind == .array else {
        items.append(node)
        continue
      }
      var child = nodes[Int(node)].firstChild
      while child >= 0 {
        items.append(child)
        child = nodes[Int(child)].next
      }
    }
    switch steps[index].pick {
    case .plain, .all: break
    case .index(let wanted):
      let position = wanted >= 0 ? wanted : items.count + wanted
      items = items.indices.contains(position) ? [items[position]] : []
    case .whose(let key, let value):
      let path = key.map { PathStep(name: $0, pick: .plain) }
      items = items.filter { item in
        !walk(path, 0, item) { node in
          guard let found = leaf(node) else { return true }
          return !bytes[Int(found.start)..<Int(found.start + found.count)].elementsEqual(value)
        }
      }
    }
    for item in items where !walk(steps, index + 1, item, visit) { return false }
    return true
  }
}
