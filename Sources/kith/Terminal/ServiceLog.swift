import Foundation
import KithCore
import KithEngine
import KithServer
import KithStore

/// One line for each thing that happens, on standard error.
struct ServiceLog: Sendable {
  let isJSON: Bool

  func write(_ event: ServiceEvent) { write(Line(event)) }

  func write(_ event: ServerEvent) { write(Line(event)) }

  private func write(_ line: Line) {
    let time = SystemTime().now().sqlText.replacing(" ", with: "T") + "Z"
    guard isJSON else {
      return Terminal.error("\(time) \(line.source.map { "\($0): " } ?? "")\(line.text)")
    }
    var object: [String: Any] = ["time": time, "event": line.event, "message": line.text]
    object["source"] = line.source
    object["run"] = line.run
    object["counts"] = line.counts
    guard
      let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return }
    Terminal.error(String(decoding: data, as: UTF8.self))
  }

  private struct Line {
    var event: String
    var source: String?
    var text: String
    var run: Int64?
    var counts: [String: Int]?

    init(_ event: ServiceEvent) {
      switch event {
      case .started(let sources): (self.event, text) = ("started", Self.scheduled(sources))
      case .runStarted(let source, let tick, let trigger):
        (self.event, self.source) = ("run_started", source)
        text = "run begins" + (tick.map { ", due at \($0.sqlText)" } ?? "") + Self.words(trigger)
      case .runEnded(let report):
        (self.event, self.source) = ("run_ended", report.source)
        run = report.run?.rawValue
        counts = Dictionary(uniqueKeysWithValues: report.counts.columns.map { ($0.name, $0.value) })
        text = Self.words(report)
      case .skipped(let source, let ticks, let reason):
        (self.event, self.source) = ("skipped", source)
        text = "\(ticks) \(ticks == 1 ? "tick" : "ticks") left out: \(Self.words(reason))"
      case .stopped(let source, let reason):
        (self.event, self.source) = ("stopped", source)
        text =
          switch reason {
          case .tooLong: "the run takes too long and is stopped"
          case .stalled: "the run stores nothing and is stopped"
          case .byHand: "somebody ends the run"
          }
      case .paused(let source, let reason):
        (self.event, self.source) = ("paused", source)
        text = "paused, because \(reason); `kith resume \(source)` when it is mended"
      case .resolved(let changes): (self.event, text) = ("resolved", SyncCommand.summary(changes))
      case .failed(let what, let error): (self.event, text) = ("failed", "\(what): \(error)")
      case .alerts(let report):
        (self.event, text) = ServiceLog.words(report)
        if case .changed(let alert, _) = report { self.source = alert.key.source }
      case .reloaded(let sources):
        (self.event, text) = ("reloaded", "the configuration was read anew: \(Self.scheduled(sources))")
      case .refused(let reason):
        (self.event, text) = ("refused", "the new configuration is wrong, the old one stays: \(reason)")
      case .draining(let running):
        let names = running.joined(separator: ", ")
        (self.event, text) = ("draining", running.isEmpty ? "asked to stop" : "asked to stop; ending \(names)")
      case .ended: (self.event, text) = ("ended", "stopped")
      }
    }

    init(_ event: ServerEvent) {
      switch event {
      case .listening(let address, let isEncrypted):
        (self.event, text) = ("listening", "answers at \(isEncrypted ? "https" : "http")://\(address)")
      case .acted(let who, let what, let status):
        (self.event, text) = ("acted", "\(who): \(what), answered with \(status)")
      case .failed(let what, let error): (self.event, text) = ("request_failed", "\(what): \(error)")
      }
    }

    private static func scheduled(_ sources: Int) -> String {
      sources == 1 ? "1 source is scheduled" : "\(sources) sources are scheduled"
    }

    private static func words(_ trigger: Scheduler.Trigger) -> String {
      switch trigger {
      case .tick: ""
      case .missed(let count): ", with \(count) missed before"
      case .retry(let failures): ", again after \(failures) \(failures == 1 ? "failure" : "failures")"
      case .probe: ", to see whether it works again"
      case .queued: ", for a tick during the run before"
      case .after: ", after those before it"
      case .byHand: ", asked for by hand"
      }
    }

    private static func words(_ reason: Scheduler.SkipReason) -> String {
      switch reason {
      case .running: "the run before goes on"
      case .paused: "the source is paused"
      case .resting: "it failed \(Scheduler.opensAfter) times in a row and rests for an hour"
      case .tooOld: "they are more than a day ago"
      }
    }

    private static func words(_ report: SourceReport) -> String {
      if report.isElsewhere { return "another worker has it: \(report.error.map { "\($0)" } ?? "")" }
      let counts = report.counts
      var text = "\(report.status.rawValue): \(grouped(counts.read)) read"
      for (name, value) in [
        ("new", counts.inserted), ("updated", counts.updated), ("deleted", counts.deleted),
        ("set aside", counts.quarantined),
      ] where value > 0 { text += ", \(grouped(value)) \(name)" }
      for error in report.errors { text += "; \(error)" }
      return text
    }
  }
}
