import KithConnectorKit
import KithCore

/// What happens away from screens: workshops, talks and events, visits to a store, phone calls.
public enum OfflineTouchpoints {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, attendance, visits, calls].joined(separator: "\n")

  private static let head = """
    name: offline_touchpoints
    title: Offline touchpoints
    summary: >-
      Attendance lists of workshops, talks and events (also of Eventbrite and pretix), visits to a store or office, and
      phone calls.
    streams:
    """
}
