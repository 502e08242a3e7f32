import Foundation
import KithCore

/// Turns local times of one zone into moments. Foundation knows the rules; most days have one offset from UTC, which
/// is remembered by day, so that a million rows ask it some thousand times.
///
/// A time that the clock skips (spring) is read with the offset before the change, so it lands after it; a time that
/// the clock shows twice (autumn) is its first occurrence.
final class ZoneOffsets {
  private let zone: TimeZone
  private var days: [(day: Int64, offset: Int32)]
  private static let slots: Int64 = 4_096

  convenience init?(_ identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.init(zone: zone)
  }

  private init(zone: TimeZone) {
    self.zone = zone
    days = [(day: Int64, offset: Int32)](repeating: (Int64.min, 0), count: Int(ZoneOffsets.slots))
  }

  static var utc: ZoneOffsets { ZoneOffsets(zone: .gmt) }

  static func isKnown(_ identifier: String) -> Bool { TimeZone(identifier: identifier) != nil }

  func timestamp(_ written: WrittenDate) -> Timestamp {
    let day = written.date.daysSince1970
    let local = day * 86_400 + Int64(written.secondOfDay ?? 0)
    let offset = written.offset.map { Int64($0) } ?? offset(local: local, day: day)
    return Timestamp(microseconds: (local - offset) * 1_000_000 + Int64(written.microsecond))
  }

  private func offset(local: Int64, day: Int64) -> Int64 {
    let slot = Int(((day % ZoneOffsets.slots) + ZoneOffsets.slots) % ZoneOffsets.slots)
    if days[slot].day == day { return Int64(days[slot].offset) }
    let before = offset(at: day * 86_400 - 86_400)
    let after = offset(at: day * 86_400 + 2 * 86_400)
    if before == after {
      days[slot] = (day, Int32(before))
      return before
    }
    // Near a change, by the earlier of the moments that show this local time on the clock.
    for candidate in [max(before, after), min(before, after)] where offset(at: local - candidate) == candidate {
      return candidate
    }
    return before
  }

  private func offset(at seconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }
}
