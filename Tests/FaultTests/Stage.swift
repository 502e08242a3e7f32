import Foundation
import KithTesting

/// A hub that two syncs filled without disturbance: what disturbed ones must come to, and where they may begin.
struct Stage: Sendable {
  /// What one sync starts from, does and ends in.
  struct Part: Sendable {
    let state: Inputs.State
    /// The database's files before the sync.
    let before: DiskImage
    let expected: HubTables
    let expectedByKeys: HubTables
    /// Every change that the sync makes.
    let recording: DiskRecording
    /// Calls by kind, reads included.
    let calls: [FaultPlan.Calls: Int]

    func count(of kinds: FaultPlan.Calls) -> Int { calls.reduce(0) { kinds.contains($1.key) ? $0 + $1.value : $0 } }

    /// The kinds of the calls that count as changes, in order.
    var changes: [DiskRecording.Kind] { recording.events.map(\.kind).filter { $0 != .say } }
  }

  let inputs: Inputs
  let first: Part
  let second: Part

  static let small = Result { try Stage(.small) }
  static let large = Result { try Stage(.large) }

  init(_ inputs: Inputs) throws {
    self.inputs = inputs
    let program = try Program()
    defer { program.remove() }
    first = try Self.sync(.first, of: inputs, by: program)
    second = try Self.sync(.second, of: inputs, by: program)
  }

  func part(_ state: Inputs.State) -> Part { state == .first ? first : second }

  private static func sync(_ state: Inputs.State, of inputs: Inputs, by program: Program) throws -> Part {
    let before = try program.hubFiles()
    try inputs.write(state, to: program)
    let file = program.folder.deletingLastPathComponent().appendingPathComponent("recording")
    let run = try program.run("sync", faults: .count(recording: file))
    guard run.status == 0, let report = run.faults else {
      throw Failure("the undisturbed sync failed: \(run.errors)")
    }
    let verify = try program.run("verify")
    if verify.status != 0 { throw Failure("the undisturbed hub is not sound: \(verify.errors)") }
    defer { try? FileManager.default.removeItem(at: file) }
    return Part(
      state: state, before: before, expected: try program.tables(), expectedByKeys: try program.tables(numbers: .left),
      recording: try DiskRecording(file), calls: report.calls)
  }

  /// A folder as it is before a sync of that state, with the files that the sync is to read.
  func program(before state: Inputs.State) throws -> Program {
    let program = try Program()
    try part(state).before.write(to: program.folder)
    try inputs.write(state, to: program)
    return program
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Program {
  var database: String { folder.appendingPathComponent("kith.sqlite").path }

  func tables(numbers: HubTables.Numbers = .compared) throws -> HubTables {
    try HubTables(of: database, numbers: numbers)
  }

  /// The database with its WAL.
  func hubFiles() throws -> DiskImage {
    var image = try DiskImage(of: folder)
    image.files = image.files.filter { ["kith.sqlite", "kith.sqlite-wal"].contains($0.key) }
    return image
  }

  /// What is wrong when the next sync does not end as an undisturbed one, or leaves a hub that is not sound.
  ///
  /// Equal tables are as sound as those of the undisturbed run, so in the short form only a quarter of the cases asks
  /// `kith verify` as well.
  func failuresOfNextSync(
    _ part: Stage.Part, case name: String, numbers: HubTables.Numbers = .compared
  ) throws -> [String] {
    let next = try run("sync")
    guard next.status == 0 else { return ["the next sync ended with \(next.status): \(next.errors)"] }
    let expected = numbers == .compared ? part.expected : part.expectedByKeys
    if let difference = try tables(numbers: numbers).difference(from: expected) { return [difference] }
    var random = FaultCases.generator("verify \(name)")
    guard FaultCases.isFull || random.below(4) == 0 else { return [] }
    let verify = try run("verify")
    return verify.status == 0 ? [] : ["kith verify ended with \(verify.status): \(verify.errors)"]
  }
}
