/// What single formats need to fill a record fast.
extension RawRecord {
  /// Makes this a flat record of one line: an object of texts without names, which are the columns'. `ends` holds
  /// where each field ends in `line`; one byte lies between two fields.
  func setFlat(_ line: UnsafeBufferPointer<UInt8>, ends: UnsafePointer<Int32>, count: Int) {
    if flatCount != count {
      reset()
      begin(.object)
      for _ in 0..<count { _ = node(.text, key: 0..<0, text: 0..<0) }
      end()
      flatCount = count
    }
    bytes.removeAll()
    bytes.append(line)
    nodes.withUnsafeMutableBufferPointer { nodes in
      var start: Int32 = 0
      for index in 0..<count {
        let end = ends[index]
        nodes[index &+ 1].start = start
        nodes[index &+ 1].count = end &- start
        start = end &+ 1
      }
    }
  }

  /// Cuts blanks off the ends of all leaves.
  func trimLeaves() {
    for index in 0..<nodes.count {
      var start = Int(nodes[index].start)
      var end = start + Int(nodes[index].count)
      while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
      while start < end, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
      nodes[index].start = Int32(start)
      nodes[index].count = Int32(end - start)
    }
  }

  /// Adds a text leaf without name.
  @inline(__always)
  func text(_ value: UnsafeBufferPointer<UInt8>) {
    let start = bytes.count
    bytes.append(value)
    _ = node(.text, key: 0..<0, text: start..<bytes.count)
  }

  /// Adds a text leaf whose doubled `quote` bytes stand for one.
  func text(unquoting value: UnsafeBufferPointer<UInt8>, quote: UInt8) {
    let start = bytes.count
    var index = 0
    while index < value.count {
      let byte = value[index]
      bytes.append(byte)
      index += byte == quote ? 2 : 1
    }
    _ = node(.text, key: 0..<0, text: start..<bytes.count)
  }

  /// Takes an earlier child with the same name as `last`, the newest one, out of the object. Costs a walk through its
  /// children.
  func dropEarlier(than last: NodeID, in parent: NodeID) {
    var previous: NodeID = -1
    var child = nodes[Int(parent)].firstChild
    while child >= 0, child != last {
      let next = nodes[Int(child)].next
      if hasSameKey(child, last) { unlink(child, after: previous, in: parent) } else { previous = child }
      child = next
    }
  }

  /// The same for all children at once, for objects with very many of them.
  func dropAllEarlier(in parent: NodeID) {
    var newest: [String: NodeID] = [:]
    var child = nodes[Int(parent)].firstChild
    while child >= 0 {
      newest[key(of: child)] = child
      child = nodes[Int(child)].next
    }
    var previous: NodeID = -1
    child = nodes[Int(parent)].firstChild
    while child >= 0 {
      let next = nodes[Int(child)].next
      if newest[key(of: child)] == child { previous = child } else { unlink(child, after: previous, in: parent) }
      child = next
    }
  }

  private func unlink(_ child: NodeID, after previous: NodeID, in parent: NodeID) {
    let next = nodes[Int(child)].next
    if previous >= 0 { nodes[Int(previous)].next = next } else { nodes[Int(parent)].firstChild = next }
  }

  private func hasSameKey(_ one: NodeID, _ other: NodeID) -> Bool {
    let first = nodes[Int(one)]
    let second = nodes[Int(other)]
    guard first.keyCount == second.keyCount else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      let a = Int(first.keyStart)
      let b = Int(second.keyStart)
      for index in 0..<Int(first.keyCount) where bytes[a &+ index] != bytes[b &+ index] { return false }
      return true
    }
  }
}
