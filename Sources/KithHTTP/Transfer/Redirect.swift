import KithCore

/// What follows an answer with a redirect, as a value.
enum Redirect {
  /// The request that a redirect asks for; nil for every other answer.
  static func next(after answer: Answer, to request: HTTPRequest) throws(KithError) -> HTTPRequest? {
    guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.headers["Location"] else {
      return nil
    }
    let from = try request.address.adding(request.query)
    let target = try from.resolving(location)
    var next = request
    next.address = target
    next.query = []
    if becomesGet(answer.status, request.method) { dropBody(&next) }
    if !keepsTrust(from: from, to: target) { try dropCredentials(&next, target) }
    return next
  }

  /// 303 asks for another resource; for 301 and 302 every browser turns a POST into a GET (RFC 9110, section 15.4.2).
  private static func becomesGet(_ status: Int, _ method: HTTPMethod) -> Bool {
    switch status {
    case 303: method != .head
    case 301, 302: method == .post
    default: false
    }
  }

  private static func dropBody(_ request: inout HTTPRequest) {
    request.method = .get
    request.body = nil
    for name in ["Content-Type", "Content-Encoding", "Content-Language"] { request.headers.remove(name) }
  }

  /// The same origin, or the step from http to https on the same host with the usual ports.
  private static func keepsTrust(from: HTTPAddress, to: HTTPAddress) -> Bool {
    if from.isSameOrigin(as: to) { return true }
    return from.host == to.host && from.scheme == .http && from.port == 80 && to.scheme == .https && to.port == 443
  }

  private static func dropCredentials(_ request: inout HTTPRequest, _ target: HTTPAddress) throws(KithError) {
    if request.body != nil, !request.bodySecrets.isEmpty {
      throw KithError(
        .configuration, "the server redirects a request with secrets to another host", seen: target.origin,
        fix: "If that host is the right one, make it the URL of this source.")
    }
    request.credentials = []
    for (name, _) in request.headers.fields where HTTPReport.isDelicate(name) { request.headers.remove(name) }
  }
}
