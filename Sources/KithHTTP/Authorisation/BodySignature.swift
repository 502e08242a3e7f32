import CCrypto
import Foundation
import KithCore

/// HMAC-SHA256 (RFC 2104) of a request's body, byte for byte, in a header.
public struct BodySignature: Sendable {
  public enum Encoding: Sendable { case hexadecimal, base64 }

  public var header: String
  public var prefix: String
  public var key: Secret
  public var encoding: Encoding

  public init(header: String, prefix: String = "", key: Secret, encoding: Encoding) {
    self.header = header
    self.prefix = prefix
    self.key = key
    self.encoding = encoding
  }

  func credential(for request: HTTPRequest) -> Credential {
    let digest = Self.digest(key: Array(key.reveal().utf8), message: request.body ?? [])
    let text =
      switch encoding {
      case .base64: Data(digest).base64EncodedString()
      case .hexadecimal: digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      }
    return Credential(.header(name: header, prefix: prefix), Secret(text), alsoHides: [key])
  }

  /// 32 bytes.
  static func digest(key: [UInt8], message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    // An empty array may have no address, and libcrypto takes that for the wish to use the last key again.
    let padded = key.isEmpty ? [0] : key
    _ = HMAC(EVP_sha256(), padded, Int32(key.count), message.isEmpty ? [0] : message, message.count, &digest, &size)
    return Array(digest.prefix(Int(size)))
  }
}
