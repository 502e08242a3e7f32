import Foundation
import KithCore

/// A mail of plain text (RFC 5322, RFC 2045).
public struct MailMessage: Sendable {
  public var from: String
  public var to: [String]
  public var subject: String
  public var text: String
  public var date: Timestamp
  /// The part of its identity before the `@`: the same for the same mail, so that a repeated one is known.
  public var identity: String

  public init(from: String, to: [String], subject: String, text: String, date: Timestamp, identity: String) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.date = date
    self.identity = identity
  }

  /// Whether a text is an address that headers and envelopes can take as it is.
  public static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7F && !"<>()[],;:\\\"".utf8.contains(byte)
      }
  }

  /// As it goes over the wire.
  var bytes: [UInt8] {
    let domain = from.split(separator: "@").last ?? "localhost"
    let head = [
      "From: <\(from)>", "To: \(to.map { "<\($0)>" }.joined(separator: ", "))", "Subject: \(Self.word(subject))",
      "Date: \(Self.date(date))", "Message-ID: <\(identity)@\(domain)>", "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
    ]
    let body = Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn])
      .replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
  }

  /// A header's text: as it is, or as encoded words (RFC 2047) where it has more than printable ASCII.
  static func word(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), !text.contains("=?"), text.utf8.count <= 200 {
      return text
    }
    var pieces: [String] = [""]
    for character in text {
      // An encoded word has 75 characters at most: 45 bytes in base64, and no character is cut.
      if pieces[pieces.count - 1].utf8.count + character.utf8.count > 42 { pieces.append("") }
      pieces[pieces.count - 1].append(character)
    }
    return pieces.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  /// `Sun, 01 Nov 2026 12:00:00 +0000`.
  static func date(_ moment: Timestamp) -> String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = moment.date
    let name = days[Int(((day.daysSince1970 % 7) + 7) % 7)]
    let number = (day.day < 10 ? "0" : "") + String(day.day)
    return "\(name), \(number) \(months[day.month - 1]) \(day.year) \(moment.sqlText.suffix(8)) +0000"
  }
}
