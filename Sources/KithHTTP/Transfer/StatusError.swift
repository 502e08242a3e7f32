import KithCore

extension HTTPResponse {
  /// The error that an answer stands for; nil for a success. It goes by the status and a few headers, never by the text
  /// of the body, which may be in any language or format. `retryAfter` is in seconds, when the tool says so.
  public func error(
    to request: HTTPRequest, names: RateHeaderNames = .standard, at now: Timestamp
  ) -> KithError? {
    isSuccess ? nil : error(to: request, names: names, at: now, as: nil)
  }

  /// The same for an answer of which it is known that it tells an error. What is given goes before what the status says:
  /// the class, the tool's own words, seconds to wait.
  public func error(
    to request: HTTPRequest, names: RateHeaderNames = .standard, at now: Timestamp, as recovery: KithError.Recovery?,
    message: String? = nil, wait: Double? = nil, fix: String? = nil
  ) -> KithError {
    let report = HTTPReport(request)
    let hint = RateHint(headers: headers, names: names, now: now)
    let recovery = recovery ?? self.recovery(isLimited: hint.saysWait)
    let words = report.beginning(of: message.map { Array($0.utf8) } ?? body)
    return report.error(
      recovery, "the server answers with status \(status)", seen: words.isEmpty ? nil : words,
      fix: fix ?? HTTPResponse.advice(recovery), retryAfter: recovery == .transient ? hint.wait ?? wait : nil)
  }

  /// The server's clock when it answered, to the second (RFC 9110, section 6.6.1).
  public var date: Timestamp? { headers["Date"].flatMap { RateHint.date($0) } }

  private func recovery(isLimited: Bool) -> KithError.Recovery {
    switch status {
    case 408, 425, 429, 500...599: .transient
    case 401: .authorisation
    // Some tools say so when a limit is reached.
    case 403: isLimited ? .transient : .authorisation
    default: .configuration
    }
  }

  private static func advice(_ recovery: KithError.Recovery) -> String? {
    switch recovery {
    case .authorisation: "Check the credentials and what they may read."
    case .configuration: "Check the URL and the options of this source."
    default: nil
    }
  }
}
