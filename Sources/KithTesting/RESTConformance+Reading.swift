import Foundation
import KithConnectorKit
import KithCore

extension RESTConformance {
  /// The exchanges become the records and rejects of `expected.txt`, every request is one of theirs, and reading again
  /// gives the same.
  public func goldenFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let stage = try stage(fixture)
      let (sink, error) = await read(stage, fixture)
      var failures = stage.tool.unknown.map { "no exchange answers \($0)" }
      if let error { failures.append("a read fails: \(error)") }
      if !failures.isEmpty { return failures }
      let text = ConnectorConformance.golden(sink)
      let path = "\(fixture.folder)/expected.txt"
      if updatesGolden {
        return FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) ? [] : ["cannot write \(path)"]
      }
      guard let expected = FileManager.default.contents(atPath: path) else {
        return ["has no expected.txt; run again with KITH_UPDATE_GOLDEN=1 and read what it wrote"]
      }
      failures +=
        ConnectorConformance.difference(
          expected: String(decoding: expected, as: UTF8.self), found: text
        ).map { [$0] } ?? []
      let second = await read(stage, fixture)
      if ConnectorConformance.golden(second.sink) != text { failures.append("a second full read gives other records") }
      return failures + leaks(stage, sink, error)
    }
  }

  /// Every record has its key, no two share one, all are of one kind, and a person is somebody.
  public func recordFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let stage = try stage(fixture)
      let repeats = try RecordedExchanges(folder: fixture.folder).repeats
      let (sink, _) = await read(stage, fixture)
      return (sink.records.isEmpty ? ["yields no record"] : [])
        + ConnectorConformance.wrong(sink.records, repeats: repeats)
    }
  }

  /// The check of a connection tells success, wrong credentials and a tool that is not there apart.
  public func checkFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      var failures: [String] = []
      let good = try stage(fixture)
      guard let source = good.source as? any CheckableSource else { return ["the source cannot be checked"] }
      let problems = await source.check(stream: fixture.stream)
      if !problems.isEmpty { failures.append("the check of a good connection finds: \(problems[0])") }
      let refused = try stage(fixture)
      refused.tool.refuses()
      let refusal = await (refused.source as? any CheckableSource)?.check(stream: fixture.stream).first
      if refusal?.recovery != .authorisation {
        failures.append("wrong credentials are told as: \(refusal.map { "\($0)" } ?? "nothing")")
      }
      if let refusal { failures += leaks(refused, CollectingSink(), refusal) }
      let gone = try stage(fixture, baseURL: Self.nowhere)
      let absence = await (gone.source as? any CheckableSource)?.check(stream: fixture.stream).first
      if absence?.recovery != .transient {
        failures.append("a tool that is not there is told as: \(absence.map { "\($0)" } ?? "nothing")")
      }
      return failures
    }
  }

  /// From every checkpoint on, nothing is lost of what an undisturbed run reads after it, and nothing comes that it does
  /// not read; from the last one, and from one far in the future, a tool that has nothing new gives nothing.
  public func resumeFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      let stage = try stage(fixture)
      let (whole, _) = await read(stage, fixture)
      let asked = stage.tool.asked
      var failures: [String] = []
      for (index, batch) in whole.batches.enumerated() {
        guard let checkpoint = batch.checkpoint else { continue }
        failures += ConnectorConformance.unexplained(checkpoint, of: stage.source, stream: fixture.stream)
        let (rest, error) = await read(stage, fixture, from: checkpoint)
        if let error { failures.append("resumed after batch \(index + 1): \(error)") }
        let seen = Set((whole.batches[...index].flatMap(\.records) + rest.records).map(RecordText.text(of:)))
        let lost = whole.records.filter { !seen.contains(RecordText.text(of: $0)) }
        if !lost.isEmpty { failures.append("resumed after batch \(index + 1), \(lost.count) records are lost") }
        // What stands on pages that the whole read did not ask for came there meanwhile.
        guard stage.tool.asked == asked else { continue }
        let known = Set(whole.records.map(RecordText.text(of:)))
        let others = rest.records.filter { !known.contains(RecordText.text(of: $0)) }
        if !others.isEmpty {
          failures.append(
            "resumed after batch \(index + 1), \(others.count) records come that an undisturbed run does not give")
        }
      }
      guard let last = whole.checkpoint else { return failures + ["gives no checkpoint"] }
      guard try RecordedExchanges(folder: fixture.folder).nothing != nil else { return failures }
      for (checkpoint, what) in [(last, "nothing new"), (Self.future(last), "nothing after what is far in the future")]
      {
        let quiet = try self.stage(fixture)
        quiet.tool.becomesEmpty()
        let (nothing, error) = await read(quiet, fixture, from: checkpoint)
        if let error { failures.append("a tool with \(what) is an error: \(error)") }
        if !nothing.records.isEmpty { failures.append("a tool with \(what) gives \(nothing.records.count) records") }
      }
      return failures
    }
  }

  /// The same checkpoint with all its days long from now.
  private static func future(_ checkpoint: Checkpoint) -> Checkpoint {
    Checkpoint(
      checkpoint.text.replacing(/(?<before>[^0-9])[12][0-9]{3}-(?<after>[01][0-9]-[0-3][0-9])/) {
        "\($0.output.before)2999-\($0.output.after)"
      })
  }

  /// Whether a secret stands anywhere, raw, in base64 or as a URL writes it.
  func leaks(_ stage: Stage, _ sink: CollectingSink, _ error: KithError?) -> [String] {
    var texts = [error.map { "\($0)" } ?? ""]
    texts += sink.records.map(RecordText.text(of:)) + sink.batches.compactMap(\.checkpoint?.text)
    texts += sink.rejects.map { $0.reason + $0.place + String(decoding: $0.raw, as: UTF8.self) }
    texts += sink.batches.flatMap(\.notes)
    let text = texts.joined(separator: "\n")
    return SecretWatch(stage.settings).failures(in: text)
  }
}
