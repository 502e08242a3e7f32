import Foundation
import KithCore

/// When a source is synced by `kith serve`.
public struct SourceSchedule: Sendable, Equatable {
  public enum Cadence: Sendable, Equatable {
    case cron(CronSchedule, zone: TimeZone)
    /// Every so many seconds, counted from 1970: all schedulers mean the same moments.
    case every(Int64)
    /// Whenever these sources have been synced.
    case after([String])
  }

  /// What becomes of a tick while the run before it is still going on.
  public enum Overlap: String, Sendable, CaseIterable {
    /// It is left out, and counted.
    case skip
    /// One run follows at once, however many ticks there were.
    case queue
  }

  public var cadence: Cadence
  public var overlap: Overlap
  /// A run that takes longer is stopped; in seconds.
  public var mostSeconds: Double
  /// A run that stores nothing for so long is stopped; in seconds.
  public var stallSeconds: Double

  public static let standardMost: Double = 24 * 3_600
  public static let standardStall: Double = 30 * 60

  public init(
    _ cadence: Cadence, overlap: Overlap = .skip, mostSeconds: Double = standardMost,
    stallSeconds: Double = standardStall
  ) {
    self.cadence = cadence
    self.overlap = overlap
    self.mostSeconds = mostSeconds
    self.stallSeconds = stallSeconds
  }

  /// As it is written in connectors.yml.
  public var text: String {
    switch cadence {
    case .cron(let cron, _): cron.text
    case .every(let seconds):
      seconds % 86_400 == 0
        ? "every \(seconds / 86_400)d"
        : seconds % 3_600 == 0 ? "every \(seconds / 3_600)h" : "every \(seconds / 60)m"
    case .after(let sources): "after " + sources.joined(separator: ", ")
    }
  }

  /// The first tick after an instant; nil for what follows other sources.
  public func next(after instant: Timestamp) -> Timestamp? {
    switch cadence {
    case .cron(let cron, let zone): CronTimes(cron: cron, zone: zone).next(after: instant)
    case .every(let seconds): Timestamp(seconds: (instant.seconds / seconds + 1) * seconds)
    case .after: nil
    }
  }

  /// `15m`, `2h` or `1d`, in seconds; nil for anything else.
  static func seconds(_ text: Substring) -> Int64? {
    let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
    guard let last = text.last, let unit = units[last], let number = Int64(text.dropLast()),
      (1...10_000).contains(number)
    else { return nil }
    return number * unit
  }
}
