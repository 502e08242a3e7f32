import KithCore
import Testing

@testable import KithStore

/// A first load of touchpoints does without their index of keys until a key comes a second time.
@Suite struct NewKeysTests {
  private static let index = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'touchpoints_by_stream_id_key'"

  private func batch(_ keys: Range<Int>, type: String = "page_viewed") -> StoreBatch {
    StoreBatch(records: keys.map { visit("e\($0)", person("p\($0 % 50)"), at: Int64($0), type: type) })
  }

  @Test func newKeysNeedNoIndex() throws {
    let hub = try TemporaryHub()
    let writer = try hub.writer("events")
    for start in [0, 500, 1_000] { #expect(try writer.write(batch(start..<start + 500)).inserted == 500) }
    #expect(try hub.int(Self.index) == 0)
    try hub.store.buildIndexes()
    #expect(try hub.int(Self.index) == 1)
    #expect(try hub.writer("events").write(batch(0..<1_500)).unchanged == 1_500)
  }

  @Test func aKeyThatComesAgainIsFound() throws {
    let hub = try TemporaryHub()
    let writer = try hub.writer("events")
    _ = try writer.write(batch(0..<500))
    let counts = try writer.write(batch(400..<600))
    #expect(counts == RunCounts(read: 200, inserted: 100, unchanged: 100, duplicates: 100))
    #expect(try hub.int(Self.index) == 1)
    #expect(try writer.write(batch(0..<10, type: "clicked")).updated == 10)
    #expect(try hub.int("SELECT COUNT(*) FROM touchpoints") == 600)
    #expect(try hub.int("SELECT COUNT(DISTINCT key) FROM touchpoints") == 600)
  }

  @Test func aDeletionLooksTheKeyUp() throws {
    let hub = try TemporaryHub()
    let writer = try hub.writer("events")
    _ = try writer.write(batch(0..<20))
    #expect(try writer.write(StoreBatch(records: [deletion(.touchpoint, "e7")])).deleted == 1)
    #expect(try hub.text("SELECT key FROM touchpoints WHERE is_deleted") == "e7")
  }

  /// The second stream's writer knows nothing of the first one's keys, and a writer that died left no index.
  @Test func whoeverDoesNotKnowTheKeysBuildsTheIndex() throws {
    let hub = try TemporaryHub()
    _ = try hub.writer("events").write(batch(0..<500))
    #expect(try hub.int(Self.index) == 0)
    #expect(try hub.writer("clicks").write(batch(0..<500)).inserted == 500)
    #expect(try hub.int(Self.index) == 1)
    let other = try TemporaryHub()
    _ = try other.writer("events").write(batch(0..<500))
    try other.reopen()
    #expect(try other.writer("events").write(batch(250..<750)) == RunCounts(read: 500, inserted: 250, unchanged: 250))
  }

  @Test func beyondItsLimitTheIndexIsNeeded() {
    var keys = NewKeys(limit: 2_000)
    let taken = (0..<5_000).prefix { insert("key\($0)", &keys) }
    #expect(taken.count >= 2_000 && taken.count < 5_000)
    #expect(!insert("key1", &keys))
  }

  private func insert(_ text: String, _ keys: inout NewKeys) -> Bool {
    Array(text.utf8).withUnsafeBytes { keys.insert($0) }
  }
}
