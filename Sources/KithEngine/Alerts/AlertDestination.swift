import KithCore
import KithHTTP

/// Where alerts are told: one item of `hub: alerts:`.
public struct AlertDestination: Sendable {
  public enum Carrier: Sendable {
    case webhook(AlertWebhook)
    case email(AlertMail)
    case command(AlertCommand)
  }

  public var name: String
  public var carrier: Carrier

  /// `webhook`, `email` or `command`.
  public var kind: String {
    switch carrier {
    case .webhook: "webhook"
    case .email: "email"
    case .command: "command"
    }
  }
}

/// A server that takes the JSON as a POST.
public struct AlertWebhook: Sendable {
  public var address: HTTPAddress
  /// Whether the URL itself lets somebody in: then no error shows it.
  public var isSecret: Bool
  public var bearer: Secret?
  public var settings: TransferSettings
}

/// People who get a mail.
public struct AlertMail: Sendable {
  public var from: String
  public var to: [String]
  public var route: MailRoute
}

/// A program that gets the JSON on its standard input.
public struct AlertCommand: Sendable {
  /// The program and its arguments.
  public var words: [String]
  /// The folder that it works in.
  public var folder: String
  /// After so many it is ended.
  public var seconds: Int

  public static let standardSeconds = 15
}

/// How long a destination may take: less than a service has for its end.
enum AlertTimeouts {
  static let http = HTTPTimeouts(connecting: 8, standstill: 15, total: 20)
  static let mostSeconds = 25
}
