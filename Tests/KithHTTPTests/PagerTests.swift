import KithCore
import Testing

@testable import KithHTTP

@Suite struct PagerTests {
  private static let request = HTTPRequest(
    .get, try! HTTPAddress("https://api.example.com/v1/contacts"), query: [HTTPParameter("limit", "100")],
    credentials: [Credential(.query(name: "api_key"), Secret("hush"))])

  private func page(
    _ records: Int, _ values: [String: String] = [:], headers: HTTPHeaders = [:], last: String? = nil,
    fingerprint: UInt64? = nil, status: Int = 200
  ) -> PageFacts {
    let response = HTTPResponse(status: status, headers: headers, address: Self.request.address)
    return PageFacts(response, records: records, values: values, lastValue: last, fingerprint: fingerprint)
  }

  private func parameter(_ name: String, _ value: String) -> PageTurn { .parameter(HTTPParameter(name, value)) }

  /// What the pager says after each page.
  private func turns(_ paging: Paging, _ pages: [PageFacts]) throws(KithError) -> [PageTurn?] {
    var pager = try Pager(paging, for: Self.request)
    var turns: [PageTurn?] = []
    for page in pages { turns.append(try pager.next(after: page)) }
    return turns
  }

  private func error(_ paging: Paging, _ pages: [PageFacts]) -> KithError? {
    do throws(KithError) {
      _ = try turns(paging, pages)
      return nil
    } catch { return error }
  }

  @Test func pageNumbersGoOnToAnEmptyPage() throws {
    let paging = Paging(.pageNumber(parameter: "page", first: 1))
    #expect(try Pager(paging, for: Self.request).first == parameter("page", "1"))
    // The short page is not the end.
    #expect(try turns(paging, [page(100), page(3), page(0)]) == [parameter("page", "2"), parameter("page", "3"), nil])
  }

