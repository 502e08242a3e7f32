import ArgumentParser
import Foundation
import KithCore
import KithEngine

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "The state of the hub, drawn anew every few seconds; q ends it.",
    discussion: """
      EXAMPLES
        kith watch
        kith watch --every 30
      """)

  @OptionGroup var options: HubOptions

  @Option(name: .long, help: "Seconds between two looks; more where a look itself takes long.")
  var every = 5

  func validate() throws {
    if !(1...3_600).contains(every) {
      throw ValidationError("--every is not allowed: \(every); allowed: 1 to 3600")
    }
  }

  func run() throws {
    let hub = try options.hub()
    guard let screen = Screen() else {
      throw KithError(
        .configuration, "kith watch draws on a terminal, and this is none",
        fix: "Run: kith status, or kith status --json")
    }
    defer { screen.close() }
    try Self.watch(hub, on: screen, every: Double(every), time: hub.time)
  }

  /// Looking takes a tenth of the time at most.
  private static let share: Double = 10

  private static func watch(_ hub: Hub, on screen: Screen, every seconds: Double, time: any TimeSource) throws {
    while true {
      let begin = time.now()
      let lines = try StatusText(hub: hub).lines
      let head = "\(begin.sqlText) UTC, every \(Int(seconds)) s, q ends it  \(hub.configuration.path)"
      let cost = max(time.now().seconds(since: begin), 0)
      var wait = max(seconds, cost * share)
      // What the terminal's size changes is drawn at once, without another look.
      repeat {
        screen.draw([head, ""] + lines)
        switch screen.wait(seconds: wait) {
        case .ended: return
        case .resized: wait = max(seconds - time.now().seconds(since: begin), 0.1)
        case .timePassed: wait = 0
        }
      } while wait > 0
    }
  }
}
