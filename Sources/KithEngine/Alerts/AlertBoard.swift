import KithStore

/// Open, still open, over: a state machine of values.
public enum AlertBoard {
  /// What is to change, given what is open and what was found. What is found again stays as it is; a second alert of one
  /// key is never opened.
  ///
  /// - Parameters:
  ///   - muted: sources of which nothing changes.
  ///   - watched: whether something of this key could be found at all.
  public static func changes(
    open: [AlertRecord], found: [AlertFinding], muted: Set<String>, watched: (AlertKey) -> Bool
  ) -> [AlertChange] {
    let keys = Set(found.map(\.key))
    var known = Set(open.map(\.key))
    var changes: [AlertChange] = open.compactMap { alert in
      if keys.contains(alert.key) || muted.contains(alert.key.source) { return nil }
      return .resolve(alert.id, watched(alert.key) ? .good : .notWatched)
    }
    for finding in found where !muted.contains(finding.key.source) && known.insert(finding.key).inserted {
      changes.append(.open(finding))
    }
    return changes
  }
}

/// When a message that did not arrive is sent again.
public enum AlertRetry {
  /// The first one included.
  public static let mostAttempts = 10
  private static let firstWait: Double = 60
  private static let longestWait: Double = 3_600

  /// Seconds until the next attempt: 1, 2, 4 … 60 minutes, ten attempts in a little more than four hours; nil: it is given
  /// up.
  ///
  /// - Parameter attempts: those made in vain.
  public static func wait(after attempts: Int) -> Double? {
    guard attempts < mostAttempts else { return nil }
    return min(firstWait * Double(1 << min(max(attempts - 1, 0), 10)), longestWait)
  }
}
