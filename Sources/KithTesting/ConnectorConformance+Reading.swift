import Foundation
import KithConnectorKit
import KithCore

extension ConnectorConformance {
  /// What preview shows is what a run reads.
  public func previewFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      let source = try open(stream: fixture.stream, layout: fixture.layout, path: input)
      guard let previewable = source as? any PreviewableSource else { return ["the source has no preview"] }
      let previewed = try await previewable.preview(stream: fixture.stream, limit: 10_000)
      let sink = try await read(source, stream: fixture.stream)
      var records: [Record] = []
      var rejects: [Reject] = []
      for item in previewed {
        switch item.outcome {
        case .record(let record): records.append(record)
        case .reject(let reject): rejects.append(reject)
        }
      }
      var failures: [String] = []
      if records != sink.records { failures.append("has other records in preview than in a run") }
      if rejects.map(Self.told) != sink.rejects.map(Self.told) {
        failures.append("has other rejects in preview than in a run")
      }
      return failures
    }
  }

  /// What a reject says, without what only a replay needs.
  private static func told(_ reject: Reject) -> [String] {
    [reject.code, reject.reason, reject.place, String(decoding: reject.raw, as: UTF8.self)]
  }

  /// Reading on from the end finds nothing, and from any checkpoint on exactly what an undisturbed run read after it,
  /// also when the run broke off there.
  public func checkpointFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let suffix = input.split(separator: ".").last.map(String.init) ?? "txt"
      for name in ["a", "b", "c"] { try folder.copy(input, as: "\(name).\(suffix)") }
      let source = try open(stream: fixture.stream, layout: fixture.layout, path: "\(folder.path)/*.\(suffix)")
      let whole = try await read(source, stream: fixture.stream)
      guard let last = whole.checkpoint else { return ["gives no checkpoint"] }
      var failures: [String] = []
      let again = try await read(source, stream: fixture.stream, from: last)
      if !again.records.isEmpty || !again.rejects.isEmpty {
        failures.append("is read again after its end: \(again.records.count) records, \(again.rejects.count) rejects")
      }
      let batches = whole.batches
      for (index, batch) in batches.enumerated() {
        guard let checkpoint = batch.checkpoint else { continue }
        failures += Self.unexplained(checkpoint, of: source, stream: fixture.stream)
        let rest = try await read(source, stream: fixture.stream, from: checkpoint)
        let expected = batches[(index + 1)...]
        if rest.records != expected.flatMap(\.records) || rest.rejects != expected.flatMap(\.rejects) {
          failures.append("resumed after batch \(index + 1) of \(batches.count) differs from an undisturbed run")
        }
        failures += await broken(fixture, source, after: index + 1, whole: whole)
      }
      return failures
    }
  }

  /// What a checkpoint says can be told in words.
  static func unexplained(_ checkpoint: Checkpoint, of source: any Source, stream: String) -> [String] {
    guard let source = source as? any ExplainableSource else { return ["cannot explain its checkpoints"] }
    do throws(KithError) {
      let reading = try source.explain(stream: stream, checkpoint: checkpoint)
      if reading.position?.isEmpty ?? true { return ["a checkpoint says nothing: \(checkpoint.text)"] }
      // The words do not depend on there being one.
      return try source.explain(stream: stream, checkpoint: nil).manner == reading.manner ? [] : ["its manner changes"]
    } catch {
      return ["a checkpoint cannot be explained: \(error)"]
    }
  }

  /// A run whose sink gives up after some batches, and the run that follows it: together what one run reads.
  private func broken(
    _ fixture: Fixture, _ source: any Source, after count: Int, whole: CollectingSink
  ) async -> [String] {
    let sink = CollectingSink(accepting: count)
    do throws(KithError) {
      try await source.read(ReadRequest(stream: fixture.stream), into: sink)
    } catch {
      if error.recovery != .transient { return ["turns the sink's error into another: \(error)"] }
    }
    do throws(KithError) {
      let rest = try await read(source, stream: fixture.stream, from: sink.checkpoint)
      let isEqual = sink.records + rest.records == whole.records
      return isEqual ? [] : ["broken off after \(count) batches and read on differs from an undisturbed run"]
    } catch {
      return ["cannot be read on after a broken run: \(error)"]
    }
  }
}

/// A folder of its own for one check.
struct TemporaryFolder {
  let path: String

  init() throws(KithError) {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)").path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw KithError(.transient, "cannot make a folder", place: path, seen: "\(error)")
    }
  }

  func copy(_ source: String, as name: String) throws(KithError) {
    do {
      try FileManager.default.copyItem(atPath: source, toPath: "\(path)/\(name)")
    } catch {
      throw KithError(.transient, "cannot copy a file", place: source, seen: "\(error)")
    }
  }

  /// The path of the file written.
  func write(_ bytes: [UInt8], as name: String) throws(KithError) -> String {
    let file = "\(path)/\(name)"
    if FileManager.default.createFile(atPath: file, contents: Data(bytes)) { return file }
    throw KithError(.transient, "cannot write a file", place: file)
  }

  /// A folder that cannot be removed is left to the system's own cleaning.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
