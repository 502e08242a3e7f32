import CCrypto
import Foundation

/// The key by which an SSH server proves that it is the one that was meant (RFC 4253, section 7).
struct HostKey: Sendable, Equatable {
  enum Verdict: Sendable, Equatable {
    /// Nothing says whether it is right.
    case unknown
    /// Another one was expected.
    case other
  }

  /// `ssh-ed25519`, as the key calls itself.
  let type: String
  /// `SHA256:` and the hash in base64 without padding, as OpenSSH prints it.
  let fingerprint: String

  var text: String { "\(fingerprint) (\(type))" }

  /// Takes the key as it comes over the wire: it begins with the length and the name of its type.
  init(_ blob: [UInt8]) {
    let size = blob.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    type = String(decoding: blob.dropFirst(4).prefix(min(size, 64)), as: UTF8.self)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    _ = EVP_Digest(blob.isEmpty ? [0] : blob, blob.count, &digest, &count, EVP_sha256(), nil)
    fingerprint = "SHA256:" + Self.bare(Data(digest.prefix(Int(count))).base64EncodedString())
  }

  func isOne(of fingerprints: [String]) -> Bool {
    fingerprints.contains { "SHA256:" + Self.bare($0) == fingerprint }
  }

  /// Without the prefix and the padding that some programs print.
  private static func bare(_ text: String) -> String {
    let text = text.hasPrefix("SHA256:") ? String(text.dropFirst(7)) : text
    return String(text.prefix { $0 != "=" })
  }
}
