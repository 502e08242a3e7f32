import CCurl
import Foundation
import KithCore

/// The URL of a request (RFC 3986), parsed by the same library that opens the connection: two parsers that disagree
/// about which host a URL names are a known way around a check.
public struct HTTPAddress: Sendable, Hashable {
  public enum Scheme: String, Sendable { case http, https }

  public let scheme: Scheme
  /// In lower case; an IPv6 address without its brackets.
  public let host: String
  public let port: Int
  /// Begins with `/`.
  public let path: String
  /// Percent-encoded, without its `?`; nil when there is none.
  public let query: String?
  /// All of it, without a fragment and without the port that goes without saying: one text for one address.
  public var text: String { origin + path + (query.map { "?" + $0 } ?? "") }

  /// Takes an absolute URL. One without http or https, with a user or password in it or without a host is a
  /// `configuration` error.
  public init(_ text: String) throws(KithError) { try self.init(text, relativeTo: nil) }

  /// What a reference in a header or a body of this page means (RFC 3986, section 5).
  public func resolving(_ reference: String) throws(KithError) -> HTTPAddress {
    try HTTPAddress(reference, relativeTo: self)
  }

  /// Scheme, host and port.
  public var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    let isUsual = port == (scheme == .https ? 443 : 80)
    return "\(scheme.rawValue)://\(name)" + (isUsual ? "" : ":\(port)")
  }

  /// The same with parameters added to its query.
  public func adding(_ parameters: [HTTPParameter]) throws(KithError) -> HTTPAddress {
    if parameters.isEmpty { return self }
    let base = query.map { $0.isEmpty ? "" : $0 + "&" } ?? ""
    return try HTTPAddress("\(origin)\(path)?\(base)\(HTTPParameter.encoded(parameters))")
  }

  /// The same without the parameters of these names.
  func removing(_ names: [String]) throws(KithError) -> HTTPAddress {
    guard let query, !names.isEmpty else { return self }
    let encoded = names.map { HTTPParameter.percentEncoded($0) }
    let kept = query.split(separator: "&").filter { !encoded.contains(String($0.prefix { $0 != "=" })) }
    return try HTTPAddress(origin + path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&")))
  }

  /// Whether credentials for the one may be shown to the other: the same host, port and scheme.
  public func isSameOrigin(as other: HTTPAddress) -> Bool {
    scheme == other.scheme && host == other.host && port == other.port
  }

  private init(_ reference: String, relativeTo base: HTTPAddress?) throws(KithError) {
    func refuse(_ what: String, _ allowed: String) -> KithError {
      KithError(.configuration, what, seen: HTTPAddress.shown(reference), allowed: allowed)
    }
    let absolute = "an absolute URL, like https://api.example.com/v1"
    guard let handle = curl_url() else { throw KithError(.bug, "libcurl has no memory for a URL") }
    defer { curl_url_cleanup(handle) }
    if let base { curl_url_set(handle, CURLUPART_URL, base.text, 0) }
    let isClean = !reference.isEmpty && reference.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    let flags = UInt32(CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME)
    guard isClean, curl_url_set(handle, CURLUPART_URL, reference, flags) == CURLUE_OK else {
      throw refuse("this is no URL", absolute)
    }
    guard let scheme = Self.part(handle, CURLUPART_SCHEME).flatMap({ Scheme(rawValue: $0.lowercased()) }) else {
      throw refuse("this URL has a scheme that Kith does not speak", "https, http")
    }
    guard Self.part(handle, CURLUPART_USER) == nil, Self.part(handle, CURLUPART_PASSWORD) == nil else {
      throw refuse("a URL holds no user or password", "credentials in options of their own")
    }
    guard let host = Self.part(handle, CURLUPART_HOST), !host.isEmpty,
      let port = Self.part(handle, CURLUPART_PORT, flags: UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) })
    else { throw refuse("this URL has no host", absolute) }
    self.scheme = scheme
    self.host = String(host.lowercased().drop { $0 == "[" }.prefix { $0 != "]" })
    self.port = port
    self.path = Self.part(handle, CURLUPART_PATH) ?? "/"
    self.query = Self.part(handle, CURLUPART_QUERY)
  }

  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// A reference as an error may show it: without what follows `?` and without a user and password.
  private static func shown(_ reference: String) -> String {
    let bare = String(reference.prefix { $0 != "?" && $0 != "#" }.prefix(200))
    guard let at = bare.lastIndex(of: "@") else { return bare }
    return "***" + bare[at...]
  }
}

/// A name and its value in a query or a form.
public struct HTTPParameter: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// `a=1&b=2`, percent-encoded: right in a query (RFC 3986) and in a form (application/x-www-form-urlencoded).
  public static func encoded(_ parameters: [HTTPParameter]) -> String {
    parameters.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
  }

  /// What `encoded` made, or a browser; a part that cannot be decoded stays as it is.
  static func decoded(_ text: some StringProtocol) -> [HTTPParameter] {
    text.split(separator: "&").map { part in
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        let plain = String($0.map { $0 == "+" ? " " : $0 })
        return plain.removingPercentEncoding ?? plain
      }
      return HTTPParameter(halves[0], halves.count > 1 ? halves[1] : "")
    }
  }

  /// All but the unreserved characters of RFC 3986 as %XX.
  public static func percentEncoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, hexDigit(byte >> 4), hexDigit(byte & 0xF)]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
}
