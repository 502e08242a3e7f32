/// How a customer is taken to have lived a touchpoint when the connector does not say: a valence from -1 (bad) to
/// 1 (good) per type. These are defaults by judgement, meant to be overridden: a connector that knows better (a
/// rating, a status code) sets `Touchpoint.valence` itself.
public enum TouchpointDefaults {
  /// The default valence of a type; nil for types that this table does not know.
  public static func valence(type: String) -> Double? { table[type] }

  /// Type and valence of the touchpoint that an order is. `status` is the tool's own word.
  public static func orderTouchpoint(kind: Order.Kind, status: String?) -> (type: String, valence: Double) {
    let type =
      if kind == .return { "order_returned" } else if isCancelled(status) { "order_cancelled" } else { "order_placed" }
    return (type, table[type] ?? 0)
  }

  /// Whether an order's status says that it never came about, in the words that shops use.
  public static func isCancelled(_ status: String?) -> Bool {
    guard let status else { return false }
    return cancelledWords.contains(status.lowercased())
  }

  private static let cancelledWords: Set<String> = [
    "cancelled", "canceled", "cancelada", "cancelado", "annulé", "annulée", "annullato", "annullata", "storniert",
    "abgebrochen", "voided", "void", "failed", "wc-cancelled", "wc-failed", "expired",
  ]

  private static let table: [String: Double] = [
    // web and app
    "page_viewed": 0, "product_viewed": 0.1, "product_listed": 0, "search_made": 0, "cart_added": 0.3,
    "cart_removed": -0.1, "cart_viewed": 0.1, "checkout_started": 0.3, "cart_abandoned": -0.2, "form_submitted": 0.3,
    "form_started": 0.1, "file_downloaded": 0.2, "link_clicked": 0.1, "video_played": 0.2, "session_started": 0,
    "account_created": 0.5, "signed_in": 0.1, "signed_out": 0, "account_closed": -0.7, "error_met": -0.5,
    "app_installed": 0.5, "app_opened": 0.1, "app_removed": -0.5, "review_written": 0.2, "wishlist_added": 0.3,
    "coupon_used": 0.2, "payment_added": 0.3, "payment_failed": -0.5,
    // e-mail
    "email_sent": 0, "email_delivered": 0, "email_opened": 0.2, "email_clicked": 0.4, "email_bounced": -0.2,
    "email_deferred": 0, "email_dropped": -0.1, "email_complained": -0.9, "email_unsubscribed": -0.6,
    "email_subscribed": 0.5, "email_replied": 0.3, "email_forwarded": 0.4,
    // offline
    "workshop_attended": 0.7, "event_attended": 0.6, "talk_attended": 0.5, "course_attended": 0.6,
    "webinar_attended": 0.5, "event_registered": 0.3, "event_cancelled": -0.2, "event_no_show": -0.3,
    "visit_made": 0.3, "call_made": 0, "call_received": 0, "call_missed": -0.3, "meeting_held": 0.4,
    "letter_sent": 0, "letter_received": 0,
    // commerce, support and surveys
    "order_placed": 0.5, "order_returned": -0.4, "order_cancelled": -0.3, "order_delivered": 0.3,
    "order_delayed": -0.5, "ticket_opened": -0.3, "ticket_solved": 0.3, "ticket_reopened": -0.5, "chat_held": 0,
    "survey_sent": 0, "survey_answered": 0,
  ]
}
