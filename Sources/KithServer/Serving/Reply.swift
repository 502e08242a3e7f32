import HTTPTypes
import Hummingbird
import KithCore
import KithEngine
import NIOCore

/// An answer that is ready to go out.
struct Reply: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    case stream(@Sendable (any ByteSink) throws -> Void)
  }

  var status: Int
  var mediaType: String
  var headers: [(name: String, value: String)] = []
  var body: Body

  init(status: Int, mediaType: String, headers: [(name: String, value: String)] = [], body: Body) {
    self.status = status
    self.mediaType = mediaType
    self.headers = headers
    self.body = body
  }

  init(_ problem: Problem) {
    var writer = JSONWriter()
    writer.write(problem.json)
    self.init(
      status: problem.kind.rawValue, mediaType: Problem.mediaType, headers: problem.headers, body: .bytes(writer.bytes))
  }

  /// The same with an ETag; only its head when the sender has it already.
  func unlessKnown(_ known: String?) -> Reply {
    guard status == 200, case .bytes(let bytes) = body else { return self }
    let tag = "\"\(Digest.hex(Digest.sha256(bytes).prefix(12)))\""
    var reply = self
    reply.headers.append(("ETag", tag))
    let tags = known?.split(separator: ",").map { String(String($0).trimmed.trimmingPrefix("W/")) } ?? []
    if tags.contains(tag) || tags == ["*"] {
      reply.status = 304
      reply.body = .bytes([])
    }
    return reply
  }

  var fields: HTTPFields {
    var fields = HTTPFields()
    if status != 304 { fields[.contentType] = mediaType }
    // Answers differ by who asks, and may hold what is nobody else's business.
    fields[.cacheControl] = "private, no-cache"
    fields[.vary] = "Authorization"
    if let name = HTTPField.Name("X-Content-Type-Options") { fields[name] = "nosniff" }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }
}

extension String {
  fileprivate var trimmed: Substring {
    var view = drop { $0 == " " }
    while view.last == " " { view.removeLast() }
    return view
  }
}
