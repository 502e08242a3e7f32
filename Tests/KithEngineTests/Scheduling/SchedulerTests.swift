import Foundation
import KithCore
import KithStore
import KithTesting
import Testing

@testable import KithEngine

/// The state machine on simulated days, and its single rules.
@Suite struct SchedulerTests {
  private static let isFull = ProcessInfo.processInfo.environment["KITH_TESTS"] == "full"
  private static let start = Timestamp(seconds: 1_790_000_000)

  private func every(_ minutes: Int64, overlap: SourceSchedule.Overlap = .skip) -> SourceSchedule {
    SourceSchedule(.every(minutes * 60), overlap: overlap)
  }

  // MARK: simulated days

  /// What a simulation does with each source.
  private struct World {
    var dice: SeededGenerator
    var scheduler: Scheduler
    var schedules: [String: SourceSchedule] = [:]
    /// When the run of a source ends.
    var ends: [String: Timestamp] = [:]
    /// Ticks that began a run or were made up for by one, and those that were left out.
    var run: [String: Int] = [:]
    var skipped: [String: Int] = [:]
    var paused: Set<String> = []
    /// What sources have in common, and how many of those may run together.
    var shares: [String: Set<SharedAccess>] = [:]
    var bounds = SharedBounds.standard

    /// Of the sources that run, those that use it.
    func users(_ shared: SharedAccess) -> Int { ends.keys.count { shares[$0]?.contains(shared) == true } }

    /// Whether one source more would be too many for what it shares.
    func isHeldUp(_ source: String) -> Bool {
      shares[source, default: []].contains { users($0) >= most($0) }
    }

    func most(_ shared: SharedAccess) -> Int {
      if case .host = shared { bounds.perHost } else { bounds.perCredential }
    }
  }

  private static let access: [SharedAccess] = [.host("a"), .host("b"), .credential(1), .credential(2)]

  /// Every tick begins a run, is made up for by one, or is told to be left out; no source runs twice at a time, and no
  /// more than so many together, nor of those that share a host or a credential.
  @Test(arguments: 1...(isFull ? 2_000 : 25)) func everyTickIsAccountedFor(seed: UInt64) {
    let mostAtOnce = Int(seed % 3) + 1
    var world = World(dice: SeededGenerator(seed: seed), scheduler: Scheduler(mostAtOnce: mostAtOnce))
    for number in 0..<(world.dice.below(5) + 1) {
      let minutes = world.dice.pick([1, 5, 7, 30, 60, 720] as [Int64])
      world.schedules["s\(number)"] = every(minutes, overlap: world.dice.pick([.skip, .queue]))
    }
    // One without a schedule, which somebody starts now and then.
    for source in world.schedules.keys.sorted() + ["hand"] {
      world.shares[source] = Set(Self.access.filter { _ in world.dice.below(3) == 0 })
    }
    world.bounds = SharedBounds(perHost: world.dice.below(2) + 1, perCredential: world.dice.below(2) + 1)
    world.scheduler.load(
      world.schedules, shares: world.shares, bounds: world.bounds, lastTicks: [:], at: Self.start)
    var now = Self.start
    let end = Self.start.adding(seconds: (Self.isFull ? 30 : 10) * 86_400)
    while now < end {
      apply(world.scheduler.wake(at: now), &world, now, mostAtOnce, seed)
      #expect(Set(world.scheduler.running) == Set(world.ends.keys), "seed \(seed)")
      if world.dice.below(20) == 0, world.ends["hand"] == nil {
        #expect((world.scheduler.obstacle(to: "hand") != nil) == world.isHeldUp("hand"), "seed \(seed)")
        if !world.isHeldUp("hand") {
          world.scheduler.began("hand", at: now)
          world.ends["hand"] = now.adding(seconds: Double(world.dice.below(5_000) + 1))
          checkBounds(world, mostAtOnce, seed)
        }
      }
      // Sometimes nobody listens for a while, sometimes somebody pauses or resumes a source.
      if world.dice.below(400) == 0 {
        now = now.adding(seconds: Double(world.dice.below(100_000)))
      }
      if world.dice.below(200) == 0, let source = world.schedules.keys.sorted().randomElement(using: &world.dice) {
        if world.paused.remove(source) == nil { world.paused.insert(source) }
        world.scheduler.set(paused: world.paused, at: now)
      }
      let next = world.scheduler.nextWake(after: now.adding(seconds: 0.001))
      now = max(now.adding(seconds: 0.001), min(next, world.ends.values.min() ?? next))
      for (source, time) in world.ends where time <= now { finish(source, &world, now, mostAtOnce, seed) }
    }
    // A run that is stopped makes room for the next.
    for _ in 0..<5 { apply(world.scheduler.wake(at: now), &world, now, mostAtOnce, seed) }
    for (source, schedule) in world.schedules {
      var (ticks, cursor) = (0, Self.start)
      while let tick = schedule.next(after: cursor), tick <= now { (ticks, cursor) = (ticks + 1, tick) }
      let known = world.run[source, default: 0] + world.skipped[source, default: 0]
      // The newest may wait for its jitter, one may be in the queue, and all wait while there is no place.
      let waiting = ticks - known
      let isFull = world.ends.keys.count { $0 != "hand" } == mostAtOnce
      let isDone = waiting >= 0 && (waiting <= 2 || isFull || world.isHeldUp(source))
      #expect(isDone, "seed \(seed), \(source): \(ticks) ticks, \(known) accounted for")
    }
  }

