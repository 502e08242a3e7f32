import KithCore

extension RESTSource: ExplainableSource {
  func explain(stream name: String, checkpoint: Checkpoint?) throws(KithError) -> StreamReading {
    let stream = try stream(name)
    if stream.isPushed { return StreamReading(.pushed, position: nil) }
    // A day to start from leaves parents out, and with them all that belongs to them.
    let hasStart = try startDate() != nil
    let manner: StreamReading.Manner = stream.isComplete && !(hasStart && stream.parent != nil) ? .listing : .changes
    guard let checkpoint else { return StreamReading(manner, position: nil) }
    return StreamReading(manner, position: try RESTState(checkpoint).words(stream))
  }
}

extension RESTState {
  fileprivate func words(_ stream: RESTStream) -> String {
    // Without a cursor there is nothing to remember.
    guard let incremental = stream.incremental, !lists.isEmpty else { return "each run reads everything" }
    let count = lists.count == 1 ? "" : "\(lists.count) lists, "
    switch incremental.cursor {
    case .token, .link: return count + "up to where the tool itself remembers"
    case .field(let field):
      let values = lists.values.compactMap { position in
        position.since.flatMap { RESTCursorValue(stored: $0, field) }
      }
      guard let first = values.min(), let last = values.max() else { return count + "none of them to its end" }
      if first == last { return count + "up to \(first.words)" }
      return count + "the one that is furthest behind up to \(first.words), the newest up to \(last.words)"
    }
  }
}
