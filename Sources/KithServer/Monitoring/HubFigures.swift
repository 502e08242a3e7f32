import Dispatch
import KithCore
import KithEngine
import KithStore
import Synchronization

/// What the hub knows of its sources, in figures that take a moment to sum up in a large hub.
struct HubFigures: Sendable {
  var status: [SourceStatus]
  var totals: [RunTotals]
  var successes: [StreamSuccess]
  var queue: (profiles: Int, refreshes: Int)

  init(_ store: HubStore) throws(KithError) {
    status = try store.status()
    totals = try store.runTotals()
    successes = try store.streamSuccesses()
    queue = try store.identityQueue()
  }
}

/// Keeps the figures for some seconds, so that who asks often costs little.
final class FiguresCache: Sendable {
  private struct State {
    var figures: HubFigures?
    var readAt: ContinuousClock.Instant?
    var cost: Duration = .zero
    var generation = -1
    var isReading = false
  }

  private let state = Mutex(State())
  private let metrics: ServiceMetrics

  private static let shortest = Duration.seconds(5)
  /// Summing up takes at most this part of the time.
  private static let share = 20

  init(_ metrics: ServiceMetrics) { self.metrics = metrics }

  /// The figures, a few seconds old at most unless reading them takes long; a run of this process makes them new. Where it
  /// takes long, nobody waits for it but the first.
  func figures(_ store: HubStore) throws(KithError) -> HubFigures {
    let generation = metrics.generation
    let (known, mustRead) = state.withLock { state -> (HubFigures?, Bool) in
      guard let figures = state.figures, let readAt = state.readAt else { return (nil, true) }
      let age = ContinuousClock.now - readAt
      if state.generation == generation, age < max(Self.shortest, state.cost * Self.share) { return (figures, false) }
      if state.cost < Self.shortest / Self.share { return (nil, true) }
      defer { state.isReading = true }
      return (figures, !state.isReading)
    }
    guard let known else { return try read(store, generation) }
    if mustRead {
      DispatchQueue.global(qos: .utility).async {
        // What fails is tried again by the next one who asks.
        _ = try? self.read(store, generation)
        self.state.withLock { $0.isReading = false }
      }
    }
    return known
  }

  private func read(_ store: HubStore, _ generation: Int) throws(KithError) -> HubFigures {
    let begin = ContinuousClock.now
    let figures = try HubFigures(store)
    state.withLock { state in
      state.figures = figures
      state.readAt = begin
      state.cost = ContinuousClock.now - begin
      state.generation = generation
    }
    return figures
  }
}
