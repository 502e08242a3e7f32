import Foundation
import KithCore
import KithHTTP
import KithTesting
import Synchronization
import Testing

@testable import KithConnectorKit

/// Files of jobs that are larger than what may be held.
@Suite struct ExportTests {
  private static let stream = """
    request: {path: /exports, method: POST}
    job:
      id: job
      poll: {path: "/exports/${job.id}"}
      done: {path: state, equals: ready}
      download: {path: /file}
    records: data.people
    parent: {option: groups}
    incremental: {field: updated}
    """

  /// A tool whose file is what `file` sends.
  private static func tool(_ file: LoopbackReply) throws -> LoopbackServer {
    try LoopbackServer { request in
      switch request.path {
      case "/exports": .text(#"{"job": "j"}"#)
      case "/file": file
      default: .text(#"{"state": "ready"}"#)
      }
    }
  }

  private static func source(
    _ server: LoopbackServer, _ limits: String = "", memory: MemoryBudget = .standard
  ) throws -> any Source {
    var stream = Self.stream.replacingOccurrences(of: "incremental: {field: updated}", with: "complete: false")
    stream = stream.replacingOccurrences(of: "parent: {option: groups}\n", with: "")
    return try REST.open(REST.manifest(server.url, stream, limits), memory: memory)
  }

  /// What a store would notice of how much is held.
  private final class Watch: RecordSink {
    private let state = Mutex((count: 0, largest: 0, last: ""))
    func send(_ batch: Batch) async throws(KithError) {
      state.withLock { state in
        state.count += batch.records.count
        state.largest = max(state.largest, batch.records.count)
        if case .profile(let person)? = batch.records.last { state.last = person.key }
      }
    }
    var seen: (count: Int, largest: Int, last: String) { state.withLock { $0 } }
  }

  private static let people = 1_000

  /// A piece of a list of people, some 500 bytes each.
  private static func piece(_ number: Int) -> [UInt8] {
    let note = String(repeating: "n", count: 440)
    let list = (0..<people).map { "{\"id\": \(number * people + $0), \"name\": \"A\", \"note\": \"\(note)\"}" }
    return Array(((number == 0 ? "" : ",") + list.joined(separator: ",")).utf8)
  }

  /// 50 MB come, while no answer may be larger than 64 KiB in memory, and a batch holds 16 KiB.
  @Test func memoryDoesNotGrowWithTheExport() async throws {
    let pieces = 100
    let head = LoopbackReply.head(200, [("Connection", "close")])
    let server = try Self.tool(
      LoopbackReply([
        .bytes(head + Array("{\"meta\": {\"n\": [1, {}]}, \"data\": {\"people\": [".utf8)),
        .pieces(pieces) { Self.piece($0) }, .bytes(Array("]}, \"more\": [1]}".utf8)), .close,
      ]))
    let small = MemoryBudget(megabytes: 65)
    let source = try Self.source(server, "limits: {page_bytes: 65536}", memory: small)
    let watch = Watch()
    try await source.read(ReadRequest(stream: "people"), into: watch)
    #expect(watch.seen.count == pieces * Self.people)
    #expect(watch.seen.last == "\(pieces * Self.people - 1)")
    // A batch is full with the record that goes beyond its share.
    #expect(watch.seen.largest <= small.batchBytes / 470 + 1)
  }

  @Test func aFileGoesToTheDiskAndNotToMemory() async throws {
    let server = try LoopbackServer { _ in
      LoopbackReply([
        .bytes(LoopbackReply.head(200, [("Connection", "close")])),
        .pieces(64) { [UInt8](repeating: UInt8($0), count: 65_536) },
        .close,
      ])
    }
    let export = try RESTExport(limit: 64 << 16, expansion: 300, place: "here")
    var settings = TransferSettings(policy: NetworkPolicy(privateNetwork: .allowed))
    settings.limits.body = 1 << 16
    var request = HTTPRequest(.get, try HTTPAddress(server.url + "/"))
    request.file = export.target
    let response = try await Transfer(settings).perform(request)
    #expect(response.body.isEmpty && response.fileBytes == 64 << 16)
    try export.take(response)
    #expect(export.bytes == 64 << 16)
    let bytes = try readAll(try export.open(), limit: 1 << 30)
    #expect(bytes.count == 64 << 16 && bytes.last == 63)
  }

  @Test func whatIsTooLargeIsRefused() async throws {
    let list = "{\"data\": {\"people\": [\(String(repeating: " ", count: 100_000))]}}"
    for (file, limit, what) in [
      (Array(list.utf8), 100_000, "the answer is larger than 100000 bytes"),
      (ZipArchive.of([("a.json", list)]), 100_000, "the answer is larger than 100000 bytes"),
      (HostileBody.gzip(Array(list.utf8)), 100_000, "the export is larger than it may be"),
      (HostileBody.bomb, 1 << 30, "the export is more than 300 times larger than its compressed form"),
    ] {
      let server = try Self.tool(.response(body: file))
      let source = try Self.source(server, "limits: {export_bytes: \(limit)}")
      let (sink, error) = await REST.read(source)
      #expect(error?.what == what && error?.recovery == .configuration, "\(error.map { "\($0)" } ?? "")")
      #expect(sink.records.isEmpty)
    }
    let server = try Self.tool(.text(list))
    let right = try Self.source(server, "limits: {export_bytes: 200000}")
    #expect(await REST.read(right).error == nil)
  }

  /// Records have their parent, and the cursor goes by what was read from the file.
  @Test func recordsAreAsThoseOfAnswers() async throws {
    let list =
      #"{"data": {"people": [{"id": 1, "name": "A", "updated": "2026-01-05T00:00:00Z"}, "#
      + #"{"id": 2, "name": "B", "updated": "2026-01-02T00:00:00Z"}, 7]}}"#
    let server = try Self.tool(.text(list))
    var text = REST.manifest(
      server.url,
      Self.stream.replacingOccurrences(of: "path: /exports,", with: "path: /exports, json: {a: \"${since}\"},"))
    text = text.replacingOccurrences(of: "options:\n", with: "options:\n  groups: {kind: list, summary: Groups.}\n")
    text = text.replacingOccurrences(of: "{key: id,", with: "{key: {template: \"{_parent.value} {id}\"},")
    let source = try REST.open(text, ["groups": .list(["g1", "g2"])])
    let (sink, error) = await REST.read(source)
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    let keys = sink.records.map { record in record.fields.first { $0.name == "key" }?.value ?? "" }
    #expect(keys == ["g1 1", "g1 2", "g2 1", "g2 2"])
    #expect(sink.rejects.map(\.code) == ["syntax", "syntax"])
    #expect(sink.checkpoint?.text.contains("2026-01-05") == true)
    _ = await REST.read(source, from: sink.checkpoint)
    #expect(server.requests.last { $0.path == "/exports" }?.text.contains("2026-01-05") == true)
  }

  /// A disk that is full is no reason to take half of an export for all of it.
  @Test func aFullDiskIsTold() async throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    if full < 0 { return }
    let server = try LoopbackServer { _ in .response(body: [UInt8](repeating: 0x61, count: 200_000)) }
    var request = HTTPRequest(.get, try HTTPAddress(server.url + "/"))
    request.file = BodyFile(descriptor: full, limit: 1 << 20)
    let transfer = try Transfer(TransferSettings(policy: NetworkPolicy(privateNetwork: .allowed)))
    let error = await #expect(throws: KithError.self) { try await transfer.perform(request) }
    #expect(error?.what == "the answer cannot be written down" && error?.recovery == .transient)
  }
}
