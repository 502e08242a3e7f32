import KithCore

/// All that an exchange needs, checked, as values.
struct ExchangePlan: Sendable {
  let method: HTTPMethod
  let url: String
  let isSecure: Bool
  /// `Name: value`, as libcurl wants them.
  let headerLines: [String]
  let body: [UInt8]?
  let file: BodyFile?
  let mayRepeat: Bool
  let timeouts: HTTPTimeouts
  let limits: TransferLimits
  let policy: NetworkPolicy
  /// Nil: straight to the host.
  let proxy: HTTPProxy?
  let certificateFile: String?
  let userAgent: String
  let keptSeconds: Int

  init(_ request: HTTPRequest, _ settings: TransferSettings) throws(KithError) {
    let address = try request.fullAddress()
    guard settings.policy.allows(address.scheme) else {
      throw KithError(
        .configuration, "this request would go over the network without encryption", seen: address.origin,
        allowed: "https", fix: "Use https; a server in a network of your own needs allow_private_network: true.")
    }
    if let literal = IPAddress(address.host), !settings.policy.allows(literal) {
      throw TransferFailure.refusal(of: literal)
    }
    method = request.method
    url = address.text
    isSecure = address.scheme == .https
    headerLines = try Self.lines(request)
    body = request.fullBody()
    file = request.file
    mayRepeat = request.mayRepeat
    timeouts = request.timeouts ?? settings.timeouts
    limits = settings.limits
    policy = settings.policy
    proxy = settings.proxy.flatMap { $0.serves(address.host) ? $0 : nil }
    certificateFile = settings.certificateFile
    userAgent = settings.userAgent
    keptSeconds = settings.keptSeconds
  }

  private static func lines(_ request: HTTPRequest) throws(KithError) -> [String] {
    let headers = request.fullHeaders()
    var lines: [String] = []
    for (name, value) in headers.fields {
      guard HTTPHeaders.isValid(name: name, value: value) else {
        throw KithError(
          .configuration, "this header cannot be sent", seen: name,
          allowed: "a name of letters, digits and hyphens, a value without line breaks")
      }
      // libcurl takes a field without a value as the wish not to send it; with a semicolon it is sent empty.
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    // What libcurl would add by itself: a type that is a guess, and a pause of a second before a large body.
    if request.body != nil, headers["Content-Type"] == nil { lines.append("Content-Type:") }
    lines.append("Expect:")
    lines.append("Accept-Encoding: \(request.file == nil ? BodyDecoding.accepted : "identity")")
    return lines
  }
}
