import Foundation
import KithTesting
import Testing

/// An fsync that fails: what it should have brought to the disk may be lost though every later call succeeds. The run
/// ends with an error, and the next sync ends where an undisturbed one would have, with or without a power loss between.
@Suite(.enabled(if: Program.hasFaults, "faults need Linux and a path without blanks")) struct SyncFailureTests {
  /// `first.sync.12.power`: the first sync's 12th fsync fails, and the power goes when the run has ended.
  private struct Case: CustomStringConvertible, Sendable {
    let state: Inputs.State
    let call: Int
    let losesPower: Bool
    var description: String { "\(state).sync.\(call)" + (losesPower ? ".power" : "") }
  }

  @Test func atAnyCall() async throws {
    let stage = try Stage.small.get()
    var cases: [Case] = []
    for state in Inputs.State.allCases {
      let syncs = stage.part(state).recording.events.filter { $0.kind == .sync }
      // SQLite pays no heed to a folder that cannot be synced: not every file system can.
      for call in 1...syncs.count where syncs[call - 1].path != "." {
        for losesPower in [false, true] { cases.append(Case(state: state, call: call, losesPower: losesPower)) }
      }
    }
    let test = FaultCases(test: "FaultTests.SyncFailureTests/atAnyCall")
    let failures = await test.failures(of: cases, limit: 45) { one in
      let part = stage.part(one.state)
      let program = try stage.program(before: one.state)
      defer { program.remove() }
      let file = program.folder.deletingLastPathComponent().appendingPathComponent("recording")
      let run = try program.run("sync", faults: .failSync(one.call, recording: file))
      guard run.faults?.fired == 1 else { return ["the call was not reached: \(run.status) \(run.errors)"] }
      if run.status != 1 || !run.errors.contains("the disk failed") {
        return ["\(run.faults?.firedAt ?? "") failed, and the sync ended with \(run.status): \(run.errors)"]
      }
      if one.losesPower {
        var disk = Disk(part.before)
        for event in try DiskRecording(file).events { disk.apply(event) }
        var random = FaultCases.generator(one.description)
        try program.removeHub()
        try disk.image(after: .some, using: &random).write(to: program.folder)
      }
      // Sources after the one that failed may have been read before it.
      return try program.failuresOfNextSync(part, case: one.description, numbers: .left)
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}

extension Program {
  /// Takes the database away with all that lies beside it.
  func removeHub() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasPrefix("kith.sqlite") {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }
}
