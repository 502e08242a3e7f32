import CBrotli
import Foundation
import KithCore
import KithTesting
import Synchronization
import Testing

@testable import KithHTTP

/// Servers that break, hang, lie or attack.
@Suite struct TransferLimitTests {
  @Test func anEndlessBodyEndsAtTheLimit() async throws {
    let server = try LoopbackServer { _ in
      .init([.bytes(LoopbackReply.head(200, [])), .endless([UInt8](repeating: 0x61, count: 65_536))])
    }
    let transfer = try localTransfer { $0.limits.body = 1 << 20 }
    let error = await failure(transfer, try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the answer is larger than 1048576 bytes")
  }

  @Test func endlessHeadersEndAtTheLimit() async throws {
    let server = try LoopbackServer { _ in
      .init([.bytes(Array("HTTP/1.1 200 OK\r\n".utf8)), .endless(Array("X-More: 0123456789\r\n".utf8))])
    }
    let error = await failure(try localTransfer { $0.limits.headers = 4_096 }, try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the headers of the answer are larger than 4096 bytes")
  }

  @Test func endlessInterimAnswersEndAtTheLimit() async throws {
    let server = try LoopbackServer { _ in
      .init([.endless(Array("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n".utf8))])
    }
    let error = await failure(try localTransfer(), try HTTPRequest(address: server, "/"))
    #expect(error?.what == "the headers of the answer are larger than 65536 bytes")
  }

  @Test(arguments: [0, -1, Double.nan, Double.infinity, 1e300])
  func anyTimeoutIsBorne(seconds: Double) async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    var request = try HTTPRequest(address: server, "/")
    request.timeouts = HTTPTimeouts(connecting: seconds, standstill: seconds, total: seconds)
    let error = await failure(try localTransfer(), request)
    #expect(error == nil || error?.recovery == .transient)
  }

  /// 64 MiB of zeros in 64 KiB.
  @Test func aBombIsStoppedLongBeforeTheLimit() async throws {
    let zeros = [UInt8](repeating: 0, count: 64 << 20)
    for (coding, bomb) in [("gzip", try Packed.gzip(zeros)), ("br", Packed.brotli(zeros))] {
      let server = try LoopbackServer { _ in .response(200, [("Content-Encoding", coding)], body: bomb) }
      let transfer = try localTransfer { $0.limits.body = 1 << 30 }
      let error = await failure(transfer, try HTTPRequest(address: server, "/"))
      #expect(error?.recovery == .configuration, "\(coding)")
      #expect(error?.what == "the answer is more than 300 times larger than its compressed form")
      let small = await failure(try localTransfer { $0.limits.body = 1 << 20 }, try HTTPRequest(address: server, "/"))
      #expect(small?.what == "the answer is larger than 1048576 bytes", "\(coding)")
    }
  }

  @Test func compressedBodiesAreUnpacked() async throws {
    let plain = Array(String(repeating: "{\"name\":\"Anna\"},", count: 10_000).utf8)
    let packed = try Packed.gzip(plain)
    let answers: [String: [UInt8]] = [
      "/": packed, "/damaged": packed.prefix(20) + [1, 2, 3] + packed.dropFirst(23), "/half": Array(packed.prefix(40)),
      "/checksum": packed.dropLast(8) + [UInt8](repeating: 0, count: 8), "/plain": Array("plain".utf8),
      "/twice": packed + packed, "/more": packed + [1, 2, 3], "/empty": [],
    ]
    let server = try LoopbackServer { .response(200, [("Content-Encoding", "gzip")], body: answers[$0.path] ?? []) }
    let transfer = try localTransfer()
    #expect(try await transfer.perform(HTTPRequest(address: server, "/")).body == plain)
    #expect(try await transfer.perform(HTTPRequest(address: server, "/twice")).body == plain + plain)
    #expect(try await transfer.perform(HTTPRequest(address: server, "/empty")).body.isEmpty)
    for path in ["/damaged", "/half", "/checksum", "/plain", "/more"] {
      let error = await failure(transfer, try HTTPRequest(address: server, path))
      #expect(error?.what == "the answer's compression is broken", "\(path)")
      #expect(error?.recovery == .transient)
    }
  }

  @Test func brotliIsUnpackedAndNothingAfterIt() async throws {
    let plain = Array((0..<20_000).map { "{\"name\":\"Anna \($0)\"}," }.joined().utf8)
    let packed = Packed.brotli(plain)
    let answers: [String: [UInt8]] = [
      "/": packed, "/half": Array(packed.prefix(packed.count / 2)), "/more": packed + [1, 2, 3],
      "/damaged": packed.prefix(20) + [0xFF, 0xFF, 0xFF] + packed.dropFirst(23), "/plain": Array("plain".utf8),
      "/empty": [], "/nothing": Packed.brotli([]),
    ]
    let server = try LoopbackServer { .response(200, [("Content-Encoding", "br")], body: answers[$0.path] ?? []) }
    let transfer = try localTransfer()
    #expect(try await transfer.perform(HTTPRequest(address: server, "/")).body == plain)
    for path in ["/empty", "/nothing"] {
      #expect(try await transfer.perform(HTTPRequest(address: server, path)).body.isEmpty)
    }
    for path in ["/half", "/more", "/damaged", "/plain"] {
      let error = await failure(transfer, try HTTPRequest(address: server, path))
      #expect(error?.what == "the answer's compression is broken", "\(path)")
      #expect(error?.recovery == .transient)
    }
  }

  @Test(arguments: [
    [LoopbackReply.Step.close], [.reset], [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)), .reset],
    [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".utf8)), .close],
    [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".utf8)), .reset],
    [.bytes(LoopbackReply.head(200, [("Transfer-Encoding", "chunked")]) + LoopbackReply.chunk([1, 2, 3])), .close],
  ])
  func whatBreaksOffIsTransient(steps: [LoopbackReply.Step]) async throws {
    let server = try LoopbackServer { _ in LoopbackReply(steps) }
    let error = await failure(try localTransfer(), try HTTPRequest(address: server, "/x"))
    #expect(error?.recovery == .transient)
    #expect(error?.place == "GET \(server.url)/x")
  }

  @Test func whatIsNotHTTPIsAMistakeInTheURL() async throws {
    let server = try LoopbackServer { _ in .init([.bytes(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .close]) }
    let error = await failure(try localTransfer(), try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the host does not speak HTTP at this URL")
  }

  @Test(arguments: [[], Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8)])
  func whatStandsStillEnds(before: [UInt8]) async throws {
    let server = try LoopbackServer { _ in .init([.bytes(before), .stall]) }
    let transfer = try localTransfer { $0.timeouts.standstill = 0.1 }
    let error = await failure(transfer, try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .transient)
    #expect(error?.what == "nothing has moved for 0.1 seconds")
  }

  /// Something moves all the time, but it never ends.
  @Test func whatDripsEndsInTheEnd() async throws {
    let server = try LoopbackServer { _ in .init([.bytes(LoopbackReply.head(200, [])), .endless([0x61])]) }
    let transfer = try localTransfer { $0.timeouts.total = 0.2 }
    let error = await failure(transfer, try HTTPRequest(address: server, "/"))
    #expect(error?.recovery == .transient)
    #expect(error?.what == "the request took too long")
  }

  /// Measured where it happens, on the thread of the transfers: tasks may have to wait for their turn.
  @Test func aCancelledExchangeEndsWithinASecond() async throws {
    let server = try LoopbackServer { _ in .init([.stall]) }
    let loop = try TransferLoop()
    let plan = try ExchangePlan(
      try HTTPRequest(address: server, "/"), TransferSettings(policy: NetworkPolicy(privateNetwork: .allowed)))
    let cancellation = Cancellation()
    let moment = Moment()
    let ended = await withCheckedContinuation { continuation in
      loop.start(
        { Exchange(plan, cancellation, share: $0) { _ in continuation.resume(returning: ContinuousClock.now) } },
        fail: { _ in continuation.resume(returning: ContinuousClock.now) })
      Task {
        await server.arrived(1)
        moment.value.withLock { $0 = ContinuousClock.now }
        loop.cancel(cancellation)
      }
    }
    #expect(ended - moment.value.withLock { $0 } < .seconds(1))
    loop.stop()
  }

  @Test func whoeverCancelsDoesNotWait() async throws {
    let server = try LoopbackServer { _ in .init([.stall]) }
    let transfer = try localTransfer()
    let request = try HTTPRequest(address: server, "/")
    let task = Task { await failure(transfer, request) }
    await server.arrived(1)
    task.cancel()
    // The server never answers: only the cancellation can end this.
    let error = await task.value
    #expect(error?.recovery == .transient)
    #expect(error?.what == "the request was stopped before its end")
    // One that is cancelled before it begins.
    let early = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure(transfer, request)
    }
    #expect(await early.value?.what == "the request was stopped before its end")
  }

  @Test func refusedAndUnknownHostsAreTransient() async throws {
    let server = try LoopbackServer { _ in .text("ok") }
    server.stop()
    let transfer = try localTransfer()
    #expect(await failure(transfer, try HTTPRequest(address: server, "/"))?.what == "the host cannot be reached")
    let unknown = await failure(transfer, HTTPRequest(.get, try HTTPAddress("http://no-such-host.invalid/")))
    #expect(unknown?.recovery == .transient)
    #expect(unknown?.what == "the name of the host cannot be resolved")
  }
}

/// Bytes as programs for compression make them.
enum Packed {
  static func brotli(_ bytes: [UInt8]) -> [UInt8] {
    var size = BrotliEncoderMaxCompressedSize(bytes.count) + 16
    var packed = [UInt8](repeating: 0, count: size)
    let isPacked = BrotliEncoderCompress(
      5, Int32(BROTLI_DEFAULT_WINDOW), BROTLI_MODE_TEXT, bytes.count, bytes, &size, &packed)
    return isPacked == BROTLI_TRUE ? Array(packed.prefix(size)) : []
  }

  static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-http-\(UUID().uuidString)")
    try Data(bytes).write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-n", "-c", folder.path]
    process.standardOutput = output
    try process.run()
    let packed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(packed)
  }
}

private final class Moment: Sendable {
  let value = Mutex(ContinuousClock.now)
}
