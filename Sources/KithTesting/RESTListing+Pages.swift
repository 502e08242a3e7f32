import Foundation
import KithConnectorKit
import KithHTTP

/// Reads and writes the pages of a stream's lists.
extension RESTListing {
  /// Whether a request is for a list of the stream.
  func asks(_ request: LoopbackServer.Request) -> Bool {
    request.method == method.rawValue && RecordedTool.fits(path, request.path.removingPercentEncoding ?? request.path)
      && marks.allSatisfy { request.text.contains($0) }
  }

  /// Whether a request is for the page that `expected` stands for: a number, a cursor, a part of a URL.
  func asks(_ request: LoopbackServer.Request, for expected: String) -> Bool {
    switch paging.method {
    case .pageNumber, .offset:
      guard asks(request) else { return false }
      guard let position else { return request.text.contains(expected) }
      let items = URLComponents(string: request.target)?.queryItems ?? []
      return items.contains { $0.name == position && $0.value == expected }
    case .single, .cursor, .keyset, .linkHeader, .nextURL:
      let said = request.target + " " + request.text
      return said.contains(expected)
        || (said.removingPercentEncoding ?? said).contains(expected.removingPercentEncoding ?? expected)
    }
  }

  func items(of document: JSONText) -> [JSONText] {
    switch document[records[...]] {
    case .list(let items)?: items
    case .object(let members)? where isKeyed: members.map { .object([$0]) }
    default: []
    }
  }

  /// A record once more, with something that is its own, so that two pages in a row differ.
  func copy(_ item: JSONText, _ number: Int) -> JSONText {
    guard case .object(var members) = item, !members.isEmpty else { return item }
    if isKeyed {
      members[0].key = "\"\(members[0].key.dropFirst().dropLast())x\(number)\""
    } else {
      members.append(("\"kith_copy\"", .leaf("\(number)")))
    }
    var copy = JSONText.object(members)
    // Pages that go by a value would lead in a circle if it came again.
    if case .keyset(_, let path) = paging.method, let names = Self.names(path), case .leaf(let text)? = copy[names[...]]
    {
      let value = copy[names[...]]?.value ?? ""
      copy[names[...]] =
        text.hasPrefix("\"") ? .quoted("\(value)x\(number)") : .leaf("\((Int(value) ?? 0) + number * 1_000_000)")
    }
    return copy
  }

  func put(_ items: ArraySlice<JSONText>, into document: inout JSONText) {
    guard isKeyed else {
      document[records[...]] = .list(Array(items))
      return
    }
    var all: [(key: String, value: JSONText)] = []
    for item in items { if case .object(let members) = item { all += members } }
    document[records[...]] = .object(all)
  }

  /// What a pager must know of a page.
  func facts(
    of document: JSONText, _ response: RecordedExchanges.Response, at address: HTTPAddress, items: [JSONText],
    base: String
  ) -> PageFacts {
    func placed(_ text: String) -> String { text.replacingOccurrences(of: "${base_url}", with: base) }
    var values: [String: String] = [:]
    for path in paging.paths { values[path] = Self.names(path).flatMap { document[$0[...]]?.value }.map(placed) }
    var headers = HTTPHeaders()
    for header in response.headers { headers.set(header.0, placed(header.1)) }
    var facts = PageFacts(
      HTTPResponse(status: response.status, headers: headers, address: address), records: items.count, values: values)
    if case .keyset(_, let path) = paging.method {
      facts.lastValue = Self.names(path).flatMap { names in items.last?[names[...]]?.value }
    }
    return facts
  }

  /// Whether a page says of how many records there are what the whole list turned out to have.
  func isTrue(_ document: JSONText, count: Int) -> Bool {
    paging.ends.allSatisfy { end in
      guard case .totalRecords(let path) = end, let names = Self.names(path) else { return true }
      return document[names[...]]?.value.map { $0 == "\(count)" } ?? true
    }
  }

  /// Corrects what the tool says of how much there is, where it says so.
  func putCounts(
    _ list: PagedLists.List, size: Int, _ document: inout JSONText, _ response: inout RecordedExchanges.Response
  ) {
    let count = list.items.count
    let pages = (count + size - 1) / size
    for end in paging.ends {
      switch end {
      case .totalRecords(let path):
        guard let names = Self.names(path), document[names[...]]?.value != nil else { continue }
        document[names[...]] = .leaf("\(count)")
      case .totalPages(let path):
        guard let names = Self.names(path), document[names[...]]?.value != nil else { continue }
        document[names[...]] = .leaf("\(pages)")
      case .totalPagesHeader(let name):
        for index in response.headers.indices where response.headers[index].0.lowercased() == name.lowercased() {
          response.headers[index].1 = "\(pages)"
        }
      case .emptyPage, .isFalse, .isTrue, .status: break
      }
    }
  }

  /// Says that there is a next page, and where.
  func putNext(
    _ mark: String, url: String, _ document: inout JSONText, _ response: inout RecordedExchanges.Response
  ) {
    for end in paging.ends {
      switch end {
      case .isFalse(let path): if let names = Self.names(path) { document[names[...]] = .leaf("true") }
      case .isTrue(let path): if let names = Self.names(path) { document[names[...]] = .leaf("false") }
      case .emptyPage, .totalRecords, .totalPages, .totalPagesHeader, .status: break
      }
    }
    switch paging.method {
    case .cursor(_, let path): if let names = Self.names(path) { document[names[...]] = .quoted(mark) }
    case .nextURL(let path): if let names = Self.names(path) { document[names[...]] = .quoted(url) }
    case .linkHeader:
      response.headers.removeAll { $0.0.lowercased() == "link" }
      response.headers.append(("Link", "<\(url)>; rel=\"next\""))
    case .single, .pageNumber, .offset, .keyset: break
    }
  }
}
