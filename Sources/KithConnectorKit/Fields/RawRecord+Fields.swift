import KithCore

extension RawRecord {
  /// Levels of a tree that are told apart.
  private static let deepest = 4

  /// The fields with what their values look like: columns, or the leaves of a tree by their paths.
  func fields(columns: [String]?, from node: NodeID = 0) -> [(name: String, kind: FieldKind?)] {
    guard !nodes.isEmpty else { return [] }
    var fields: [(name: String, kind: FieldKind?)] = []
    if let columns {
      fields.reserveCapacity(columns.count)
      for (name, place) in zip(columns, 1..<max(nodes.count, 1)).prefix(FieldSample.mostFields) {
        fields.append((name, text(of: NodeID(place)).flatMap { FieldKind(of: $0) }))
      }
    } else {
      gather(node, "", 0, into: &fields)
    }
    return fields
  }

  private func gather(
    _ node: NodeID, _ path: String, _ depth: Int, into fields: inout [(name: String, kind: FieldKind?)]
  ) {
    guard fields.count < FieldSample.mostFields else { return }
    switch kind(of: node) {
    case .number: fields.append((path, .number))
    case .bool: fields.append((path, .boolean))
    case .null: fields.append((path, nil))
    case .text:
      let text = text(of: node) ?? ""
      fields.append((path, text.isEmpty ? nil : FieldKind.isDate(text) ? .date : .text))
    case .object, .array:
      // Deeper ones are one field together, as is what has nothing in it.
      guard depth < Self.deepest, var child = firstChild(of: node) else {
        if !path.isEmpty { fields.append((path, nil)) }
        return
      }
      while true {
        let name = kind(of: node) == .array ? "" : key(of: child)
        gather(child, name.isEmpty ? path : path.isEmpty ? name : "\(path).\(name)", depth + 1, into: &fields)
        guard let next = next(after: child) else { return }
        child = next
      }
    }
  }
}

/// Looks at the first records of each batch, so that a stream costs no more for it.
struct FieldSampler {
  static let perBatch = 16

  private var sample = FieldSample()
  private var count = 0
  /// Set aside what does not fit; nil: nothing.
  var expected: ExpectedFields?

  /// Whether nothing is to be done for the next record, as for nearly all.
  var isIdle: Bool { count >= Self.perBatch && expected == nil }

  /// Looks at a record; why it is to be set aside.
  mutating func look(at raw: RawRecord, columns: [String]?, from node: RawRecord.NodeID = 0) -> String? {
    let fields = raw.fields(columns: columns, from: node)
    let fault = expected?.fault(fields)
    // What is set aside is seen as well, wherever in the batch it stands: it is what somebody must be told of.
    if count < Self.perBatch || (fault != nil && count < 2 * Self.perBatch) {
      count += 1
      sample.add(fields, isWhole: columns != nil)
    }
    return fault
  }

  /// What the batch's sample is; the next one begins.
  mutating func take() -> FieldSample? {
    defer { (sample, count) = (FieldSample(), 0) }
    return sample.isEmpty ? nil : sample
  }
}
