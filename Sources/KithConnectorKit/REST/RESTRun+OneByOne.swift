import KithCore

/// Records that come one after the other: from files, and in formats that are no tree.
extension RESTRun {
  func takeOneByOne(_ page: RESTPage, _ place: String, _ number: Int) async throws(KithError) {
    guard let reader = try reader(page, place) else { return }
    let columns = try columnMapper(reader)
    let raw = RawRecord()
    while true {
      let step = try next(reader, into: raw, page.export?.place ?? place)
      if step == .end || step == .incomplete { return }
      let position = "\(place) page \(number):\(reader.position)"
      if case .reject(let code, let reason) = step {
        putAside(Reject(code: code, reason: reason, place: position, raw: reader.rawBytes))
      } else if let columns {
        var fault: String?
        if !batch.sampler.isIdle { fault = batch.sampler.look(at: raw, columns: reader.columns) }
        switch fault.map({ MapOutcome.reject(code: "drift", reason: $0) }) ?? columns.map(raw) {
        case .record(let record): batch.records.append(record)
        case .reject(let code, let reason):
          putAside(Reject(code: code, reason: reason, place: position, raw: reader.rawBytes))
        }
      } else {
        page.attachParent(to: raw)
        add(raw, raw.root, bytes: 0, written: stream.format == .json ? nil : { reader.rawBytes }) { position }
      }
      batch.bytes += reader.rawBytes.count
      if batch.isFull { try await send(checkpoint: nil, isLast: false) }
    }
  }

  func previewedOneByOne(_ page: RESTPage, _ place: String, limit: Int) throws(KithError) -> [PreviewedRecord] {
    guard let reader = try reader(page, place) else { return [] }
    let columns = try columnMapper(reader)
    var result: [PreviewedRecord] = []
    let raw = RawRecord()
    while result.count < limit {
      let step = try next(reader, into: raw, page.export?.place ?? place)
      if step == .end || step == .incomplete { break }
      let position = "\(place):\(reader.position)"
      var outcome = MapOutcome.reject(code: "", reason: "")
      var pairs: [(name: String, value: String)] = []
      if case .reject(let code, let reason) = step {
        outcome = .reject(code: code, reason: reason)
      } else if let columns {
        pairs = raw.pairs(columns: reader.columns, indexed: true)
        outcome = columns.map(raw)
      } else {
        page.attachParent(to: raw)
        result.append(previewed(raw, raw.root, position))
        continue
      }
      switch outcome {
      case .record(let record): result.append(PreviewedRecord(place: position, raw: pairs, outcome: .record(record)))
      case .reject(let code, let reason):
        let reject = Reject(code: code, reason: reason, place: position, raw: reader.rawBytes)
        result.append(PreviewedRecord(place: position, raw: pairs, outcome: .reject(reject)))
      }
    }
    return result
  }

  /// Nil when there is nothing to read.
  private func reader(_ page: RESTPage, _ place: String) throws(KithError) -> (any RecordReader)? {
    let bytes: any ByteStream
    if let export = page.export {
      bytes = try export.open()
    } else if page.response.body.isEmpty {
      return nil
    } else {
      bytes = MemoryStream(page.response.body)
    }
    var options = ReadingOptions()
    options.format = FileFormat(rawValue: stream.format.rawValue)
    options.recordCap = source.settings.environment.memory.recordBytes
    guard stream.format == .json else { return try RecordReaders.makeReader(stream: bytes, options: options) }
    var dialect = FileDialect(format: .json)
    dialect.layout = .array(path: RESTListing.names(stream.records) ?? [])
    let start = RecordReaders.Resume(offset: 0, position: 1, dialect: dialect)
    return try RecordReaders.makeReader(stream: bytes, resume: start, options: options)
  }

  /// What cannot be read on is the tool's trouble, and may be right the next time.
  private func next(
    _ reader: any RecordReader, into raw: RawRecord, _ place: String
  ) throws(KithError) -> ReadStep {
    do throws(KithError) {
      return try reader.next(into: raw)
    } catch {
      if error.recovery != .record { throw error }
      throw KithError(.transient, "the answer cannot be read on: \(error.what)", place: place, seen: error.place)
    }
  }

  /// Of what has columns; nil: records are trees.
  private func columnMapper(_ reader: any RecordReader) throws(KithError) -> RecordMapper? {
    guard let columns = reader.columns else { return nil }
    let bound = try source.mapping(stream).bind(columns: columns, place: stream.name)
    if !bound.problems.isEmpty { throw FileRun.combined(bound.problems) }
    return bound.mapper
  }
}
