/// How long the parts of an identity pass take. One for each pass.
public final class IdentityClock {
  /// In the order in which a pass comes to them.
  public enum Part: String, Sendable, CaseIterable {
    /// Indexes, exchange rates, and waiting until nobody else writes.
    case prepare
    /// Who is to be looked at: all profiles, or the kept index and what changed since.
    case load
    /// Learning where it is due, candidates, comparing, clusters, customer numbers.
    case match
    /// Customers of profiles, matches, lineage and golden records.
    case store
    /// What customers add up to.
    case totals
    /// Until it is on the disk.
    case commit
  }

  /// Seconds by part; a part that a pass did not come to is not there.
  public private(set) var seconds: [Part: Double] = [:]
  private var last = ContinuousClock.now

  public init() {}

  /// What passed since the end of the part before was this one.
  public func end(_ part: Part) {
    let now = ContinuousClock.now
    seconds[part, default: 0] += (now - last) / .seconds(1)
    last = now
  }
}
