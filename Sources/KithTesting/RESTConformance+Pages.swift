import KithConnectorKit
import KithCore
import Synchronization

extension RESTConformance {
  /// The lists of a fixture, when the stream has any that come page by page.
  private func history(_ fixture: Fixture) async throws(KithError) -> (
    listing: RESTListing, history: RecordedHistory, whole: CollectingSink
  )? {
    guard let listing = (connector as? RESTConnector)?.listing(of: fixture.stream) else { return nil }
    let stage = try stage(fixture)
    let (whole, error) = await read(stage, fixture)
    if let error { throw error }
    let history = RecordedHistory(listing, stage.tool.exchanges, base: stage.tool.server.url)
    return history.count == 0 || !history.isTrue ? nil : (listing, history, whole)
  }

  /// Whether the lists of a fixture can be handed out in pages of another size.
  public func isPaged(_ fixture: Fixture) async -> Bool {
    do throws(KithError) { return try await history(fixture) != nil } catch { return false }
  }

  /// The same records come, in the same order, whatever the size of a page.
  public func pageFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      guard let (listing, history, whole) = try await history(fixture) else { return [] }
      let expected = whole.records.map(RecordText.text(of:))
      // A tool that says the same twice cannot do so with one record on each page.
      let smallest = try RecordedExchanges(folder: fixture.folder).repeats ? 2 : 1
      var failures: [String] = []
      for size in Set([smallest, 2, history.longest + 1]).sorted() {
        let stage = try stage(fixture)
        stage.tool.plays(PagedLists(listing, history: history, size: size))
        let (sink, error) = await read(stage, fixture)
        let what = "with \(size) records on a page"
        if let error { failures.append("\(what) the read fails: \(error)") }
        let found = sink.records.map(RecordText.text(of:))
        if found != expected {
          failures.append(
            "\(what) \(found.count) records come, not the \(expected.count) of before, or in another order")
        }
        if sink.rejects.map(\.code) != whole.rejects.map(\.code) { failures.append("\(what) other rejects come") }
        if sink.checkpoint != whole.checkpoint { failures.append("\(what) the run ends with another checkpoint") }
      }
      return failures
    }
  }

  /// As little as a source can be given: batches of 16 KiB.
  private static let small = MemoryBudget(megabytes: 65)

  /// A list that is much longer than what a run may hold is handed over while it comes: no batch holds more than its share
  /// of memory, and never more than the page in use and the next one are kept back. Stopped on its way, the run asks for
  /// no more.
  public func memoryFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { () throws(KithError) in
      guard let (listing, history, whole) = try await history(fixture) else { return [] }
      let handed = whole.records.count + whole.rejects.count
      // Where records are left out, it is counted by whole copies of the list. Of several lists, each with a share of its
      // own, nobody can tell.
      let isExact = handed == history.count
      if !isExact, history.lists.count > 1 { return [] }
      let bytes = max(history.bytes / history.count, 1)
      let size = max(4_096 / bytes, 1)
      let copies = 8 * Self.small.batchBytes / history.bytes + 1
      let stage = try stage(fixture, memory: Self.small)
      stage.tool.plays(PagedLists(listing, history: history, size: size, copies: copies))
      let watch = MemoryWatch(tool: stage.tool, share: Double(handed) / Double(history.count))
      let error = await read(stage, fixture, into: watch)
      if let error { return ["a list of \(history.count * copies) records cannot be read: \(error)"] }
      var failures: [String] = []
      // A batch is full with the record that goes beyond its share, and that may be a large one.
      let most = Self.small.batchBytes / bytes * 2 + size
      if watch.largest > most {
        failures.append("a batch holds \(watch.largest) records of some \(bytes) bytes; allowed: \(most)")
      }
      let kept = 2 * size + (isExact ? 0 : history.count)
      if watch.keptBack > kept {
        failures.append("\(watch.keptBack) records are kept back, on pages of \(size); allowed: \(kept)")
      }
      return failures + (try await stopFailures(fixture, listing, history, size: size, copies: copies))
    }
  }

  private func stopFailures(
    _ fixture: Fixture, _ listing: RESTListing, _ history: RecordedHistory, size: Int, copies: Int
  ) async throws(KithError) -> [String] {
    let stage = try stage(fixture, memory: Self.small)
    stage.tool.plays(PagedLists(listing, history: history, size: size, copies: copies))
    let stopper = Stopper()
    let watch = MemoryWatch(tool: stage.tool, stopper: stopper)
    let task = Task { await read(stage, fixture, into: watch) }
    stopper.holds { task.cancel() }
    let error = await task.value
    let more = stage.tool.count - watch.asked
    var failures = error == nil ? ["stopped after its first batch, the run ends as if nothing were"] : []
    // Two may have been on their way: the next page, and what the one after it belongs to.
    if more > 2 { failures.append("stopped after its first batch, the run asks \(more) times more") }
    return failures
  }
}

/// Watches how much a run holds, and stops it after its first batch when it is told to.
private final class MemoryWatch: RecordSink {
  private struct State {
    var taken = 0
    var largest = 0
    var keptBack = 0
    var asked: Int?
  }

  private let tool: RecordedTool
  /// How many of the records of a list are handed over.
  private let share: Double
  private let stopper: Stopper?
  private let state = Mutex(State())

  init(tool: RecordedTool, share: Double = 1, stopper: Stopper? = nil) {
    self.tool = tool
    self.share = share
    self.stopper = stopper
  }

  /// Records of the largest batch.
  var largest: Int { state.withLock { $0.largest } }
  /// The most records that had been asked for and not been handed over.
  var keptBack: Int { state.withLock { $0.keptBack } }
  /// Requests that had come with the first batch.
  var asked: Int { state.withLock { $0.asked ?? 0 } }

  func send(_ batch: Batch) async throws(KithError) {
    let (given, asked) = (tool.given, tool.count)
    let isFirst = state.withLock { state in
      let count = batch.records.count + batch.rejects.count
      state.taken += count
      state.largest = max(state.largest, count)
      state.keptBack = max(state.keptBack, Int(Double(given) * share) - state.taken)
      defer { state.asked = state.asked ?? asked }
      return state.asked == nil
    }
    if isFirst { stopper?.stop() }
  }
}
