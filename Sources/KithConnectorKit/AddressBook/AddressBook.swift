import KithCore
import KithHTTP

/// An address book on a server (CardDAV, RFC 6352), as questions and answers.
struct AddressBook {
  /// What is known of its cards.
  enum Listing {
    case changes(Changes)
    /// The server no longer knows the token.
    case expired
    /// The server has no lists of changes.
    case unsupported
  }

  struct Changes {
    /// Cards that are new or have changed, with where they are asked for.
    var present: [Card] = []
    /// Names of cards that are gone.
    var gone: [String] = []
    /// Where the next list of changes begins.
    var token: String?
    /// There is more, from the token on.
    var isTruncated = false
  }

  struct Card {
    /// Of the resource below the address book: what stays the same while the card changes.
    var name: String
    var href: String
  }

  enum Cards {
    /// What is said of each, by name.
    case answer([String: Multistatus.Member], bytes: Int)
    /// They are more than one answer may hold.
    case tooLarge(KithError)
  }

  let place: String
  private let access: RESTAccess
  private let manifest: RESTManifest
  private let request: HTTPRequest

  init(_ source: RESTSource, _ stream: RESTStream, _ list: RESTList) throws(KithError) {
    access = source.access
    manifest = source.manifest
    request = try stream.request.made(base: access.baseURL, headers: manifest.headers, list.values)
    place = request.address.path
  }

  /// That there is an address book at all; what else there is at the URL is told.
  func confirm() async throws(KithError) {
    let asked = Self.document("propfind", "<d:prop><d:resourcetype/></d:prop>")
    let own = try await list(.propfind, depth: "0", asked)
    if own.members.contains(where: \.isAddressBook) { return }
    // Books of a person lie in a collection that is often taken for one of them.
    let others = try await list(.propfind, depth: "1", asked).members.filter(\.isAddressBook).map(\.href)
    throw KithError(
      .configuration, "there is no address book at this URL", place: place, seen: access.baseURL,
      allowed: others.isEmpty ? nil : others.joined(separator: ", "),
      fix: others.isEmpty ? "Take the URL that the address book's settings show." : "Take the URL of one of these.")
  }

  /// What has changed since the token was given; all there is without one (RFC 6578, section 3).
  func changes(since token: String?) async throws(KithError) -> Listing {
    let body = Self.document(
      "sync-collection",
      "<d:sync-token>\(Self.escaped(token ?? ""))</d:sync-token><d:sync-level>1</d:sync-level>"
        + "<d:prop><d:getetag/></d:prop>")
    let request = request(.report, depth: "0", body)
    let (response, list) = try await answer(to: request, accepting: [400, 403, 405, 409, 410, 412, 415, 501])
    guard let list else {
      if token != nil, Self.says(response, "valid-sync-token") { return .expired }
      if [405, 415, 501].contains(response.status) || Self.says(response, "supported-report") { return .unsupported }
      throw error(response, request)
    }
    var changes = Changes(token: list.token)
    for member in list.members {
      guard let name = name(of: member.href, at: response.address) else { continue }
      switch (name.isEmpty, member.status) {
      // Of the book itself: it had more to tell than it may.
      case (true, 507): changes.isTruncated = true
      case (true, _): break
      case (false, 404), (false, 410): changes.gone.append(name)
      case (false, _): changes.present.append(Card(name: name, href: member.href))
      }
    }
    return .changes(changes)
  }

  /// All cards that there are, of a server without lists of changes.
  func everything() async throws(KithError) -> [Card] {
    let body = Self.document("propfind", "<d:prop><d:getetag/><d:resourcetype/></d:prop>")
    let (response, list) = try await answer(to: request(.propfind, depth: "1", body), accepting: [])
    return (list?.members ?? []).compactMap { member in
      guard !member.isCollection, let name = name(of: member.href, at: response.address), !name.isEmpty else {
        return nil
      }
      return Card(name: name, href: member.href)
    }
  }

  /// The cards themselves (RFC 6352, section 8.7).
  func cards(_ cards: ArraySlice<Card>) async throws(KithError) -> Cards {
    let hrefs = cards.map { "<d:href>\(Self.escaped($0.href))</d:href>" }.joined()
    let body = Self.document("c:addressbook-multiget", "<d:prop><d:getetag/><c:address-data/></d:prop>\(hrefs)")
    let request = request(.report, depth: "1", body)
    do throws(KithError) {
      let (response, list) = try await answer(to: request, accepting: [])
      guard let list else { throw error(response, request) }
      let named = list.members.compactMap { member in
        name(of: member.href, at: response.address).map { ($0, member) }
      }
      return .answer(Dictionary(named) { first, _ in first }, bytes: response.body.count)
    } catch {
      // No status says so: the transfer gives up.
      if error.what.hasPrefix("the answer is larger than") { return .tooLarge(error) }
      throw error
    }
  }

  /// The name of a resource below the book, "" for the book itself, nil for what lies elsewhere.
  private func name(of href: String, at base: HTTPAddress) -> String? {
    guard let address = try? base.resolving(href) else { return nil }
    func plain(_ path: String) -> String { path.removingPercentEncoding ?? path }
    var (book, path) = (plain(base.path), plain(address.path))
    if !book.hasSuffix("/") { book += "/" }
    if path + "/" == book { path += "/" }
    guard path.hasPrefix(book) else { return nil }
    let name = String(path.dropFirst(book.count))
    return name.contains("/") ? nil : name
  }

  // MARK: asking

  private func list(_ method: HTTPMethod, depth: String, _ body: String) async throws(KithError) -> Multistatus {
    let request = request(method, depth: depth, body)
    let (response, list) = try await answer(to: request, accepting: [])
    if let list { return list }
    throw error(response, request)
  }

  private func request(_ method: HTTPMethod, depth: String, _ body: String) -> HTTPRequest {
    var request = request
    request.method = method
    request.headers.set("Depth", depth)
    request.headers.set("Content-Type", "application/xml; charset=utf-8")
    request.body = Array(body.utf8)
    return request
  }

  /// An answer, and what it lists when it is a success. Half a list is asked for again as one that did not come.
  private func answer(
    to request: HTTPRequest, accepting accepted: Set<Int>
  ) async throws(KithError) -> (response: HTTPResponse, list: Multistatus?) {
    var attempt = 1
    while true {
      let response = try await access.client.send(request, accepting: accepted)
      if !response.isSuccess { return (response, nil) }
      do throws(KithError) {
        return (response, try Multistatus(response, place: "\(request.method.rawValue) \(place)"))
      } catch {
        let isHalf = response.body.first { $0 > 0x20 } == 0x3C && error.recovery == .transient
        guard isHalf, attempt < manifest.limits.attempts, !Task.isCancelled else { throw error }
        try await access.time.sleep(until: access.time.now().adding(seconds: Double(1 << (attempt - 1))))
        attempt += 1
      }
    }
  }

  private func error(_ response: HTTPResponse, _ request: HTTPRequest) -> KithError {
    let (names, now) = (manifest.limits.names, access.time.now())
    return manifest.errors.error(of: response, to: request, names: names, at: now)
      ?? response.error(to: request, names: names, at: now, as: nil)
  }

  /// Whether an error names a condition (RFC 4918, section 16).
  private static func says(_ response: HTTPResponse, _ condition: String) -> Bool {
    response.body.count < 1 << 20 && String(decoding: response.body, as: UTF8.self).contains(condition)
  }

  private static func document(_ element: String, _ content: String) -> String {
    let name = element.contains(":") ? element : "d:\(element)"
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      + "<\(name) xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:carddav\">\(content)</\(name)>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
