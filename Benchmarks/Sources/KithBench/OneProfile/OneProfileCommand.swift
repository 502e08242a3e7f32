import ArgumentParser
import FoundationEssentials

/// Adds one profile at a time to a large hub, and tells how long each waits for its customer.
struct OneProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "one-profile", abstract: "One new profile into a large hub: p50 and p99 until it has its customer.",
    discussion: """
      EXAMPLES
        kith-bench one-profile                       into a million, a hundred times: some minutes, 3 GB of disk
        kith-bench one-profile --profiles 100000     a first look
      """)

  @Option(help: "Kith's program (default: .build/release/kith of this repository).")
  var kith: String?

  @Option(help: "Where the hub goes (default: Benchmarks/.work/one-profile).")
  var work: String?

  @Option(help: "How many profiles there are, 5000 to 5000000.")
  var profiles = 1_000_000

  @Option(help: "How many are added, one after the other, 10 to 10000.")
  var times = 100

  func validate() throws {
    for (name, value, range) in [("--profiles", profiles, 5_000...5_000_000), ("--times", times, 10...10_000)]
    where !range.contains(value) {
      throw ValidationError("\(name) is not allowed: \(value); allowed: \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func run() throws {
    let hub = try OneProfileHub(Settings.kith(kith), Settings.folder(work, or: "one-profile"), profiles: profiles)
    print(try OneProfile(hub, profiles: profiles, times: times).text)
  }
}
