import Foundation
import KithCore

/// Looks for secrets in texts that people will read, in the forms in which they come there.
struct SecretWatch: Sendable {
  private let secrets: [(name: String, forms: [String])]
  /// Shorter ones stand in innocent texts as well.
  private static let shortest = 6

  init(_ settings: SourceSettings) {
    secrets = settings.options.sorted { $0.key < $1.key }.compactMap { name, value in
      guard case .secret(let secret) = value, secret.reveal().utf8.count >= Self.shortest else { return nil }
      return (name, Self.forms(of: secret.reveal()))
    }
  }

  /// The names of the options whose secrets stand in a text.
  func failures(in text: String) -> [String] {
    secrets.filter { $0.forms.contains { text.contains($0) } }.map { "a secret shows: \($0.name)" }
  }

  /// As it is, as URLs write it, and in base64 within a longer text.
  static func forms(of secret: String) -> [String] {
    let bytes = Data(secret.utf8)
    let base64 = (0..<3).map { offset in
      // The characters at both ends also hold bits of what stands beside it.
      let text = (Data(repeating: 0, count: offset) + bytes).base64EncodedString()
      return String(text.dropFirst(offset == 0 ? 0 : offset + 1).prefix((bytes.count - 2) * 4 / 3))
    }
    let strict = CharacterSet.alphanumerics
    let percent = secret.addingPercentEncoding(withAllowedCharacters: strict) ?? secret
    let lowered = percent.replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
    let usual = secret.addingPercentEncoding(withAllowedCharacters: strict.union(CharacterSet(charactersIn: "-._~")))
    return [secret, percent, lowered, usual ?? secret] + base64
  }
}