  private func apply(
    _ actions: [Scheduler.Action], _ world: inout World, _ now: Timestamp, _ mostAtOnce: Int, _ seed: UInt64
  ) {
    for action in actions {
      switch action {
      case .start(let source, let tick, let trigger):
        #expect(world.ends[source] == nil, "seed \(seed): \(source) runs twice")
        #expect(!world.paused.contains(source), "seed \(seed): \(source) is paused")
        #expect(!world.isHeldUp(source), "seed \(seed): \(source) begins beside others that use the same")
        world.ends[source] = now.adding(seconds: Double(world.dice.below(world.dice.pick([20, 600, 20_000])) + 1))
        if tick != nil || trigger == .queued { world.run[source, default: 0] += 1 }
        if case .missed(let count) = trigger { world.run[source, default: 0] += count }
      case .skip(let source, let ticks, _): world.skipped[source, default: 0] += ticks
      case .stop(let source, _): finish(source, &world, now, mostAtOnce, seed)
      case .pause(let source, _): world.paused.insert(source)
      }
    }
    checkBounds(world, mostAtOnce, seed)
  }

  private func checkBounds(_ world: World, _ mostAtOnce: Int, _ seed: UInt64) {
    #expect(world.ends.keys.count { $0 != "hand" } <= mostAtOnce, "seed \(seed)")
    for shared in Self.access { #expect(world.users(shared) <= world.most(shared), "seed \(seed): \(shared)") }
  }

  private func finish(_ source: String, _ world: inout World, _ now: Timestamp, _ mostAtOnce: Int, _ seed: UInt64) {
    world.ends[source] = nil
    let outcome: Scheduler.Outcome = world.dice.pick([
      .succeeded, .succeeded, .succeeded, .failed(.transient, retryAfter: nil), .failed(.transient, retryAfter: 500),
      .failed(.configuration, retryAfter: nil), .elsewhere,
    ])
    let random = Double(world.dice.below(1_000)) / 1_000
    apply(world.scheduler.ended(source, outcome, at: now, random: random), &world, now, mostAtOnce, seed)
  }

  // MARK: single rules

  /// A machine with one source that has just run its first tick.
  private func running(_ schedule: SourceSchedule) -> (scheduler: Scheduler, now: Timestamp) {
    var scheduler = Scheduler(mostAtOnce: 2)
    scheduler.load(["a": schedule], lastTicks: [:], at: Self.start)
    let now = scheduler.nextWake(after: Self.start)
    #expect(scheduler.wake(at: now).count == 1)
    return (scheduler, now)
  }

  @Test func aTickDuringARunIsLeftOutOrWaits() {
    for overlap in SourceSchedule.Overlap.allCases {
      var (scheduler, now) = running(every(1, overlap: overlap))
      now = now.adding(seconds: 60)
      let second = scheduler.wake(at: now)
      let third = scheduler.wake(at: now.adding(seconds: 60))
      #expect(third == [.skip(source: "a", ticks: 1, .running)])
      now = now.adding(seconds: 61)
      _ = scheduler.ended("a", .succeeded, at: now, random: 0)
      let after = scheduler.wake(at: now)
      if overlap == .skip {
        #expect(second == [.skip(source: "a", ticks: 1, .running)] && after.isEmpty)
      } else {
        #expect(second.isEmpty && after == [.start(source: "a", scheduledAt: nil, .queued)])
      }
    }
  }

  @Test func missedTicksBecomeOneRunAndOldOnesNone() {
    var scheduler = Scheduler(mostAtOnce: 1)
    let last = Self.start
    // The process was down for two days.
    let now = last.adding(seconds: 2 * 86_400 + 30)
    scheduler.load(["a": every(60)], lastTicks: ["a": last], at: now)
    let actions = scheduler.wake(at: now)
    guard case .skip("a", let old, .tooOld) = actions.first, case .start("a", .some, .missed(let missed)) = actions.last
    else {
      Issue.record("\(actions)")
      return
    }
    #expect(old + missed + 1 == 48 && (23...24).contains(missed), "\(old), \(missed)")
    #expect(scheduler.wake(at: now.adding(seconds: 1)).isEmpty)
  }

  @Test func passingFailuresAreTriedAgainAfterARandomTime() {
    var (scheduler, now) = running(every(720))
    for (failures, most) in [(1, 60.0), (2, 120), (3, 240), (4, 480)] {
      _ = scheduler.ended("a", .failed(.transient, retryAfter: nil), at: now, random: 0.5)
      #expect(scheduler.wake(at: now.adding(seconds: most / 2 - 1)).isEmpty)
      now = now.adding(seconds: most / 2)
      #expect(scheduler.wake(at: now) == [.start(source: "a", scheduledAt: nil, .retry(failures))])
    }
    // The fifth makes it rest; afterwards one run shows whether it works again.
    _ = scheduler.ended("a", .failed(.transient, retryAfter: nil), at: now, random: 0.5)
    #expect(scheduler.wake(at: now.adding(seconds: 3_599)).isEmpty)
    now = now.adding(seconds: 3_600)
    #expect(scheduler.wake(at: now) == [.start(source: "a", scheduledAt: nil, .probe)])
    _ = scheduler.ended("a", .failed(.transient, retryAfter: nil), at: now, random: 0)
    #expect(scheduler.wake(at: now.adding(seconds: 3_599)).isEmpty)
    _ = scheduler.wake(at: now.adding(seconds: 3_600))
    _ = scheduler.ended("a", .succeeded, at: now.adding(seconds: 3_601), random: 0)
    #expect(scheduler.nextWake(after: now.adding(seconds: 3_602)) > now.adding(seconds: 3_700))
  }

  @Test func whatTheToolSaysCounts() {
    var (scheduler, now) = running(every(720))
    _ = scheduler.ended("a", .failed(.transient, retryAfter: 900), at: now, random: 0.1)
    #expect(scheduler.wake(at: now.adding(seconds: 899)).isEmpty)
    now = now.adding(seconds: 900)
    #expect(scheduler.wake(at: now).count == 1)
    // What a person must mend is not tried again by itself.
    _ = scheduler.ended("a", .failed(.configuration, retryAfter: nil), at: now, random: 0)
    #expect(scheduler.wake(at: now.adding(seconds: 3_600)).isEmpty)
  }

  @Test func aRefusedCredentialPauses() {
    var (scheduler, now) = running(every(1))
    let actions = scheduler.ended("a", .failed(.authorisation, retryAfter: nil), at: now, random: 0)
    guard case .pause("a", _) = actions.first else {
      Issue.record("\(actions)")
      return
    }
    now = now.adding(seconds: 120)
    #expect(scheduler.wake(at: now) == [.skip(source: "a", ticks: 2, .paused)])
    scheduler.set(paused: [], at: now)
    now = now.adding(seconds: 60)
    #expect(scheduler.wake(at: now).count == 1)
  }

  @Test func aRunThatTakesTooLongOrStandsStillIsStopped() {
    let schedule = SourceSchedule(.every(86_400), mostSeconds: 3_600, stallSeconds: 600)
    var (scheduler, now) = running(schedule)
    scheduler.progressed("a", at: now.adding(seconds: 500))
    #expect(scheduler.wake(at: now.adding(seconds: 1_099)).isEmpty)
    #expect(scheduler.wake(at: now.adding(seconds: 1_100)) == [.stop(source: "a", .stalled)])
    #expect(scheduler.wake(at: now.adding(seconds: 1_200)).isEmpty, "it is told once")
    (scheduler, now) = running(schedule)
    for second in stride(from: 0.0, to: 3_600, by: 300) { scheduler.progressed("a", at: now.adding(seconds: second)) }
    #expect(scheduler.wake(at: now.adding(seconds: 3_600)) == [.stop(source: "a", .tooLong)])
  }

  @Test func whatSharesACredentialTakesTurns() {
    var scheduler = Scheduler(mostAtOnce: 8)
    let shares: [String: Set<SharedAccess>] = [
      "a": [.host("x"), .credential(1)], "b": [.host("x"), .credential(1)], "c": [.host("x"), .credential(2)],
      "d": [.host("x")], "hand": [.credential(2)],
    ]
    let schedules = Dictionary(uniqueKeysWithValues: ["a", "b", "c", "d"].map { ($0, every(60)) })
    scheduler.load(schedules, shares: shares, lastTicks: [:], at: Self.start)
    let now = Self.start.adding(seconds: 3_700)
    // One of the credential, and two of the host, which leaves room for none of the others.
    _ = scheduler.wake(at: now)
    #expect(scheduler.running == ["a", "c"])
    #expect(scheduler.obstacle(to: "b")?.running.contains("a") == true)
    #expect(scheduler.obstacle(to: "hand")?.running == ["c"])
    _ = scheduler.ended("c", .succeeded, at: now, random: 0)
    _ = scheduler.wake(at: now)
    #expect(scheduler.running == ["a", "d"])
    #expect(scheduler.obstacle(to: "hand") == nil)
    scheduler.began("hand", at: now)
    #expect(scheduler.running == ["a", "d", "hand"])
    _ = scheduler.ended("a", .succeeded, at: now, random: 0)
    _ = scheduler.wake(at: now)
    #expect(scheduler.running == ["b", "d", "hand"])
    // Other bounds hold from then on.
    scheduler.load(
      schedules, shares: shares, bounds: SharedBounds(perHost: 1, perCredential: 1), lastTicks: [:], at: now)
    _ = scheduler.ended("b", .succeeded, at: now, random: 0)
    #expect(scheduler.obstacle(to: "a")?.running == ["d"])
    _ = scheduler.ended("hand", .failed(.transient, retryAfter: nil), at: now, random: 0)
    #expect(scheduler.running == ["d"])
  }

  @Test func aSourceThatIsTakenAwayDuringItsRunRunsNoMore() {
    var (scheduler, now) = running(every(1))
    scheduler.load([:], lastTicks: [:], at: now)
    #expect(scheduler.running == ["a"])
    now = now.adding(seconds: 300)
    #expect(scheduler.wake(at: now).isEmpty)
    #expect(scheduler.wake(at: now.adding(seconds: 86_400)) == [.stop(source: "a", .tooLong)])
    _ = scheduler.ended("a", .failed(.transient, retryAfter: nil), at: now, random: 0)
    #expect(scheduler.running.isEmpty && scheduler.wake(at: now.adding(seconds: 90_000)).isEmpty)
  }

  @Test func followersRunWhenAllBeforeThemAreDone() {
    var scheduler = Scheduler(mostAtOnce: 3)
    scheduler.load(
      ["a": every(60), "b": every(60), "c": SourceSchedule(.after(["a", "b"]))], lastTicks: [:], at: Self.start)
    let now = Self.start.adding(seconds: 3_700)
    #expect(scheduler.wake(at: now).count == 2)
    _ = scheduler.ended("a", .succeeded, at: now, random: 0)
    #expect(scheduler.wake(at: now).isEmpty)
    _ = scheduler.ended("b", .failed(.configuration, retryAfter: nil), at: now, random: 0)
    #expect(scheduler.wake(at: now).isEmpty)
    let later = now.adding(seconds: 3_600)
    #expect(scheduler.wake(at: later).count == 2)
    _ = scheduler.ended("b", .succeeded, at: later, random: 0)
    #expect(scheduler.wake(at: later) == [.start(source: "c", scheduledAt: nil, .after)])
  }
}
