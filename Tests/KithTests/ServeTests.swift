import Foundation
import KithTesting
import Testing

/// `kith serve` as a process: signals, logs, wrong use.
@Suite struct ServeTests {
  private static let configuration = """
    sources:
      - {name: crm, connector: crm_export, schedule: "0 0 1 1 *", streams: {contacts: {path: a.csv}}}
    """

  /// Reads what the process logs until a line has the words.
  private func wait(for words: String, _ log: FileHandle, _ seen: inout String) {
    while !seen.contains(words) {
      let data = log.availableData
      if data.isEmpty { break }
      seen += String(decoding: data, as: UTF8.self)
    }
    #expect(seen.contains(words), "\(seen)")
  }

  @Test(arguments: [SIGTERM, SIGINT]) func signalsReloadAndEndIt(ending: Int32) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["serve", "--no-http"]
    process.currentDirectoryURL = program.folder
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    wait(for: "1 source is scheduled", log.fileHandleForReading, &seen)
    try program.write("connectors.yml", "sources:\n  - {name: crm, connector: nothing}\n")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "the old one stays", log.fileHandleForReading, &seen)
    #expect(seen.contains("unknown connector"))
    try program.write("connectors.yml", Self.configuration + "\n")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "was read anew", log.fileHandleForReading, &seen)
    kill(process.processIdentifier, ending)
    wait(for: "Z stopped", log.fileHandleForReading, &seen)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
  }

  @Test func wrongUseIsTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    let unscheduled = try program.run("serve", "--no-http")
    #expect(unscheduled.status == 2 && unscheduled.errors.contains("no source has a schedule"))
    #expect([2, 64].contains(try program.run("serve", "--at-once", "0").status))
    let unknown = try program.run("pause", "crn")
    #expect(unknown.status == 2 && unknown.errors.contains("Did you mean \"crm\"?"), "\(unknown.errors)")
  }

  /// What failed and what is late stands below the table, with what to do.
  @Test func statusTellsWhatIsWrong() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    #expect(try program.run("sync").status == 1)
    let failed = try program.run("status")
    #expect(failed.output.contains("crm failed at 20") && !failed.output.contains("late"), "\(failed.output)")
    _ = try lines(
      of: "sqlite3",
      [
        program.folder.appendingPathComponent("kith.sqlite").path,
        "UPDATE runs SET scheduled_at = '2024-01-01 00:00:00'",
      ])
    #expect(try program.run("status").output.contains("crm is late: it was due at 2025-01-01 00:00:00"))
    #expect(try program.run("pause", "crm").status == 0)
    #expect(try !program.run("status").output.contains("late"))
  }

  @Test func pausesAreShownAndTakenBack() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    #expect(try program.run("pause", "crm", "--reason", "moving").status == 0)
    let paused = try program.run("status")
    #expect(paused.output.contains("paused") && paused.output.contains("crm is paused: moving"), "\(paused.output)")
    #expect(try program.run("resume", "crm").output.contains("runs again"))
    #expect(try program.run("status").output.contains("-01-01 "), "the next run is shown")
    #expect(try program.run("resume", "crm").output.contains("was not paused"))
  }
}
