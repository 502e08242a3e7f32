import KithCore
import KithHTTP

/// One run over a stream's lists.
final class RESTRun {
  let source: RESTSource
  let stream: RESTStream
  let sink: any RecordSink
  let mapper: RecordMapper
  /// Nothing of the stream has been read before: nothing of it can be gone.
  let isFirst: Bool
  var state: RESTState
  var batch: BatchBuilder
  /// The store's error: nothing goes on after it.
  var ended: KithError?
  /// Records that `only` left out.
  var leftOut = 0
  /// Where the first answer has lists, while it has nothing where the records should be.
  private(set) var otherLists: [String]?
  private var failures: [KithError] = []
  private static let mostFailures = 20
  /// Whether a tool heeds the filter by which only what is new was asked for.
  private var filter = FilterCheck()
  /// Once for all lists of a stream.
  var hasToldDisorder = false
  /// Lists that were read to their end since the last checkpoint.
  private var finishedLists = 0
  /// A checkpoint holds the places of all lists: with very many of them it is not written after each.
  private static let listsPerCheckpoint = 50

  init(
    _ source: RESTSource, _ stream: RESTStream, _ request: ReadRequest, _ sink: any RecordSink
  ) throws(KithError) {
    self.source = source
    self.stream = stream
    self.sink = sink
    let bound = try source.mapping(stream).bind(columns: nil, place: stream.name)
    if !bound.problems.isEmpty { throw FileRun.combined(bound.problems) }
    mapper = bound.mapper
    isFirst = request.mode == .incremental && request.checkpoint == nil
    batch = BatchBuilder(
      maximumBytes: source.settings.environment.memory.batchBytes, expected: request.expected)
    let hash = Self.hash(source, stream)
    state = RESTState(mapping: hash)
    guard request.mode == .incremental, let checkpoint = request.checkpoint else { return }
    let known = try RESTState(checkpoint)
    if known.mapping == hash {
      state = known
    } else {
      batch.notes.append("\(stream.name) is mapped in another way than before: everything is read again.")
    }
  }

  /// Of all that decides what becomes of a record.
  private static func hash(_ source: RESTSource, _ stream: RESTStream) -> Int64 {
    var hash = ContentHash()
    hash.combine(stream.record.rawValue)
    hash.combine(source.settings.environment.timeZone)
    stream.fields.combine(into: &hash)
    source.settings.streams.first { $0.name == stream.name }?.mapping?.combine(into: &hash)
    return hash.value
  }

  func run() async throws(KithError) {
    // A day to start from leaves parents out, and with them all that belongs to them.
    let hasStart = try source.startDate() != nil
    batch.isSnapshot = stream.isComplete && !(hasStart && stream.parent != nil)
    do throws(KithError) {
      _ = try await eachList(of: stream) { list throws(KithError) in
        try await self.readCarefully(list)
        return true
      }
    } catch {
      if ended == nil { await keepWhatCame() }
      throw error
    }
    try await finish()
  }

  /// One list that cannot be read does not end the others, unless it is the network's or everybody's fault.
  private func readCarefully(_ list: RESTList) async throws(KithError) {
    do throws(KithError) {
      try await read(list)
      finishedLists += 1
      if stream.incremental != nil, finishedLists >= Self.listsPerCheckpoint { try await flush(isLast: false) }
    } catch {
      let isOne = stream.parent != nil && (error.recovery == .configuration || error.recovery == .authorisation)
      guard ended == nil, isOne, !Task.isCancelled, failures.count < Self.mostFailures else { throw error }
      failures.append(error)
      batch.isTorn = true
    }
  }

  private func finish() async throws(KithError) {
    if leftOut > 0 {
      batch.notes.append("\(stream.name): \(leftOut) records are none that count (only) and were left out.")
    }
    if let otherLists, batch.recordCount == 0 {
      batch.notes.append(
        "\(stream.name): the answer has nothing where its records should be, but lists at "
          + "\(otherLists.joined(separator: ", ")): is \"records\" right in the manifest?")
    }
    if let note = filter.note { batch.notes.append("\(stream.name): \(note)") }
    if batch.isSnapshot, batch.recordCount == 0, !batch.isTorn {
      // A tool that answers nothing by mistake must not lose everybody by it.
      batch.isTorn = true
      batch.notes.append("\(stream.name) is a complete list of nothing: nothing was marked deleted by it.")
    } else if batch.isSnapshot, batch.isTorn {
      batch.notes.append(
        "\(stream.name) is a complete list, but not all of it could be read: nothing was marked deleted by it.")
    }
    try await flush(isLast: true)
    if !failures.isEmpty { throw FileRun.combined(failures) }
  }

  /// What was read before an error is stored, and how far each list was read for certain. Should that fail as well, the
  /// first error is the one that is told.
  private func keepWhatCame() async {
    batch.isTorn = true
    if batch.isEmpty && batch.notes.isEmpty && finishedLists == 0 { return }
    try? await flush(isLast: true)
  }

  // MARK: lists

