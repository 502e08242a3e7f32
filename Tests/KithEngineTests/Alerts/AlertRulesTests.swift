import KithCore
import Testing

@testable import KithEngine
@testable import KithStore

/// What is wrong, out of values; the state machine beside it.
@Suite struct AlertRulesTests {
  /// Whoever reads an alert is told what to do, with commands that name its source.
  @Test(arguments: AlertKind.allCases, [nil] + KithError.Recovery.allCases.map(\.rawValue))
  func everyAlertSaysWhatToDo(kind: AlertKind, errorClass: String?) {
    var details = AlertDetails()
    details.errorClass = errorClass
    for run in [nil, 12] as [Int64?] {
      details.runID = run
      let alert = AlertRecord(
        id: 1, key: AlertKey(kind, source: "crm", stream: "contacts"), text: "", details: details,
        openedAt: Timestamp(seconds: 0))
      #expect(alert.advice.contains("kith ") && !alert.advice.hasSuffix(" "), "\(alert.advice)")
      #expect(alert.advice.contains("crm") || alert.advice.contains("kith runs show 12"), "\(alert.advice)")
      #expect(AlertMessage(alert, .opened).advice == alert.advice && AlertMessage(alert, .resolved).advice == nil)
    }
  }

  private static let now = Timestamp(seconds: 1_790_000_000)

  static func run(
    _ id: Int64, _ status: RunStatus = .failed, _ error: KithError.Recovery? = nil, counts: RunCounts = RunCounts()
  ) -> RunRecord {
    RunRecord(
      id: RunID(id), source: "crm", mode: "incremental", status: status, startedAt: now, finishedAt: now,
      counts: counts, error: error.map { _ in "canary" }, hint: "canary", errorClass: error, streams: [])
  }

  private static func facts(
    _ runs: [RunRecord], isScheduled: Bool = true, isPaused: Bool = false, sample: RunRecord? = nil, percent: Int = 5,
    streams: [SourceFacts.Stream] = []
  ) -> SourceFacts {
    SourceFacts(
      source: "crm", isScheduled: isScheduled, isPaused: isPaused, runs: runs, sample: sample, percentSetAside: percent,
      drift: [], streams: streams)
  }

  private func kinds(_ facts: SourceFacts) -> [AlertKind] {
    AlertRules.findings([facts], at: Self.now).map(\.key.kind)
  }

  private static func failures(_ classes: KithError.Recovery...) -> [RunRecord] {
    classes.enumerated().map { run(Int64(9 - $0), .failed, $1) } + [run(1, .succeeded)]
  }

  /// The newest first.
  @Test func runsThatFail() {
    let cases: [(runs: [RunRecord], isScheduled: Bool, kinds: [AlertKind])] = [
      ([], true, []), ([Self.run(1, .succeeded)], true, []),
      (Self.failures(.configuration), true, [.runFailed]), (Self.failures(.bug), true, [.runFailed]),
      ([Self.run(2, .partial, .record), Self.run(1, .succeeded)], true, [.runFailed]),
      // Passing reasons are tried again first, where somebody does so.
      (Self.failures(.transient), true, []), (Self.failures(.transient, .transient), true, []),
      (Self.failures(.transient, .transient, .transient), true, [.runFailed]),
      (Self.failures(.transient), false, [.runFailed]), ([Self.run(1, .failed)], true, []),
      // One that is open stays so while the class changes.
      (Self.failures(.transient, .configuration), true, [.runFailed]),
      (Self.failures(.authorisation), true, [.sourceGivenUp]), (Self.failures(.authorisation), false, [.runFailed]),
      (Self.failures(.transient, .authorisation), true, [.sourceGivenUp]),
      (
        Self.failures(.transient, .transient, .transient, .transient, .transient), true, [.runFailed, .sourceGivenUp]
      ),
      ([Self.run(9, .succeeded)] + Self.failures(.configuration), true, []),
    ]
    for (index, one) in cases.enumerated() {
      #expect(kinds(Self.facts(one.runs, isScheduled: one.isScheduled)) == one.kinds, "case \(index)")
    }
  }

