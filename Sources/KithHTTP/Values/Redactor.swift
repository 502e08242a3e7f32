import Foundation
import KithCore

/// Takes secrets out of texts that people will read: as they are, and in the forms in which a server or a proxy tells
/// them back (base64 at any offset, percent-encoded, in a form, in JSON).
struct Redactor: Sendable {
  private let needles: [String]
  /// No needle is longer; a text that is cut may end in the beginning of one.
  let longest: Int

  init(_ secrets: [Secret]) {
    var forms: Set<String> = []
    for secret in secrets { forms.formUnion(Redactor.forms(of: secret.reveal())) }
    forms.remove("")
    // The longest first: a secret may be a part of another one.
    needles = forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    longest = needles.first?.count ?? 0
  }

  func redact(_ text: String) -> String {
    needles.reduce(text) { $0.replacingOccurrences(of: $1, with: "***", options: .literal) }
  }

  private static func forms(of secret: String) -> [String] {
    let percent = HTTPParameter.percentEncoded(secret)
    let lowered = lowerHex(percent)
    let json = secret.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    let plain = [
      secret, percent, lowered, percent.replacingOccurrences(of: "%20", with: "+"),
      lowered.replacingOccurrences(of: "%20", with: "+"), json, json.replacingOccurrences(of: "/", with: "\\/"),
    ]
    return plain + base64Forms(of: Array(secret.utf8))
  }

  /// `%2F` as `%2f`.
  private static func lowerHex(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for index in bytes.indices where bytes[index] == 0x25 {
      for digit in index + 1..<min(index + 3, bytes.count) where (0x41...0x46).contains(bytes[digit]) {
        bytes[digit] += 0x20
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The base64 of the secret by itself, and what is certain of it within a longer text, where it may begin at any of
  /// three offsets.
  private static func base64Forms(of bytes: [UInt8]) -> [String] {
    var forms = [Data(bytes).base64EncodedString()]
    for offset in 0..<3 {
      let text = Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString()
      let first = offset == 0 ? 0 : offset + 1
      let last = (offset + bytes.count) * 8 / 6
      // Shorter pieces say nothing of the secret and would hit innocent text.
      if last - first >= 6 { forms.append(String(text.dropFirst(first).prefix(last - first))) }
    }
    return forms
      + forms.map { form in
        form.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
          .replacingOccurrences(of: "=", with: "")
      }
  }
}
