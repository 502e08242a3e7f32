import KithCore

extension RecordMapper {
  /// The value of a field that takes one, nil when it is missing.
  @inline(__always)
  func single(_ index: Int, _ view: RecordView) -> Value? {
    let column = fields[index].column
    if column >= 0 { return view.leaf(Int32(column + 1)) }
    return paths.isPlain(index) ? first(index, view) : computed(index, view)
  }

  @inline(never)
  private func computed(_ index: Int, _ view: RecordView) -> Value? {
    let base = stack.count
    collect(fields[index].program, view, limit: base + 1)
    let value = stack.count > base ? stack[base] : nil
    stack.removeLast(stack.count - base)
    return value
  }

  /// The first value that the plain paths of a field lead to.
  private func first(_ index: Int, _ view: RecordView) -> Value? {
    var value: Value?
    for path in paths.paths(of: index) where value == nil {
      paths.walk(path, view) { node in
        value = view.leaf(node)
        return value == nil
      }
    }
    return value
  }

  /// All values of a field. `body` gets them one by one.
  func each(
    _ index: Int, _ view: RecordView, _ body: (Value) throws(MapFault) -> Void
  ) throws(MapFault) {
    let column = fields[index].column
    if column >= 0 {
      if let value = view.leaf(Int32(column + 1)) { try body(value) }
      return
    }
    let base = stack.count
    let limit = base + RecordMapper.maximumValues + 1
    if paths.isPlain(index) {
      for path in paths.paths(of: index) where stack.count == base {
        paths.walk(path, view) { push($0, view, limit: limit) }
      }
    } else {
      collect(fields[index].program, view, limit: limit)
    }
    if stack.count <= base + 1 {
      if let value = stack.count > base ? stack.removeLast() : nil { try body(value) }
      return
    }
    let values = Array(stack[base...])
    stack.removeLast(stack.count - base)
    guard values.count <= RecordMapper.maximumValues else {
      throw MapFault(
        code: "size", reason: "\(label(index)): more than \(RecordMapper.maximumValues) values.")
    }
    for value in values { try body(value) }
  }

  // MARK: programs

  /// Pushes the values of a program onto the stack until it holds `limit`.
  private func collect(_ program: Program, _ view: RecordView, limit: Int) {
    if stack.count >= limit { return }
    switch program {
    case .column(let index):
      if let value = view.leaf(Int32(index + 1)) { stack.append(value) }
    case .path(let steps):
      view.walk(steps) { push($0, view, limit: limit) }
    case .constant(let bytes): pushScratch(bytes)
    case .first(let programs):
      let before = stack.count
      for item in programs where stack.count == before { collect(item, view, limit: limit) }
    case .all(let programs):
      for item in programs { collect(item, view, limit: limit) }
    case .template(let parts): template(parts, view)
    case .split(let inner, let separator, let take):
      transform(inner, view, limit: limit) { value in split(value, separator, take, view, limit: limit) }
    case .map(let inner, let map):
      transform(inner, view, limit: limit) { value in apply(map, value, view) }
    case .styled(let inner, let style):
      let before = stack.count
      collect(inner, view, limit: limit)
      for index in before..<stack.count where stack[index].style < 0 { stack[index].style = Int32(style) }
    }
  }

  /// Pushes what a node says, each item of a list; false when that is enough.
  private func push(_ node: Int32, _ view: RecordView, limit: Int) -> Bool {
    let entry = view.nodes[Int(node)]
    if entry.kind == .array {
      var child = entry.firstChild
      while child >= 0, stack.count < limit {
        if let value = view.leaf(child) { stack.append(value) }
        child = view.nodes[Int(child)].next
      }
    } else if let value = view.leaf(node) {
      stack.append(value)
    }
    return stack.count < limit
  }

  private func transform(_ inner: Program, _ view: RecordView, limit: Int, _ body: (Value) -> Void) {
    let before = stack.count
    collect(inner, view, limit: limit)
    let values = Array(stack[before...])
    stack.removeLast(stack.count - before)
    for value in values where stack.count < limit { body(value) }
  }

  private func pushScratch(_ bytes: some Collection<UInt8>, style: Int32 = -1) {
    let start = scratch.count
    scratch.append(contentsOf: bytes)
    stack.append(
      Value(base: .scratch, isNumber: false, start: Int32(start), count: Int32(scratch.count - start), style: style))
  }

  private func template(_ parts: [Program.TemplatePart], _ view: RecordView) {
    var text: [UInt8] = []
    var hasValue = false
    for part in parts {
      switch part {
      case .text(let bytes): text += bytes
      case .value(let program):
        let before = stack.count
        collect(program, view, limit: before + 1)
        if stack.count > before {
          hasValue = true
          text += bytes(of: stack[before], view)
          stack.removeLast(stack.count - before)
        }
      }
    }
    guard hasValue else { return }
    while text.first == 0x20 { text.removeFirst() }
    while text.last == 0x20 { text.removeLast() }
    if !text.isEmpty { pushScratch(text) }
  }

  private func apply(_ map: ValueMap, _ value: Value, _ view: RecordView) {
    switch withBytes(of: value, view, { map.apply($0) }) {
    case .same: stack.append(value)
    case .missing: break
    case .replaced(let bytes): pushScratch(bytes, style: value.style)
    }
  }

  private func split(_ value: Value, _ separator: [UInt8], _ take: Int?, _ view: RecordView, limit: Int) {
    let text = bytes(of: value, view)
    var parts: [ArraySlice<UInt8>] = []
    var from = 0
    var index = 0
    while index + separator.count <= text.count {
      if text[index..<(index + separator.count)].elementsEqual(separator) {
        parts.append(text[from..<index])
        index += separator.count
        from = index
      } else {
        index += 1
      }
    }
    parts.append(text[from...])
    // Runs of blanks separate as one does.
    if separator.allSatisfy({ $0 <= 0x20 }) { parts.removeAll(where: \.isEmpty) }
    if let take {
      let index = take > 0 ? take - 1 : parts.count + take
      guard parts.indices.contains(index) else { return }
      parts = [parts[index]]
    }
    for part in parts where stack.count < limit {
      var part = part
      while let first = part.first, first <= 0x20 { part.removeFirst() }
      while let last = part.last, last <= 0x20 { part.removeLast() }
      if !part.isEmpty { pushScratch(part, style: value.style) }
    }
  }
}