  @Test func whatIsToldOfAFailedRun() throws {
    let found = try #require(
      AlertRules.findings([Self.facts(Self.failures(.configuration, .transient))], at: Self.now).first)
    #expect(found.text == "crm: 2 runs in a row failed, the last one is run 9 (configuration)")
    #expect(found.details.runID == 9 && found.details.errorClass == "configuration" && found.details.failures == 2)
    let refused = try #require(AlertRules.findings([Self.facts(Self.failures(.authorisation))], at: Self.now).first)
    #expect(refused.text.contains("kith resume crm"))
  }

  @Test func tooMuchInQuarantine() {
    func run(_ read: Int, _ aside: Int) -> SourceFacts {
      let counts = RunCounts(read: read, inserted: read - aside, quarantined: aside)
      return Self.facts([], sample: Self.run(3, .succeeded, counts: counts))
    }
    #expect(kinds(run(100, 5)) == [] && kinds(run(100, 6)) == [.quarantineHigh])
    #expect(kinds(run(9, 9)) == [], "of few records no share is known")
    #expect(kinds(run(10, 1)) == [.quarantineHigh])
    var all = run(100, 100)
    all.percentSetAside = 100
    #expect(kinds(all) == [])
    let text = AlertRules.findings([run(100, 6)], at: Self.now).first?.text
    #expect(text == "crm: run 3 set aside 6 of 100 records, more than the 5 % that are allowed")
  }

  private func stream(
    fresh: String? = nil, new: String? = nil, watched: Double = -1e6, success: Double? = nil, brought: Double? = nil
  ) -> SourceFacts {
    let moment = { (seconds: Double) in Self.now.adding(seconds: seconds) }
    let stream = SourceFacts.Stream(
      name: "contacts",
      watch: StreamWatch(fresh: fresh.flatMap { TimeLimit($0) }, new: new.flatMap { TimeLimit($0) }),
      watchedSince: moment(watched), success: success.map(moment), new: brought.map(moment))
    return Self.facts([], streams: [stream])
  }

  @Test func objectives() throws {
    #expect(kinds(stream(fresh: "6h", success: -6 * 3_600)) == [])
    #expect(kinds(stream(fresh: "6h", success: -6 * 3_600 - 1)) == [.sourceLate])
    #expect(kinds(stream(fresh: "6h", watched: -60)) == [], "it is watched for a minute only")
    #expect(kinds(stream(fresh: "6h")) == [.sourceLate], "never read")
    #expect(kinds(stream(success: -1e6)) == [], "nothing is expected of it")
    #expect(kinds(stream(new: "2d", success: 0, brought: -2 * 86_400)) == [])
    #expect(kinds(stream(new: "2d", success: 0, brought: -2 * 86_400 - 1)) == [.nothingNew])
    #expect(kinds(stream(new: "2d", brought: -1e6)) == [], "whether there is something new is not known")
    #expect(kinds(stream(new: "2d", success: -1e6, brought: -1e6)) == [], "the same: it was not read since")
    #expect(kinds(stream(new: "2d", watched: -60, success: 0, brought: -1e6)) == [], "watched for a minute only")
    let late = try #require(
      AlertRules.findings([stream(fresh: "6h", success: -86_400)], at: Self.now).first)
    #expect(late.key == AlertKey(.sourceLate, source: "crm", stream: "contacts"))
    #expect(late.details.within == "6h" && late.details.since == "2026-09-20T14:13:20Z")
  }

  @Test func spansOfTime() {
    for (text, seconds) in [("15m", 900), ("6h", 21_600), ("2d", 172_800)] {
      #expect(TimeLimit(text)?.seconds == Int64(seconds))
    }
    for text in ["", "6", "h", "0h", "-1h", "1.5h", "6 h", "6w", "99999d"] {
      #expect(TimeLimit(text) == nil, "\(text)")
    }
  }

  // MARK: the board

  private static func record(_ id: Int64, _ kind: AlertKind, _ source: String = "crm") -> AlertRecord {
    AlertRecord(
      id: id, key: AlertKey(kind, source: source), text: "", details: AlertDetails(), openedAt: now)
  }

  @Test func openStillOpenOver() {
    let failed = AlertFinding(AlertKey(.runFailed, source: "crm"), "a")
    let open = Self.record(4, .runFailed)
    func changes(_ open: [AlertRecord], _ found: [AlertFinding], muted: Set<String> = [], watched: Bool = true)
      -> [AlertChange]
    { AlertBoard.changes(open: open, found: found, muted: muted) { _ in watched } }
    #expect(changes([], [failed]) == [.open(failed)])
    #expect(changes([], [failed, failed]) == [.open(failed)], "twice found is once open")
    #expect(changes([open], [failed]) == [])
    #expect(changes([open], []) == [.resolve(4, .good)])
    #expect(changes([open], [], watched: false) == [.resolve(4, .notWatched)])
    #expect(changes([open], [], muted: ["crm"]) == [] && changes([], [failed], muted: ["crm"]) == [])
    let other = AlertFinding(AlertKey(.runFailed, source: "crm", stream: "contacts"), "a")
    #expect(changes([open], [other]) == [.resolve(4, .good), .open(other)])
  }

  @Test func aPersonsPauseMutes() {
    let failed = Self.failures(.configuration)
    #expect(AlertRules.muted([Self.facts(failed, isPaused: true)]) == ["crm"])
    #expect(AlertRules.muted([Self.facts(failed)]).isEmpty)
    #expect(AlertRules.muted([Self.facts(Self.failures(.authorisation), isPaused: true)]).isEmpty)
  }

  @Test func messagesAreTriedAgainWithABound() {
    let waits = (1...12).map { AlertRetry.wait(after: $0) }
    #expect(waits.prefix(7) == [60, 120, 240, 480, 960, 1_920, 3_600])
    #expect(waits[8] == 3_600 && waits[9] == nil && waits[11] == nil)
  }
}
