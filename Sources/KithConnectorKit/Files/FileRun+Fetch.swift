import KithCore

extension FileRun {
  /// The next files to look into, here: all of a disk's, and of a server's as many as may lie here at the same time.
  /// Those that are as they were are not fetched.
  func nextRound(_ rest: inout ArraySlice<SourceFile>) async throws(KithError) -> [SourceFile] {
    guard let limit = stream.origin.bytesAtOnce else {
      defer { rest = [] }
      return Array(rest)
    }
    var round: [SourceFile] = []
    var bytes: Int64 = 0
    while let file = rest.first {
      let known = unchanged(file)
      if known.isEmpty, bytes > 0, bytes + file.size > limit { break }
      rest.removeFirst()
      if !known.isEmpty {
        round += known
        continue
      }
      do throws(KithError) {
        // One that has gone was taken away meanwhile: there is nothing left to read.
        guard let here = try await stream.origin.fetched(file) else { continue }
        round.append(here)
        bytes += file.size
      } catch {
        failures.append(error.at(file.name))
        // What concerns the server concerns all of its files: what is here is read, and the rest is left.
        if error.recovery != .configuration { rest = [] }
      }
    }
    return round
  }

  /// The file, or the files in the archive, when all of it was read before and nothing has changed since.
  private func unchanged(_ file: SourceFile) -> [SourceFile] {
    func isDone(_ entry: FileLedger.Entry) -> Bool {
      entry.isDone && entry.size == file.size && entry.modified == file.modified && entry.inode == file.inode
        && stream.configuration(layout: entry.layout) == entry.configuration
    }
    if let entry = ledger[file.name] { return isDone(entry) ? [file] : [] }
    let inner = ledger.entries(ofArchive: file.name)
    guard inner.allSatisfy({ isDone($0.value) }) else { return [] }
    return inner.keys.sorted().map { name in
      var copy = file
      copy.name = name
      copy.entry = String(name.dropFirst(file.name.count + 1))
      return copy
    }
  }

  /// Keeps what is known of a file. The times of servers are whole seconds: one that may still change within its second
  /// is looked at again.
  func remember(_ entry: FileLedger.Entry, _ file: SourceFile) {
    var entry = entry
    if file.isRemote, !isSettled(file) { entry.modified = FileLedger.noTime }
    ledger.set(entry, for: file.name)
  }
}

extension SourceFile {
  /// The name of the archive that the file lies in; its own when it lies in none.
  var archive: String { entry.map { String(name.dropLast($0.count + 1)) } ?? name }
}

extension FileLedger {
  /// A time that no file has.
  static let noTime: Int64 = -1

  func entries(ofArchive name: String) -> [String: Entry] { entries.filter { $0.key.hasPrefix(name + "!") } }

  /// Makes sure that an archive is looked into again.
  mutating func forgetTimes(ofArchive name: String) {
    for (name, entry) in entries(ofArchive: name) {
      var entry = entry
      entry.modified = FileLedger.noTime
      set(entry, for: name)
    }
  }
}
