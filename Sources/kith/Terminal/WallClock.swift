import KithCore
import KithEngine

/// The machine's clock, also where somebody sets it.
struct WallClock: WaitingTime {
  func now() -> Timestamp { SystemTime().now() }

  func sleep(until moment: Timestamp) async throws(KithError) {
    let microseconds = moment.microseconds - now().microseconds
    do {
      if microseconds > 0 { try await Task.sleep(for: .microseconds(microseconds)) }
    } catch {
      throw KithError(.transient, "the wait was stopped before its end")
    }
  }
}
