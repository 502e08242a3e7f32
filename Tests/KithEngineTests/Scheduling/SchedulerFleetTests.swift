import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithEngine
@testable import KithStore

/// Two schedulers with clocks that differ, on one hub, that stand still and are killed: each tick has one run, no source
/// runs twice at a time, and no lease is left behind.
@Suite struct SchedulerFleetTests {
  private static let isFull = ProcessInfo.processInfo.environment["KITH_TESTS"] == "full"
  private static let start = Timestamp(seconds: 1_790_000_000)

  @Test func inAFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fleet = try Fleet(.file(folder.appendingPathComponent("kith.sqlite").path), sources: 4)
    try fleet.run(ticks: Self.isFull ? 10_000 : 400)
  }

  /// In PostgreSQL a lease runs out: whoever stands still too long while it runs sources loses them to the other.
  @Test func inPostgreSQL() throws {
    let url = try PostgresURL(PostgresServer.shared().schemaURL(), isPublic: false)
    let fleet = try Fleet(.postgres(url), sources: 20, losesLeases: true)
    try fleet.run(ticks: Self.isFull ? 10_000 : 1_000)
    #expect(fleet.lost > 0 && fleet.undecided > 0)
  }

  private final class Fleet {
    struct Worker {
      var store: HubStore
      var scheduler: Scheduler
      var skew: Double
      var sleepsUntil: Timestamp
      var runs: [String: (end: Timestamp, run: RunID, lease: SourceLease)] = [:]
      /// Of sources whose run has not begun.
      var leases: [SourceLease] = []
    }

    let location: HubLocation
    let sources: [String]
    /// Whether a worker that stands still does so in the middle of its runs.
    let losesLeases: Bool
    private let schedules: [String: SourceSchedule]
    private var now = Timestamp(seconds: SchedulerFleetTests.start.seconds / 60 * 60 + 30)
    private var workers: [Worker] = []
    /// Those with a lease that holds.
    private var running: Set<String> = []
    private var dice = SeededGenerator(seed: 7)
    /// Runs whose worker lost its lease.
    private(set) var lost = 0
    /// Ticks that a worker left to another one that had the source and had not begun.
    private(set) var undecided = 0

    init(_ location: HubLocation, sources count: Int, losesLeases: Bool = false) throws {
      self.location = location
      self.losesLeases = losesLeases
      sources = (1...count).map { "s\($0)" }
      schedules = Dictionary(uniqueKeysWithValues: sources.map { ($0, SourceSchedule(.every(60))) })
      workers = [try worker(skew: -4), try worker(skew: 3)]
    }

    private func worker(skew: Double) throws -> Worker {
      let store = try HubStore(location)
      var scheduler = Scheduler(mostAtOnce: sources.count)
      scheduler.load(schedules, lastTicks: try store.lastTicks(), at: now.adding(seconds: skew))
      return Worker(store: store, scheduler: scheduler, skew: skew, sleepsUntil: now)
    }

    func run(ticks: Int) throws {
      let steps = ticks / sources.count * 60 / 5
      for step in 0..<steps {
        now = now.adding(seconds: 5)
        for index in workers.indices where workers[index].sleepsUntil <= now && !workers[index].leases.isEmpty {
          try kill(index)
        }
        let dying = try step < steps - 100 && dice.below(20) == 0 && areAllAlive() ? dice.below(2) : nil
        for index in workers.indices where workers[index].sleepsUntil <= now {
          try wake(index, isDying: index == dying)
        }
        if let dying, !workers[dying].leases.isEmpty {
          workers[dying].sleepsUntil = now.adding(seconds: Double(dice.below(30) + 5))
          continue
        }
        // One of them stands still or is killed now and then, never both.
        let victim = dice.below(2)
        if workers[1 - victim].sleepsUntil > now || workers[victim].sleepsUntil > now || step > steps - 100 { continue }
        if dice.below(60) == 0 {
          try standStill(victim)
        } else if dice.below(60) == 0 {
          try kill(victim)
        }
      }
      try check(ticks)
    }

    /// Nobody stands still, and no run is left of somebody who was killed.
    private func areAllAlive() throws -> Bool {
      if workers.contains(where: { $0.sleepsUntil > now }) { return false }
      let left = try workers[0].store.read { db in
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM runs WHERE status = 'running'")
      }
      return left == workers[0].runs.count + workers[1].runs.count
    }

    /// And has it begin again.
    private func kill(_ victim: Int) throws {
      running.subtract(workers[victim].runs.keys)
      let skew = workers[victim].skew
      workers[victim] = try worker(skew: skew)
    }

    private func wake(_ index: Int, isDying: Bool) throws {
      let own = now.adding(seconds: workers[index].skew)
      for (source, run) in workers[index].runs where run.end <= now {
        workers[index].runs[source] = nil
        do {
          try workers[index].store.finishRun(run.run, status: .succeeded, at: own)
          running.remove(source)
          _ = workers[index].scheduler.ended(source, .succeeded, at: own, random: 0)
        } catch {
          #expect(error.what == "the run has lost its lease" && losesLeases)
          lost += 1
          _ = workers[index].scheduler.ended(source, .failed(.transient, retryAfter: nil), at: own, random: 0)
        }
      }
      for action in workers[index].scheduler.wake(at: own) {
        guard case .start(let source, let tick, _) = action else { continue }
        let store = workers[index].store
        guard let lease = try store.leaseIfFree(source: source) else {
          let isOpen = try tick.map { try store.isOpen(tick: $0, of: source) } ?? false
          if isOpen { undecided += 1 }
          _ = workers[index].scheduler.ended(source, isOpen ? .undecided : .elsewhere, at: own, random: 0)
          continue
        }
        if isDying {
          // It has the lease, and dies before it begins the run.
          workers[index].leases.append(lease)
        } else if let run = try store.startRun(
          source: source, connector: "csv", mode: "incremental", scheduledAt: tick, at: own)
        {
          #expect(running.insert(source).inserted, "\(source) runs twice")
          workers[index].runs[source] = (now.adding(seconds: Double(dice.below(20) + 1)), run, lease)
        } else {
          _ = workers[index].scheduler.ended(source, .elsewhere, at: own, random: 0)
        }
      }
    }

    private func standStill(_ victim: Int) throws {
      let held = workers[victim].runs.keys
      if !held.isEmpty {
        guard losesLeases else { return }
        // As after a minute without renewal.
        let names = held.map { "'\($0)'" }.joined(separator: ", ")
        try workers[1 - victim].store.write { db in
          try db.execute(
            sql: "UPDATE leases SET expires_at = clock_timestamp() - interval '1 s' WHERE source IN (\(names))")
        }
        running.subtract(held)
      }
      workers[victim].sleepsUntil = now.adding(seconds: Double(dice.below(300)) + (held.isEmpty ? 0 : 60))
    }

    private func check(_ ticks: Int) throws {
      let runs = try workers[0].store.runs(limit: 100_000)
      for source in sources {
        let times = runs.filter { $0.source == source }.compactMap(\.scheduledAt).map(\.seconds).sorted()
        #expect(Set(times).count == times.count, "\(source): a tick was run twice")
        let missing = zip(times, times.dropFirst()).filter { $1 - $0 != 60 }
        #expect(missing.isEmpty, "\(source): \(missing.count) gaps of \(times.count)")
        #expect(times.count >= ticks / sources.count - 3)
      }
      for index in workers.indices { workers[index].runs = [:] }
      if case .postgres = location {
        let left = try workers[0].store.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM leases") }
        #expect(left == 0)
      }
    }
  }
}
