/// A limit that a tool sets, as its documentation tells it. `seconds` is the length of a window.
public enum RateLimit: Sendable, Equatable {
  /// So many requests per window of the clock, as windows of a minute or a UTC day: they begin at whole multiples
  /// since 1970.
  case fixedWindow(requests: Int, seconds: Double)
  /// So many requests in any stretch of this length. Right wherever it is unknown when the tool's windows begin.
  case slidingWindow(requests: Int, seconds: Double)
  /// So many requests that have begun and not ended.
  case atOnce(Int)
  /// From the beginning of one request to the beginning of the next.
  case interval(seconds: Double)
}

/// How the requests of one credential stand towards its limits: events in, decisions out, no clock of its own. Moments
/// are microseconds since 1970.
struct RateState: Sendable {
  enum Decision: Equatable {
    case granted
    case notBefore(Int64)
    /// As many as may run at once do so.
    case afterAnother
  }

  private struct Window {
    let requests: Int
    let length: Int64
    var begin: Int64 = .min
    var used = 0
  }

  /// The moments of the last requests, as a ring.
  private struct Stretch {
    let requests: Int
    let length: Int64
    var moments: [Int64] = []
    var oldest = 0

    mutating func record(_ now: Int64) {
      if moments.count < requests { return moments.append(now) }
      moments[oldest] = now
      oldest = (oldest + 1) % requests
    }
  }

  private var windows: [Window] = []
  private var stretches: [Stretch] = []
  private var mostAtOnce = Int.max
  private var interval: Int64 = 0
  private var running = 0
  private var lastBegin: Int64?
  /// What the tool itself has said.
  private var blockedUntil: Int64 = .min

  init(_ limits: [RateLimit]) {
    for limit in limits {
      switch limit {
      case .fixedWindow(let requests, let seconds):
        windows.append(Window(requests: max(requests, 1), length: Self.microseconds(seconds)))
      case .slidingWindow(let requests, let seconds):
        stretches.append(Stretch(requests: max(requests, 1), length: Self.microseconds(seconds)))
      case .atOnce(let requests): mostAtOnce = min(mostAtOnce, max(requests, 1))
      case .interval(let seconds): interval = max(interval, Self.microseconds(seconds))
      }
    }
  }

  /// What `take` would say.
  func decision(at now: Int64) -> Decision {
    let earliest = earliest(at: now)
    if earliest > now { return .notBefore(earliest) }
    return running >= mostAtOnce ? .afterAnother : .granted
  }

  /// Asks for one request; what is granted counts.
  mutating func take(at now: Int64) -> Decision {
    let decision = decision(at: now)
    if decision == .granted { begin(at: now) }
    return decision
  }

  private mutating func begin(at now: Int64) {
    running += 1
    lastBegin = now
    for index in windows.indices {
      let begin = Self.begin(of: now, windows[index].length)
      if windows[index].begin != begin { (windows[index].begin, windows[index].used) = (begin, 0) }
      windows[index].used += 1
    }
    for index in stretches.indices { stretches[index].record(now) }
  }

  mutating func end() { running = max(running - 1, 0) }

  /// The tool wants to be left alone until then.
  mutating func block(until moment: Int64) { blockedUntil = max(blockedUntil, moment) }

  private func earliest(at now: Int64) -> Int64 {
    var earliest = blockedUntil
    if let lastBegin { earliest = max(earliest, lastBegin + interval) }
    for window in windows where window.used >= window.requests && window.begin == Self.begin(of: now, window.length) {
      earliest = max(earliest, window.begin + window.length)
    }
    for stretch in stretches where stretch.moments.count == stretch.requests {
      earliest = max(earliest, stretch.moments[stretch.oldest] + stretch.length)
    }
    return earliest
  }

  private static func begin(of moment: Int64, _ length: Int64) -> Int64 { moment - moment % length }

  private static func microseconds(_ seconds: Double) -> Int64 { Int64(min(max(seconds, 1e-6), 1e9) * 1e6) }
}
