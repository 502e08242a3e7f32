import KithHTTP

/// How the lists of a stream come page by page, for whoever plays the tool.
public struct RESTListing: Sendable {
  public var method: HTTPMethod
  /// The path of its requests, with `*` where values stand.
  public var path: String
  public var paging: Paging
  /// The names that lead from an answer to its records.
  public var records: [String]
  /// The records are the members of an object.
  public var isKeyed: Bool
  /// Texts that stand in the body of each request.
  public var marks: [String]
  /// The parameter of the query that says which page; nil when it stands elsewhere.
  public var position: String?

  /// The names of a plain path, as in `paging.next.after`; nil when it picks from lists.
  public static func names(_ path: String) -> [String]? { SourcePath.steps(path).flatMap(names) }

  static func names(_ steps: [PathStep]) -> [String]? {
    steps.allSatisfy { $0.pick == .plain } ? steps.map { String(decoding: $0.name, as: UTF8.self) } : nil
  }
}

extension RESTConnector {
  /// Nil for a stream whose answers hold all of a list, for one that is no JSON, where the lists of another stream that it
  /// belongs to cannot be told from its own, and for a list that moves while it is read, which is begun anew with each
  /// page.
  public func listing(of name: String) -> RESTListing? {
    guard let stream = manifest.stream(name), stream.format == .json, stream.job == nil, !stream.isPushed,
      stream.paging.method != .single, let records = RESTListing.names(stream.records)
    else { return nil }
    if stream.incremental?.isSorted == true, stream.paging.countsPages { return nil }
    let path = Self.pattern(stream.request.path)
    var parent = stream.parent
    while case .stream(let outer)? = parent?.origin, let above = manifest.parent(outer) {
      let isAlike = Self.pattern(above.request.path) == path && above.request.method == stream.request.method
      if isAlike, above.request.marks == stream.request.marks { return nil }
      parent = above.parent
    }
    let word: String? =
      switch stream.paging.method {
      case .pageNumber: "page"
      case .offset: "offset"
      case .single, .cursor, .keyset, .linkHeader, .nextURL: nil
      }
    let position = stream.request.query.first { field in word.map { field.value.names == [$0] } ?? false }
    return RESTListing(
      method: stream.request.method, path: path, paging: stream.paging, records: records, isKeyed: stream.isKeyed,
      marks: stream.request.marks, position: position?.name)
  }

  private static func pattern(_ path: RESTTemplate) -> String {
    path.parts.map { if case .text(let text) = $0 { text } else { "*" } }.joined()
  }
}

extension RESTRequest {
  /// Plain words of the body that are the same in each request.
  fileprivate var marks: [String] {
    guard case .json(let json)? = body else { return [] }
    return json.words.filter { word in
      word.count >= 4 && word.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || [0x2E, 0x5F].contains($0) }
    }
  }
}

extension RESTJSON {
  fileprivate var words: [String] {
    switch self {
    case .literal(let text): [text]
    case .template(let template):
      template.names.isEmpty ? template.parts.compactMap { if case .text(let text) = $0 { text } else { nil } } : []
    case .array(let items): items.flatMap(\.words)
    case .object(let members): members.flatMap(\.value.words)
    }
  }
}

extension RESTManifest {
  /// Streams whose lists come in more answers than one.
  public var pagedStreams: [String] { streams.filter { !$0.isPushed && $0.paging.method != .single }.map(\.name) }
}
