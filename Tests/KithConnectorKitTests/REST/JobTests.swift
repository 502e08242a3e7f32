import Foundation
import KithCore
import KithTesting
import Synchronization
import Testing

@testable import KithConnectorKit

/// Lists that a tool writes to a file first.
@Suite struct JobTests {
  private static let stream = """
    request: {path: /exports, json: {since: "${since}"}}
    job:
      id: job
      poll: {path: "/exports/${job.id}"}
      done: {path: state, equals: ready}
      failed: {path: state, equals: broken}
      progress: percent
      file: file
      download: {path: "/files/${job.file}"}
      every_seconds: 10
      within_seconds: 100
    records: people
    incremental: {field: updated}
    """

  private static let people = #"{"people": [{"id": 1, "name": "P1", "updated": "2026-01-02T00:00:00Z"}]}"#

  private static func json(_ text: String, _ headers: [(String, String)] = []) -> LoopbackReply {
    .response(200, headers, body: Array(text.utf8))
  }

  /// A tool whose job is done at the poll of this number.
  private static func read(
    readyAt: Int, file: [UInt8] = ZipArchive.of([("a.json", people)]), wait: String? = nil, broken: Bool = false,
    time: InstantTime = InstantTime()
  ) async throws -> (sink: CollectingSink, error: KithError?, server: LoopbackServer) {
    let polls = Mutex(0)
    return try await REST.answers(stream, time: time) { _, request in
      switch (request.method, request.path) {
      case ("POST", "/exports"): return json(#"{"job": "j 1"}"#)
      case ("GET", "/exports/j%201"):
        let number = polls.withLock { polls in
          polls += 1
          return polls
        }
        if broken { return json(#"{"state": "broken", "percent": 12}"#) }
        if number >= readyAt { return json(#"{"state": "ready", "file": "f1"}"#) }
        return json(#"{"state": "working", "percent": 40}"#, wait.map { [("Retry-After", $0)] } ?? [])
      case ("GET", "/files/f1"): return .response(200, [], body: file)
      default: return .text("", 404)
      }
    }
  }

  @Test func aJobIsStartedWaitedForAndRead() async throws {
    let time = InstantTime()
    let begin = time.now()
    let (sink, error, server) = try await Self.read(readyAt: 3, time: time)
    #expect(error == nil)
    #expect(sink.records.count == 1)
    #expect(sink.checkpoint?.text.contains("2026-01-02") == true)
    #expect(server.requests.map(\.method) == ["POST", "GET", "GET", "GET", "GET"])
    #expect(time.now().seconds(since: begin) >= 20)
  }

  @Test func aFileThatIsNoArchiveIsReadAsItIs() async throws {
    for file in [Array(Self.people.utf8), HostileBody.gzip(Array(Self.people.utf8))] {
      let (sink, error, server) = try await Self.read(readyAt: 1, file: file)
      #expect(error == nil && sink.records.count == 1)
      #expect(server.requests.last?["Accept-Encoding"] == "identity")
    }
  }

  @Test func halfADocumentIsFetchedAgainAndThenTold() async throws {
    let half = Array(Self.people.utf8.prefix(Self.people.utf8.count / 2))
    let (sink, error, server) = try await Self.read(readyAt: 1, file: half)
    #expect(error?.recovery == .transient && sink.records.isEmpty)
    #expect(server.requests.count { $0.path == "/files/f1" } == 5)
  }

  @Test func theToolsOwnWaitCounts() async throws {
    let time = InstantTime()
    let begin = time.now()
    let (sink, error, _) = try await Self.read(readyAt: 2, wait: "45", time: time)
    #expect(error == nil && sink.records.count == 1)
    #expect(time.now().seconds(since: begin) >= 45)
  }

  @Test func aJobThatFailsOrTakesTooLongIsAnError() async throws {
    let failed = try await Self.read(readyAt: 1, broken: true)
    #expect(failed.error?.what == "the tool could not make the export")
    #expect(failed.error?.recovery == .transient && failed.error?.seen == "12")
    let endless = try await Self.read(readyAt: .max)
    #expect(endless.error?.what == "the export was not ready in time")
    #expect(endless.error?.seen == "40" && endless.error?.allowed == "100 s")
    // Looked at when it began and every ten seconds from then on, and no more.
    #expect((10...12).contains(endless.server.requests.count))
  }

  /// Each of the requests of a job has an address of its own; an error is about one of them.
  @Test func errorsNameTheRequestThatFailed() async throws {
    let broken = try await Self.read(readyAt: 1, broken: true)
    #expect(broken.error?.place == "GET \(broken.server.url)/exports/j%201")
    let endless = try await Self.read(readyAt: .max)
    #expect(endless.error?.place == "GET \(endless.server.url)/exports/j%201")
    let half = try await Self.read(readyAt: 1, file: Array(Self.people.utf8.prefix(30)))
    #expect(half.error?.place == "GET \(half.server.url)/files/f1")
    for (method, path) in [("POST", "/exports"), ("GET", "/exports/j%201"), ("GET", "/files/f1")] {
      for answer in [LoopbackReply.text("<html>", 404), .text("{\"a\"")] {
        // Of a file that is no JSON, its reader tells.
        let (_, error, server) = try await REST.answers(Self.stream) { _, request in
          if request.method == method, request.path == path { return answer }
          switch request.path {
          case "/exports": return Self.json(#"{"job": "j 1"}"#)
          case "/files/f1": return Self.json(Self.people)
          default: return Self.json(#"{"state": "ready", "file": "f1"}"#)
          }
        }
        #expect(error?.place == "\(method) \(server.url)\(path)", "\(error.map { "\($0)" } ?? "")")
      }
    }
  }

  /// A file often lies at an address that lets in whoever knows it.
  @Test func anAddressWithASignatureIsNotShown() async throws {
    let text = Self.stream.replacing(
      "\"/files/${job.file}\"", with: "/files/f1, query: {sig: \"${job.file}\", sv: 1}")
    let (_, error, server) = try await REST.answers(text) { _, request in
      switch request.path {
      case "/exports": Self.json(#"{"job": "j 1"}"#)
      case "/files/f1": .text("gone", 404)
      default: Self.json(#"{"state": "ready", "file": "s3cr3t"}"#)
      }
    }
    #expect(error?.place == "GET \(server.url)/files/f1?sig=***&sv=1", "\(error.map { "\($0)" } ?? "")")
  }

  @Test func halfAnArchiveIsFetchedAgainAndThenTold() async throws {
    let whole = ZipArchive.of([("a.json", Self.people)])
    let (sink, error, server) = try await Self.read(readyAt: 1, file: Array(whole.prefix(whole.count / 2)))
    #expect(error?.recovery == .transient && sink.records.isEmpty)
    #expect(server.requests.count { $0.path == "/files/f1" } == 5)
  }

  @Test(arguments: [
    ("  id: job\n", "", "a job lacks a part"), ("  done: {path: state, equals: ready}\n", "", "a job lacks a part"),
    ("every_seconds: 10", "every_seconds: 1000", "a job is looked at within its time"),
    ("  file: file\n", "", "there is no value of this name"),
    ("progress: percent", "progres: percent", "a job has no key of this name"),
    ("records: people", "records: people\npaging: {page: 1}", "what comes as a file has no pages"),
    ("records: people", "records: people.*", "the records of a file lie at a plain path"),
    ("records: people", "records: \"people[kind=x]\"", "the records of a file lie at a plain path"),
  ])
  func mistakesAreTold(part: String, instead: String, what: String) {
    let text = REST.manifest("https://tool.example.com", Self.stream.replacingOccurrences(of: part, with: instead))
    let problems = RESTConnector(manifest: text).problems
    #expect(problems.contains { $0.what == what }, "\(problems)")
  }
}
