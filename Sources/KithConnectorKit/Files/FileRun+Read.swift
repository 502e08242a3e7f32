import KithCore

extension FileRun {
  enum Flush {
    case middle(Checkpoint?)
    case last
  }

  /// Sends what has been gathered.
  func flush(_ kind: Flush) async throws(KithError) {
    guard !Task.isCancelled else {
      let stopped = KithError(
        .transient, "the run was stopped before its end", place: stream.place, fix: "The next run goes on from there.")
      ended = stopped
      throw stopped
    }
    var checkpoint: Checkpoint?
    var isLast = false
    switch kind {
    case .middle(let given): checkpoint = given
    case .last:
      checkpoint = ledger.checkpoint()
      isLast = true
      batch.progress = batch.total
    }
    do throws(KithError) {
      try await sink.send(batch.take(checkpoint: checkpoint, isLast: isLast))
    } catch {
      ended = error
      throw error
    }
  }

  /// Reads one file, from its beginning or on from where it was left.
  func read(_ planned: PlannedFile) async throws(KithError) {
    if let entry = planned.known, let stream = entry.fingerprint.find(in: planned.file),
      try await resume(planned.file, entry, stream)
    {
      return
    }
    let file = planned.file
    // An empty file has no columns yet: there is nothing to choose a layout by.
    if file.size == 0 { return }
    let choice: LayoutChoice
    do throws(KithError) {
      choice = try stream.chooseLayout(file)
    } catch {
      // What is being written may end anywhere; the next run finds more of it.
      if !isSettled(file) { return noteGrowing(file) }
      throw error
    }
    let tracked = TrackedStream(try file.open())
    let options = readingOptions(choice.layout, file)
    let reader = try RecordReaders.makeReader(stream: tracked, name: file.formatName, options: options)
    // Half a header names other columns than the whole one will.
    if let csv = reader.dialect.csv, !csv.isHeaderComplete {
      batch.isTorn = true
      return noteGrowing(file)
    }
    try await read(file, reader, tracked, choice.layout, mapper(reader, choice.layout, file))
  }

  /// Reads on; false when the file must be read from its beginning.
  private func resume(
    _ file: SourceFile, _ entry: FileLedger.Entry, _ tracked: TrackedStream
  ) async throws(KithError) -> Bool {
    let layout = stream.layout(entry.layout)
    if entry.isDone, isAtEnd(file, entry) {
      var entry = entry
      (entry.size, entry.modified, entry.inode) = (file.size, file.modified, file.inode)
      remember(entry, file)
      return true
    }
    guard let dialect = ledger.dialect(of: entry), dialect.format.isResumable, entry.offset > 0,
      entry.offset == entry.fingerprint.length
    else { return false }
    let reader = try RecordReaders.makeReader(
      stream: tracked,
      resume: RecordReaders.Resume(offset: entry.offset, position: entry.position, dialect: dialect),
      options: readingOptions(layout, file))
    let mapper = try mapper(reader, layout, file)
    guard mapper.resume(after: entry.occurrences) else { return false }
    try await read(file, reader, tracked, layout, mapper)
    return true
  }

  /// Whether the file has nothing beyond what is known.
  private func isAtEnd(_ file: SourceFile, _ entry: FileLedger.Entry) -> Bool {
    guard let stream = entry.fingerprint.find(in: file), let more = try? readAll(stream, limit: 1) else { return false }
    return more.isEmpty
  }

  private func readingOptions(_ layout: ConnectorManifest.Layout?, _ file: SourceFile) -> ReadingOptions {
    var options = stream.readingOptions(layout)
    options.isGrowing = !isSettled(file)
    return options
  }

  private func mapper(
    _ reader: any RecordReader, _ layout: ConnectorManifest.Layout?, _ file: SourceFile
  ) throws(KithError) -> RecordMapper {
    let bound = try mapping(layout).bind(columns: reader.columns, place: file.name)
    if !bound.problems.isEmpty { throw FileRun.combined(bound.problems) }
    return bound.mapper
  }

