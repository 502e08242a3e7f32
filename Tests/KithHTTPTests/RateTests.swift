import KithCore
import Synchronization
import Testing

@testable import KithHTTP

@Suite struct RateTests {
  private static let now = VirtualTime.start

  private func hint(_ headers: HTTPHeaders, names: RateHeaderNames = .standard) -> RateHint {
    RateHint(headers: headers, names: names, now: Self.now)
  }

  @Test(arguments: [
    ("0", 0), ("7", 7), ("2.0", 2), ("0.25", 0.25), ("-5", 0), ("999999999", 86_400.0),
    ("1e300", 86_400), ("1800000030", 30), ("1800000030000", 30), ("1799999000", 0),
    // 2027-01-15 08:00:00 UTC is the start; all three forms of a date.
    ("Fri, 15 Jan 2027 08:00:42 GMT", 42), ("Friday, 15-Jan-27 08:00:42 GMT", 42), ("Fri Jan 15 08:00:42 2027", 42),
    ("Fri, 15 Jan 2027 07:00:00 GMT", 0), ("Fri, 31 Dec 2100 23:59:59 GMT", 86_400),
  ])
  func retryAfterIsReadInAllForms(text: String, seconds: Double) {
    #expect(hint(["Retry-After": text]).wait == seconds)
  }

  @Test(arguments: ["", "soon", "nan", "inf", "1e400", "7 apples", "0x"])
  func nonsenseIsNoWait(text: String) {
    #expect(hint(["Retry-After": text]).wait == nil)
  }

