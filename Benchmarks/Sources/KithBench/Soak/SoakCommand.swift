import ArgumentParser
import FoundationEssentials

/// Asks `kith serve` for a mix of everything at a steady rate while it syncs, and holds it to its limits.
struct SoakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak", abstract: "Asks Kith's API at a steady rate during syncs: latencies, failures, memory.",
    discussion: """
      A hub is filled, `kith serve` started on this machine's own address and asked for --seconds, while a source of it is
      synced and resolved again and again. Requests begin when they are due, however long others take, and a latency counts
      from then. Exit status 1 beyond a limit: p99 of 100 ms, an answer 5xx, memory that grows by 5 %.

      EXAMPLES
        kith-bench soak                     ten minutes at 500 requests a second
        kith-bench soak --seconds 120       a first look
      """)

  @Option(help: "Kith's program (default: .build/release/kith of this repository).")
  var kith: String?

  @Option(help: "Where the hub goes, about 500 MB (default: Benchmarks/.work/soak).")
  var work: String?

  @Option(help: "How long it is asked, 10 to 3600.")
  var seconds = 600

  @Option(help: "How many requests a second, 1 to 2000.")
  var rate = 500

  @Option(help: "How many customers there are, 1000 to 1000000.")
  var customers = 100_000

  func validate() throws {
    for (name, value, range) in [
      ("--seconds", seconds, 10...3_600), ("--rate", rate, 1...2_000), ("--customers", customers, 1_000...1_000_000),
    ] where !range.contains(value) {
      throw ValidationError("\(name) is not allowed: \(value); allowed: \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func run() throws {
    let hub = try SoakHub(Settings.kith(kith), Settings.folder(work, or: "soak"), customers: customers)
    defer { hub.stop() }
    let token = try hub.fill()
    let port = try hub.serve()
    let mix = try SoakMix(port: port, token: token)
    let syncs = SoakSyncs(hub, port: port, token: token)
    syncs.start()
    Log.note("asking for \(seconds) s, \(rate) requests a second")
    var load = SoakLoad(port: port, rate: rate, seconds: seconds, mix: mix)
    let outcome = try load.run { hub.memory }
    let (runs, failures) = try syncs.stop()
    let report = SoakReport(outcome, seconds: seconds, rate: rate, runs: runs, failedRuns: failures)
    print(report.text)
    if !report.broken.isEmpty { throw BenchError.limits(report.broken) }
  }
}
