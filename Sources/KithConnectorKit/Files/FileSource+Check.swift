import KithCore

extension FileSource: CheckableSource {
  /// Path, layout, options and mapping against the files that are there, by their first records; all problems at once.
  func check(stream name: String) async -> [KithError] {
    do throws(KithError) {
      let stream = try stream(name)
      let files = try await stream.origin.files()
      guard !files.isEmpty else { return [await stream.origin.nothingFound(place: stream.place)] }
      // Files of one stream look alike; the newest and the oldest tell when that changed.
      var chosen = [files[files.count - 1]]
      if files.count > 1 { chosen.append(files[0]) }
      var problems: [KithError] = []
      for file in chosen {
        let here = try await stream.origin.present(file)
        for problem in check(here, stream) where !problems.contains(problem) { problems.append(problem) }
      }
      return problems
    } catch {
      return [error]
    }
  }

  private func check(_ file: SourceFile, _ stream: FileStream) -> [KithError] {
    if file.size == 0 { return [] }
    do throws(KithError) {
      let opened = try first(of: file)
      let choice = try stream.chooseLayout(opened)
      let compiled = stream.mapping(choice.layout)
      let bound = compiled.mapping.bind(columns: choice.sample.columns, place: file.name)
      var problems = compiled.problems + bound.problems
      if choice.sample.columns == nil { problems += unknownPaths(compiled.mapping, choice.sample) }
      guard problems.isEmpty else { return problems }
      return try checkRecords(opened, stream, choice, bound.mapper)
    } catch {
      return [error.at(file.name)]
    }
  }

  /// The file itself, or the first one of an archive.
  func first(of file: SourceFile) throws(KithError) -> SourceFile {
    guard let entry = try file.entries()?.first else { return file }
    var inner = file
    inner.entry = entry
    inner.name = "\(file.name)!\(entry)"
    return inner
  }

  /// Paths that a user wrote and of which not even the beginning occurs in the first records.
  private func unknownPaths(_ mapping: RecordMapping, _ sample: FileSample) -> [KithError] {
    guard sample.records > 0 else { return [] }
    var tops: [String] = []
    for name in sample.names {
      let top = name.split(separator: ".").first.map(String.init) ?? name
      if !tops.contains(top) { tops.append(top) }
    }
    var problems: [KithError] = []
    for rule in mapping.rules where rule.author == .user {
      for path in rule.expression.paths {
        guard let first = SourcePath.steps(path)?.first, !first.name.isEmpty else { continue }
        let name = String(decoding: first.name, as: UTF8.self)
        if tops.contains(name) { continue }
        problems.append(
          KithError(
            .configuration, "the first records have no such path for \(rule.name)", place: rule.expression.place,
            seen: path, allowed: tops.prefix(60).joined(separator: ", "),
            fix: nearestWord(to: name, among: tops).map { "Did you mean \($0)?" }))
      }
    }
    return problems
  }

  /// When none of the first records can be mapped, it is the mapping that is wrong.
  private func checkRecords(
    _ file: SourceFile, _ stream: FileStream, _ choice: LayoutChoice, _ mapper: RecordMapper
  ) throws(KithError) -> [KithError] {
    var first: String?
    let reader = try file.makeReader(options: stream.readingOptions(choice.layout))
    let raw = RawRecord()
    for _ in 0..<FileSample.maximumRecords {
      let step = try reader.next(into: raw)
      if case .reject(_, let reason) = step { first = first ?? reason }
      guard step == .record else {
        if step == .end || step == .incomplete { break }
        continue
      }
      switch mapper.map(raw) {
      case .record: return []
      case .reject(_, let reason): first = first ?? reason
      }
    }
    guard let first else { return [] }
    return [
      KithError(
        .configuration, "none of the first records fits layout \(choice.name)", place: file.name, seen: first,
        fix: "Mend it under mapping:, or name another layout.")
    ]
  }
}
