import KithCore
import KithEngine
import KithStore
import Synchronization

/// Shows a sync as it goes: one line that moves on a terminal, one line per stream elsewhere.
final class SyncProgress: Sendable {
  private struct State {
    var stream = ""
    var startedAt: ContinuousClock.Instant?
    var shownAt: ContinuousClock.Instant?
    var lineLength = 0
  }

  private let state = Mutex(State())
  private let isInteractive: Bool
  private let isQuiet: Bool

  init(isQuiet: Bool = false) {
    isInteractive = Terminal.isInteractive
    self.isQuiet = isQuiet
  }

  func handle(_ event: SyncEvent) {
    if isQuiet { return }
    switch event {
    case .sourceStarted, .runStarted: break
    case .progress(let source, let stream, let counts, let done, let total):
      if isInteractive { move("\(source)/\(stream)", counts, done, total) }
    case .streamFinished(let report):
      finishLine()
      Terminal.error(Self.line(report))
    case .sourceFinished(let report):
      if let error = report.error { Terminal.error("\(report.source): failed: \(error)") }
    }
  }

  static func line(_ report: StreamReport) -> String {
    let counts = report.counts
    var parts: [String] = []
    for (name, value) in counts.columns where value > 0 && name != "read" { parts.append("\(grouped(value)) \(name)") }
    let what = parts.isEmpty ? "nothing new" : "\(grouped(counts.read)) read: " + parts.joined(separator: ", ")
    let line = "\(report.source)/\(report.stream): \(what)"
    let notes = report.notes.map { "\n  note: \($0)" }.joined()
    return (report.error.map { "\(line); failed: \($0)" } ?? line) + notes
  }

  private func move(_ name: String, _ counts: RunCounts, _ done: Int64, _ total: Int64?) {
    let now = ContinuousClock.now
    let text: String? = state.withLock { state in
      if state.stream != name {
        state = State(stream: name, startedAt: now, shownAt: nil, lineLength: state.lineLength)
      }
      if let shown = state.shownAt, now - shown < .milliseconds(100) { return nil }
      state.shownAt = now
      let seconds = Self.seconds(now - (state.startedAt ?? now))
      var line = "\(name)  \(Self.bar(done, total))  \(grouped(counts.read)) records"
      if seconds > 0.2 { line += "  \(grouped(Int(Double(counts.read) / seconds)))/s" }
      if let total, done > 0, seconds > 0.5, total > done {
        line += "  \(Self.duration(seconds * Double(total - done) / Double(done))) left"
      }
      let padding = String(repeating: " ", count: max(0, state.lineLength - line.count))
      state.lineLength = line.count
      return "\r" + line + padding
    }
    if let text { Terminal.write(text) }
  }

  private func finishLine() {
    let length = state.withLock { state in
      defer { state.lineLength = 0 }
      return state.lineLength
    }
    if length > 0 { Terminal.write("\r" + String(repeating: " ", count: length) + "\r") }
  }

  private static func bar(_ done: Int64, _ total: Int64?) -> String {
    guard let total, total > 0 else { return "" }
    let share = min(1, Double(done) / Double(total))
    let full = Int(share * 20)
    return "[" + String(repeating: "█", count: full) + String(repeating: "░", count: 20 - full)
      + "] \(Int(share * 100)) %"
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  /// `42 s`, `3 min 5 s`, `2 h 10 min`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3_600) h \(whole / 60 % 60) min"
  }
}
