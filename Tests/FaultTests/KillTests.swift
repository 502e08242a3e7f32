import KithTesting
import Testing

/// A record acknowledged is stored, once: wherever a sync dies, the next one ends where an undisturbed one would have.
@Suite(.enabled(if: Program.hasFaults, "faults need Linux and a path without blanks")) struct KillTests {
  /// `second.tear.20`: the second sync, killed within its 20th change.
  private struct Death: CustomStringConvertible, Sendable {
    let state: Inputs.State
    let isTorn: Bool
    let call: Int
    let kind: DiskRecording.Kind

    var description: String { "\(state).\(isTorn ? "tear" : "kill").\(call)" }
    var plan: FaultPlan { isTorn ? .tear(call) : .kill(before: call) }
  }

  @Test func atEveryChange() async throws {
    let stage = try Stage.small.get()
    var deaths: [Death] = []
    for state in Inputs.State.allCases {
      for (index, kind) in stage.part(state).changes.enumerated() {
        for isTorn in [false, true] {
          deaths.append(Death(state: state, isTorn: isTorn, call: index + 1, kind: kind))
        }
      }
    }
    let always = deaths.filter { $0.kind != .write && !$0.isTorn }
    let others = deaths.filter { $0.kind == .write || $0.isTorn }
    let cases = FaultCases(test: "FaultTests.KillTests/atEveryChange")
    let failures = await cases.failures(always: always, of: others, limit: 180) { death in
      let program = try stage.program(before: death.state)
      defer { program.remove() }
      let run = try program.run("sync", faults: death.plan)
      // The last calls of a run may fall away when its threads end in another order.
      guard run.faults?.fired == 1 else {
        return run.status == 0 ? [] : ["no call was reached, and the sync failed: \(run.errors)"]
      }
      if run.signal != 9 { return ["the sync was not killed: \(run.status) \(run.errors)"] }
      return try program.failuresOfNextSync(stage.part(death.state), case: death.description)
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }

  /// `large.17`: a larger sync that dies at drawn moments, several times in a row before one run is let through.
  private struct Deaths: CustomStringConvertible, Sendable {
    let number: Int
    var description: String { "large.\(number)" }
  }

  @Test func atDrawnMoments() async throws {
    let stage = try Stage.large.get()
    let cases = FaultCases(test: "FaultTests.KillTests/atDrawnMoments")
    let failures = await cases.failures(of: (1...100).map(Deaths.init), limit: 25) { deaths in
      var random = FaultCases.generator(deaths.description)
      let part = stage.part(random.pick(Inputs.State.allCases))
      let moments = FaultPlan.Calls.changes.union(.reads)
      let program = try stage.program(before: part.state)
      defer { program.remove() }
      for _ in 0...random.below(4) {
        let call = 1 + random.below(part.count(of: moments))
        let run = try program.run("sync", faults: random.below(2) == 0 ? .kill(before: call, of: moments) : .tear(call))
        // What is left after the first deaths may be done before the moment comes.
        if run.signal != 9, run.status != 0 { return ["a run that was not killed failed: \(run.errors)"] }
      }
      return try program.failuresOfNextSync(part, case: deaths.description)
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}
