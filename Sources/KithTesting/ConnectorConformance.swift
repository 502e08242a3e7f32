import Foundation
import KithConnectorKit
import KithCore

/// What every connector for files must keep, checked over its own fixtures. Each check returns sentences about what is
/// wrong, none when all is well.
///
/// Fixtures lie in folders named `STREAM-LAYOUT`, each with one `input.…` as the tool writes it and an `expected.txt`:
/// the records and rejects that it becomes, as `RecordText` writes them. With KITH_UPDATE_GOLDEN=1 in the environment
/// `expected.txt` is written instead of compared.
public struct ConnectorConformance: Sendable {
  public struct Fixture: Sendable, CustomStringConvertible {
    public let stream: String
    public let layout: String
    /// The fixture's folder.
    public let folder: String

    public var description: String { "\(stream)-\(layout)" }

    /// The one file whose name begins with `input.`.
    var input: String? {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let inputs = names.filter { $0.hasPrefix("input.") }
      return inputs.count == 1 ? inputs.first.map { "\(folder)/\($0)" } : nil
    }
  }

  public let connector: FileConnector
  public let fixtures: [Fixture]
  private let root: String
  /// Who opens the sources: the connector, or what a test of this suite puts in its place.
  private let opener: any Connector

  /// `fixturesFolder` holds the fixture folders.
  public init(_ connector: FileConnector, fixturesFolder root: String, opening opener: (any Connector)? = nil) {
    self.connector = connector
    self.opener = opener ?? connector
    self.root = root
    fixtures = connector.manifest.streams.flatMap { stream in
      stream.layouts.map { layout in
        Fixture(stream: stream.name, layout: layout.name, folder: "\(root)/\(stream.name)-\(layout.name)")
      }
    }
  }

  // MARK: the manifest

  /// Mistakes of the manifest, layouts without fixture, fixtures without layout, options that hold secrets.
  public func manifestFailures() -> [String] {
    let specification = opener.specification
    var failures = connector.problems.map(\.description)
    if connector.manifest.streams.isEmpty { failures.append("the manifest has no streams") }
    for word in [specification.name] + specification.streams.map(\.name) + fixtures.map(\.layout)
    where !Self.isSnakeCase(word) {
      failures.append("\(word) is not in snake case")
    }
    for stream in connector.manifest.streams {
      if stream.summary.isEmpty { failures.append("stream \(stream.name) has no summary") }
      for layout in stream.layouts where layout.title.isEmpty || layout.detect.isEmpty {
        failures.append("layout \(stream.name).\(layout.name) lacks a title or names to detect it by")
      }
    }
    let ofServers = FileConnector.serverOptions
    for option in specification.options + specification.streamOptions
    where option.kind == .secret && !ofServers.contains(option.name) {
      failures.append("option \(option.name) holds a secret; files need none")
    }
    return failures + coverageFailures()
  }

  private func coverageFailures() -> [String] {
    var failures: [String] = []
    for fixture in fixtures where fixture.input == nil {
      failures.append("\(fixture) needs exactly one file input.… in \(fixture.folder)")
    }
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let known = Set(fixtures.map(\.description))
    for folder in folders.sorted() where !folder.hasPrefix(".") && !known.contains(folder) {
      failures.append("fixture \(folder) belongs to no layout")
    }
    return failures
  }

  private static func isSnakeCase(_ word: String) -> Bool {
    guard let first = word.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  // MARK: opening

  /// A source with one stream that reads `path` (a file, folder or pattern) by that layout.
  func open(
    stream: String, layout: String, path: String, memory: MemoryBudget = .standard
  ) throws(KithError) -> any Source {
    let options: [String: OptionValue] = [
      "path": .text(path), "layout": .text(layout), "settle_seconds": .integer(0),
    ]
    let environment = HubEnvironment(
      baseDirectory: "/", timeZone: "Europe/Zurich", country: "CH", currency: "CHF", time: TestTime(),
      memory: memory)
    return try opener.open(
      SourceSettings(
        name: "fixture", options: [:], streams: [StreamSettings(name: stream, options: options)],
        environment: environment))
  }

  func read(
    _ source: any Source, stream: String, from checkpoint: Checkpoint? = nil
  ) async throws(KithError) -> CollectingSink {
    let sink = CollectingSink()
    try await source.read(ReadRequest(stream: stream, checkpoint: checkpoint), into: sink)
    return sink
  }
}
