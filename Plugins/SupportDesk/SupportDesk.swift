import KithConnectorKit
import KithCore

/// Requests for help with their times, status and the customer's verdict, and the people who asked.
public enum SupportDesk {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, tickets, users, organisations].joined(separator: "\n")

  private static let head = """
    name: support_desk
    title: Support desk exports
    summary: >-
      Tickets with times, status and satisfaction, the people who asked and their organisations, from the export files
      of Zendesk, Freshdesk and other help desks.
    streams:
    """
}
