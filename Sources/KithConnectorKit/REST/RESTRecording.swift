import Foundation
import KithCore
import KithHTTP
import Synchronization

/// One exchange with a tool, as it went.
public struct RESTExchange: Sendable {
  public var method: String
  /// Below the base URL; whole when it is elsewhere.
  public var path: String
  /// Without credentials.
  public var query: [(name: String, value: String)]
  public var body: [UInt8]
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var answer: [UInt8]
}

extension RESTConnector {
  /// Reads a stream's first answers, `most` at most, and tells how it went. The answers are the tool's own, with all that
  /// they say of people.
  public func record(
    _ settings: SourceSettings, stream name: String, most: Int
  ) async throws(KithError) -> [RESTExchange] {
    if let problem = problems.first { throw problem }
    let log = ExchangeLog(most: most)
    var source = try RESTSource(manifest, settings)
    let base = source.access.baseURL
    source.access.client = source.access.client.observed(by: { request, response in
      log.add(request, response, base: base)
    })
    let run = try RESTRun(source, try source.stream(name), ReadRequest(stream: name), log)
    do throws(KithError) {
      try await run.run()
    } catch {
      // Enough answers end the run.
      if !log.isFull { throw error }
    }
    return log.exchanges
  }
}

/// Keeps exchanges, and takes batches until there are enough of them.
private final class ExchangeLog: RecordSink {
  private let kept = Mutex<[RESTExchange]>([])
  private let most: Int

  init(most: Int) { self.most = most }

  var exchanges: [RESTExchange] { kept.withLock { $0 } }
  var isFull: Bool { kept.withLock { $0.count >= most } }

  func add(_ request: HTTPRequest, _ response: HTTPResponse, base: String) {
    var path = request.address.origin + request.address.path
    if path.hasPrefix(base) { path = String(path.dropFirst(base.count)) }
    var query = request.query.map { ($0.name, $0.value) }
    if let own = request.address.query {
      query += own.split(separator: "&").map { part in
        let pair = part.split(separator: "=", maxSplits: 1).map { String($0).removingPercents }
        return (pair.first ?? "", pair.count > 1 ? pair[1] : "")
      }
    }
    let exchange = RESTExchange(
      method: request.method.rawValue, path: path, query: query, body: request.body ?? [], status: response.status,
      headers: response.headers.fields.map { ($0.name, $0.value) },
      answer: response.fileBytes == 0 ? response.body : request.file?.beginning ?? [])
    kept.withLock { if $0.count < most { $0.append(exchange) } }
  }

  func send(_ batch: Batch) async throws(KithError) {
    if isFull { throw KithError(.transient, "enough was recorded") }
  }
}

extension BodyFile {
  /// What is recorded of an export: the first 64 MiB.
  fileprivate var beginning: [UInt8] {
    let copy = dup(descriptor)
    guard copy >= 0 else { return [] }
    let stream = PlainFileStream(descriptor: copy, path: "", offset: 0)
    return (try? readAll(stream, limit: min(Int(lseek(copy, 0, SEEK_END)), 64 << 20))) ?? []
  }
}

extension String {
  /// With `%XX` and `+` read as what they stand for.
  fileprivate var removingPercents: String {
    replacing("+", with: " ").removingPercentEncoding ?? self
  }
}
