import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithEngine

@Suite struct AlertProgramTests {
  private func run(_ words: [String], in folder: String = "/", time: any WaitingTime = WaitsForever()) async throws
    -> String
  {
    let command = AlertCommand(words: words, folder: folder, seconds: 5)
    return try await AlertProgram(command, time: time).run(Array("{\"version\":1}".utf8))
  }

  private func failure(_ words: [String], time: any WaitingTime = WaitsForever()) async -> KithError? {
    do {
      _ = try await run(words, time: time)
      return nil
    } catch {
      return error as? KithError
    }
  }

  @Test func aProgramGetsTheMessage() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try await run(["sh", "-c", "cat > got.json"], in: folder.path) == "exit status 0")
    #expect(
      try String(contentsOf: folder.appendingPathComponent("got.json"), encoding: .utf8) == "{\"version\":1}")
  }

  /// One that does not read its input keeps nobody waiting.
  @Test func howItEndedIsTold() async throws {
    #expect(try await run(["true"]) == "exit status 0")
    let failed = await failure(["sh", "-c", "exit 3"])
    #expect(failed?.recovery == .transient && failed?.seen == "exit status 3")
    let killed = await failure(["sh", "-c", "kill -9 $$"])
    #expect(killed?.seen == "signal 9")
    let missing = await failure(["/nonexistent/page"])
    #expect(missing?.recovery == .configuration && missing?.seen == "/nonexistent/page")
  }

  /// On a clock on which waiting takes no time.
  @Test(.timeLimit(.minutes(10))) func whatTakesTooLongEndsWithItsChildren() async throws {
    let error = await failure(["sh", "-c", "sleep 3600 & sleep 3600"], time: InstantTime())
    #expect(error?.what == "the command took too long and was ended" && error?.recovery == .transient)
    #expect(error?.allowed == "exit status 0 within 5 seconds")
  }
}

/// A clock on which the end of a wait never comes.
private struct WaitsForever: WaitingTime {
  func now() -> Timestamp { Timestamp(seconds: 0) }

  func sleep(until moment: Timestamp) async throws(KithError) {
    do {
      try await Task.sleep(for: .seconds(86_400))
    } catch {
      throw KithError(.transient, "the wait was stopped")
    }
  }
}
