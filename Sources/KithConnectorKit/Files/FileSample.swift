import KithCore

/// What the first records of a file look like.
struct FileSample {
  static let maximumRecords = 20

  let dialect: FileDialect
  /// Nil for trees.
  let columns: [String]?
  /// Names of columns, or paths of trees, in the order they were seen, with a value.
  private(set) var fields: [(name: String, example: String?)] = []
  private(set) var records = 0
  private(set) var rejects = 0

  /// Reads up to 20 records: enough to know a file by.
  init(_ file: SourceFile, options: ReadingOptions) throws(KithError) {
    let reader = try file.makeReader(options: options)
    dialect = reader.dialect
    columns = reader.columns
    if let columns { fields = columns.map { ($0, nil) } }
    var known: [String: Int] = [:]
    for (index, field) in fields.enumerated() { known[field.name] = index }
    let record = RawRecord()
    while records + rejects < FileSample.maximumRecords {
      switch try reader.next(into: record) {
      case .record: records += 1
      case .reject:
        rejects += 1
        continue
      case .end, .incomplete: return
      }
      for (name, value) in record.pairs(columns: columns, indexed: false) {
        if let index = known[name] {
          if fields[index].example == nil, !value.isEmpty { fields[index].example = value }
        } else if fields.count < 5_000 {
          known[name] = fields.count
          fields.append((name, value.isEmpty ? nil : value))
        }
      }
    }
  }

  var names: [String] { fields.map(\.name) }

  /// Whether a name of `detect` occurs: as a column, or as a path or the beginning of one.
  func lookup() -> (String) -> Bool {
    if let columns {
      let index = ColumnIndex(columns)
      return { index.find($0) != nil }
    }
    var paths: Set<String> = []
    for name in names {
      var path = ""
      for part in name.split(separator: ".", omittingEmptySubsequences: false) {
        path += path.isEmpty ? String(part) : "." + part
        paths.insert(path)
      }
    }
    return { paths.contains($0) }
  }
}

extension RawRecord {
  /// The leaves with their paths, for people to look at; at most 1,000.
  func pairs(columns: [String]?, indexed: Bool) -> [(name: String, value: String)] {
    guard !nodes.isEmpty else { return [] }
    if let columns {
      return zip(columns, 1..<max(nodes.count, 1)).prefix(1_000).map { ($0, text(of: NodeID($1)) ?? "") }
    }
    return pairs(from: root, indexed: indexed)
  }

  func pairs(from node: NodeID, indexed: Bool) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    collect(node, "", indexed: indexed, depth: 0, into: &pairs)
    return pairs
  }

  private func collect(
    _ node: NodeID, _ path: String, indexed: Bool, depth: Int, into pairs: inout [(name: String, value: String)]
  ) {
    guard pairs.count < 1_000, depth < 32 else { return }
    switch kind(of: node) {
    case .text, .number, .bool, .null: pairs.append((path, text(of: node) ?? ""))
    case .object, .array:
      var child = firstChild(of: node)
      if child == nil, !path.isEmpty { pairs.append((path, "")) }
      var index = 0
      while let current = child {
        let name = key(of: current)
        let isItem = kind(of: node) == .array
        var inner = path
        if isItem {
          if indexed { inner += "[\(index)]" }
        } else if !name.isEmpty {
          inner = path.isEmpty ? name : "\(path).\(name)"
        }
        collect(current, inner, indexed: indexed, depth: depth + 1, into: &pairs)
        child = next(after: current)
        index += 1
      }
    }
  }
}
