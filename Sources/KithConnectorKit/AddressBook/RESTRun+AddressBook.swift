import KithCore

/// Streams whose list is an address book. Its sync token is the checkpoint.
extension RESTRun {
  /// Cards that are asked for at once.
  private static let cardsPerRequest = 50

  func readAddressBook(_ list: RESTList) async throws(KithError) {
    let book = try AddressBook(source, stream, list)
    var token = state.lists[list.key]?.token
    batch.isSnapshot = token == nil
    if token == nil { try await book.confirm() }
    var pages = 0
    while true {
      let changes: AddressBook.Changes
      switch try await book.changes(since: token) {
      case .changes(let found): changes = found
      case .expired where !batch.isSnapshot:
        batch.notes.append(
          "\(stream.name): the server no longer knows how far its address book was read; everything is read again.")
        state.lists[list.key] = nil
        token = nil
        batch.isSnapshot = true
        continue
      case .expired:
        throw KithError(
          .transient, "the server refuses the sync token that it has just given", place: book.place,
          fix: "The next run begins anew.")
      case .unsupported: return try await readWithoutChanges(book, list)
      }
      // Some servers list what is long gone to whoever knows nothing.
      if token != nil { for name in changes.gone { remove(name, book) } }
      try await take(changes.present, book)
      pages += 1
      if !changes.isTruncated {
        // What went before this token is known only by the whole book: it is read again until all of it can be read.
        let isKnown = !batch.isSnapshot || isFirst || (!batch.isTorn && batch.recordCount > 0)
        state.lists[list.key] = isKnown ? changes.token.map { RESTState.Position(token: $0) } : nil
        return
      }
      guard let next = changes.token, next != token, pages < source.manifest.limits.pages else {
        throw KithError(
          .transient, "the server cuts its list of changes off and does not say where it goes on", place: book.place)
      }
      token = next
      // A whole list that is left half-way begins anew: only at its end is it known what is gone.
      if !batch.isSnapshot {
        state.lists[list.key] = RESTState.Position(token: next)
        try await flush(isLast: false)
      }
    }
  }

  private func readWithoutChanges(_ book: AddressBook, _ list: RESTList) async throws(KithError) {
    batch.isSnapshot = true
    batch.notes.append("\(stream.name): the server has no lists of changes; the whole address book is read each time.")
    state.lists[list.key] = nil
    try await take(try await book.everything(), book)
  }

  private func take(_ cards: [AddressBook.Card], _ book: AddressBook) async throws(KithError) {
    var rest = cards[...]
    while !rest.isEmpty {
      try await take(rest.prefix(Self.cardsPerRequest), book)
      rest = rest.dropFirst(Self.cardsPerRequest)
      if batch.isFull { try await send(checkpoint: nil, isLast: false) }
    }
  }

  /// Cards with large pictures are asked for in smaller and smaller pieces.
  private func take(_ cards: ArraySlice<AddressBook.Card>, _ book: AddressBook) async throws(KithError) {
    switch try await book.cards(cards) {
    case .answer(let answers, let bytes):
      batch.progress += Int64(bytes)
      batch.requests = (batch.requests ?? 0) + 1
      try take(answers, of: cards, book)
    case .tooLarge(let error) where cards.count == 1:
      for card in cards { putAside(card, book, "size", "The card cannot be fetched: \(error.what).") }
    case .tooLarge:
      let middle = cards.startIndex + cards.count / 2
      try await take(cards[..<middle], book)
      try await take(cards[middle...], book)
    }
  }

  private func take(
    _ answers: [String: Multistatus.Member], of cards: ArraySlice<AddressBook.Card>, _ book: AddressBook
  ) throws(KithError) {
    for card in cards {
      let answer = answers[card.name]
      if let text = answer?.card {
        try add(Array(text.utf8), named: card.name, book)
      } else if answer?.status == 404 || answer?.status == 410 {
        // It went after the list was made.
        if !batch.isSnapshot { remove(card.name, book) }
      } else {
        let status = answer?.status.map { " and answers with status \($0)" } ?? ""
        putAside(card, book, "missing", "The server lists the card, but does not hand it out\(status).")
      }
    }
  }

  private func putAside(_ card: AddressBook.Card, _ book: AddressBook, _ code: String, _ reason: String) {
    putAside(Reject(code: code, reason: reason, place: book.place + card.name, raw: Array(card.href.utf8)))
  }

  private func add(_ card: [UInt8], named name: String, _ book: AddressBook) throws(KithError) {
    let reader = try cardReader(card)
    let raw = RawRecord()
    let place = "\(book.place)\(name)"
    switch try reader.next(into: raw) {
    case .record:
      raw.attach("_name", name)
      add(raw, raw.root, bytes: card.count, written: nil) { place }
    case .reject(let code, let reason): putAside(Reject(code: code, reason: reason, place: place, raw: card))
    case .end, .incomplete:
      putAside(Reject(code: "syntax", reason: "There is no card in it", place: place, raw: card))
    }
  }

  private func cardReader(_ card: [UInt8]) throws(KithError) -> any RecordReader {
    var options = ReadingOptions()
    options.format = .vcard
    options.encoding = .utf8
    options.recordCap = source.settings.environment.memory.recordBytes
    return try RecordReaders.makeReader(stream: MemoryStream(card), options: options)
  }

  /// Nothing is known of it but its name.
  private func remove(_ name: String, _ book: AddressBook) {
    let raw = RawRecord()
    raw.begin(.object)
    raw.leaf("_name", name)
    raw.end()
    switch mapper.key(of: raw, root: raw.root) {
    case .success(let key): batch.records.append(.deletion(Deletion(kind: stream.record, key: key)))
    case .failure(let fault):
      putAside(
        Reject(
          code: fault.code, reason: fault.reason, place: "\(book.place)\(name)",
          raw: Array(raw.json(of: raw.root).utf8)))
    }
  }

  /// The first cards, raw and mapped.
  func previewAddressBook(_ list: RESTList, limit: Int) async throws(KithError) -> [PreviewedRecord] {
    let book = try AddressBook(source, stream, list)
    try await book.confirm()
    let cards: ArraySlice<AddressBook.Card> =
      switch try await book.changes(since: nil) {
      case .changes(let changes): changes.present[...]
      case .expired, .unsupported: try await book.everything()[...]
      }
    let asked = cards.prefix(min(limit, Self.cardsPerRequest))
    guard !asked.isEmpty, case .answer(let answers, _) = try await book.cards(asked) else { return [] }
    var result: [PreviewedRecord] = []
    for card in asked {
      guard let text = answers[card.name]?.card else { continue }
      let raw = RawRecord()
      guard try cardReader(Array(text.utf8)).next(into: raw) == .record else { continue }
      raw.attach("_name", card.name)
      if let only = stream.only, !only.holds(in: raw) { continue }
      result.append(previewed(raw, raw.root, "\(book.place)\(card.name)"))
    }
    return result
  }
}

extension RawRecord {
  /// Makes a text the root's last child, when all others are there.
  fileprivate func attach(_ name: String, _ value: String) {
    var (key, text) = (name, value)
    let node = key.withUTF8 { key in
      text.withUTF8 { leaf(.text, UnsafeRawBufferPointer($0), key: UnsafeRawBufferPointer(key)) }
    }
    adopt(node, in: root)
  }
}
