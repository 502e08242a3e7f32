import Testing

@testable import KithTesting

/// The disk that recordings are played on, by values.
@Suite struct DiskTests {
  private func event(
    _ kind: DiskRecording.Kind, _ text: String = "", of path: String = "a", to second: String = "", at offset: Int = 0,
    fails: Bool = false
  ) -> DiskRecording.Event {
    DiskRecording.Event(
      kind: kind, path: path, second: second, offset: offset, bytes: Array(text.utf8), hasFailed: fails)
  }

  /// Everything that may be there after these events, by a few hundred draws.
  private func outcomes(_ events: [DiskRecording.Event], start: [String: String] = [:]) -> Set<[String: String]> {
    var disk = Disk(DiskImage(files: start.mapValues { Array($0.utf8) }))
    for event in events { disk.apply(event) }
    var random = SeededGenerator(seed: 1)
    var found: Set<[String: String]> = []
    for survival in [Disk.Survival.everything, .nothing] + Array(repeating: .some, count: 300) {
      let image = disk.image(after: survival, using: &random)
      found.insert(image.files.mapValues { String(decoding: $0, as: UTF8.self) })
    }
    return found
  }

  @Test func whatWasSyncedStaysAndTheRestMayGo() {
    let written = [event(.write, "one"), event(.write, "two", at: 3)]
    #expect(outcomes(written, start: ["a": ""]) == [["a": ""], ["a": "one"], ["a": "\0\0\0two"], ["a": "onetwo"]])
    #expect(outcomes(written + [event(.sync)], start: ["a": ""]) == [["a": "onetwo"]])
    let more = [event(.write, "one"), event(.sync), event(.truncate, at: 1)]
    #expect(outcomes(more, start: ["a": ""]) == [["a": "one"], ["a": "o"]])
    #expect(outcomes(more + [event(.sync)], start: ["a": ""]) == [["a": "o"]])
  }

  @Test func aWriteIsTornAtSectors() {
    let text = String(repeating: "x", count: 1_024)
    let half = String(repeating: "\0", count: 512)
    let found = outcomes([event(.write, text)], start: ["a": ""])
    #expect(found.contains(["a": half + text.prefix(512)]) && found.contains(["a": String(text.prefix(512))]))
    #expect(found.count == 4)
  }

  @Test func noLaterSyncHelpsWhatAFailedOneLeft() {
    let events = [
      event(.write, "one"), event(.sync, fails: true), event(.write, "two", at: 3), event(.sync),
    ]
    #expect(outcomes(events, start: ["a": ""]) == [["a": "onetwo"], ["a": "\0\0\0two"]])
  }

  @Test func namesSurviveInTheirOrder() {
    let made = [event(.create), event(.write, "one")]
    #expect(outcomes(made) == [[:], ["a": ""], ["a": "one"]])
    #expect(outcomes(made + [event(.sync)]) == [["a": "one"]])
    let renamed = made + [event(.sync), event(.rename, to: "b"), event(.unlink, of: "c")]
    let expected: Set = [["a": "one", "c": "old"], ["b": "one", "c": "old"], ["b": "one"]]
    #expect(outcomes(renamed, start: ["c": "old"]) == expected)
    #expect(outcomes(renamed + [event(.sync, of: ".")], start: ["c": "old"]) == [["b": "one"]])
  }

  @Test func seedsRepeat() {
    var (one, two) = (FaultCases.generator("a"), FaultCases.generator("a"))
    #expect((0..<9).map { _ in one.below(100) } == (0..<9).map { _ in two.below(100) })
    var other = FaultCases.generator("b")
    #expect(one.next() != other.next())
  }
}
