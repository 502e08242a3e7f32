import Foundation
import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct FileTrackingTests {
  let head = "id,email,name\n"
  func line(_ id: Int) -> String { "\(id),p\(id)@example.com,Person \(id)\n" }
  func lines(_ ids: ClosedRange<Int>) -> String { ids.map(line).joined() }

  @Test func filesAreReadOnce() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...3))
    #expect(try await world.keys() == ["1", "2", "3"])
    #expect(try await world.keys() == [])
    try world.write("b.csv", head + line(4))
    #expect(try await world.keys() == ["4"])
    #expect(try await world.run(mode: .full).keys.count == 4)
  }

  @Test func appendedLinesAreReadOn() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...3))
    _ = try await world.run()
    try world.write("a.csv", head + lines(1...3) + "x\n" + lines(4...5))
    let store = try await world.run()
    #expect(await store.keys == ["4", "5"])
    // The line's true number, though reading began in the middle.
    #expect(await store.rejects.map(\.place) == ["a.csv:5"])
  }

  @Test func changedAndTruncatedFilesAreReadWhole() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...3))
    _ = try await world.run()
    try world.write("a.csv", head + line(7))
    #expect(try await world.keys() == ["7"])
    // Equal in length, in its beginning and in its end.
    let long = head + lines(100...900)
    try world.write("a.csv", long)
    #expect(try await world.keys().count == 801)
    try world.write("a.csv", long.replacing("p500@", with: "q500@"))
    #expect(try await world.keys().count == 801)
  }

  @Test func touchedAndReplacedByTheSameContent() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...3))
    _ = try await world.run()
    try world.touch("a.csv", age: 10)
    #expect(try await world.keys() == [])
    try world.remove("a.csv")
    #expect(try await world.keys() == [])
    try world.write("a.csv", head + lines(1...3))
    #expect(try await world.keys() == [])
  }

  @Test func rotatedFilesGoOnUnderTheirNewNames() async throws {
    let world = try FileWorld()
    world.options["path"] = .text("log*")
    try world.write("log", head + lines(1...3))
    _ = try await world.run()
    try world.write("log", head + lines(1...4), age: 50)
    try world.move("log", "log.1")
    try world.write("log", head + lines(10...11), age: 20)
    #expect(try await world.keys() == ["4", "10", "11"])
    // Once more, and compressed on the way.
    try world.remove("log.1")
    try world.write("log.2.gz", bytes: gzipped(head + lines(1...4)), age: 15)
    try world.move("log", "log.1")
    try world.write("log", head + line(20), age: 10)
    #expect(try await world.keys() == ["20"])
    #expect(try await world.keys() == [])
  }

  @Test func aCopyIsAFileOfItsOwn() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...2))
    _ = try await world.run()
    try world.write("b.csv", head + lines(1...2))
    #expect(try await world.keys() == ["1", "2"])
    #expect(try await world.keys() == [])
  }

  @Test func growingFilesAreNotTorn() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + line(1) + "2,p2@exam", age: 1)
    #expect(try await world.keys() == ["1"])
    try world.write("a.csv", head + line(1) + "2,p2@example.com,Person 2\n3,p3@example.com,P", age: 1)
    let store = try await world.run()
    #expect(await store.keys == ["2"])
    #expect(await store.rejects.isEmpty)
    // Settled: nobody will write the rest of the line.
    #expect(try await world.keys() == ["3"])
    #expect(try await world.keys() == [])
  }

  @Test func headersAndDocumentsThatAreBeingWritten() async throws {
    let world = try FileWorld()
    world.options["path"] = .text("in")
    try FileManager.default.createDirectory(atPath: world.folder + "/in", withIntermediateDirectories: true)
    try world.write("in/a.csv", "id,ema", age: 1)
    try world.write("in/b.json", "[{\"id\":\"7\",\"email\":\"a@example.com\"},{\"id\":\"8", age: 1)
    try world.write("in/c.csv.part", head + line(9))
    try world.write("in/.d.csv", head + line(9))
    let torn = try await world.run()
    #expect(await torn.rejects.isEmpty)
    try world.write("in/a.csv", head + line(1))
    try world.write(
      "in/b.json", "[{\"id\":\"7\",\"email\":\"a@example.com\"},{\"id\":\"8\",\"email\":\"b@example.com\"}]")
    try world.move("in/c.csv.part", "in/c.csv")
    #expect(Set(try await world.keys()) == ["1", "7", "8", "9"])
    #expect(try await world.keys() == [])
  }

  @Test func aCompressedFileThatEndsEarly() async throws {
    let world = try FileWorld()
    world.options["path"] = .text("*.gz")
    let whole = gzipped(head + lines(1...3))
    try world.write("a.csv.gz", bytes: Array(whole.dropLast(30)), age: 1)
    _ = try await world.run()
    try world.write("a.csv.gz", bytes: whole)
    #expect(Set(try await world.keys()) == ["1", "2", "3"])
    try world.write("b.csv.gz", bytes: Array(whole.dropLast(30)))
    await #expect(throws: KithError.self) { try await world.run() }
  }

  @Test func theLastWrittenFileWins() async throws {
    let world = try FileWorld()
    try world.write("z.csv", head + "1,old@example.com,A\n", age: 300)
    try world.write("a-10.csv", head + "1,new@example.com,A\n", age: 100)
    try world.write("a-9.csv", head + "1,mid@example.com,A\n", age: 100)
    let store = try await world.run()
    let mails = await store.records.compactMap {
      if case .profile(let person) = $0 { person.identifiers.first?.value } else { nil }
    }
    #expect(mails == ["old@example.com", "mid@example.com", "new@example.com"])
  }

  @Test func anotherMappingReadsFilesAgain() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...2))
    _ = try await world.run()
    world.mapping = "\n\ntrait.nick: name"
    #expect(try await world.keys() == ["1", "2"])
    world.mapping = "trait.nick: name"
    #expect(try await world.keys() == [])
    world.options["number"] = .text("comma")
    #expect(try await world.keys() == ["1", "2"])
  }

  @Test func oneBadFileDoesNotStopTheOthers() async throws {
    let world = try FileWorld()
    try world.write("a.csv", "colour,size\nred,1\n", age: 300)
    try world.write("b.csv", head + line(2), age: 200)
    try world.write("c.csv", "", age: 100)
    let store = TestStore()
    let error = await #expect(throws: KithError.self) {
      try await world.source().read(ReadRequest(stream: "people"), into: store)
    }
    #expect(
      error?.description
        == "a.csv: no layout of people fits the file, which has colour, size; allowed: plain misses id, email. "
        + "Name the layout, or write layout: custom and a mapping of your own.")
    #expect(await store.keys == ["2"])
    #expect(await store.checkpoint != nil)
  }

  @Test func nothingThere() async throws {
    let world = try FileWorld()
    world.options["path"] = .text("peple.csv")
    try world.write("people.csv", head)
    await #expect(
      throws: KithError(
        .configuration, "the path fits no file", place: "connectors.yml:3", seen: "peple.csv",
        fix: "Did you mean people.csv?")
    ) {
      try await world.run()
    }
  }

  /// Records without a key of their own are told apart by their content and how often it came before: a file that
  /// grows, or is rotated and compressed, gives the keys that one reading of all of it would have given.
  @Test func recordsWithoutKeysGoOnWhereTheyWereLeft() async throws {
    let row = "2024-01-01T00:00:00Z,v1\n"
    let other = "2024-01-01T00:00:00Z,v2\n"
    let parts = ["at,visitor\n" + row + row, other + row, row + other, row]
    let whole = try FileWorld()
    try whole.write("a.csv", parts.joined())
    let expected = try await whole.keys("visits")
    #expect(expected.count == 7 && Set(expected).count == 7)

    let world = try FileWorld()
    var keys: [String] = []
    for count in 1...parts.count {
      try world.write("a.csv", parts.prefix(count).joined())
      keys += try await world.keys("visits")
      #expect(try await world.keys("visits") == [])
    }
    #expect(keys == expected)
    try world.touch("a.csv", age: 10)
    #expect(try await world.keys("visits") == [])
  }

  /// Only the newest files are expected to grow: of an older one all is read again, with the same keys.
  @Test func anOlderFileWithoutKeysIsReadWholeWhenItGrows() async throws {
    let world = try FileWorld()
    for number in 0...FileLedger.maximumGrowing {
      try world.write("\(number).csv", "at,visitor\n2024-01-01T00:00:00Z,v\(number)\n", age: 500 - Int64(number))
    }
    let first = try await world.keys("visits")
    #expect(first.count == FileLedger.maximumGrowing + 1)
    try world.write("0.csv", "at,visitor\n2024-01-01T00:00:00Z,v0\n2024-01-01T00:00:00Z,v0\n")
    let second = try await world.keys("visits")
    #expect(second.count == 2 && second[0] == first[0] && second[1] != first[0])
  }

  @Test func snapshotsTellWhatIsGone() async throws {
    let world = try FileWorld()
    world.options["mode"] = .text("snapshot")
    try world.write("2024-01.csv", head + lines(1...9), age: 500)
    try world.write("2024-02.csv", head + lines(1...3), age: 400)
    var store = try await world.run()
    #expect(await store.keys == ["1", "2", "3"])
    #expect(await store.snapshots == [.whole])
    store = try await world.run()
    #expect(await store.batches.isEmpty)
    // One that cannot be read completely deletes nothing.
    try world.write("2024-03.csv", head + line(1) + "broken\n", age: 50)
    store = try await world.run()
    #expect(await store.snapshots == [.none])
    #expect(await store.rejects.count == 1)
    // One that may still be growing is left alone.
    try world.write("2024-04.csv", head + line(1), age: 1)
    store = try await world.run()
    #expect(await store.snapshots == [.none])
    #expect(await store.batches[0].records.isEmpty)
    #expect(await store.batches[0].notes.first?.contains("2024-04.csv was changed less than") == true)
    store = try await world.run()
    #expect(await store.snapshots == [.whole])
    // An export of nothing is a mistake somewhere, not the end of all customers.
    try world.write("2024-05.csv", head, age: 20)
    store = try await world.run()
    #expect(await store.snapshots == [.none])
    #expect(await store.batches[0].notes.first?.contains("a complete listing of nothing") == true)
    try world.remove("2024-05.csv")
    // Going back in time is not an update.
    try world.remove("2024-04.csv")
    store = try await world.run()
    #expect(await store.batches.isEmpty)
  }

  @Test func largeSnapshotsBeginAndEnd() async throws {
    let world = try FileWorld()
    world.options["mode"] = .text("snapshot")
    try world.write("all.csv", head + lines(1...10_000))
    let store = try await world.run()
    #expect(await store.snapshots == [.begins, .none, .ends])
    #expect(await store.batches.map { $0.checkpoint == nil } == [true, true, false])
  }

  @Test func positionsAreToldInWords() async throws {
    let world = try FileWorld()
    try world.write("a.csv", head + lines(1...3))
    func reading() throws -> StreamReading {
      try world.source().explain(stream: "people", checkpoint: world.checkpoint)
    }
    #expect(try reading() == StreamReading(.changes, position: nil))
    _ = try await world.run()
    #expect(try reading().position == "1 file, read to its end")
    // Its last line is not whole yet.
    let whole = head + line(4)
    try world.write("b.csv", whole + "5,p5", age: 1)
    _ = try await world.run()
    #expect(
      try reading().position
        == "2 files, 1 of them to the end; b.csv up to byte \(whole.utf8.count) of \(whole.utf8.count + 4)")
    world.options["mode"] = .text("snapshot")
    world.set(nil)
    #expect(try reading() == StreamReading(.listing, position: nil))
    try world.write("c.csv", head + lines(1...2), age: 60)
    try world.remove("b.csv")
    _ = try await world.run()
    let position = try #require(try reading().position)
    #expect(position.hasPrefix("the listing c.csv of 2023-11-14 22:"), "\(position)")
    #expect(try world.source().hosts.isEmpty)
    #expect(throws: KithError.self) { try world.source().explain(stream: "people", checkpoint: Checkpoint("?")) }
  }

  /// Killed after any batch, and files changed in between: what was stored plus what the next runs deliver is the same.
  @Test(arguments: 0..<8)
  func killedAnywhere(_ kill: Int) async throws {
    let world = try FileWorld()
    world.options["path"] = .text("f*")
    try world.write("f-1.csv", head + lines(1...9_000), age: 300)
    try world.write("f-2.csv", head + lines(10_000...12_000), age: 200)
    try world.write("f-3.csv.gz", bytes: gzipped(head + lines(20_000...21_000)), age: 100)
    let store = TestStore(failsAfter: kill)
    try? await world.source().read(ReadRequest(stream: "people"), into: store)
    world.set(await store.checkpoint)
    var seen = Set(await store.keys)
    if kill % 2 == 1 { try world.write("f-1.csv", head + lines(1...9_100), age: 300) }
    if kill % 3 == 1 { try world.move("f-2.csv", "f-4.csv") }
    let rest = try await world.run()
    seen.formUnion(await rest.keys)
    let expected =
      (1...(kill % 2 == 1 ? 9_100 : 9_000)).map(String.init) + (10_000...12_000).map(String.init)
      + (20_000...21_000).map(String.init)
    #expect(seen == Set(expected))
    if kill == 1 { #expect(await rest.keys.count < expected.count) }
    #expect(try await world.keys() == [])
  }
}
