import Foundation
import KithConnectorKit
import KithCore

/// What every connector that asks over HTTP must keep, a manifest or one in Swift, checked with its own fixtures, played
/// back by a server on loopback. Each check returns sentences about what is wrong, none when all is well.
///
/// A connector in Swift takes the options `base_url` and `allow_private_network`.
///
/// Fixtures lie in folders named after a stream, or `STREAM-CASE`: `exchanges.yml` (see `RecordedExchanges`) and
/// `expected.txt`. With KITH_UPDATE_GOLDEN=1 in the environment `expected.txt` is written instead of compared.
public struct RESTConformance: Sendable {
  public struct Fixture: Sendable, CustomStringConvertible {
    public let stream: String
    public let name: String
    public let folder: String
    public var description: String { name }
  }

  public let connector: any Connector
  public let fixtures: [Fixture]
  let root: String
  /// Whether `expected.txt` is written instead of compared.
  public var updatesGolden = ProcessInfo.processInfo.environment["KITH_UPDATE_GOLDEN"] == "1"

  /// How long a server that says nothing waits for a run that was stopped. A good one ends by itself.
  public var patience = Duration.seconds(60)

  /// Who opens the sources: the connector, or what a test of this suite puts in its place.
  private let opener: any Connector

  public init(_ connector: any Connector, fixturesFolder root: String, opening opener: (any Connector)? = nil) {
    self.connector = connector
    self.opener = opener ?? connector
    self.root = root
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    fixtures = folders.filter { !$0.hasPrefix(".") }.sorted().map { folder in
      let stream = folder.split(separator: "-").first.map(String.init) ?? folder
      return Fixture(stream: stream, name: folder, folder: "\(root)/\(folder)")
    }
  }

  // MARK: the manifest

  /// Mistakes of the manifest, streams without fixture, fixtures without stream, secrets that are none.
  public func specificationFailures() -> [String] {
    let rest = connector as? RESTConnector
    var failures = rest?.problems.map(\.description) ?? []
    let specification = connector.specification
    let pushed = rest?.manifest.pushedStreams ?? []
    for stream in specification.streams
    where !pushed.contains(stream.name) && !fixtures.contains(where: { $0.stream == stream.name }) {
      failures.append("stream \(stream.name) has no fixture in \(root)/\(stream.name)")
    }
    for fixture in fixtures where !specification.streams.contains(where: { $0.name == fixture.stream }) {
      failures.append("fixture \(fixture) belongs to no stream")
    }
    for option in specification.options {
      let words = option.name.split(separator: "_")
      let looksSecret = words.contains { ["token", "secret", "password", "key", "passphrase"].contains($0) }
      if looksSecret, option.kind != .secret {
        failures.append("option \(option.name) looks like a secret, but is none")
      }
    }
    return failures
  }

  // MARK: opening

  /// One fixture at work.
  final class Stage: Sendable {
    let tool: RecordedTool
    let source: any Source
    let settings: SourceSettings

    init(tool: RecordedTool, source: any Source, settings: SourceSettings) {
      self.tool = tool
      self.source = source
      self.settings = settings
    }
  }

  /// Where nobody answers: the port of a service that no machine has any more. That of a server which has just ended may
  /// be another one's by now.
  static let nowhere = "http://127.0.0.1:1"

  func stage(
    _ fixture: Fixture, baseURL: String? = nil, memory: MemoryBudget = .standard
  ) throws(KithError) -> Stage {
    let exchanges = try RecordedExchanges(folder: fixture.folder)
    let tool = try RecordedTool(exchanges)
    let settings = settings(fixture, exchanges, base: baseURL ?? tool.server.url, memory)
    return Stage(tool: tool, source: try opener.open(settings), settings: settings)
  }

  private func settings(
    _ fixture: Fixture, _ exchanges: RecordedExchanges, base: String, _ memory: MemoryBudget
  ) -> SourceSettings {
    var options: [String: OptionValue] = [
      "base_url": .text(base), "allow_private_network": .text("true"),
    ]
    for option in connector.specification.options where options[option.name] == nil {
      if let given = exchanges.options[option.name] {
        options[option.name] = Self.value(given, option, base)
      } else if option.kind == .secret {
        // Only what is needed, or all when nothing is: the first way in is taken.
        options[option.name] = .secret(Secret("canary-\(option.name)-\(UUID().uuidString.prefix(8))"))
      } else if option.isRequired {
        options[option.name] = .text("sample")
      }
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)").path
    let environment = HubEnvironment(
      baseDirectory: folder, timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime(), memory: memory)
    return SourceSettings(
      name: "fixture", options: options, streams: [StreamSettings(name: fixture.stream)], environment: environment)
  }

  /// What a hub would see of the tool that a fixture plays.
  public func playedReport(_ fixture: Fixture) async -> LiveConformance.Report {
    do throws(KithError) {
      let stage = try stage(fixture)
      return await LiveConformance(opener, stage.settings).report(fixture.stream)
    } catch {
      return LiveConformance.Report(stream: fixture.stream, told: "nothing could be read", failures: ["\(error)"])
    }
  }

  private static func value(
    _ content: MappingNode.Content, _ option: OptionSpecification, _ base: String
  ) -> OptionValue {
    func text(_ text: String) -> String { text.replacingOccurrences(of: "${base_url}", with: base) }
    switch content {
    case .list(let items):
      return .list(items.map { if case .scalar(let item) = $0.content { text(item) } else { "" } })
    case .scalar(let value):
      if case .integer = option.kind, let number = Int(value) { return .integer(number) }
      if option.kind == .secret { return .secret(Secret(text(value))) }
      if option.kind == .list { return .list([text(value)]) }
      return .text(text(value))
    case .map: return .text("")
    }
  }

  func read(
    _ stage: Stage, _ fixture: Fixture, from checkpoint: Checkpoint? = nil
  ) async -> (sink: CollectingSink, error: KithError?) {
    let sink = CollectingSink()
    return (sink, await read(stage, fixture, from: checkpoint, into: sink))
  }

  func read(
    _ stage: Stage, _ fixture: Fixture, from checkpoint: Checkpoint? = nil, into sink: any RecordSink
  ) async -> KithError? {
    do throws(KithError) {
      try await stage.source.read(ReadRequest(stream: fixture.stream, checkpoint: checkpoint), into: sink)
      return nil
    } catch {
      return error
    }
  }

  /// Runs a check; what it throws is a failure, and each failure names the fixture.
  func failures(
    _ fixture: Fixture, _ check: () async throws(KithError) -> [String]
  ) async -> [String] {
    do throws(KithError) {
      return try await check().map { "\(fixture): \($0)" }
    } catch {
      return ["\(fixture): fails: \(error)"]
    }
  }

  /// All checks of one fixture.
  public func allFailures(_ fixture: Fixture) async -> [String] {
    let golden = await goldenFailures(fixture)
    // What is wrong from the beginning is told once.
    if !golden.isEmpty { return golden }
    return await recordFailures(fixture) + checkFailures(fixture) + resumeFailures(fixture) + faultFailures(fixture)
      + hostileFailures(fixture) + cancellationFailures(fixture) + pageFailures(fixture) + memoryFailures(fixture)
  }
}
