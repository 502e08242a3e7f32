import Foundation
import KithCore

/// The `schedule:` of a source: one text, or a mapping with more to say.
extension ConfigurationReader {
  private static let forms =
    "a cron expression such as \"15 * * * *\", every 15m (or 2h, 1d), or after SOURCE, SOURCE"

  mutating func schedule(_ node: ConfigurationNode, _ hub: HubSettings) -> SourceSchedule? {
    guard let written = node.node("schedule") else { return nil }
    guard case .map = written.content else {
      guard let (text, place) = node.text("schedule", problems: &problems) else { return nil }
      return cadence(text, place, zone: hub.timeZone).map { SourceSchedule($0) }
    }
    let inner = ConfigurationNode(written, name: "\(node.name): schedule", problems: &problems)
    inner.refuseUnknown(
      allowed: ["when", "time_zone", "overlap", "max_minutes", "stall_minutes"], problems: &problems)
    guard let (text, place) = inner.requiredText("when", problems: &problems),
      let cadence = cadence(text, place, zone: zone(inner) ?? hub.timeZone)
    else { return nil }
    var schedule = SourceSchedule(cadence)
    if let (word, place) = inner.text("overlap", problems: &problems) {
      if let overlap = SourceSchedule.Overlap(rawValue: word) {
        schedule.overlap = overlap
      } else {
        problems.append(
          KithError(
            .configuration, "\(inner.name): overlap is not allowed", place: place, seen: word,
            allowed: "skip (a tick during a run is left out) or queue (one run follows at once)"))
      }
    }
    if let minutes = inner.integer("max_minutes", in: 1...10_080, problems: &problems) {
      schedule.mostSeconds = Double(minutes) * 60
    }
    if let minutes = inner.integer("stall_minutes", in: 1...10_080, problems: &problems) {
      schedule.stallSeconds = Double(minutes) * 60
    }
    return schedule
  }

  private mutating func zone(_ node: ConfigurationNode) -> String? {
    guard let (name, place) = node.text("time_zone", problems: &problems) else { return nil }
    if TimeZone(identifier: name) != nil { return name }
    let nearest = nearestWord(to: name, among: TimeZone.knownTimeZoneIdentifiers)
    problems.append(
      KithError(
        .configuration, "\(node.name): time_zone is not known", place: place, seen: name,
        allowed: "an IANA name such as Europe/Zurich", fix: nearest.map { "Did you mean \"\($0)\"?" }))
    return nil
  }

  private mutating func cadence(_ text: String, _ place: String, zone: String) -> SourceSchedule.Cadence? {
    let words = text.split(separator: " ", maxSplits: 1)
    if words.first == "every" {
      if words.count == 2, let seconds = SourceSchedule.seconds(words[1]) { return .every(seconds) }
    } else if words.first == "after" {
      let sources = (words.count == 2 ? words[1] : "").split(separator: ",")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      if !sources.isEmpty { return .after(sources) }
    } else {
      do {
        return .cron(try CronSchedule(text), zone: TimeZone(identifier: zone) ?? .gmt)
      } catch {
        problems.append(error.at(place))
        return nil
      }
    }
    problems.append(
      KithError(.configuration, "a schedule is not understood", place: place, seen: text, allowed: Self.forms))
    return nil
  }

  /// `at_once:` of the hub.
  mutating func bounds(_ node: ConfigurationNode) -> SharedBounds {
    var bounds = SharedBounds.standard
    guard let written = node.node("at_once") else { return bounds }
    let inner = ConfigurationNode(written, name: "hub: at_once", problems: &problems)
    inner.refuseUnknown(allowed: ["per_host", "per_credential"], problems: &problems)
    if let most = inner.integer("per_host", in: 1...64, problems: &problems) { bounds.perHost = most }
    if let most = inner.integer("per_credential", in: 1...64, problems: &problems) { bounds.perCredential = most }
    return bounds
  }

  /// Sources that follow others must follow some that are there, and never themselves.
  mutating func checkFollowers(_ sources: [SourceConfiguration]) {
    var before: [String: [String]] = [:]
    for source in sources {
      if case .after(let others) = source.schedule?.cadence { before[source.name] = others }
    }
    let names = sources.map(\.name)
    for source in sources {
      for other in before[source.name] ?? [] where !names.contains(other) {
        problems.append(
          KithError(
            .configuration, "source \(source.name) follows one that is not there", place: source.place, seen: other,
            allowed: names.joined(separator: ", "),
            fix: nearestWord(to: other, among: names).map { "Did you mean \"\($0)\"?" }))
      }
      var reached = Set(before[source.name] ?? [])
      var waiting = Array(reached)
      while let next = waiting.popLast() {
        for other in before[next] ?? [] where reached.insert(other).inserted { waiting.append(other) }
      }
      if reached.contains(source.name) {
        problems.append(
          KithError(
            .configuration, "source \(source.name) follows itself, so it would never run", place: source.place,
            seen: (before[source.name] ?? []).joined(separator: ", ")))
      }
    }
  }
}
