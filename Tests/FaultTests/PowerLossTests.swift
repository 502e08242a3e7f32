import Foundation
import KithTesting
import Testing

/// What a sync has said to be stored outlives the power, and whatever else of the disk's last seconds survives, the next
/// sync ends where an undisturbed one would have. A process that is killed keeps the system's cache: only this shows
/// that everything is synced in time.
@Suite(.enabled(if: Program.hasFaults, "faults need Linux and a path without blanks")) struct PowerLossTests {
  /// `first.312.some`: the power fails after the 312th event of the first sync, and some of what was not synced survives.
  private struct Loss: CustomStringConvertible, Sendable {
    let state: Inputs.State
    let event: Int
    let survival: Disk.Survival
    var description: String { "\(state).\(event).\(survival)" }
  }

  /// A recorded sync with what the hub has to hold after each of its events.
  private struct Recorded: Sendable {
    let part: Stage.Part
    /// Records read by the batches whose commit was synced.
    let synced: [Int]
    /// What the program has said, by stream.
    let said: [[String: Int]]

    init(_ part: Stage.Part) throws {
      self.part = part
      var (synced, said) = ([Int](), [[String: Int]]())
      var disk = Disk(part.before)
      var (count, words) = (try RunCountsInImage(part.before).total, [String: Int]())
      var unused = SeededGenerator(seed: 0)
      for event in part.recording.events {
        disk.apply(event)
        if event.kind == .sync, event.path.hasSuffix("-wal") {
          count = try RunCountsInImage(disk.image(after: .everything, using: &unused)).total
        }
        if event.kind == .say { words.merge(Self.streams(event.bytes)) { $1 } }
        synced.append(count)
        said.append(words)
      }
      self.synced = synced
      self.said = said
    }

    /// Of `crm/contacts: 1,040 read: 40 inserted` the stream and what was read.
    private static func streams(_ bytes: [UInt8]) -> [String: Int] {
      var result: [String: Int] = [:]
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count > 2, words[2] == "read:", words[0].hasSuffix(":") else { continue }
        result[String(words[0].dropLast())] = Int(words[1].replacing(",", with: ""))
      }
      return result
    }
  }

  @Test func leavesWhatWasSaidAndTheRestFollows() async throws {
    let stage = try Stage.small.get()
    let recorded = try [Recorded(stage.first), Recorded(stage.second)]
    #expect(recorded.allSatisfy { $0.said.last?.count == 5 }, "the streams' lines are no longer recognised")
    var (always, others) = ([Loss](), [Loss]())
    for part in recorded.map(\.part) {
      for (index, event) in part.recording.events.enumerated() {
        for survival in Disk.Survival.allCases {
          let loss = Loss(state: part.state, event: index + 1, survival: survival)
          // What the disk holds right after an fsync, and not a byte more.
          if event.kind == .sync, survival == .nothing { always.append(loss) } else { others.append(loss) }
        }
      }
    }
    let cases = FaultCases(test: "FaultTests.PowerLossTests/leavesWhatWasSaidAndTheRestFollows")
    let failures = await cases.failures(always: always, of: others, limit: 120) { loss in
      try Self.failures(loss, stage, recorded[loss.state == .first ? 0 : 1])
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }

  private static func failures(_ loss: Loss, _ stage: Stage, _ recorded: Recorded) throws -> [String] {
    var random = FaultCases.generator(loss.description)
    let part = recorded.part
    var disk = Disk(part.before)
    for event in part.recording.events.prefix(loss.event) { disk.apply(event) }
    let image = disk.image(after: loss.survival, using: &random)
    let counts = try RunCountsInImage(image)
    var failures: [String] = []
    if counts.total < recorded.synced[loss.event - 1] {
      failures.append("\(recorded.synced[loss.event - 1]) records were synced, \(counts.total) are there")
    }
    for (stream, read) in recorded.said[loss.event - 1] where counts.streams[stream] ?? 0 < read {
      failures.append("\(read) records of \(stream) were said to be read, \(counts.streams[stream] ?? 0) are there")
    }
    let program = try Program()
    defer { program.remove() }
    try image.write(to: program.folder)
    try stage.inputs.write(part.state, to: program)
    return failures + (try program.failuresOfNextSync(part, case: loss.description))
  }

  /// When the program has ended, nothing of what it did may be missing.
  @Test func takesNothingAwayFromASyncThatHasEnded() throws {
    let stage = try Stage.small.get()
    for part in [stage.first, stage.second] {
      var disk = Disk(part.before)
      for event in part.recording.events { disk.apply(event) }
      let program = try Program()
      defer { program.remove() }
      var random = FaultCases.generator("ended")
      try disk.image(after: .nothing, using: &random).write(to: program.folder)
      try #expect(program.tables().difference(from: part.expected) == nil)
    }
  }
}
