import KithCore

/// Turns the pages of one list: a state machine without a network. Each list gets a new one, also each parent's list of
/// children, so that nothing of one list reaches into another.
///
/// The conversation: ask for `first`; after each page call `next` with what the page held; nil means that the list has
/// ended. A tool that leads in a circle, to another host or on for ever is a `configuration` error.
public struct Pager: Sendable {
  public let paging: Paging
  private let start: HTTPAddress

  private var pages = 0
  private var records = 0
  /// Cursors, URLs or values that were followed.
  private var seen: Set<String> = []
  private var lastFingerprint: UInt64?

  public init(_ paging: Paging, for request: HTTPRequest) throws(KithError) {
    self.paging = paging
    start = try request.address.adding(request.query)
    seen.insert(start.text)
  }

  public var first: PageTurn {
    switch paging.method {
    case .pageNumber(let parameter, let first): .parameter(HTTPParameter(parameter, "\(first)"))
    case .offset(let parameter): .parameter(HTTPParameter(parameter, "0"))
    default: .asIs
    }
  }

  /// The first page when the list begins at an address that the tool gave before: on the origin of the request.
  public func first(at address: HTTPAddress) throws(KithError) -> PageTurn { .address(try sameOrigin(address)) }

  /// What follows a page; nil at the end of the list.
  public mutating func next(after page: PageFacts) throws(KithError) -> PageTurn? {
    pages += 1
    records += page.records
    if paging.ends.contains(where: { hasCome($0, page) }) { return nil }
    guard let turn = try turn(after: page) else { return nil }
    try checkRepetition(page)
    if pages >= paging.mostPages {
      throw KithError(
        .configuration, "the list has more pages than it may have", place: start.path, seen: "\(pages)",
        fix: "Check how the tool tells the last page, or raise the limit.")
    }
    return turn
  }

  /// Whether the stream's request may be answered with this status at the end of its list.
  public func isEnd(status: Int) -> Bool { pages > 0 && paging.ends.contains(.status(status)) }

  private func hasCome(_ end: Paging.End, _ page: PageFacts) -> Bool {
    func number(_ text: String?) -> Int? { text.flatMap { Int($0) } }
    switch end {
    case .emptyPage: return page.records == 0
    case .isFalse(let path): return !isTrue(page.values[path])
    case .isTrue(let path): return isTrue(page.values[path])
    case .totalRecords(let path): return number(page.values[path]).map { $0 >= 0 && records >= $0 } ?? false
    case .totalPages(let path): return number(page.values[path]).map { pages >= $0 } ?? false
    case .totalPagesHeader(let name): return number(page.headers[name]).map { pages >= $0 } ?? false
    case .status(let status): return page.status == status
    }
  }

  private func isTrue(_ text: String?) -> Bool {
    guard let text = text?.lowercased() else { return false }
    return !["", "0", "false", "no", "null"].contains(text)
  }

  private mutating func turn(after page: PageFacts) throws(KithError) -> PageTurn? {
    switch paging.method {
    case .single: return nil
    case .pageNumber(let parameter, let first): return .parameter(HTTPParameter(parameter, "\(first + pages)"))
    case .offset(let parameter):
      if page.records == 0 { return nil }
      return .parameter(HTTPParameter(parameter, "\(records)"))
    case .cursor(let parameter, let path):
      guard let cursor = page.values[path], !cursor.isEmpty else { return nil }
      try remember(cursor, "cursor")
      return .parameter(HTTPParameter(parameter, cursor))
    case .keyset(let parameter, _): return try keysetTurn(parameter, page)
    case .linkHeader: return try addressTurn(LinkHeader.next(in: page.headers), page)
    case .nextURL(let path): return try addressTurn(page.values[path], page)
    }
  }

  private mutating func keysetTurn(_ parameter: String, _ page: PageFacts) throws(KithError) -> PageTurn? {
    if page.records == 0 { return nil }
    guard let value = page.lastValue, !value.isEmpty else {
      throw KithError(
        .configuration, "the last record of a page has no value in the field that pages go by", place: start.path,
        fix: "Name a field that every record has.")
    }
    try remember(value, "value")
    return .parameter(HTTPParameter(parameter, value))
  }

  private mutating func addressTurn(_ reference: String?, _ page: PageFacts) throws(KithError) -> PageTurn? {
    guard let reference, !reference.isEmpty else { return nil }
    let address = try sameOrigin(page.address.resolving(reference))
    try remember(address.text, "URL")
    return .address(address)
  }

  /// Behind a proxy, tools name themselves with another scheme or port: the way there stays the one that was configured.
  /// Another host is another matter.
  private func sameOrigin(_ address: HTTPAddress) throws(KithError) -> HTTPAddress {
    guard address.host == start.host else {
      throw KithError(
        .configuration, "the next page is on another host", place: start.path, seen: address.origin,
        allowed: start.origin, fix: "If that host is the right one, make it the URL of this source.")
    }
    if address.isSameOrigin(as: start) { return address }
    return try HTTPAddress(start.origin + address.path + (address.query.map { "?" + $0 } ?? ""))
  }

  private mutating func remember(_ text: String, _ kind: String) throws(KithError) {
    if seen.insert(text).inserted { return }
    throw KithError(
      .configuration, "the pages lead in a circle: this \(kind) has been there before", place: start.path,
      seen: kind == "URL" ? (try? HTTPReport.shown(HTTPAddress(text))) : String(text.prefix(100)),
      fix: "Check how the tool tells the last page.")
  }

  private mutating func checkRepetition(_ page: PageFacts) throws(KithError) {
    defer { lastFingerprint = page.fingerprint }
    guard let fingerprint = page.fingerprint, fingerprint == lastFingerprint, page.records > 0 else { return }
    throw KithError(
      .configuration, "the same page has come twice in a row", place: start.path, seen: "page \(pages)",
      fix: "Check the paging parameter, and how the tool tells the last page.")
  }
}
