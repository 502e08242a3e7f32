import Foundation
import KithCore

/// What a request is sent with for a while.
struct AccessToken: Sendable {
  var secret: Secret
  /// When it is no longer used; nil: when the tool refuses it.
  var end: Timestamp?
  /// The refresh token that came along.
  var refreshToken: Secret?

  init(secret: Secret, end: Timestamp? = nil) {
    self.secret = secret
    self.end = end
  }

  /// Reads the answer of a token endpoint (RFC 6749, section 5.1).
  init(_ response: HTTPResponse, client: OAuthClient, at now: Timestamp) throws(KithError) {
    let json = JSONText(response.body)
    if json.isBroken { throw HTTPReport(HTTPRequest(.post, client.tokenAddress)).notJSON() }
    guard let token = json["access_token"], !token.isEmpty else {
      throw KithError(
        .configuration, "the token endpoint's answer has no access_token", place: client.tokenAddress.origin,
        fix: "Check the token URL.")
    }
    secret = Secret(token)
    refreshToken = json["refresh_token"].flatMap { $0.isEmpty ? nil : Secret($0) }
    if let lifetime = json["expires_in"].flatMap({ Double($0) }), lifetime.isFinite {
      // A token that lives for less than the margin is used for half of its life.
      end = now.adding(seconds: max(lifetime - client.margin, lifetime / 2))
    }
  }
}

/// A small JSON document (RFC 8259) that is asked for single values.
struct JSONText {
  private let root: Any?
  /// It begins like a document and is none: a part of one.
  let isBroken: Bool

  init(_ bytes: [UInt8]) {
    let root = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    self.root = root
    isBroken = root == nil && [0x7B, 0x5B].contains(bytes.first { $0 > 0x20 } ?? 0)
  }

  /// A text as JSON writes it, with its quotes.
  static func quoted(_ text: String) -> [UInt8] {
    // A text is always JSON.
    (try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)).map { Array($0) } ?? []
  }

  /// The text or number at a path, as `result[1]` or `result.1`; nil for all else.
  subscript(path: String) -> String? {
    var value = root
    for name in path.split(whereSeparator: { ".[]".contains($0) }) {
      if let list = value as? [Any], let index = Int(name), list.indices.contains(index) {
        value = list[index]
      } else {
        value = (value as? [String: Any])?[String(name)]
      }
    }
    return value as? String ?? (value as? NSNumber)?.stringValue
  }
}
