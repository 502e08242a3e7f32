import Foundation
import KithCore

/// Which files of a stream have been read and how far: the text of its checkpoint.
///
/// Files that have vanished stay in it (the newest 10,000), so that one that comes back is not read twice.
struct FileLedger: Sendable, Equatable {
  static let version = 1
  static let maximumVanished = 10_000
  /// Files that may grow: of the older ones the occurrences are forgotten, and they are read from the beginning.
  static let maximumGrowing = 4

  struct Entry: Sendable, Codable, Equatable {
    var fingerprint: Fingerprint
    /// Where reading may go on; 0 when only from the beginning.
    var offset: Int64
    /// Line or item number of what follows `offset`.
    var position: Int
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var inode: UInt64
    /// Of the options and the mapping it was read with.
    var configuration: Int64
    var layout: String
    /// The dialect's place in the ledger's list; -1: none.
    var dialect: Int
    /// Everything there was has been read.
    var isDone: Bool
    /// For records whose keys depend on equal ones before them: what reading on must know of those.
    var occurrences: String?

    enum CodingKeys: String, CodingKey {
      case fingerprint = "f"
      case offset = "o"
      case position = "p"
      case size = "s"
      case modified = "m"
      case inode = "i"
      case configuration = "c"
      case layout = "l"
      case dialect = "d"
      case isDone = "e"
      case occurrences = "n"
    }
  }

  /// The newest complete listing that was read, in snapshot mode.
  struct Snapshot: Sendable, Codable, Equatable {
    var modified: Int64
    var path: String
  }

  private(set) var entries: [String: Entry] = [:]
  private(set) var dialects: [FileDialect] = []
  var snapshot: Snapshot?
  /// The entries as JSON: most of them stay the same from checkpoint to checkpoint.
  private var encoded: [String: String] = [:]
  private var encodedDialects: [String] = []

  static func == (left: FileLedger, right: FileLedger) -> Bool {
    left.entries == right.entries && left.dialects == right.dialects && left.snapshot == right.snapshot
  }

  init() {}

  subscript(path: String) -> Entry? { entries[path] }

  mutating func set(_ entry: Entry, for path: String) {
    guard entries[path] != entry else { return }
    entries[path] = entry
    encoded[path] = nil
  }

  mutating func remove(_ path: String) {
    entries[path] = nil
    encoded[path] = nil
  }

  mutating func keepOnly(_ path: String) {
    for name in entries.keys where name != path { remove(name) }
  }

  mutating func index(of dialect: FileDialect) -> Int {
    if let known = dialects.firstIndex(of: dialect) { return known }
    dialects.append(dialect)
    return dialects.count - 1
  }

  func dialect(of entry: Entry) -> FileDialect? {
    dialects.indices.contains(entry.dialect) ? dialects[entry.dialect] : nil
  }

  /// Forgets the oldest of the files that are no longer there, and the dialects that no file has any more.
  mutating func prune(present: Set<String>) {
    let vanished = entries.keys.filter { !present.contains($0) }
    if vanished.count > FileLedger.maximumVanished {
      let oldest = vanished.sorted { (entries[$0]?.modified ?? 0, $0) < (entries[$1]?.modified ?? 0, $1) }
      for path in oldest.prefix(vanished.count - FileLedger.maximumVanished) { remove(path) }
    }
    let counted = entries.keys.filter { entries[$0]?.occurrences != nil }
      .sorted { (entries[$0]?.modified ?? 0, $0) > (entries[$1]?.modified ?? 0, $1) }
    for path in counted.dropFirst(FileLedger.maximumGrowing) {
      guard var entry = entries[path] else { continue }
      entry.occurrences = nil
      set(entry, for: path)
    }
    pruneDialects()
  }

  private mutating func pruneDialects() {
    let used = Set(entries.values.map(\.dialect))
    guard used.count < dialects.count else { return }
    let kept = dialects.indices.filter { used.contains($0) }
    var moved: [Int: Int] = [:]
    for (new, old) in kept.enumerated() { moved[old] = new }
    dialects = kept.map { dialects[$0] }
    encodedDialects = []
    for (path, entry) in entries {
      var entry = entry
      entry.dialect = moved[entry.dialect] ?? -1
      set(entry, for: path)
    }
  }
}

extension FileLedger {
  private struct Text: Codable {
    var version: Int
    var files: [String: Entry]
    var dialects: [FileDialect]
    var snapshot: Snapshot?
  }

  /// Reads a checkpoint; throws `configuration` for one that another version of Kith wrote and this one cannot read.
  init(_ checkpoint: Checkpoint) throws(KithError) {
    do {
      let text = try JSONDecoder().decode(Text.self, from: Data(checkpoint.text.utf8))
      guard text.version == FileLedger.version else { throw FileLedger.unreadable(checkpoint) }
      entries = text.files
      dialects = text.dialects
      snapshot = text.snapshot
    } catch {
      throw FileLedger.unreadable(checkpoint)
    }
  }

  private static func unreadable(_ checkpoint: Checkpoint) -> KithError {
    KithError(
      .configuration, "the checkpoint of the files cannot be read", seen: String(checkpoint.text.prefix(80)),
      allowed: "what this version of Kith writes (version \(version))",
      fix: "Read the stream anew: kith sync --full.")
  }

  /// The checkpoint's text. Encodes only what has changed since the last call.
  mutating func checkpoint() -> Checkpoint {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and whole numbers only: encoding them does not fail.
    func json(_ value: some Encodable) -> String {
      (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
    while encodedDialects.count < dialects.count { encodedDialects.append(dialects[encodedDialects.count].json) }
    for (path, entry) in entries where encoded[path] == nil { encoded[path] = json(path) + ":" + json(entry) }
    var text = "{\"version\":\(FileLedger.version),\"files\":{"
    text += encoded.keys.sorted().compactMap { encoded[$0] }.joined(separator: ",")
    text += "},\"dialects\":[" + encodedDialects.joined(separator: ",") + "]"
    if let snapshot { text += ",\"snapshot\":" + json(snapshot) }
    return Checkpoint(text + "}")
  }
}
