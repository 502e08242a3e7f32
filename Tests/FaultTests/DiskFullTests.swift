import Foundation
import KithTesting
import Testing

/// A disk without room: the sync ends with 1 and says what is wrong and what to do, nothing is torn, and with room again
/// the next sync ends where an undisturbed one would have.
@Suite(.enabled(if: Program.hasFaults, "faults need Linux and a path without blanks")) struct DiskFullTests {
  /// `second.full.20`: no room from the 20th write on; `first.full.20-40`: room again from the 41st on.
  private struct Full: CustomStringConvertible, Sendable {
    let state: Inputs.State
    let first: Int
    var last: Int?
    var description: String { "\(state).full.\(first)" + (last.map { "-\($0)" } ?? "") }
  }

  @Test func atAnyWrite() async throws {
    let stage = try Stage.small.get()
    var cases: [Full] = []
    for state in Inputs.State.allCases {
      for first in 1...stage.part(state).count(of: [.writes, .creations]) {
        var random = FaultCases.generator("\(state).\(first)")
        cases.append(Full(state: state, first: first))
        cases.append(Full(state: state, first: first, last: first + random.below(40)))
      }
    }
    let test = FaultCases(test: "FaultTests.DiskFullTests/atAnyWrite")
    let failures = await test.failures(of: cases, limit: 50) { full in
      let part = stage.part(full.state)
      let program = try stage.program(before: full.state)
      defer { program.remove() }
      let run = try program.run("sync", faults: .diskFull(from: full.first, until: full.last))
      // With room again in between, sources that follow are read before the one that failed.
      return try Self.failures(of: run, program, part, numbers: full.last == nil ? .compared : .left)
        + program.failuresOfNextSync(part, case: full.description, numbers: full.last == nil ? .compared : .left)
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }

  private static func failures(
    of run: ProgramOutcome, _ program: Program, _ part: Stage.Part, numbers: HubTables.Numbers
  ) throws -> [String] {
    if run.status == 0 {
      // Whoever says that all went well must have everything.
      let expected = numbers == .compared ? part.expected : part.expectedByKeys
      let difference = try program.tables(numbers: numbers).difference(from: expected)
      return difference.map { ["a sync claimed success, but \($0)"] } ?? []
    }
    return Self.complaints(run, about: program.database)
  }

  /// What is missing in what a run without room says.
  private static func complaints(_ run: ProgramOutcome, about database: String) -> [String] {
    if run.status != 1 { return ["the sync ended with \(run.status): \(run.errors)"] }
    let says = ["disk", database].filter { !run.errors.contains($0) }
    let advises = run.errors.contains("Free some space") || run.errors.contains("Check the disk's space")
    return says.isEmpty && advises
      ? [] : ["the error does not say \(says.joined(separator: ", ")) or what to do: \(run.errors)"]
  }

  /// A limit on the size of files, as quotas have it: SQLite sees EFBIG.
  @Test(arguments: [40, 150, 300, 600]) func aFileThatMayNotGrow(blocks: Int) throws {
    let stage = try Stage.small.get()
    let program = try stage.program(before: .first)
    defer { program.remove() }
    let run = try program.run("sync", fileLimit: blocks)
    #expect(run.status == 1 && Self.complaints(run, about: program.database).isEmpty, "\(run.status) \(run.errors)")
    #expect(try program.failuresOfNextSync(stage.first, case: "blocks.\(blocks)") == [])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root")) func aSmallDisk() throws {
    let stage = try Stage.small.get()
    let program = try stage.program(before: .first)
    defer { program.remove() }
    let disk = try SmallDisk(at: program.folder.appendingPathComponent("disk"), kibibytes: 400)
    defer { disk.remove() }
    let database = disk.folder.appendingPathComponent("kith.sqlite").path
    try program.write(
      "connectors.yml", Inputs.configuration.replacing("hub: {", with: "hub: {database: disk/kith.sqlite, "))
    let run = try program.run("sync")
    #expect(run.status == 1 && Self.complaints(run, about: database).isEmpty, "\(run.status) \(run.errors)")
    try disk.resize(kibibytes: 40_000)
    let next = try program.run("sync")
    #expect(next.status == 0, "\(next.errors)")
    #expect(try HubTables(of: database).difference(from: stage.first.expected) == nil)
    let verify = try program.run("verify")
    #expect(verify.status == 0, "\(verify.errors)")
  }
}
