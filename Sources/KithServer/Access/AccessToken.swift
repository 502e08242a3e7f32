import Foundation
import KithCore
import KithStore

/// A token as its holder has it: `id.secret`.
public struct AccessToken: Sendable {
  public let id: Int64
  private let secret: Secret

  /// 256 bits.
  private static let secretBytes = 32

  /// Reads what stands in a request; nil for what is none.
  init?(_ text: Substring) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = Int64(parts[0]), id > 0, (40...64).contains(parts[1].utf8.count) else {
      return nil
    }
    self.id = id
    secret = Secret(String(parts[1]))
  }

  /// Makes a token. Its text is returned here and nowhere else: the hub keeps a hash of its secret.
  ///
  /// - Parameters:
  ///   - name: who or what uses it; 1 to 100 characters.
  ///   - expiresAt: nil for never.
  ///   - limits: what of what the role may do it is for.
  ///   - actor: who makes it, for the audit log.
  public static func create(
    in store: HubStore, name: String, role: Role, limits: TokenLimits = .none, expiresAt: Timestamp?, by actor: String,
    at now: Timestamp
  ) throws(KithError) -> Secret {
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard (1...100).contains(name.count), isPlain else {
      throw KithError(.configuration, "the token's name is not allowed", seen: name, allowed: "1 to 100 characters")
    }
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<secretBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
      "=", with: "")
    let id = try store.addToken(
      name: name, role: role.rawValue, sources: limits.sources?.sorted(),
      scopes: limits.scopes?.map(\.rawValue).sorted(), secretHash: Digest.sha256(Array(text.utf8)),
      expiresAt: expiresAt, by: actor, at: now)
    return Secret("\(id).\(text)")
  }

  func isRight(_ hash: [UInt8]) -> Bool { Digest.areEqual(Digest.sha256(Array(secret.reveal().utf8)), hash) }
}
