/// How a tool hands out a long list page by page, and how it says that the list has ended. Pure values: `Pager` acts
/// on them.
public struct Paging: Sendable, Equatable {
  public enum Method: Sendable, Equatable {
    /// One page is all there is.
    case single
    /// A parameter counts the pages.
    case pageNumber(parameter: String, first: Int)
    /// A parameter counts the records before the page. It goes on by what has come, not by what was asked for: tools cut
    /// the size of a page in silence.
    case offset(parameter: String)
    /// The body holds what to put into a parameter for the next page.
    case cursor(parameter: String, path: String)
    /// The Link header with rel="next" (RFC 8288).
    case linkHeader
    /// The body holds the URL of the next page, whole or relative to this one.
    case nextURL(path: String)
    /// A parameter takes the last record's value of the field by which the list is sorted.
    /// `path` is that field in a record.
    case keyset(parameter: String, path: String)
  }

  /// What tells that this page was the last one. Links, URLs and cursors that are missing, null or empty always do.
  /// A page that is shorter than asked for never does.
  public enum End: Sendable, Hashable {
    /// There are no records on it.
    case emptyPage
    /// The value at a path is false, 0 or missing: `has_more`.
    case isFalse(path: String)
    /// The value at a path is true: `done`.
    case isTrue(path: String)
    /// As many records have come as the value at a path says.
    case totalRecords(path: String)
    /// As many pages have come as the value at a path says.
    case totalPages(path: String)
    /// The same from a header.
    case totalPagesHeader(String)
    /// The tool answers a page past the end with this status.
    case status(Int)
  }

  public var method: Method
  public var ends: [End]
  /// A list of more pages is a mistake, of the tool or of these settings.
  public var mostPages: Int

  public init(_ method: Method, ends: [End] = [.emptyPage], mostPages: Int = 100_000) {
    self.method = method
    self.ends = ends
    self.mostPages = mostPages
  }

  /// The places in a body that a pager wants to know: dotted paths, as in `paging.next.after`.
  public var paths: [String] {
    var paths: [String] = []
    switch method {
    case .cursor(_, let path), .nextURL(let path): paths.append(path)
    default: break
    }
    for end in ends {
      switch end {
      case .isFalse(let path), .isTrue(let path), .totalRecords(let path), .totalPages(let path): paths.append(path)
      default: break
      }
    }
    return paths
  }
}

/// What a pager must know of a page that has come.
public struct PageFacts: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  /// Where the page came from: relative URLs start there.
  public var address: HTTPAddress
  public var records: Int
  /// What stands at the paths that `Paging.paths` names, as text (`true`, `17`); null and missing ones are left out.
  public var values: [String: String]
  /// The last record's value of the field by which the list is sorted.
  public var lastValue: String?
  /// A hash of the body, to notice a page that comes twice in a row; nil: not looked at.
  public var fingerprint: UInt64?

  public init(
    _ response: HTTPResponse, records: Int, values: [String: String] = [:], lastValue: String? = nil,
    fingerprint: UInt64? = nil
  ) {
    status = response.status
    headers = response.headers
    address = response.address
    self.records = records
    self.values = values
    self.lastValue = lastValue
    self.fingerprint = fingerprint
  }
}

/// What to change in a stream's request for the next page.
public enum PageTurn: Sendable, Equatable {
  /// Nothing: the first page.
  case asIs
  case parameter(HTTPParameter)
  /// The whole URL, on the origin of the first request.
  case address(HTTPAddress)

  /// The request for this page, with the parameter in its query.
  public func applied(to request: HTTPRequest) -> HTTPRequest {
    var result = request
    switch self {
    case .asIs: break
    case .parameter(let parameter):
      result.query.removeAll { $0.name == parameter.name }
      result.query.append(parameter)
    case .address(let address):
      result.address = address
      result.query = []
    }
    return result
  }
}
