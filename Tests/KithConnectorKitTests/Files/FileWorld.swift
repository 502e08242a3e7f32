import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithConnectorKit

/// A clock that tests set.
final class TestClock: TimeSource, @unchecked Sendable {
  // Unchecked: one test uses it, from one task at a time.
  var seconds: Int64 = 1_700_000_000
  func now() -> Timestamp { Timestamp(seconds: seconds) }
}

/// Keeps what a source sends as the store would: by key, with the checkpoint that covers it.
actor TestStore: RecordSink {
  private(set) var batches: [Batch] = []
  private let failsAfter: Int?

  /// Refuses the batch after so many, as if the process had been killed there.
  init(failsAfter: Int? = nil) { self.failsAfter = failsAfter }

  func send(_ batch: Batch) async throws(KithError) {
    if let failsAfter, batches.count >= failsAfter { throw KithError(.transient, "killed") }
    batches.append(batch)
  }

  var records: [Record] { batches.flatMap(\.records) }
  var rejects: [Reject] { batches.flatMap(\.rejects) }
  /// The last checkpoint that was stored.
  var checkpoint: Checkpoint? { batches.compactMap(\.checkpoint).last }
}

/// A folder with files whose times the test decides, and a source over it.
final class FileWorld {
  let folder: String
  let clock = TestClock()
  var options: [String: OptionValue] = ["path": .text("*.csv")]
  /// Of the source, not of its streams.
  var sourceOptions: [String: OptionValue] = [:]
  var mapping: String?
  private(set) var checkpoint: Checkpoint?

  static let manifest = """
    name: people
    title: People
    summary: People for tests.
    streams:
      people:
        summary: A person.
        record: profile
        layouts:
          plain:
            title: Plain
            detect: [id, email]
            fields: {key: id, email: email, given_name: name}
      visits:
        summary: A page view.
        record: touchpoint
        layouts:
          plain:
            title: Plain
            detect: [at, visitor]
            fields: {channel: {const: web}, type: {const: page_viewed}, occurred_at: at, visitor_id: visitor}
    """

  init(folder: String? = nil) throws {
    self.folder = folder ?? NSTemporaryDirectory() + "kith-files-\(UUID().uuidString)"
    let folder = self.folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes a file that was last changed so many seconds ago.
  func write(_ name: String, _ text: String, age: Int64 = 100) throws {
    try write(name, bytes: Array(text.utf8), age: age)
  }

  func write(_ name: String, bytes: [UInt8], age: Int64 = 100) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    // In place, as programs write that append or truncate: the file stays the same one.
    if let handle = try? FileHandle(forWritingTo: url) {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    } else {
      try Data(bytes).write(to: url)
    }
    try touch(name, age: age)
  }

  func touch(_ name: String, age: Int64) throws {
    let date = Date(timeIntervalSince1970: Double(clock.seconds - age))
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(folder)/\(name)")
  }

  func move(_ name: String, _ other: String) throws {
    try FileManager.default.moveItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/\(other)")
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }

  func source(_ stream: String = "people") throws -> FileSource {
    let connector = FileConnector(manifest: FileWorld.manifest)
    #expect(connector.problems.isEmpty)
    let settings = StreamSettings(
      name: stream, options: options,
      mapping: try mapping.map { try YAMLNodes.parse($0, name: "connectors.yml") }, place: "connectors.yml:3")
    let environment = HubEnvironment(
      baseDirectory: folder, timeZone: "UTC", country: "CH", currency: "CHF", time: clock)
    let opened = try connector.open(
      SourceSettings(name: "test", options: sourceOptions, streams: [settings], environment: environment))
    return try #require(opened as? FileSource)
  }

  /// One run from the last checkpoint; a minute later.
  @discardableResult
  func run(_ stream: String = "people", mode: ReadRequest.Mode = .incremental) async throws -> TestStore {
    let store = TestStore()
    try await source(stream).read(ReadRequest(stream: stream, checkpoint: checkpoint, mode: mode), into: store)
    if let newest = await store.checkpoint { checkpoint = newest }
    clock.seconds += 60
    return store
  }

  /// The keys that one run delivers, in order.
  func keys(_ stream: String = "people") async throws -> [String] { try await run(stream).keys }

  func set(_ checkpoint: Checkpoint?) { self.checkpoint = checkpoint }
}

extension TestStore {
  var keys: [String] {
    records.map { record in
      switch record {
      case .profile(let profile): profile.key
      case .touchpoint(let touchpoint): touchpoint.key
      default: "?"
      }
    }
  }

  var snapshots: [Batch.Snapshot] { batches.map(\.snapshot) }
}

/// Gzip by the system's tool's own format, without compression: stored blocks.
func gzipped(_ text: String) -> [UInt8] {
  let bytes = Array(text.utf8)
  precondition(bytes.count < 65_536)
  var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
  let count = UInt16(bytes.count)
  for value in [count, ~count] { result += [UInt8(value & 0xFF), UInt8(value >> 8)] }
  result += bytes
  result += ZipArchive.little(ZipArchive.checksum(bytes), 4)
  return result + ZipArchive.little(UInt32(bytes.count), 4)
}