  /// The tool's clock is ten minutes ahead of ours.
  @Test func momentsAreHeldAgainstTheToolsOwnClock() {
    let headers: HTTPHeaders = [
      "Date": "Fri, 15 Jan 2027 08:10:00 GMT", "Retry-After": "Fri, 15 Jan 2027 08:10:05 GMT",
    ]
    #expect(hint(headers).wait == 5)
    #expect(
      hint(["Date": "Fri, 15 Jan 2027 08:10:00 GMT", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000605"])
        .wait == 5)
  }

  @Test func whatIsLeftIsReadFromManyHeaders() {
    #expect(hint(["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "12"]).wait == 12)
    #expect(hint(["x-rate-limit-remaining": "0", "X-Rate-Limit-Reset": "1800000012"]).wait == 12)
    #expect(hint(["RateLimit-Remaining": "3", "RateLimit-Reset": "12"]).wait == nil)
    #expect(hint(["RateLimit": "limit=100, remaining=0, reset=20"]).wait == 20)
    #expect(hint(["RateLimit": "\"burst\";r=0;t=5, \"daily\";r=90;t=9000"]).wait == 5)
    #expect(hint(["RateLimit": "\"burst\";r=5;t=5, \"daily\";r=0;t=9000"]).wait == 9_000)
    #expect(hint(["Retry-After-Ms": "1500", "Retry-After": "2"]).wait == 1.5)
    let own = RateHeaderNames(remaining: ["X-Left"], reset: ["X-Back"], resetUnit: .milliseconds)
    #expect(hint(["X-Left": "0", "X-Back": "10000"], names: own).wait == 10)
    let epoch = RateHeaderNames(remaining: ["X-Left"], reset: ["X-Back"], resetUnit: .epochMilliseconds)
    #expect(hint(["X-Left": "0", "X-Back": "1800000010000"], names: epoch).wait == 10)
  }

  /// One header for each part of the interface; that which has least left counts.
  @Test func partsHaveTheirOwnLimits() {
    var names = RateHeaderNames.standard
    names.parts = "Zendesk-RateLimit-"
    let left = ("zendesk-ratelimit-tickets-index", "total=100; remaining=99; resets=43")
    let none = ("Zendesk-RateLimit-search-index", "total=100; remaining=0; resets=7")
    func parts(_ fields: (String, String)...) -> RateHint {
      var headers = HTTPHeaders()
      for field in fields { headers.add(field.0, field.1) }
      return hint(headers, names: names)
    }
    #expect(parts(left).remaining == 99 && parts(left).wait == nil)
    #expect(parts(none).wait == 7)
    #expect(parts(left, none).wait == 7 && parts(none, left).wait == 7)
    // All that the account may ask is less than what the part has left.
    let all = ("X-Rate-Limit-Remaining", "0")
    #expect(parts(all, ("RateLimit-Reset", "9"), left).wait == 9)
    // Half of one says nothing.
    #expect(parts(("zendesk-ratelimit-x", "total=100; remaining=0")).wait == nil)
    #expect(hint(["zendesk-ratelimit-search-index": "remaining=0; resets=7"]).wait == nil)
  }

  // MARK: limits

  /// The seconds after the start at which requests that come all at once may begin.
  private func begins(_ limits: [RateLimit], requests: Int, from start: Int64 = 0) -> [Double] {
    var state = RateState(limits)
    var now = start
    return (0..<requests).map { _ in
      while case .notBefore(let moment) = state.take(at: now) { now = moment }
      return Double(now - start) / 1e6
    }
  }

  @Test func aSlidingWindowHoldsInAnyStretch() {
    #expect(begins([.slidingWindow(requests: 3, seconds: 10)], requests: 7) == [0, 0, 0, 10, 10, 10, 20])
  }

  @Test func aFixedWindowBeginsWithTheClock() {
    let start: Int64 = 1_800_000_055_000_000
    #expect(begins([.fixedWindow(requests: 2, seconds: 60)], requests: 5, from: start) == [0, 0, 5, 5, 65])
  }

  @Test func anIntervalSpreadsAndLimitsAddUp() {
    #expect(begins([.interval(seconds: 0.5)], requests: 3) == [0, 0.5, 1])
    let both: [RateLimit] = [.interval(seconds: 1), .slidingWindow(requests: 2, seconds: 10)]
    #expect(begins(both, requests: 4) == [0, 1, 10, 11])
  }

  @Test func onlySoManyRunAtOnce() {
    var state = RateState([.atOnce(2)])
    #expect(state.take(at: 0) == .granted && state.take(at: 0) == .granted)
    #expect(state.take(at: 0) == .afterAnother)
    state.end()
    #expect(state.take(at: 0) == .granted)
  }

  @Test func aBudgetIsSharedByAllThatUseIt() async throws {
    let time = VirtualTime()
    let budget = RateBudget([.atOnce(3), .slidingWindow(requests: 10, seconds: 60)], time: time)
    let counts = Counts()
    let address = try HTTPAddress("https://api.example.com/")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          _ = try? await budget.run { () async throws(KithError) in
            counts.begin()
            await Task.yield()
            counts.end()
            return HTTPResponse(status: 200, address: address)
          }
        }
      }
    }
    #expect(counts.done == 40)
    #expect(counts.most <= 3)
    #expect(time.now().seconds(since: VirtualTime.start) == 180)
  }

  @Test func whoeverWaitsForAPlaceCanBeCancelled() async throws {
    let budget = RateBudget([.atOnce(1)], time: VirtualTime())
    let address = try HTTPAddress("https://api.example.com/")
    let (stream, signal) = AsyncStream.makeStream(of: Void.self)
    let holder = Task {
      try await budget.run { () async throws(KithError) in
        for await _ in stream { break }
        return HTTPResponse(status: 200, address: address)
      }
    }
    let waiting = (0..<5).map { _ in
      Task { try await budget.run { () async throws(KithError) in HTTPResponse(status: 201, address: address) } }
    }
    await Task.yield()
    for task in waiting.prefix(4) { task.cancel() }
    for task in waiting.prefix(4) { _ = await task.result }
    signal.yield()
    #expect(try await holder.value.status == 200)
    #expect(try await waiting[4].value.status == 201)
  }

  @Test func whatTheToolSaysHoldsForAll() async throws {
    let time = VirtualTime()
    let budget = RateBudget(time: time)
    let address = try HTTPAddress("https://api.example.com/")
    func run(_ status: Int, _ headers: HTTPHeaders) async throws(KithError) {
      _ = try await budget.run { () async throws(KithError) in
        HTTPResponse(status: status, headers: headers, address: address)
      }
    }
    try await run(429, ["Retry-After": "30"])
    try await run(200, ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5"])
    // A success that tells when a job will be done.
    try await run(202, ["Retry-After": "100"])
    try await run(200, [:])
    #expect(time.waits == [30, 5])
  }

  @Test func theMachinesTimeGoesOnAndCanBeGivenUp() async throws {
    let start = ContinuousClock.now
    let time = SteadyTime(startingAt: Self.now)
    try await time.sleep(until: Self.now)
    try await time.sleep(until: Timestamp(seconds: 0))
    let now = time.now()
    #expect(now > Self.now && now.seconds(since: Self.now) <= (ContinuousClock.now - start) / .seconds(1))
    let task = Task { try await time.sleep(until: Self.now.adding(seconds: 86_400)) }
    task.cancel()
    await #expect(throws: KithError.self) { try await task.value }
  }

  // MARK: retries

  private static let passing = KithError(.transient, "busy")

  @Test func waitsGrowAndAreSpreadOut() {
    let policy = RetryPolicy(attempts: 9, base: 1, longest: 20, total: 1_000)
    func wait(_ attempt: Int, _ chance: Double) -> Double? {
      policy.wait(after: Self.passing, attempt: attempt, elapsed: 0, mayRepeat: true, chance: chance)
    }
    #expect((1...9).map { wait($0, 1) } == [1, 2, 4, 8, 16, 20, 20, 20, nil])
    #expect(wait(3, 0) == 0 && wait(3, 0.5) == 2)
  }

  @Test func onlyWhatPassesAndMayBeRepeatedIsRepeated() {
    let policy = RetryPolicy()
    for recovery in KithError.Recovery.allCases {
      let wait = policy.wait(after: KithError(recovery, "x"), attempt: 1, elapsed: 0, mayRepeat: true, chance: 1)
      #expect((wait != nil) == (recovery == .transient))
    }
    #expect(policy.wait(after: Self.passing, attempt: 1, elapsed: 0, mayRepeat: false, chance: 1) == nil)
  }

  @Test func aToolsOwnWaitIsKept() {
    let policy = RetryPolicy(base: 1, total: 100)
    func wait(_ seconds: Double, elapsed: Double = 0) -> Double? {
      policy.wait(
        after: KithError(.transient, "busy", retryAfter: seconds), attempt: 1, elapsed: elapsed, mayRepeat: true,
        chance: 0.5)
    }
    #expect(wait(30) == 30.5)
    #expect(wait(30, elapsed: 80) == nil)
    #expect(wait(86_400) == nil)
  }
}

/// How many ran at the same time.
private final class Counts: Sendable {
  private let state = Mutex((running: 0, most: 0, done: 0))

  var most: Int { state.withLock { $0.most } }
  var done: Int { state.withLock { $0.done } }

  func begin() { state.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1), $0.done) } }
  func end() { state.withLock { $0 = ($0.running - 1, $0.most, $0.done + 1) } }
}
