import KithCore
import KithHTTP

/// One answer, taken apart. Its records are nodes of one tree, so that nothing is copied before it is mapped.
final class RESTPage {
  let response: HTTPResponse
  /// The file of a job; its records are read from there.
  let export: RESTExport?
  /// The whole answer; empty when its records come one by one.
  let document = RawRecord()
  private(set) var items: [RawRecord.NodeID] = []
  private let cursor: RESTCursorReader?
  /// The greatest value of the cursor's field that was seen.
  private(set) var newest: RESTCursorValue?
  /// The values of the cursor's field, but of records that come by themselves.
  private(set) var cursorValues: [RESTCursorValue] = []
  /// Of a list that is said to be sorted.
  var order: OrderCheck?
  /// Records that were looked at.
  private var looked = 0

  init(_ answer: RESTAnswer, _ stream: RESTStream, isEmpty: Bool, place: String) throws(KithError) {
    response = answer.response
    export = isEmpty ? nil : answer.export
    if case .field(let field)? = stream.incremental?.cursor { cursor = RESTCursorReader(field) } else { cursor = nil }
    if isEmpty || response.status == 204 || stream.comesOneByOne { return }
    if let broken = document.fill(json: response.body) {
      let beginning = String(decoding: response.body.prefix(120), as: UTF8.self)
      // A page that is cut off or stands for another (a login, a proxy's error) may be right the next time.
      throw KithError(
        .transient, "the answer is not JSON: \(broken)", place: place, seen: beginning,
        fix: "If it stays like this, check the base URL.")
    }
    items = find(stream)
  }

  private func find(_ stream: RESTStream) -> [RawRecord.NodeID] {
    var found: [RawRecord.NodeID] = []
    func take(_ node: RawRecord.NodeID) {
      switch document.kind(of: node) {
      case .array: found += document.children(of: node)
      case .object: if stream.isKeyed { found += document.children(of: node) } else { found.append(node) }
      case .text, .number, .bool, .null: break
      }
    }
    if stream.records.isEmpty {
      take(document.root)
    } else {
      document.withView { view in
        _ = view.walk(stream.records) { node in
          take(node)
          return true
        }
      }
    }
    return found
  }

  /// Lists that the answer has while it has nothing where its records should be; nil when there is no such doubt. An answer
  /// without either is an empty one at some tools.
  func otherLists(than stream: RESTStream) -> [String]? {
    guard items.isEmpty, !stream.records.isEmpty, !stream.mayLackRecords, !document.nodes.isEmpty else { return nil }
    let leadsSomewhere = document.withView { view in !view.walk(stream.records) { _ in false } }
    if leadsSomewhere { return nil }
    var lists: [String] = []
    func look(_ node: RawRecord.NodeID, _ path: String, depth: Int) {
      for child in document.children(of: node) where lists.count < 20 {
        let name = path.isEmpty ? document.key(of: child) : "\(path).\(document.key(of: child))"
        switch document.kind(of: child) {
        case .array where document.firstChild(of: child) != nil: lists.append(name)
        case .object where depth < 3: look(child, name, depth: depth + 1)
        default: break
        }
      }
    }
    if document.kind(of: document.root) == .object { look(document.root, "", depth: 0) }
    return lists.isEmpty ? nil : lists
  }

  private var parent: [(name: String, value: String)] = []

  /// Hangs the parent's values into each record, as `_parent`, and looks how far the list goes.
  func attach(_ parent: [(name: String, value: String)]) {
    self.parent = parent
    document.adopt(parent, in: items)
    guard cursor != nil else { return }
    cursorValues.reserveCapacity(items.count)
    for item in items {
      if let value = look(at: document, item) { cursorValues.append(value) }
    }
  }

  /// The same with a record that has come by itself.
  func attachParent(to record: RawRecord) {
    record.adopt(parent, in: [record.root])
    _ = look(at: record, record.root)
  }

  private func look(at record: RawRecord, _ item: RawRecord.NodeID) -> RESTCursorValue? {
    looked += 1
    guard let value = cursor?.value(in: record, item) else { return nil }
    if newest.map({ $0 < value }) ?? true { newest = value }
    order?.look(at: value, record: looked)
    return value
  }

  /// What stands at the paths, for the pager.
  func values(_ paths: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for path in paths {
      if let steps = SourcePath.steps(path) { values[path] = document.text(at: steps) }
    }
    return values
  }

  var fingerprint: UInt64 {
    var hash = ContentHash()
    response.body.withUnsafeBytes { hash.combine($0) }
    return UInt64(bitPattern: hash.value)
  }
}

extension RawRecord {
  /// Hangs values into objects, as `_parent`.
  fileprivate func adopt(_ values: [(name: String, value: String)], in items: [NodeID]) {
    if values.isEmpty || items.isEmpty { return }
    let key = Array("_parent".utf8)
    let node = key.withUnsafeBytes { begin(.object, key: $0) }
    for pair in values { leaf(pair.name, pair.value) }
    end()
    for item in items where kind(of: item) == .object { adopt(node, in: item) }
  }

  /// Makes a node that stands for itself the last child of another; many may share it.
  func adopt(_ node: NodeID, in parent: NodeID) {
    let last = nodes[Int(parent)].lastChild
    if last >= 0 { nodes[Int(last)].next = node } else { nodes[Int(parent)].firstChild = node }
    nodes[Int(parent)].lastChild = node
  }
}