  /// Calls `body` for each list of a stream until it says false.
  func eachList(
    of stream: RESTStream, _ body: (RESTList) async throws(KithError) -> Bool
  ) async throws(KithError) -> Bool {
    let root = RESTList(values: source.access.values)
    guard let parent = stream.parent else { return try await body(root) }
    switch parent.origin {
    case .option(let name):
      var values: [String] = []
      if case .list(let list)? = source.settings.options[name] { values = list }
      for value in values {
        var list = RESTList(key: value, values: root.values, parent: [("value", value)])
        list.values["parent.value"] = .text(value)
        if try await !body(list) { return false }
      }
      return true
    case .stream(let name):
      return try await eachParent(try source.stream(name), parent, body)
    }
  }

  private func eachParent(
    _ parentStream: RESTStream, _ parent: RESTParent, _ body: (RESTList) async throws(KithError) -> Bool
  ) async throws(KithError) -> Bool {
    var seen: Set<String> = []
    return try await eachList(of: parentStream) { outer throws(KithError) in
      var values = outer.values
      if case .field(let field)? = parentStream.incremental?.cursor {
        let start = try self.source.startDate() ?? field.start
        values["since"] = start.map { RESTCursorValue($0).written(field, lookback: 0) }
        values["until"] = RESTCursorValue(self.source.access.time.now()).written(field, lookback: 0)
      }
      var pages = try RESTPages(self.source, parentStream, outer, values)
      defer { pages.cancel() }
      while let page = try await pages.next() {
        for item in page.items {
          guard let list = self.list(parent, page, item, outer), seen.insert(list.key).inserted else { continue }
          if try await !body(list) { return false }
        }
      }
      return true
    }
  }

  private func list(
    _ parent: RESTParent, _ page: RESTPage, _ item: RawRecord.NodeID, _ outer: RESTList
  ) -> RESTList? {
    var list = RESTList(values: outer.values)
    for (name, path) in parent.values {
      guard let text = page.document.text(at: path, from: item) else { continue }
      list.parent.append((name, text))
      list.values["parent.\(name)"] = .text(text)
    }
    guard let first = list.parent.first?.value else { return nil }
    list.key = outer.key.isEmpty ? first : "\(outer.key)/\(first)"
    return list
  }

  // MARK: one list

  private func read(_ list: RESTList) async throws(KithError) {
    if stream.format == .addressBook { return try await readAddressBook(list) }
    let position = state.lists[list.key] ?? RESTState.Position()
    switch stream.incremental?.cursor {
    case nil:
      _ = try await pages(list, list.values) { _, _ throws(KithError) in true }
    case .field(let field): try await read(list, position, field)
    case .token(let path, let start, let written):
      var values = list.values
      if let token = position.token {
        values["cursor"] = .text(token)
      } else if let start = try source.startDate() ?? start {
        values["since"] = written.value(of: start)
      }
      _ = try await pages(list, values) { page, _ throws(KithError) in
        if let token = page.values([path])[path] {
          self.state.lists[list.key] = RESTState.Position(token: token)
          try await self.flush(isLast: false)
        }
        return true
      }
    case .link(let path):
      var start: HTTPAddress?
      if let link = position.link { start = try HTTPAddress(source.access.baseURL).resolving(link) }
      _ = try await pages(list, list.values, start: start) { page, isLast throws(KithError) in
        if isLast, let link = page.values([path])[path] {
          self.state.lists[list.key] = RESTState.Position(link: link)
        }
        return true
      }
    }
  }

  private func read(
    _ list: RESTList, _ position: RESTState.Position, _ field: RESTCursorField
  ) async throws(KithError) {
    guard let incremental = stream.incremental else { return }
    let stored = position.since.flatMap { RESTCursorValue(stored: $0, field) }
    let first = try source.startDate() ?? field.start
    let lookback = stored == nil ? 0 : incremental.lookback + incremental.tie
    let begin = stored ?? first.map { RESTCursorValue($0) }
    if let days = incremental.sliceDays, let begin, let from = RESTCursorField.moment(begin.text) {
      return try await readSlices(list, field, from: from.adding(seconds: -lookback), days: days)
    }
    var sweep = RESTSweep(newest: stored, begin: source.access.time.now())
    // A list that is asked for by more than one time may hold older ones with good reason.
    if stream.request.names.count(where: { $0 == "since" }) == 1 {
      sweep.filter.asked = begin?.earlier(by: lookback + FilterCheck.tolerance)
    }
    defer { filter.add(sweep.filter) }
    var values = list.values
    values["since"] = begin?.written(field, lookback: lookback)
    values["until"] = RESTCursorValue(sweep.begin).written(field, lookback: 0)
    var seen = 0
    var moves = incremental.isSorted && stream.paging.countsPages
    var goesOn = incremental.isSorted
    var hasRestarted = false
    while true {
      let before = sweep.newest
      let isWhole = try await pages(list, values, looksAhead: !moves) { page, isLast throws(KithError) in
        sweep.look(at: page)
        seen += page.items.count
        if goesOn, let broken = page.order?.first {
          goesOn = false
          try await self.tellDisorder(list, broken, field, position)
        }
        if goesOn, !isLast, incremental.next == .newest, let newest = sweep.newest {
          self.state.lists[list.key] = RESTState.Position(since: newest.capped(at: sweep.begin).text)
          try await self.flush(isLast: false)
        }
        if moves, !goesOn { return false }
        if isLast { return true }
        // A record that changes meanwhile moves to the end of such a list, and all behind it move up: the next page begins
        // with what was on this one.
        if moves, let newest = sweep.newest, before.map({ $0 < newest }) ?? true { return false }
        return self.stream.restartAfter.map { seen < $0 } ?? true
      }
      if isWhole, goesOn || !hasRestarted { break }
      if moves, !goesOn {
        // What lies before the last value may have been left out: from the beginning, as a list in any order is read.
        moves = false
        values["since"] = begin?.written(field, lookback: lookback)
        (seen, hasRestarted) = (0, false)
        continue
      }
      if !goesOn { throw unsorted(field) }
      guard let newest = sweep.newest, before.map({ $0 < newest }) ?? true else { throw stuck(sweep.newest) }
      values["since"] = newest.written(field, lookback: incremental.tie)
      (seen, hasRestarted) = (0, true)
    }
    if let since = sweep.next(incremental.next) { state.lists[list.key] = RESTState.Position(since: since.text) }
  }

