import KithCore
import KithEngine
import Synchronization

/// What this process has seen since it began: requests and failures. What the hub knows by itself is read from it.
public final class ServiceMetrics: Sendable {
  /// How long requests of one endpoint took.
  struct Histogram: Sendable {
    /// Upper ends, in seconds.
    static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// One more than there are bounds.
    var counts = [Int](repeating: 0, count: bounds.count + 1)
    var sum = 0.0

    mutating func add(_ seconds: Double) {
      counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      sum += seconds
    }
  }

  private struct State {
    var durations: [String: Histogram] = [:]
    var statuses: [String: [Int: Int]] = [:]
    var inFlight = 0
    /// By source and class.
    var errors: [String: [KithError.Recovery: Int]] = [:]
    var skippedTicks: [String: Int] = [:]
    var running: Set<String> = []
    /// Rises with each event after which the hub's figures are others.
    var generation = 0
  }

  private let state = Mutex(State())
  let startedAt: Timestamp

  public init(startedAt: Timestamp) { self.startedAt = startedAt }

  /// Takes what a schedule service tells.
  public func note(_ event: ServiceEvent) {
    state.withLock { state in
      switch event {
      case .runStarted(let source, _, _): state.running.insert(source)
      case .runEnded(let report):
        state.running.remove(report.source)
        if report.isElsewhere { return }
        for error in report.errors {
          state.errors[report.source, default: [:]][error.recovery, default: 0] += 1
        }
      case .skipped(let source, let ticks, _): state.skippedTicks[source, default: 0] += ticks
      case .resolved, .reloaded: break
      default: return
      }
      state.generation += 1
    }
  }

  var generation: Int { state.withLock { $0.generation } }

  func requestBegan() { state.withLock { $0.inFlight += 1 } }

  func requestEnded(endpoint: String, status: Int, after duration: Duration) {
    let (seconds, rest) = duration.components
    state.withLock { state in
      state.inFlight -= 1
      state.durations[endpoint, default: Histogram()].add(Double(seconds) + Double(rest) / 1e18)
      state.statuses[endpoint, default: [:]][status, default: 0] += 1
    }
  }

  /// Appends what this process has seen.
  func write(to text: inout PrometheusText) {
    let state = state.withLock { $0 }
    text.metric(
      "kith_run_errors_total", .counter, "Errors of runs since the process began, by what is to be done about them.",
      state.errors.sorted { $0.key < $1.key }.flatMap { source, classes in
        classes.sorted { $0.key.rawValue < $1.key.rawValue }.map {
          ([("source", source), ("class", $0.key.rawValue)], Double($0.value))
        }
      })
    text.metric(
      "kith_schedule_ticks_skipped_total", .counter, "Ticks that no run followed, since the process began.",
      state.skippedTicks.sorted { $0.key < $1.key }.map { ([("source", $0.key)], Double($0.value)) })
    text.metric(
      "kith_runs_running", .gauge, "Runs of this process that are under way.",
      state.running.sorted().map { ([("source", $0)], 1) })
    text.metric("kith_http_requests_in_flight", .gauge, "Requests that are being answered.", Double(state.inFlight))
    text.metric(
      "kith_http_requests_total", .counter, "Requests that were answered.",
      state.statuses.sorted { $0.key < $1.key }.flatMap { endpoint, statuses in
        statuses.sorted { $0.key < $1.key }.map {
          ([("endpoint", endpoint), ("status", String($0.key))], Double($0.value))
        }
      })
    Self.write(state.durations, to: &text)
  }

  private static func write(_ durations: [String: Histogram], to text: inout PrometheusText) {
    let name = "kith_http_request_duration_seconds"
    text.head(name, .histogram, "Time from a request's head to its answer.")
    for (endpoint, histogram) in durations.sorted(by: { $0.key < $1.key }) {
      var total = 0
      for (bound, count) in zip(Histogram.bounds + [.infinity], histogram.counts) {
        total += count
        let end = bound == .infinity ? "+Inf" : "\(bound)"
        text.sample(name + "_bucket", [("endpoint", endpoint), ("le", end)], Double(total))
      }
      text.sample(name + "_sum", [("endpoint", endpoint)], histogram.sum)
      text.sample(name + "_count", [("endpoint", endpoint)], Double(total))
    }
  }
}