  private func read(
    _ file: SourceFile, _ reader: any RecordReader, _ tracked: TrackedStream, _ layout: ConnectorManifest.Layout?,
    _ mapper: RecordMapper
  ) async throws(KithError) {
    let progress = FileProgress(
      file: file, layout: layout?.name ?? "custom", tracked: tracked, mapper: mapper,
      configuration: stream.configuration(layout: layout?.name ?? "custom") ?? 0,
      canCheckpoint: reader.dialect.format.isResumable && !mapper.isPositional)
    let raw = RawRecord()
    while true {
      let step: ReadStep
      do throws(KithError) {
        step = try reader.next(into: raw)
      } catch {
        batch.isTorn = true
        // A compressed file that is still being written ends early.
        if error.recovery == .transient, !isSettled(file) { return noteGrowing(file) }
        throw error
      }
      switch step {
      case .record: take(raw, mapper, reader, progress)
      case .reject(let code, let reason): take(code, reason, reader, progress)
      case .end: return finish(progress, reader, isDone: true)
      case .incomplete:
        batch.isTorn = true
        // Of lines all but the last are whole; a document that ends early is left alone.
        if reader.offset > 0, reader.dialect.isOfLines { finish(progress, reader, isDone: false) }
        return noteGrowing(file)
      }
      if batch.isFull {
        batch.progress = batch.finishedBytes + tracked.bytesRead
        try await flush(.middle(checkpoint(progress, reader)))
      }
    }
  }

  private func take(_ raw: RawRecord, _ mapper: RecordMapper, _ reader: any RecordReader, _ progress: FileProgress) {
    if !batch.sampler.isIdle, let fault = batch.sampler.look(at: raw, columns: reader.columns) {
      return take("drift", fault, reader, progress)
    }
    switch mapper.map(raw) {
    case .record(let record):
      batch.records.append(record)
      batch.bytes += raw.bytes.count
    case .reject(let code, let reason): take(code, reason, reader, progress)
    }
  }

  private func take(_ code: String, _ reason: String, _ reader: any RecordReader, _ progress: FileProgress) {
    let bytes = reader.rawBytes
    batch.bytes += bytes.count + 256
    // A record that cannot be read is not gone: such a listing deletes nothing.
    batch.isTorn = true
    batch.rejects.append(
      Reject(
        code: code, reason: reason, place: "\(progress.file.name):\(reader.position)", raw: bytes,
        context: progress.context(reader)))
  }

  private func checkpoint(_ progress: FileProgress, _ reader: any RecordReader) -> Checkpoint? {
    guard progress.canCheckpoint, reader.offset > 0, !batch.isSnapshot else { return nil }
    remember(progress.entry(reader, dialect: ledger.index(of: reader.dialect), isDone: false), progress.file)
    return ledger.checkpoint()
  }

  private func finish(_ progress: FileProgress, _ reader: any RecordReader, isDone: Bool) {
    remember(progress.entry(reader, dialect: ledger.index(of: reader.dialect), isDone: isDone), progress.file)
  }
}

/// The file that is being read.
final class FileProgress {
  let file: SourceFile
  let layout: String
  let canCheckpoint: Bool
  private let tracked: TrackedStream
  private let mapper: RecordMapper
  private let configuration: Int64
  private var contexts: (reader: String?, text: String)?

  init(
    file: SourceFile, layout: String, tracked: TrackedStream, mapper: RecordMapper, configuration: Int64,
    canCheckpoint: Bool
  ) {
    self.file = file
    self.mapper = mapper
    self.layout = layout
    self.tracked = tracked
    self.configuration = configuration
    self.canCheckpoint = canCheckpoint
  }

  /// What is known of the file up to the reader's last record, or of all of it.
  func entry(_ reader: any RecordReader, dialect: Int, isDone: Bool) -> FileLedger.Entry {
    let offset = reader.dialect.format.isResumable ? reader.offset : 0
    return FileLedger.Entry(
      fingerprint: tracked.fingerprint(length: isDone && offset == 0 ? tracked.position : offset), offset: offset,
      position: reader.nextPosition, size: file.size, modified: file.modified, inode: file.inode,
      configuration: configuration, layout: layout, dialect: dialect, isDone: isDone,
      occurrences: offset > 0 ? mapper.occurrenceState : nil)
  }

  /// What replaying a reject needs. Rejects of one file mostly share it.
  func context(_ reader: any RecordReader) -> String {
    let readerContext = reader.rawContext
    if let contexts, contexts.reader == readerContext { return contexts.text }
    let text = RejectContext(
      file: file.name, layout: layout, format: reader.dialect.format, reader: readerContext
    ).json
    contexts = (readerContext, text)
    return text
  }
}

extension FileDialect {
  /// Whether each record ends with its line: such a file may be read while it grows.
  var isOfLines: Bool {
    switch format {
    case .csv, .tsv, .ndjson, .accessLog: true
    case .json, .xml, .vcard: false
    }
  }
}