  private func readSlices(
    _ list: RESTList, _ field: RESTCursorField, from: Timestamp, days: Int
  ) async throws(KithError) {
    let end = source.access.time.now()
    var from = from
    // What is at the end of one slice comes with the next.
    var tie = 0.0
    repeat {
      let until = min(from.adding(seconds: Double(days) * 86_400), end)
      var values = list.values
      values["since"] = RESTCursorValue(from).written(field, lookback: tie)
      values["until"] = RESTCursorValue(until).written(field, lookback: 0)
      tie = stream.incremental?.tie ?? 0
      let before = batch.recordCount
      batch.isTorn = false
      _ = try await pages(list, values) { _, _ throws(KithError) in true }
      // A tool that answers nothing by mistake must not take what was counted before.
      if stream.incremental?.hasWholeDays == true, !batch.isTorn, batch.recordCount > before {
        batch.wholeDays.append(from.date...until.date)
      }
      state.lists[list.key] = RESTState.Position(since: RESTCursorValue(until).text)
      try await flush(isLast: false)
      from = until
    } while from < end
  }

  /// Looks whether the first answer has its records elsewhere.
  func examine(_ page: RESTPage, number: Int) {
    if number == 1, let lists = page.otherLists(than: stream) { otherLists = lists }
  }

  /// Reads the pages of a list; false when `body` ended it.
  private func pages(
    _ list: RESTList, _ values: RESTValues, start: HTTPAddress? = nil, looksAhead: Bool = true,
    _ body: (RESTPage, _ isLast: Bool) async throws(KithError) -> Bool
  ) async throws(KithError) -> Bool {
    var pages = try RESTPages(source, stream, list, values, start: start, looksAhead: looksAhead)
    defer { pages.cancel() }
    while let page = try await pages.next() {
      examine(page, number: pages.count)
      try await take(page, pages.place, pages.count)
      if try await !body(page, pages.isAtEnd) { return false }
    }
    return true
  }

  // MARK: sending

  func flush(isLast: Bool) async throws(KithError) {
    finishedLists = 0
    try await send(checkpoint: state.checkpoint, isLast: isLast)
  }

  func send(checkpoint: Checkpoint?, isLast: Bool) async throws(KithError) {
    guard !Task.isCancelled else {
      let stopped = KithError(
        .transient, "the run was stopped before its end", place: stream.name, fix: "The next run goes on from there.")
      ended = stopped
      throw stopped
    }
    do throws(KithError) {
      try await sink.send(batch.take(checkpoint: checkpoint, isLast: isLast))
    } catch {
      ended = error
      throw error
    }
  }
}

/// What one reading of a list has seen of its cursor.
struct RESTSweep {
  private(set) var newest: RESTCursorValue?
  private(set) var begin: Timestamp
  var filter = FilterCheck()
  private var firstPage: HTTPResponse?

  init(newest: RESTCursorValue?, begin: Timestamp) {
    self.newest = newest
    self.begin = begin
  }

  mutating func look(at page: RESTPage) {
    if firstPage == nil {
      firstPage = page.response
      // The tool's clock decides, when it is behind ours.
      if let date = page.response.date { begin = min(begin, date) }
    }
    for value in page.cursorValues { filter.look(at: value) }
    if let value = page.newest, newest.map({ $0 < value }) ?? true { newest = value }
  }

  /// Where the next sync begins.
  func next(_ next: RESTIncremental.Next) -> RESTCursorValue? {
    switch next {
    case .newest: return newest?.capped(at: begin)
    case .startOfSync: return RESTCursorValue(begin)
    case .header(let name):
      let moment = firstPage?.headers[name].flatMap { RESTCursorField.moment($0) }
      return moment.map { RESTCursorValue($0) } ?? newest?.capped(at: begin)
    }
  }
}
