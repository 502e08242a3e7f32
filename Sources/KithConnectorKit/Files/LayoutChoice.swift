import KithCore

/// Which layout a file has.
struct LayoutChoice {
  /// Nil for `custom`.
  let layout: ConnectorManifest.Layout?
  let sample: FileSample

  var name: String { layout?.name ?? "custom" }
}

extension FileStream {
  /// Looks at a file's first records and finds its layout; throws when none fits, with what each one misses.
  func chooseLayout(_ file: SourceFile) throws(KithError) -> LayoutChoice {
    if layoutName != "auto" {
      let layout = layout(layoutName)
      return LayoutChoice(layout: layout, sample: try FileSample(file, options: readingOptions(layout)))
    }
    let plain = try FileSample(file, options: readingOptions(nil))
    var best: LayoutChoice?
    for layout in declared.layouts where layout.detect.count > (best?.layout?.detect.count ?? 0) {
      guard let sample = sample(file, layout, plain: plain) else { continue }
      if layout.detect.allSatisfy(sample.lookup()) { best = LayoutChoice(layout: layout, sample: sample) }
    }
    if let best { return best }
    throw noLayout(file, plain)
  }

  /// The file as the layout would read it; nil when it cannot be read that way.
  private func sample(_ file: SourceFile, _ layout: ConnectorManifest.Layout, plain: FileSample) -> FileSample? {
    if readingOptions(layout) == readingOptions(nil) { return plain }
    guard let sample = try? FileSample(file, options: readingOptions(layout)) else { return nil }
    // A layout that names the columns itself would find them in any file: its records must fit them.
    let bringsColumns = layout.read["columns"] != nil
    return bringsColumns && sample.records <= sample.rejects ? nil : sample
  }

  private func noLayout(_ file: SourceFile, _ sample: FileSample) -> KithError {
    let has = sample.lookup()
    let lacks = declared.layouts.map { layout in
      "\(layout.name) misses \(layout.detect.filter { !has($0) }.joined(separator: ", "))"
    }
    let names = sample.names
    let list = names.prefix(60).joined(separator: ", ") + (names.count > 60 ? " and \(names.count - 60) more" : "")
    return KithError(
      .configuration, "no layout of \(declared.name) fits the file, which has \(list.isEmpty ? "no columns" : list)",
      place: file.name, allowed: lacks.isEmpty ? "layout: custom with a mapping" : lacks.joined(separator: "; "),
      fix: "Name the layout, or write layout: custom and a mapping of your own.")
  }
}
