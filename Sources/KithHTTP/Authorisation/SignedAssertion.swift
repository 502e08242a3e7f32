import CCrypto
import Foundation
import KithCore

/// What a client says of itself and signs with its private key, for a token in return (RFC 7523, section 2.1): a JSON Web
/// Token (RFC 7519) by RS256 (RFC 7518, section 3.3). The key itself is never sent.
public struct SignedAssertion: Sendable {
  /// An RSA key in PEM (PKCS #8 or PKCS #1), or a JSON document with one at `private_key`, as Google hands out.
  public var key: Secret
  /// Who signs. Nil: the document's `client_email`.
  public var issuer: String?
  /// What else is said: `scope`, `sub`, `aud`. Without `aud` that is the token endpoint.
  public var claims: [HTTPParameter]

  /// Seconds that the assertion may be used: tools take no more than an hour, some no more than these.
  static let lifetime: Int64 = 180

  public init(key: Secret, issuer: String? = nil, claims: [HTTPParameter] = []) {
    self.key = key
    self.issuer = issuer
    self.claims = claims
  }

  /// The token's text, for an endpoint at this moment.
  func text(for endpoint: HTTPAddress, at now: Timestamp) throws(KithError) -> Secret {
    let document = JSONText(Array(key.reveal().utf8))
    guard let issuer = issuer ?? document["client_email"], !issuer.isEmpty else {
      throw KithError(
        .configuration, "nobody is named who signs", place: endpoint.origin,
        allowed: "the client's id, or a key file with client_email", fix: "Set the option for the client's id.")
    }
    var said = [HTTPParameter("iss", issuer)] + claims
    if !claims.contains(where: { $0.name == "aud" }) { said.append(HTTPParameter("aud", endpoint.text)) }
    var payload: [UInt8] = Array("{".utf8)
    for claim in said {
      payload += JSONText.quoted(claim.name) + [UInt8(ascii: ":")] + JSONText.quoted(claim.value)
      payload.append(UInt8(ascii: ","))
    }
    payload += Array("\"iat\":\(now.seconds),\"exp\":\(now.seconds + Self.lifetime)}".utf8)
    let signed = OAuthConsent.text(Array(#"{"alg":"RS256","typ":"JWT"}"#.utf8)) + "." + OAuthConsent.text(payload)
    guard let signature = Self.signature(of: Array(signed.utf8), pem: document["private_key"] ?? key.reveal()) else {
      throw KithError(
        .configuration, "the private key cannot be read", place: endpoint.origin,
        allowed: "an RSA key without a password, in PEM (-----BEGIN PRIVATE KEY-----), or the JSON file that holds it",
        fix: "Take the key file as the tool handed it out: file:PATH.")
    }
    return Secret(signed + "." + OAuthConsent.text(signature))
  }

  /// Nil when the text is no RSA key.
  private static func signature(of message: [UInt8], pem: String) -> [UInt8]? {
    // Environment variables often have the two characters where lines should end.
    let lines = pem.replacing("\\n", with: "\n").split(whereSeparator: \.isNewline)
    let body = lines.filter { !$0.contains("-----") }.joined().filter { !$0.isWhitespace }
    guard let der = Data(base64Encoded: body).map({ [UInt8]($0) }), !der.isEmpty else { return nil }
    return der.withUnsafeBufferPointer { bytes in
      var place = bytes.baseAddress
      guard let key = d2i_AutoPrivateKey(nil, &place, bytes.count) else { return nil }
      defer { EVP_PKEY_free(key) }
      guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else { return nil }
      defer { EVP_MD_CTX_free(context) }
      var size = 0
      guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
        EVP_DigestSign(context, nil, &size, message, message.count) == 1
      else { return nil }
      var signature = [UInt8](repeating: 0, count: size)
      guard EVP_DigestSign(context, &signature, &size, message, message.count) == 1 else { return nil }
      return Array(signature.prefix(size))
    }
  }
}
