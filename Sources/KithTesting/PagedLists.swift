import KithConnectorKit
import KithCore
import KithHTTP

/// The lists of a stream as a tool handed them out, to be handed out again in pages of another size.
struct PagedLists: Sendable {
  /// One list, as it came.
  struct List: Sendable {
    let path: String
    var items: [JSONText] = []
    var pages: [(response: RecordedExchanges.Response, document: JSONText)] = []
    /// What follows the last page with records: an empty one, or a status.
    var end: RecordedExchanges.Response?
  }

  private let listing: RESTListing
  private let lists: [List]
  private let size: Int
  private var begun = 0
  /// The list that is being read, where its next page begins, and what a request for that must say.
  private var open: (list: Int, next: Int, expected: String)?
  /// Records that were handed out.
  private(set) var given = 0

  /// What `history` shows, `copies` times as long, in pages of `size` records.
  init(_ listing: RESTListing, history: RecordedHistory, size: Int, copies: Int = 1) {
    self.listing = listing
    self.size = size
    lists = history.lists.map { list in
      var list = list
      list.items = (0..<copies).flatMap { copy in copy == 0 ? list.items : list.items.map { listing.copy($0, copy) } }
      return list
    }
  }

  /// The page that a request asks for; nil when it asks for something else.
  mutating func reply(to request: LoopbackServer.Request) -> RecordedExchanges.Response? {
    if let open, listing.asks(request, for: open.expected) { return page(of: open.list, from: open.next) }
    guard listing.asks(request), begun < lists.count, lists[begun].path == request.path else { return nil }
    begun += 1
    return page(of: begun - 1, from: 0)
  }

  private mutating func page(of index: Int, from start: Int) -> RecordedExchanges.Response {
    let list = lists[index]
    open = nil
    let stop = min(start + size, list.items.count)
    if start == stop { return list.end ?? list.pages[0].response }
    given += stop - start
    let isLast = stop == list.items.count && list.end == nil
    var page = isLast ? list.pages[list.pages.count - 1] : list.pages[0]
    listing.put(list.items[start..<stop], into: &page.document)
    listing.putCounts(list, size: size, &page.document, &page.response)
    if !isLast {
      let mark = "kithplace\(index)x\(stop)x"
      let url = "${base_url}\(list.path)?kith_place=\(mark)"
      let last = list.items[stop - 1]
      let expected =
        switch listing.paging.method {
        case .single, .cursor, .linkHeader, .nextURL: mark
        case .pageNumber(_, let first): "\(first + (stop + size - 1) / size)"
        case .offset: "\(stop)"
        case .keyset(_, let path): RESTListing.names(path).flatMap { last[$0[...]]?.value } ?? ""
        }
      listing.putNext(mark, url: url, &page.document, &page.response)
      open = (index, stop, expected)
    }
    page.response.body = page.document.text
    return page.response
  }
}

/// What a tool answered in one run, taken apart into the lists of a stream.
struct RecordedHistory {
  private let listing: RESTListing
  private let base: String
  private(set) var lists: [PagedLists.List] = []
  private var pager: Pager?
  /// What the request for the next page of the last list says; nil when that list has ended.
  private var expected: String?

  init(_ listing: RESTListing, _ exchanges: [RecordedTool.Exchange], base: String) {
    self.listing = listing
    self.base = base
    for exchange in exchanges { take(exchange.request, exchange.response) }
  }

  /// Records of all lists.
  var count: Int { lists.reduce(0) { $0 + $1.items.count } }
  /// Their bytes.
  var bytes: Int { lists.reduce(0) { $0 + $1.items.reduce(0) { $0 + $1.text.utf8.count } } }
  /// Whether the tool told right how many records it has; a list that changed while it was read cannot be told anew.
  var isTrue: Bool {
    lists.allSatisfy { list in list.pages.allSatisfy { listing.isTrue($0.document, count: list.items.count) } }
  }
  /// Records of the longest list.
  var longest: Int { lists.map(\.items.count).max() ?? 0 }

  private mutating func take(_ request: LoopbackServer.Request, _ response: RecordedExchanges.Response) {
    let goesOn = expected.map { listing.asks(request, for: $0) } ?? false
    guard goesOn || listing.asks(request) else { return }
    if goesOn, listing.paging.ends.contains(.status(response.status)) {
      lists[lists.count - 1].end = response
      expected = nil
      return
    }
    // What was refused or cut in half comes again.
    guard (200...299).contains(response.status), let document = JSONText(response.body),
      let address = try? HTTPAddress(base + request.target)
    else { return }
    if !goesOn {
      lists.append(PagedLists.List(path: request.path))
      pager = try? Pager(listing.paging, for: HTTPRequest(listing.method, address))
    }
    let items = listing.items(of: document)
    let index = lists.count - 1
    if goesOn, items.isEmpty { lists[index].end = response } else { lists[index].pages.append((response, document)) }
    lists[index].items += items
    let facts = listing.facts(of: document, response, at: address, items: items, base: base)
    switch (try? pager?.next(after: facts)) ?? nil {
    case .parameter(let parameter)?: expected = parameter.value
    case .address(let address)?: expected = address.path + (address.query.map { "?" + $0 } ?? "")
    case .asIs?, nil: expected = nil
    }
  }
}
