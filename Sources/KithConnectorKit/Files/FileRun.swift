import KithCore

/// One run over a stream's files.
final class FileRun {
  let stream: FileStream
  let sink: any RecordSink
  let now: Timestamp
  var ledger: FileLedger
  var batch: BatchBuilder
  /// Why the run is over, unlike the failures, which concern one file each: the store's error, or a stop.
  var ended: KithError?
  var failures: [KithError] = []
  private var mappings: [String: RecordMapping] = [:]

  init(
    stream: FileStream, ledger: FileLedger, sink: any RecordSink, now: Timestamp, expected: ExpectedFields? = nil
  ) {
    self.stream = stream
    self.ledger = ledger
    self.sink = sink
    self.now = now
    batch = BatchBuilder(maximumBytes: stream.memory.batchBytes, expected: expected)
  }

  func run() async throws(KithError) {
    let present = try await stream.origin.files()
    if present.isEmpty, ledger.entries.isEmpty { throw await stream.origin.nothingFound(place: stream.place) }
    switch stream.mode {
    case .append: try await append(present)
    case .snapshot: try await snapshot(present)
    }
    if !failures.isEmpty { throw FileRun.combined(failures) }
  }

  /// Each file inside a .zip archive is a file of its own.
  private func expand(_ files: [SourceFile]) -> [SourceFile] {
    var result: [SourceFile] = []
    for file in files {
      let known = ledger[file.name]
      let isPlain =
        known.map { $0.size == file.size && $0.modified == file.modified && $0.inode == file.inode } ?? false
      // One that lies in an archive was found by the ledger.
      if isPlain || file.entry != nil {
        result.append(file)
        continue
      }
      do throws(KithError) {
        guard let entries = try file.entries() else {
          result.append(file)
          continue
        }
        for entry in entries where FileListing.isFinished(String(entry.split(separator: "/").last ?? ".")) {
          var inner = file
          inner.entry = entry
          inner.name = "\(file.name)!\(entry)"
          result.append(inner)
        }
      } catch {
        // An archive that is still being written ends early; the next run finds it whole.
        if isSettled(file) { failures.append(error.at(file.name)) } else { noteGrowing(file) }
      }
    }
    return result
  }

  private func append(_ present: [SourceFile]) async throws(KithError) {
    var names = Set(present.map(\.name))
    var rest = present[...]
    // Files on a disk come all at once, those of a server as many as may be copied at the same time.
    while !rest.isEmpty {
      let files = expand(try await nextRound(&rest))
      names.formUnion(files.map(\.name))
      try await append(files, present: names)
    }
    ledger.prune(present: names)
    try await flush(.last)
  }

  private func append(_ files: [SourceFile], present: Set<String>) async throws(KithError) {
    let plan = FilePlan(files, present: present, ledger: ledger, stream: stream)
    batch.total += plan.files.reduce(0) { $0 + $1.file.size }
    rename(plan.files)
    for planned in plan.files {
      do throws(KithError) {
        try await read(planned)
      } catch {
        if let ended { throw ended }
        failed(planned.file, error)
      }
      batch.finishedBytes += planned.file.size
    }
  }

  /// Notes why a file could not be read.
  func failed(_ file: SourceFile, _ error: KithError) {
    failures.append(error.at(file.name))
    if file.isRemote, file.entry != nil { ledger.forgetTimes(ofArchive: file.archive) }
  }

  /// All names change before anything is read: of rotated files one takes the name of the next.
  private func rename(_ files: [PlannedFile]) {
    let moved = files.filter { $0.oldName != nil && $0.oldName != $0.file.name }
    for planned in moved { planned.oldName.map { ledger.remove($0) } }
    for planned in moved { planned.known.map { ledger.set($0, for: planned.file.name) } }
  }

  /// Only the newest complete listing counts, and only a whole one says what is gone.
  private func snapshot(_ present: [SourceFile]) async throws(KithError) {
    guard let newest = try await newest(present) else { return }
    guard isSettled(newest) else {
      noteGrowing(newest)
      return try await flush(.last)
    }
    if let last = ledger.snapshot {
      let isOlder =
        newest.modified < last.modified
        || (newest.modified == last.modified && NaturalOrder.isBefore(newest.name, last.path))
      if isOlder { return }
    }
    if let entry = ledger[newest.name], entry.isDone, entry.size == newest.size, entry.modified == newest.modified,
      entry.inode == newest.inode, stream.configuration(layout: entry.layout) == entry.configuration
    {
      return
    }
    batch.total = newest.size
    batch.isSnapshot = true
    do throws(KithError) {
      try await read(PlannedFile(file: newest))
      ledger.snapshot = FileLedger.Snapshot(modified: newest.modified, path: newest.name)
      ledger.keepOnly(newest.name)
      if batch.recordCount == 0, !batch.isTorn {
        // Whoever exports nothing by mistake must not lose everybody by it.
        batch.isTorn = true
        batch.notes.append("\(newest.name) is a complete listing of nothing: nothing was marked deleted by it.")
      } else if batch.isTorn {
        batch.notes.append(
          "\(newest.name) is a complete listing, but not all of it could be read: nothing was marked deleted by it.")
      }
      try await flush(.last)
    } catch {
      if let ended { throw ended }
      failures.append(error.at(newest.name))
      batch.isTorn = true
      try await flush(.last)
    }
  }

  /// The newest listing, here. An archive without files is none.
  private func newest(_ present: [SourceFile]) async throws(KithError) -> SourceFile? {
    for file in present.reversed() {
      var one = [file][...]
      if let newest = expand(try await nextRound(&one)).last { return newest }
      if !failures.isEmpty { return nil }
    }
    return nil
  }

  /// Tells that a file waits for the next run, because it may still be growing.
  func noteGrowing(_ file: SourceFile) {
    batch.notes.append(
      "\(file.name) was changed \(file.isGrowing ? "while it was copied" : "less than \(stream.settleSeconds) s ago") "
        + "and may still be growing: "
        + "what is not whole in it is left for the next run (settle_seconds).")
  }

  func isSettled(_ file: SourceFile) -> Bool {
    !file.isGrowing && now.microseconds - file.modified / 1_000 >= Int64(stream.settleSeconds) * 1_000_000
  }

  func mapping(_ layout: ConnectorManifest.Layout?) throws(KithError) -> RecordMapping {
    let name = layout?.name ?? "custom"
    if let known = mappings[name] { return known }
    let compiled = stream.mapping(layout)
    if !compiled.problems.isEmpty { throw FileRun.combined(compiled.problems) }
    mappings[name] = compiled.mapping
    return compiled.mapping
  }

  /// One error that names all of them.
  static func combined(_ errors: [KithError]) -> KithError {
    guard let first = errors.first, errors.count > 1 else {
      return errors.first ?? KithError(.bug, "an error without its reason")
    }
    let isTransient = errors.allSatisfy { $0.recovery == .transient }
    let recovery = isTransient ? .transient : errors.first { $0.recovery != .transient }?.recovery ?? first.recovery
    let texts = errors.prefix(20).map(\.description)
    return KithError(
      recovery,
      "\(errors.count) problems: " + texts.joined(separator: " | ")
        + (errors.count > 20 ? " and \(errors.count - 20) more" : ""),
      fix: "What could be read of the other files is stored.")
  }
}
