import CCrypto
import Foundation
import KithCore

/// How a tool signs what it sends by itself.
public struct MessageSignature: Sendable, Equatable {
  public enum Algorithm: String, Sendable, CaseIterable {
    /// HMAC (RFC 2104) with a key that both sides know.
    case hmacSHA256 = "hmac-sha256"
    case hmacSHA1 = "hmac-sha1"
    case hmacSHA512 = "hmac-sha512"
    /// ECDSA over SHA-256 (FIPS 186-4); the key is a public one in DER (RFC 5480), as base64 or PEM.
    case ecdsaSHA256 = "ecdsa-sha256"
  }

  public enum Encoding: String, Sendable, CaseIterable { case base64, hex }

  public var algorithm: Algorithm
  public var encoding: Encoding

  public init(_ algorithm: Algorithm, _ encoding: Encoding) {
    self.algorithm = algorithm
    self.encoding = encoding
  }

  /// Whether the text is the message's signature. An empty key fits nothing.
  public func isRight(_ text: String, of message: [UInt8], key: Secret) -> Bool {
    guard let signature = bytes(text), !signature.isEmpty, !key.reveal().isEmpty else { return false }
    switch algorithm {
    case .hmacSHA256: return isEqual(signature, hmac(EVP_sha256(), message, key))
    case .hmacSHA1: return isEqual(signature, hmac(EVP_sha1(), message, key))
    case .hmacSHA512: return isEqual(signature, hmac(EVP_sha512(), message, key))
    case .ecdsaSHA256: return isSigned(message, signature, key)
    }
  }

  /// In hexadecimal digits.
  public static func sha256(_ message: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    _ = EVP_Digest(message.isEmpty ? [0] : message, message.count, &digest, &size, EVP_sha256(), nil)
    return digest.prefix(Int(size)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func bytes(_ text: String) -> [UInt8]? {
    switch encoding {
    case .base64: return Data(base64Encoded: text).map { Array($0) }
    case .hex:
      let digits = Array(text.utf8)
      guard digits.count % 2 == 0 else { return nil }
      var bytes: [UInt8] = []
      for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
        bytes.append(high << 4 | low)
      }
      return bytes
    }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    case 0x41...0x46: digit - 0x37
    default: nil
    }
  }

  /// Takes as long for equal bytes as for others.
  private func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }

  private func hmac(_ hash: OpaquePointer?, _ message: [UInt8], _ key: Secret) -> [UInt8] {
    let key = Array(key.reveal().utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    // An empty array may have no address.
    _ = HMAC(hash, key, Int32(key.count), message.isEmpty ? [0] : message, message.count, &digest, &size)
    return Array(digest.prefix(Int(size)))
  }

  private func isSigned(_ message: [UInt8], _ signature: [UInt8], _ key: Secret) -> Bool {
    let lines = key.reveal().split { $0.isNewline || $0.isWhitespace }.joined()
    let text = lines.replacing("-----BEGINPUBLICKEY-----", with: "").replacing("-----ENDPUBLICKEY-----", with: "")
    guard let der = Data(base64Encoded: text).map({ [UInt8]($0) }), !der.isEmpty else { return false }
    return der.withUnsafeBufferPointer { bytes in
      var place = bytes.baseAddress
      guard let key = d2i_PUBKEY(nil, &place, bytes.count) else { return false }
      defer { EVP_PKEY_free(key) }
      guard EVP_PKEY_get_base_id(key) == EVP_PKEY_EC, let context = EVP_MD_CTX_new() else { return false }
      defer { EVP_MD_CTX_free(context) }
      guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
      return EVP_DigestVerify(context, signature, signature.count, message.isEmpty ? [0] : message, message.count) == 1
    }
  }
}