  @Test func offsetsGoOnByWhatHasCome() throws {
    let paging = Paging(.offset(parameter: "start"))
    #expect(try Pager(paging, for: Self.request).first == parameter("start", "0"))
    #expect(
      try turns(paging, [page(50), page(49), page(0)]) == [parameter("start", "50"), parameter("start", "99"), nil])
    // Also without a rule for empty pages: the offset would stay where it is.
    #expect(try turns(Paging(.offset(parameter: "start"), ends: []), [page(0)]) == [nil])
  }

  @Test func cursorsComeFromTheBody() throws {
    let paging = Paging(.cursor(parameter: "after", path: "paging.next.after"), ends: [])
    #expect(paging.paths == ["paging.next.after"])
    #expect(try Pager(paging, for: Self.request).first == .asIs)
    let pages = [page(0, ["paging.next.after": "a"]), page(1, ["paging.next.after": "b"]), page(1)]
    #expect(try turns(paging, pages) == [parameter("after", "a"), parameter("after", "b"), nil])
    #expect(try turns(paging, [page(1, ["paging.next.after": ""])]) == [nil])
  }

  @Test(arguments: [
    (Paging.End.isFalse(path: "more"), ["more": "false"], true), (.isFalse(path: "more"), ["more": "true"], false),
    (.isFalse(path: "more"), [:], true), (.isFalse(path: "more"), ["more": "0"], true),
    (.isTrue(path: "done"), ["done": "true"], true), (.isTrue(path: "done"), ["done": "false"], false),
    (.isTrue(path: "done"), [:], false), (.totalRecords(path: "total"), ["total": "10"], true),
    (.totalRecords(path: "total"), ["total": "11"], false), (.totalRecords(path: "total"), ["total": "-1"], false),
    (.totalPages(path: "pages"), ["pages": "1"], true), (.totalPages(path: "pages"), ["pages": "2"], false),
    (.emptyPage, [:], false), (.status(404), [:], false),
  ])
  func theToolsOwnSignEndsTheList(end: Paging.End, values: [String: String], isEnd: Bool) throws {
    let turn = try turns(Paging(.pageNumber(parameter: "page", first: 0), ends: [end]), [page(10, values)])
    #expect(turn == [isEnd ? nil : parameter("page", "1")])
  }

  @Test func aStatusOrAHeaderEndsTheList() throws {
    let paging = Paging(
      .pageNumber(parameter: "page", first: 1), ends: [.status(404), .totalPagesHeader("X-WP-TotalPages")])
    #expect(
      try turns(paging, [page(5, headers: ["x-wp-totalpages": "2"]), page(5, headers: ["x-wp-totalpages": "2"])]).last
        == .some(nil))
    #expect(try turns(paging, [page(5), page(0, status: 404)]).last == .some(nil))
    var pager = try Pager(paging, for: Self.request)
    // The first page that is not there is no end but a wrong URL.
    #expect(!pager.isEnd(status: 404))
    _ = try pager.next(after: page(5))
    #expect(pager.isEnd(status: 404) && !pager.isEnd(status: 500))
  }

  @Test(arguments: [
    ("</v1/contacts?page=2>; rel=\"next\"", "https://api.example.com/v1/contacts?page=2"),
    ("<?page=1>; rel=prev, <?ids=1,2;3&page=2>;rel=next", "https://api.example.com/v1/contacts?ids=1,2;3&page=2"),
    (
      "<?a>; title=\"x, <?b>; rel=\\\"next\\\"\"; rel=\"last\" , <?c> ; REL = \"first NEXT\"",
      "https://api.example.com/v1/contacts?c"
    ),
    ("<?a>; rel=prev; rel=next", nil), ("<?a>; rel=next; anchor=\"#x\"", nil), ("<?a>; rel=\"nextish\"", nil),
    ("rel=next", nil), ("<?a", nil), ("", nil), ("<>; rel=next", nil),
    ("<?a>; junk here, <?b>; rel=next", "https://api.example.com/v1/contacts?b"),
    // A tool behind a proxy does not know its own address.
    ("<http://api.example.com:8080/v1/contacts?p=2>; rel=next", "https://api.example.com/v1/contacts?p=2"),
  ])
  func linksAreReadWithQuotesAndCommas(field: String, next: String?) throws {
    let turn = try turns(Paging(.linkHeader), [page(1, headers: ["Link": field])])
    #expect(turn == [try next.map { .address(try HTTPAddress($0)) }])
  }

  @Test func aLinkMayComeInASecondHeader() throws {
    var headers: HTTPHeaders = ["Link": "<?a>; rel=prev"]
    headers.add("link", "<?b>; rel=next")
    #expect(
      try turns(Paging(.linkHeader), [page(1, headers: headers)]).first??.applied(to: Self.request).address.query == "b"
    )
  }

  @Test(arguments: [
    "https://evil.example/v1/contacts?page=2", "//evil.example/", "https://api.example.com.evil.example/",
    "https://api.example.com@evil.example/", "http://169.254.169.254/latest", "file:///etc/passwd",
    "https://evil.example\\@api.example.com/",
  ])
  func theNextPageIsOnTheSameHost(url: String) {
    let error = error(Paging(.nextURL(path: "next")), [page(1, ["next": url])])
    #expect(error?.recovery == .configuration)
  }

  @Test func aURLReplacesTheQueryAndKeepsTheCredentials() throws {
    let turn = try #require(try turns(Paging(.nextURL(path: "next")), [page(1, ["next": "contacts?c=2"])]).first ?? nil)
    let next = turn.applied(to: Self.request)
    #expect(try next.fullAddress().text == "https://api.example.com/v1/contacts?c=2&api_key=hush")
    // Some tools repeat the key in their URLs.
    let repeated = try #require(
      try turns(Paging(.nextURL(path: "next")), [page(1, ["next": "?api_key=hush&p=2"])]).first ?? nil)
    #expect(try repeated.applied(to: Self.request).fullAddress().query == "p=2&api_key=hush")
    let counted = parameter("page", "3").applied(to: parameter("page", "2").applied(to: Self.request))
    #expect(try counted.fullAddress().query == "limit=100&page=3&api_key=hush")
  }

  @Test func keysetsGoOnFromTheLastRecord() throws {
    let paging = Paging(.keyset(parameter: "since", path: "id"))
    #expect(
      try turns(paging, [page(2, last: "7"), page(1, last: "9"), page(0)]) == [
        parameter("since", "7"), parameter("since", "9"), nil,
      ])
    #expect(error(paging, [page(2)])?.recovery == .configuration)
  }

  @Test func circlesAreErrors() {
    let cursor = Paging(.cursor(parameter: "after", path: "c"))
    let circle = error(cursor, [page(1, ["c": "a"]), page(1, ["c": "b"]), page(1, ["c": "a"])])
    #expect(circle?.recovery == .configuration)
    #expect(circle?.what == "the pages lead in a circle: this cursor has been there before")
    let url = Paging(.nextURL(path: "n"))
    #expect(error(url, [page(1, ["n": "?p=2"]), page(1, ["n": "?p=3"]), page(1, ["n": "?p=2"])]) != nil)
    // The first page's own URL, in another form.
    #expect(error(url, [page(1, ["n": "HTTPS://api.example.com:443/v1/contacts?limit=100"])]) != nil)
    #expect(error(Paging(.keyset(parameter: "since", path: "id")), [page(5, last: "7"), page(5, last: "7")]) != nil)
  }

  @Test func theSamePageTwiceInARowIsAnError() {
    let paging = Paging(.pageNumber(parameter: "page", first: 1))
    #expect(
      error(paging, [page(5, fingerprint: 1), page(5, fingerprint: 1)])?.what == "the same page has come twice in a row"
    )
    #expect(error(paging, [page(5, fingerprint: 1), page(5, fingerprint: 2), page(5, fingerprint: 1)]) == nil)
    // Where the tool tells the total, its last page is not asked for again.
    let total = Paging(.pageNumber(parameter: "page", first: 1), ends: [.totalRecords(path: "t")])
    #expect(error(total, [page(5, ["t": "10"], fingerprint: 1), page(5, ["t": "10"], fingerprint: 2)]) == nil)
  }

  @Test func aListWithoutEndIsAnError() {
    let paging = Paging(.pageNumber(parameter: "page", first: 1), mostPages: 3)
    #expect(error(paging, [page(1), page(1)]) == nil)
    #expect(error(paging, [page(1), page(1), page(1)])?.what == "the list has more pages than it may have")
    #expect(error(paging, [page(1), page(1), page(0)]) == nil)
  }

  @Test func eachListBeginsAnew() throws {
    let paging = Paging(.cursor(parameter: "after", path: "c"))
    for _ in 0..<2 { #expect(try turns(paging, [page(1, ["c": "a"]), page(1)]) == [parameter("after", "a"), nil]) }
  }
}
