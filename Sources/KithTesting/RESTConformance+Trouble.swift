import Foundation
import KithConnectorKit
import KithCore

extension RESTConformance {
  private static let passing: [RecordedTool.Trouble] = [.tooMany, .broken, .reset, .cutOff, .half]
  /// More requests than that are not disturbed one by one.
  private static let mostRequests = 12

  /// One request fails in passing, each in turn and in each way: the same records come, or the run ends with an error
  /// after which the next one brings them. A login that has expired is renewed, or told as such.
  public func faultFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let (expected, requests) = try await undisturbed(fixture)
      var failures: [String] = []
      for number in 1...max(min(requests, Self.mostRequests), 1) {
        for trouble in Self.passing + [.expired] {
          let stage = try stage(fixture)
          stage.tool.troubles(number, trouble)
          let (sink, error) = await read(stage, fixture)
          failures += leaks(stage, sink, error)
          if error == nil, ConnectorConformance.golden(sink) == expected { continue }
          let what = "request \(number) \(trouble)"
          guard let error else {
            failures.append("\(what): other records come, and no error")
            continue
          }
          let allowed: [KithError.Recovery] = trouble == .expired ? [.authorisation, .configuration] : [.transient]
          if !allowed.contains(error.recovery) { failures.append("\(what): is told as \(error.recovery): \(error)") }
          // The trouble has passed: the next run brings what is missing.
          let (rest, again) = await read(stage, fixture, from: sink.checkpoint)
          let seen = Set((sink.records + rest.records).map(RecordText.text(of:)))
          if again != nil || seen.count < Set(expected.components(separatedBy: "\n\n")).count - 1 {
            failures.append(
              "\(what): the run after it does not bring the rest: \(again.map { "\($0)" } ?? "\(seen.count)")")
          }
        }
      }
      return failures
    }
  }

  /// Answers that are nonsense or an attack end in an error or in rejects, and in nothing worse.
  public func hostileFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let (_, requests) = try await undisturbed(fixture)
      var failures: [String] = []
      for number in Set([1, min(requests, Self.mostRequests)]).sorted() {
        for trouble in [RecordedTool.Trouble.html, .null, .deep, .flood] {
          let stage = try stage(fixture)
          stage.tool.troubles(number, trouble)
          let (sink, error) = await read(stage, fixture)
          failures += leaks(stage, sink, error)
          if error?.recovery == .bug { failures.append("request \(number) \(trouble): \(error.map { "\($0)" } ?? "")") }
          let ends = sink.batches.last?.snapshot
          if error != nil, ends == .ends || ends == .whole {
            failures.append("request \(number) \(trouble): what could not be read is marked deleted")
          }
        }
      }
      return failures
    }
  }

  /// A run that is stopped while the tool says nothing ends at once.
  public func cancellationFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let stage = try stage(fixture)
      stage.tool.troubles(1, .stall)
      let task = Task { await read(stage, fixture).error }
      await stage.tool.server.arrived(1)
      task.cancel()
      // The server never answers: this returns only because the run has ended.
      let error = await task.value
      return error == nil ? ["a stopped run ends as if nothing were"] : []
    }
  }

  private func undisturbed(_ fixture: Fixture) async throws(KithError) -> (text: String, requests: Int) {
    let stage = try stage(fixture)
    let (sink, error) = await read(stage, fixture)
    if let error { throw error }
    return (ConnectorConformance.golden(sink), stage.tool.count)
  }
}
