import CCrypto

/// SHA-256.
enum Digest {
  static let size = 32

  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    // An empty array may have no address.
    _ = EVP_Digest(bytes.isEmpty ? [0] : bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    return Array(digest.prefix(Int(count)))
  }

  /// Takes as long for equal bytes as for others: the time tells nobody how much of a secret was right.
  static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && !one.isEmpty && CRYPTO_memcmp(one, other, one.count) == 0
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
