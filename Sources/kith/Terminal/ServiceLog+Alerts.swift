import KithEngine
import KithStore

extension ServiceLog {
  /// An event's name and its line.
  static func words(_ report: AlertKeeper.Report) -> (event: String, text: String) {
    switch report {
    case .changed(let alert, let event):
      let over = alert.resolution == .notWatched ? "no longer watched" : "over"
      let state = event == .opened ? "open" : over
      return ("alert_\(event.rawValue)", "alert \(alert.id) is \(state): \(alert.text)")
    case .delivered(let delivery, let answer):
      return ("alert_delivered", "\(words(delivery)) was told to \(delivery.destination): \(answer)")
    case .undelivered(let delivery, let error, let next):
      let rest = next.map { "it is tried again at \($0.sqlText) UTC" } ?? "it is given up"
      return ("alert_undelivered", "\(words(delivery)) was not told to \(delivery.destination): \(error); \(rest)")
    }
  }

  private static func words(_ delivery: AlertDelivery) -> String {
    "alert \(delivery.alert.id) (\(delivery.event.rawValue))"
  }
}
