import KithCore

/// What a connector for files declares: streams, the export layouts that its tools write, and their mappings. Written
/// in YAML as docs/mapping.md describes.
public struct ConnectorManifest: Sendable {
  public struct Stream: Sendable {
    public var name: String
    /// What one record of it is.
    public var summary: String
    public var record: Record.Kind
    /// In the manifest's order: of two that fit a file equally well the first is taken.
    public var layouts: [Layout]
  }

  public struct Layout: Sendable {
    public var name: String
    /// The tool and export that write it.
    public var title: String
    /// Columns or paths that tell this layout from others.
    public var detect: [String]
    /// Defaults of reading options, by the names they have in connectors.yml.
    public var read: [String: OptionValue]
    public var fields: MappingNode
  }

  public var name: String
  public var title: String
  public var summary: String
  public var streams: [Stream]

  public init(name: String, title: String, summary: String, streams: [Stream]) {
    self.name = name
    self.title = title
    self.summary = summary
    self.streams = streams
  }

  public func stream(_ name: String) -> Stream? { streams.first { $0.name == name } }
}

extension ConnectorManifest.Stream {
  /// The layouts whose names in `detect` all occur among a file's columns, or paths, those that say most first.
  public func fitting(columns: [String]) -> [ConnectorManifest.Layout] {
    let index = ColumnIndex(columns)
    return fitting { index.find($0) != nil }
  }

  func fitting(_ has: (String) -> Bool) -> [ConnectorManifest.Layout] {
    let fits = layouts.filter { !$0.detect.isEmpty && $0.detect.allSatisfy(has) }
    // Stable: equally many names keep the manifest's order.
    return fits.enumerated().sorted { left, right in
      (-left.element.detect.count, left.offset) < (-right.element.detect.count, right.offset)
    }.map(\.element)
  }

  /// Layouts that fit a file equally well and better than all others: a mistake of the manifest, unless empty. For the
  /// tests of connectors.
  public func ties(columns: [String]) -> [String] {
    let fits = fitting(columns: columns)
    let best = fits.prefix { $0.detect.count == fits.first?.detect.count }
    return best.count > 1 ? best.map(\.name) : []
  }
}
