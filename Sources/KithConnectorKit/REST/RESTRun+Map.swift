import KithCore
import KithHTTP

/// Records of pages.
extension RESTRun {
  /// Maps a page's records and sends what is a batch.
  func take(_ page: RESTPage, _ place: String, _ number: Int) async throws(KithError) {
    batch.progress += page.export?.bytes ?? Int64(page.response.body.count)
    batch.requests = (batch.requests ?? 0) + 1
    if stream.comesOneByOne { return try await takeOneByOne(page, place, number) }
    let share = page.response.body.count / max(page.items.count, 1)
    for (index, item) in page.items.enumerated() {
      add(page.document, item, bytes: share, written: nil) { "\(place) page \(number) record \(index + 1)" }
      if batch.isFull { try await send(checkpoint: nil, isLast: false) }
    }
  }

  /// `written`: how the record came, when that is no JSON.
  func add(
    _ raw: RawRecord, _ item: RawRecord.NodeID, bytes: Int, written: (() -> [UInt8])?, _ place: () -> String
  ) {
    if let only = stream.only, !only.holds(in: raw, from: item) {
      leftOut += 1
      return
    }
    var fault: String?
    // What is gone has little more than its key.
    if !batch.sampler.isIdle, raw.kind(of: item) == .object, !(stream.deleted?.holds(in: raw, from: item) ?? false) {
      fault = batch.sampler.look(at: raw, columns: nil, from: item)
    }
    switch fault.map({ MapOutcome.reject(code: "drift", reason: $0) }) ?? outcome(raw, item) {
    case .record(let record): batch.records.append(record)
    case .reject(let code, let reason):
      putAside(Reject(code: code, reason: reason, place: place(), raw: written?() ?? Array(raw.json(of: item).utf8)))
    }
    batch.bytes += bytes
  }

  func putAside(_ reject: Reject) {
    batch.rejects.append(reject)
    // A record that cannot be read is not gone: such a list deletes nothing.
    batch.isTorn = true
  }

  func outcome(_ raw: RawRecord, _ item: RawRecord.NodeID) -> MapOutcome {
    guard raw.kind(of: item) == .object else {
      return .reject(code: "syntax", reason: "A record must be an object, this is of kind \(raw.kind(of: item)).")
    }
    guard let deleted = stream.deleted, deleted.holds(in: raw, from: item) else {
      return mapper.map(raw, root: item)
    }
    switch mapper.key(of: raw, root: item) {
    case .success(let key): return .record(.deletion(Deletion(kind: stream.record, key: key)))
    case .failure(let fault): return .reject(code: fault.code, reason: fault.reason)
    }
  }
}

extension RESTRun {
  // MARK: looking

  /// The first records of the first lists, raw and mapped.
  func preview(limit: Int) async throws(KithError) -> [PreviewedRecord] {
    var seen: [PreviewedRecord] = []
    var lists = 0
    _ = try await eachList(of: stream) { list throws(KithError) in
      lists += 1
      if self.stream.format == .addressBook {
        seen = try await self.previewAddressBook(list, limit: limit)
        return false
      }
      var values = list.values
      if case .field(let field)? = self.stream.incremental?.cursor {
        let now = self.source.access.time.now()
        var first = try self.source.startDate() ?? field.start
        if let days = self.stream.incremental?.sliceDays {
          // The last slice: older ones may have more, and no tool gives more than one at once.
          first = max(first ?? now, now.adding(seconds: Double(-days) * 86_400))
        }
        values["since"] = first.map { RESTCursorValue($0).written(field, lookback: 0) }
        values["until"] = RESTCursorValue(now).written(field, lookback: 0)
      }
      if case .token(_, let start, let written)? = self.stream.incremental?.cursor {
        values["since"] = try (self.source.startDate() ?? start).map { written.value(of: $0) }
      }
      var pages = try RESTPages(self.source, self.stream, list, values)
      defer { pages.cancel() }
      if let page = try await pages.next() {
        self.examine(page, number: 1)
        seen += try self.previewed(page, pages.place, limit: limit - seen.count)
      }
      // Some parents have nothing; a few are looked at.
      return seen.count < limit && lists < 5
    }
    return seen
  }

  private func previewed(_ page: RESTPage, _ place: String, limit: Int) throws(KithError) -> [PreviewedRecord] {
    if stream.comesOneByOne { return try previewedOneByOne(page, place, limit: limit) }
    return page.items.prefix(max(limit, 0)).enumerated().map { index, item in
      previewed(page.document, item, "\(place) record \(index + 1)")
    }
  }

  func previewed(_ raw: RawRecord, _ item: RawRecord.NodeID, _ place: String) -> PreviewedRecord {
    let pairs = raw.pairs(from: item, indexed: true)
    switch outcome(raw, item) {
    case .record(let record): return PreviewedRecord(place: place, raw: pairs, outcome: .record(record))
    case .reject(let code, let reason):
      let reject = Reject(code: code, reason: reason, place: place, raw: Array(raw.json(of: item).utf8))
      return PreviewedRecord(place: place, raw: pairs, outcome: .reject(reject))
    }
  }
}
