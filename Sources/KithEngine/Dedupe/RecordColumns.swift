import KithConnectorKit
import KithCore

/// The columns of a file: those of its header, or of trees (JSON, XML, vCards) the paths of their texts.
struct RecordColumns {
  let names: [String]
  /// Nil where columns stand in their order.
  private let places: [String: Int]?

  /// - Parameter header: nil for trees, whose columns are those that `sample` holds.
  init(header: [String]?, sample: [RawRecord]) {
    if let header {
      names = header
      places = nil
      return
    }
    var names: [String] = []
    var places: [String: Int] = [:]
    for record in sample {
      RecordColumns.forEachText(record, record.root, "") { path, _ in
        if places[path] == nil {
          places[path] = names.count
          names.append(path)
        }
      }
    }
    self.names = names
    self.places = places
  }

  /// Calls `body` for each text of the record with its column; texts outside all columns are left out.
  func forEachText(_ record: RawRecord, _ body: (Int, String) -> Void) {
    if let places {
      RecordColumns.forEachText(record, record.root, "") { path, text in
        if let place = places[path] { body(place, text) }
      }
      return
    }
    var node = record.firstChild(of: record.root)
    var index = 0
    while let current = node, index < names.count {
      if let text = record.text(of: current), !text.isEmpty { body(index, text) }
      node = record.next(after: current)
      index += 1
    }
  }

  private static func forEachText(
    _ record: RawRecord, _ parent: RawRecord.NodeID, _ path: String, _ body: (String, String) -> Void
  ) {
    var node = record.firstChild(of: parent)
    while let current = node {
      let key = record.key(of: current)
      let place = path.isEmpty ? key : key.isEmpty ? path : path + "." + key
      if let text = record.text(of: current) {
        if !text.isEmpty { body(place, text) }
      } else {
        forEachText(record, current, place, body)
      }
      node = record.next(after: current)
    }
  }
}
