import Foundation
import KithConnectorKit
import KithCore
import Synchronization

extension ConnectorConformance {
  /// As little as a source can be given: batches of 16 KiB.
  private static let small = MemoryBudget(megabytes: 65)
  private static let longSize = 512 << 10

  /// A file that is much longer than what a run may hold is handed over while it is read, in batches of their share of
  /// memory. Stopped after the first of them, the run ends with an error and hands over no more.
  public func memoryFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      let suffix = input.split(separator: ".").last.map(String.init) ?? "txt"
      guard let original = FileManager.default.contents(atPath: input),
        let bytes = Self.longer(String(decoding: original, as: UTF8.self), suffix: suffix)
      else { return [] }
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let path = try folder.write(bytes, as: "long.\(suffix)")
      let source = try open(stream: fixture.stream, layout: fixture.layout, path: path, memory: Self.small)
      let watch = FileWatch()
      try await source.read(ReadRequest(stream: fixture.stream), into: watch)
      var failures: [String] = []
      let count = watch.counts.reduce(0, +)
      // What is counted of a record are its values, and names may be much of it.
      let most = max(count * Self.small.batchBytes * 4 / bytes.count, 4)
      if let largest = watch.counts.max(), largest > most {
        failures.append("much longer: a batch holds \(largest) records; allowed: \(most)")
      }
      if let read = watch.read, read > bytes.count / 2 {
        failures.append("much longer: \(read) of \(bytes.count) bytes were read before the first batch")
      }
      return failures + (await stopFailures(fixture, source))
    }
  }

  private func stopFailures(_ fixture: Fixture, _ source: any Source) async -> [String] {
    let stopper = Stopper()
    let watch = FileWatch(stopper: stopper)
    let task = Task { () -> KithError? in
      do throws(KithError) {
        try await source.read(ReadRequest(stream: fixture.stream), into: watch)
        return nil
      } catch { return error }
    }
    stopper.holds { task.cancel() }
    let error = await task.value
    var failures = error == nil ? ["stopped after its first batch, ends as if nothing were"] : []
    if watch.counts.count > 1 {
      failures.append("stopped after its first batch, hands over \(watch.counts.count - 1) more")
    }
    return failures
  }

  /// A file of about half a megabyte with the same records again and again; nil for what cannot be made longer like that.
  private static func longer(_ text: String, suffix: String) -> [UInt8]? {
    if text.utf8.contains(0) || text.isEmpty { return nil }
    let copies = longSize / text.utf8.count + 1
    switch suffix {
    case "csv", "tsv", "txt":
      guard let end = text.utf8.firstIndex(of: 0x0A) else { return nil }
      let head = text[...end]
      let rows = text[text.utf8.index(after: end)...]
      let isWhole = rows.utf8.last == 0x0A
      return Array((String(head) + String(repeating: isWhole ? String(rows) : rows + "\n", count: copies)).utf8)
    case "ndjson", "jsonl", "log", "vcf":
      let isWhole = text.utf8.last == 0x0A
      return Array(String(repeating: isWhole ? text : text + "\n", count: copies).utf8)
    case "json":
      guard case .list(let items)? = JSONText(text), !items.isEmpty else { return nil }
      return Array(JSONText.list((0..<copies).flatMap { _ in items }).text.utf8)
    default: return nil
    }
  }
}

/// Watches how much a run over a file holds, and stops it after its first batch when it is told to.
private final class FileWatch: RecordSink {
  private let stopper: Stopper?
  private let state = Mutex<[(count: Int, progress: Int64)]>([])

  init(stopper: Stopper? = nil) { self.stopper = stopper }

  /// Records and rejects of each batch.
  var counts: [Int] { state.withLock { $0.map(\.count) } }
  /// Bytes that had been read when the first batch came; nil when it was the only one.
  var read: Int? { state.withLock { $0.count > 1 ? Int($0[0].progress) : nil } }

  func send(_ batch: Batch) async throws(KithError) {
    let isFirst = state.withLock { batches in
      batches.append((batch.records.count + batch.rejects.count, batch.progress))
      return batches.count == 1
    }
    if isFirst { stopper?.stop() }
  }
}
