import KithConnectorKit
import KithCore

/// Subscribers of newsletters and what became of the messages sent to them.
public enum EmailPlatform {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, subscribers, events].joined(separator: "\n")

  private static let head = """
    name: email_platform
    title: E-mail platform exports
    summary: >-
      Subscribers with their consent, and messages sent, delivered, opened, clicked, bounced, complained about and
      unsubscribed from, out of the export and event files of Mailchimp, SendGrid, Klaviyo and other e-mail platforms.
    streams:
    """
}
