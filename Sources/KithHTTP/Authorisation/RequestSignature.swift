import CCrypto
import Foundation
import KithCore

/// OAuth 1.0a without anybody being asked (RFC 5849, "one-legged"): each request is signed with the client's secret, and
/// with that of a token where there is one. The secrets themselves are never sent, also over plain http.
public struct RequestSignature: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case hmacSHA256 = "HMAC-SHA256"
    case hmacSHA1 = "HMAC-SHA1"
  }

  public var method: Method
  public var clientKey: String
  public var clientSecret: Secret
  public var token: (key: String, secret: Secret)?
  /// A text that no request had before.
  public var nonce: @Sendable () -> String

  public init(
    _ method: Method, clientKey: String, clientSecret: Secret, token: (key: String, secret: Secret)? = nil,
    nonce: @escaping @Sendable () -> String = { UUID().uuidString.replacing("-", with: "") }
  ) {
    self.method = method
    self.clientKey = clientKey
    self.clientSecret = clientSecret
    self.token = token
    self.nonce = nonce
  }

  /// The header that the request is sent with at this moment (section 3.5.1).
  func credential(for request: HTTPRequest, at now: Timestamp) throws(KithError) -> Credential {
    var protocolParameters = [
      HTTPParameter("oauth_consumer_key", clientKey), HTTPParameter("oauth_nonce", nonce()),
      HTTPParameter("oauth_signature_method", method.rawValue), HTTPParameter("oauth_timestamp", String(now.seconds)),
      HTTPParameter("oauth_version", "1.0"),
    ]
    if let token { protocolParameters.append(HTTPParameter("oauth_token", token.key)) }
    let text = try Self.baseString(request, protocolParameters)
    let signed = protocolParameters + [HTTPParameter("oauth_signature", signature(of: text))]
    let header = signed.map { "\($0.name)=\"\(HTTPParameter.percentEncoded($0.value))\"" }.joined(separator: ", ")
    var secrets = [clientSecret]
    if let token { secrets.append(token.secret) }
    return Credential(.header(name: "Authorization", prefix: "OAuth "), Secret(header), alsoHides: secrets)
  }

  /// What is signed (section 3.4.1): method, address and all parameters, in one order and one encoding.
  static func baseString(
    _ request: HTTPRequest, _ protocolParameters: [HTTPParameter]
  ) throws(KithError) -> String {
    let address = try request.fullAddress()
    var parameters = protocolParameters + pairs(address.query ?? "")
    let type = request.headers["Content-Type"]?.lowercased() ?? ""
    if type.hasPrefix("application/x-www-form-urlencoded"), let body = request.body {
      parameters += pairs(String(decoding: body, as: UTF8.self))
    }
    let encoded = parameters.map { (HTTPParameter.percentEncoded($0.name), HTTPParameter.percentEncoded($0.value)) }
    let sorted = encoded.sorted { (Array($0.0.utf8), Array($0.1.utf8)) < (Array($1.0.utf8), Array($1.1.utf8)) }
    let text = sorted.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    return [request.method.rawValue, address.origin + address.path, text].map(HTTPParameter.percentEncoded)
      .joined(separator: "&")
  }

  /// In base64 (section 3.4.2).
  func signature(of text: String) -> String {
    let key = [clientSecret.reveal(), token?.secret.reveal() ?? ""].map(HTTPParameter.percentEncoded)
      .joined(separator: "&")
    let (key8, message) = (Array(key.utf8), Array(text.utf8))
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    let hash = method == .hmacSHA1 ? EVP_sha1() : EVP_sha256()
    _ = HMAC(hash, key8, Int32(key8.count), message, message.count, &digest, &size)
    return Data(digest.prefix(Int(size))).base64EncodedString()
  }

  /// Of a query or a form, decoded.
  private static func pairs(_ text: String) -> [HTTPParameter] {
    text.split(separator: "&").map { part in
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        let plain = String($0.replacing("+", with: " "))
        return plain.removingPercentEncoding ?? plain
      }
      return HTTPParameter(halves[0], halves.count == 2 ? halves[1] : "")
    }
  }
}

private func < (left: ([UInt8], [UInt8]), right: ([UInt8], [UInt8])) -> Bool {
  if left.0 != right.0 { return left.0.lexicographicallyPrecedes(right.0) }
  return left.1.lexicographicallyPrecedes(right.1)
}
