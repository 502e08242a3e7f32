import Foundation
import KithConnectorKit
import KithCore
import Synchronization

extension RESTConformance {
  private static let passing: [RecordedTool.Trouble] = [.tooMany, .broken, .reset, .cutOff, .half]
  /// More requests than that are not disturbed one by one.
  private static let mostRequests = 12

  /// What a read without troubles gives.
  private struct Undisturbed {
    let text: String
    let records: Int
    let requests: Int

    /// The requests that are disturbed, each in turn.
    var numbers: ClosedRange<Int> { 1...max(min(requests, RESTConformance.mostRequests), 1) }
  }

  private func undisturbed(_ fixture: Fixture) async throws(KithError) -> Undisturbed {
    let stage = try stage(fixture)
    let (sink, error) = await read(stage, fixture)
    if let error { throw error }
    return Undisturbed(
      text: ConnectorConformance.golden(sink), records: sink.records.count, requests: stage.tool.count)
  }

  /// One request fails in passing, each in turn and in each way: the same records come, or the run ends with an error
  /// after which the next one brings them. A login that has expired is renewed, or told as such.
  public func faultFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let whole = try await undisturbed(fixture)
      var failures: [String] = []
      for number in whole.numbers {
        for trouble in Self.passing + [.expired] {
          let stage = try stage(fixture)
          stage.tool.troubles(number, trouble)
          let (sink, error) = await read(stage, fixture)
          failures += leaks(stage, sink, error)
          if error == nil, ConnectorConformance.golden(sink) == whole.text { continue }
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
          if again != nil || seen.count < Set(whole.text.components(separatedBy: "\n\n")).count - 1 {
            failures.append(
              "\(what): the run after it does not bring the rest: \(again.map { "\($0)" } ?? "\(seen.count)")")
          }
        }
      }
      return failures
    }
  }

  /// What no tool should answer. A list that is `null` is empty at some tools.
  private static let hostile: [RecordedTool.Trouble] = [
    .html, .null, .deep, .flood, .wrongType, .notUTF8, .halfGzip, .bomb, .echo,
  ]

  /// Answers that are nonsense or an attack end in an error or in rejects, and in nothing worse: records do not go missing
  /// in silence, nothing is marked deleted, no secret that the tool tells back is shown.
  public func hostileFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let whole = try await undisturbed(fixture)
      var failures: [String] = []
      // What ten megabytes in one line do is of the connector's, not of each list's.
      let troubles = fixture.name == fixtures.first?.name ? Self.hostile + [.longLine] : Self.hostile
      for number in Set([1, whole.numbers.upperBound]).sorted() {
        for trouble in troubles {
          let stage = try stage(fixture)
          stage.tool.troubles(number, trouble)
          let (sink, error) = await read(stage, fixture)
          failures += leaks(stage, sink, error)
          let what = "request \(number) \(trouble)"
          if let error, error.recovery == .bug { failures.append("\(what): is taken for Kith's own mistake: \(error)") }
          let ends = sink.batches.last?.snapshot
          if error != nil, ends == .ends || ends == .whole {
            failures.append("\(what): what could not be read is marked deleted")
          }
          if error == nil, trouble != .null, sink.rejects.isEmpty, sink.records.count < whole.records {
            failures.append(
              "\(what): \(whole.records - sink.records.count) records are missing, and nothing tells of it")
          }
        }
      }
      return failures
    }
  }

  /// A run that is stopped while the tool says nothing, before its answer or in the middle of it, ends at once, with an
  /// error, and asks for no more. The tool goes on only when the run has ended: one that waits for it does not end.
  public func cancellationFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let whole = try await undisturbed(fixture)
      var failures: [String] = []
      for (number, trouble) in whole.numbers.flatMap({ [($0, RecordedTool.Trouble.late), ($0, .midway)] }) {
        let stage = try stage(fixture)
        let stopper = Stopper()
        stage.tool.troubles(number, trouble)
        stage.tool.notices(number) { stopper.stop() }
        let task = Task { await read(stage, fixture).error }
        stopper.holds { task.cancel() }
        // The server goes on only for one that would wait for it without end.
        let patience = patience
        let release = Task {
          guard (try? await Task.sleep(for: patience)) != nil else { return false }
          stage.tool.server.release()
          return true
        }
        let error = await task.value
        release.cancel()
        let what = "stopped at request \(number)\(trouble == .midway ? " in the middle" : "")"
        if await release.value { failures.append("\(what), the run waits for the answer all the same") }
        if error == nil { failures.append("\(what), the run ends as if nothing were") }
        let more = stage.tool.count - number
        // Two may have been on their way: the next page, and that of the list which this one belongs to.
        if more > 2 { failures.append("\(what), the run asks \(more) times more") }
      }
      return failures
    }
  }
}

/// Stops something once, whichever comes first: what is to be stopped or the wish to.
final class Stopper: Sendable {
  private struct State {
    var isDue = false
    var stop: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  func stop() {
    let stop = state.withLock { state in
      state.isDue = true
      return state.stop
    }
    stop?()
  }

  func holds(_ stop: @escaping @Sendable () -> Void) {
    let isDue = state.withLock { state in
      state.stop = stop
      return state.isDue
    }
    if isDue { stop() }
  }
}
