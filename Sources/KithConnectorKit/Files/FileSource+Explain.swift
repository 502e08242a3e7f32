import KithCore

extension FileSource: ExplainableSource {
  func explain(stream name: String, checkpoint: Checkpoint?) throws(KithError) -> StreamReading {
    let mode = try stream(name).mode
    guard let checkpoint else { return StreamReading(mode == .snapshot ? .listing : .changes, position: nil) }
    let ledger = try FileLedger(checkpoint)
    switch mode {
    case .append: return StreamReading(.changes, position: ledger.files)
    case .snapshot: return StreamReading(.listing, position: ledger.listing)
    }
  }
}

extension FileLedger {
  /// `3 files, 2 of them to their end; exports/c.csv up to byte 1024 of 4096`.
  fileprivate var files: String {
    let open = entries.filter { !$0.value.isDone }
    let count = entries.count == 1 ? "1 file" : "\(entries.count) files"
    if open.isEmpty { return "\(count), read to \(entries.count == 1 ? "its" : "their") end" }
    // The newest says most about where reading goes on.
    let newest = open.max { ($0.value.modified, $0.key) < ($1.value.modified, $1.key) }
    let place = newest.map { "\($0.key) up to byte \($0.value.offset) of \($0.value.size)" } ?? ""
    return "\(count), \(entries.count - open.count) of them to the end; \(place)"
  }

  fileprivate var listing: String {
    guard let snapshot else { return "no complete listing yet" }
    return "the listing \(snapshot.path) of \(Timestamp(microseconds: snapshot.modified / 1_000).sqlText) UTC"
  }
}
