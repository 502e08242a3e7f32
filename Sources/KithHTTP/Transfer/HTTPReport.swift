import KithCore

/// How errors speak of a request: method and URL, without any of its secrets.
struct HTTPReport: Sendable {
  /// Everything else is made of it when there is an error: most requests have none.
  let request: HTTPRequest

  /// Characters of an error's body that are shown.
  private static let shownBody = 300

  init(_ request: HTTPRequest) { self.request = request }

  fileprivate func place(_ redactor: Redactor) -> String {
    let address = (try? request.fullAddress()) ?? request.address
    return redactor.redact("\(request.method.rawValue) \(HTTPReport.shown(address))")
  }

  func error(
    _ recovery: KithError.Recovery, _ what: String, seen: String? = nil, allowed: String? = nil, fix: String? = nil,
    retryAfter: Double? = nil
  ) -> KithError {
    let redactor = Redactor(request.secrets)
    return KithError(
      recovery, redactor.redact(what), place: place(redactor), seen: seen.map { redactor.redact($0) }, allowed: allowed,
      fix: fix,
      retryAfter: retryAfter)
  }

  /// An answer was cut off, or a page of a proxy stands for it: it may be right the next time.
  func notJSON() -> KithError {
    error(.transient, "the answer is not JSON", fix: "If it stays like this, check the URL.")
  }

  /// An error from elsewhere, with this place and without this request's secrets.
  func redacted(_ error: KithError) -> KithError {
    self.error(
      error.recovery, error.what, seen: error.seen, allowed: error.allowed, fix: error.fix, retryAfter: error.retryAfter
    )
  }

  /// The beginning of a body in one line. Secrets go before it is cut: half of one is still too much.
  func beginning(of body: [UInt8]) -> String {
    let redactor = Redactor(request.secrets)
    let head = body.prefix(Self.shownBody * 8 + redactor.longest)
    var text = redactor.redact(String(decoding: head, as: UTF8.self))
    if head.count < body.count { text = String(text.dropLast(redactor.longest)) }
    let words = text.split { $0.isWhitespace || $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } }
    let line = words.joined(separator: " ")
    return line.count > Self.shownBody ? line.prefix(Self.shownBody) + "…" : line
  }

  /// An address whose query shows no values that look like secrets.
  static func shown(_ address: HTTPAddress) -> String {
    let base = address.origin + address.path
    guard let query = address.query else { return base }
    let shown = query.split(separator: "&").map { item in
      let name = item.prefix { $0 != "=" }
      return isDelicate(String(name)) ? "\(name)=***" : String(item)
    }
    return base + "?" + shown.joined(separator: "&")
  }

  /// Whether a name of a header or of a parameter says that its value lets somebody in.
  static func isDelicate(_ name: String) -> Bool {
    let name = name.lowercased()
    // `sig` signs addresses of files, as at Azure; names that hold it otherwise, such as `assigned_to`, say nothing.
    return name == "sig"
      || ["auth", "cookie", "token", "key", "secret", "passw", "session", "signature", "credential"].contains {
        name.contains($0)
      }
  }
}

extension HTTPRequest {
  /// Method and URL as errors name them, without any secret.
  public var shown: String { HTTPReport(self).place(Redactor(secrets)) }
}
