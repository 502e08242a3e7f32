import KithConnectorKit
import KithCore

/// Page views and other events of websites and apps, with the visitor and, when known, the person.
public enum WebAnalytics {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, snowplow, others].joined(separator: "\n")

  private static let head = """
    name: web_analytics
    title: Web analytics exports
    summary: >-
      Page views, visits and other events from Snowplow, Google Analytics 4, Matomo and web-server access logs, with
      the visitor's number and, when known, user id or e-mail.
    streams:
      events:
        summary: Something that somebody did on a website or in an app.
        record: touchpoint
        layouts:
    """
}
