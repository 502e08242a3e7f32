import KithCore

extension HTTPResponse {
  /// The error that an answer stands for; nil for a success. It goes by the status and a few headers, never by the text
  /// of the body, which may be in any language or format. `retryAfter` is in seconds, when the tool says so.
  public func error(
    to request: HTTPRequest, names: RateHeaderNames = .standard, at now: Timestamp
  ) -> KithError? {
    if isSuccess { return nil }
    let report = HTTPReport(request)
    let hint = RateHint(headers: headers, names: names, now: now)
    let recovery = self.recovery(isLimited: hint.saysWait)
    let beginning = report.beginning(of: body)
    return report.error(
      recovery, "the server answers with status \(status)", seen: beginning.isEmpty ? nil : beginning,
      fix: HTTPResponse.advice(recovery), retryAfter: recovery == .transient ? hint.wait : nil)
  }

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
