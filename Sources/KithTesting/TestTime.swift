import KithCore
import Synchronization

/// A clock that a test sets.
public final class TestTime: TimeSource {
  private let moment: Mutex<Timestamp>

  public init(_ moment: Timestamp) { self.moment = Mutex(moment) }

  /// `YYYY-MM-DD HH:MM:SS` in UTC; anything else stands for 2030-01-01 00:00:00.
  public convenience init(_ sqlText: String = "") {
    self.init(Timestamp(sqlText: sqlText) ?? Timestamp(seconds: 1_893_456_000))
  }

  public func now() -> Timestamp { moment.withLock { $0 } }

  public func set(_ moment: Timestamp) { self.moment.withLock { $0 = moment } }

  public func advance(seconds: Int64) {
    moment.withLock { $0.microseconds += seconds * 1_000_000 }
  }
}
