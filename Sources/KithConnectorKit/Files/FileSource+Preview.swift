import KithCore

extension FileSource: DiscoverableSource {
  func discover(stream name: String) async throws(KithError) -> DiscoveredStream {
    let stream = try stream(name)
    let file = try await newest(of: stream)
    do throws(KithError) {
      let choice = try stream.chooseLayout(file)
      return described(choice.sample, layout: "layout \(choice.name)", file)
    } catch {
      // Columns are what somebody needs who writes a mapping for a file that no layout fits.
      let sample = try FileSample(file, options: stream.readingOptions(stream.layout(stream.layoutName)))
      return described(sample, layout: "no layout fits", file)
    }
  }

  /// The newest file, here; of an archive its first.
  fileprivate func newest(of stream: FileStream) async throws(KithError) -> SourceFile {
    guard let newest = try await stream.origin.files().last else {
      throw await stream.origin.nothingFound(place: stream.place)
    }
    return try first(of: try await stream.origin.present(newest))
  }

  private func described(_ sample: FileSample, layout: String, _ file: SourceFile) -> DiscoveredStream {
    DiscoveredStream(
      summary: "\(sample.dialect.summary); \(layout); \(file.name)",
      fields: sample.fields.map { DiscoveredStream.Field(name: $0.name, example: $0.example.map(cut)) })
  }
}

extension FileSource: PreviewableSource {
  func preview(stream name: String, limit: Int) async throws(KithError) -> [PreviewedRecord] {
    let stream = try stream(name)
    let file = try await newest(of: stream)
    let choice = try stream.chooseLayout(file)
    let compiled = stream.mapping(choice.layout)
    let reader = try file.makeReader(options: stream.readingOptions(choice.layout))
    let bound = compiled.mapping.bind(columns: reader.columns, place: file.name)
    let problems = compiled.problems + bound.problems
    if !problems.isEmpty { throw FileRun.combined(problems) }
    var result: [PreviewedRecord] = []
    let raw = RawRecord()
    while result.count < limit {
      let step = try reader.next(into: raw)
      if step == .end || step == .incomplete { break }
      let place = "\(file.name):\(reader.position)"
      var outcome = MapOutcome.reject(code: "", reason: "")
      var pairs: [(name: String, value: String)] = []
      if case .reject(let code, let reason) = step {
        outcome = .reject(code: code, reason: reason)
        pairs = [("", cut(String(decoding: reader.rawBytes, as: UTF8.self)))]
      } else {
        pairs = raw.pairs(columns: reader.columns, indexed: true)
        outcome = bound.mapper.map(raw)
      }
      result.append(PreviewedRecord(place: place, raw: pairs, outcome: replayed(outcome, reader, place)))
    }
    return result
  }

  private func replayed(_ outcome: MapOutcome, _ reader: any RecordReader, _ place: String) -> ReplayOutcome {
    switch outcome {
    case .record(let record): .record(record)
    case .reject(let code, let reason):
      .reject(Reject(code: code, reason: reason, place: place, raw: reader.rawBytes))
    }
  }
}
