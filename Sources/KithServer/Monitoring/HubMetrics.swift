import Foundation
import KithCore
import KithEngine
import KithStore

/// All metrics of a hub as text. Labels are names of sources, streams and endpoints: nothing about people.
struct HubMetrics {
  let current: CurrentHub
  let figures: FiguresCache
  let metrics: ServiceMetrics

  func text() throws -> String {
    let hub = current.hub
    let figures = try figures.figures(hub.store)
    let now = hub.time.now()
    var text = PrometheusText()
    writeRuns(figures, to: &text)
    writeStreams(figures, now, to: &text)
    try writeSchedules(hub, figures, now, to: &text)
    try writeAlerts(hub, to: &text)
    metrics.write(to: &text)
    writeProcess(to: &text)
    return text.text
  }

  private func writeRuns(_ figures: HubFigures, to text: inout PrometheusText) {
    text.metric(
      "kith_runs_total", .counter, "Runs in the hub's history, by source and outcome.",
      figures.totals.filter { $0.status != .running }.map {
        ([("source", $0.source), ("outcome", $0.status.rawValue)], Double($0.runs))
      })
    var sums: [(source: String, counts: RunCounts)] = []
    for total in figures.totals {
      if sums.last?.source == total.source {
        sums[sums.count - 1].counts += total.counts
      } else {
        sums.append((total.source, total.counts))
      }
    }
    text.metric(
      "kith_records_total", .counter, "Records that runs have read, by source and what became of them.",
      sums.flatMap { sum in
        sum.counts.columns.filter { $0.name != "read" && $0.name != "duplicates" }.map {
          ([("source", sum.source), ("outcome", $0.name)], Double($0.value))
        }
      })
  }

  private func writeStreams(_ figures: HubFigures, _ now: Timestamp, to text: inout PrometheusText) {
    func age(_ moment: Timestamp) -> Double { Double(now.microseconds - moment.microseconds) / 1e6 }
    let successes = figures.successes.map { ([("source", $0.source), ("stream", $0.stream)], $0.at) }
    text.metric(
      "kith_stream_last_success_timestamp_seconds", .gauge, "When a stream was last read to its end.",
      successes.map { ($0.0, Double($0.1.seconds)) })
    text.metric(
      "kith_stream_freshness_seconds", .gauge, "Time since a stream was last read to its end.",
      successes.map { ($0.0, max(age($0.1), 0)) })
    let streams = figures.status.flatMap { source in
      source.streams.map { ([("source", source.source), ("stream", $0.stream)], $0) }
    }
    text.metric(
      "kith_stream_lag_seconds", .gauge, "Age of the newest record of a stream.",
      streams.compactMap { labels, stream in stream.newestAt.map { (labels, max(age($0), 0)) } })
    text.metric(
      "kith_stream_records", .gauge, "Records of a stream that are still there at the source.",
      streams.map { ($0.0, Double($0.1.records)) })
    text.metric(
      "kith_quarantine_waiting", .gauge, "Records in quarantine that wait for a person.",
      streams.map { ($0.0, Double($0.1.waitingInQuarantine)) })
  }

  private func writeSchedules(
    _ hub: Hub, _ figures: HubFigures, _ now: Timestamp, to text: inout PrometheusText
  ) throws {
    let ticks = try hub.store.lastTicks()
    let paused = Set(try hub.store.pausedSources().map(\.source))
    let scheduled = hub.configuration.sources.filter { $0.schedule != nil }
    text.metric(
      "kith_schedule_late_seconds", .gauge, "How long ago a run should have begun that has not; 0 when none.",
      scheduled.map { source in
        let since = ticks[source.name].flatMap { source.schedule?.lateSince(lastTick: $0, now: now) }
        let late = paused.contains(source.name) ? nil : since
        return ([("source", source.name)], late.map { Double(now.seconds - $0.seconds) } ?? 0)
      })
    text.metric(
      "kith_schedule_paused", .gauge, "1 for sources that are paused.",
      scheduled.map { ([("source", $0.name)], paused.contains($0.name) ? 1 : 0) })
    text.metric(
      "kith_identity_queue_profiles", .gauge, "Profiles that wait for identity.", Double(figures.queue.profiles))
    text.metric(
      "kith_totals_queue_profiles", .gauge, "Profiles whose customer's totals wait.", Double(figures.queue.refreshes))
    text.metric(
      "kith_configuration_valid", .gauge, "0 while the newest connectors.yml was refused and an older one is at work.",
      current.refusal == nil ? 1 : 0)
  }

  private func writeAlerts(_ hub: Hub, to text: inout PrometheusText) throws {
    let open = try hub.store.openAlerts()
    text.metric(
      "kith_alerts_open", .gauge, "Alerts that are open, by what they are about.",
      AlertKind.allCases.map { kind in
        ([("kind", kind.rawValue)], Double(open.count { $0.key.kind == kind }))
      })
    let problems = try hub.store.deliveryProblems()
    text.metric(
      "kith_alert_deliveries_failed", .gauge, "Messages that a destination of alerts has not got, retries included.",
      hub.configuration.hub.alerts.map { destination in
        let problem = problems.first { $0.destination == destination.name }
        return ([("destination", destination.name)], Double(problem.map { $0.waiting + $0.givenUp } ?? 0))
      })
  }

  private func writeProcess(to text: inout PrometheusText) {
    text.metric(
      "process_start_time_seconds", .gauge, "When the process began.", Double(metrics.startedAt.seconds))
    if let bytes = Self.residentBytes() {
      text.metric("process_resident_memory_bytes", .gauge, "Memory of the process.", Double(bytes))
    }
  }

  /// On Linux; nil elsewhere.
  private static func residentBytes() -> Int? {
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
    let words = String(decoding: data, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? Int(words[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
  }
}
