/// Anything that can go wrong in Kith, classified by what to do about it, so that the engine decides once.
///
/// An error always tells what happened, where, the value seen, what is allowed and what to do next.
public struct KithError: Error, Sendable, Equatable {
  /// What to do about an error.
  public enum Recovery: String, Sendable, CaseIterable {
    /// The configuration is wrong: never retried, a person must change something.
    case configuration
    /// The tool refuses our credentials: the source is paused.
    case authorisation
    /// Passes by itself (network, lock, busy server): retried with backoff.
    case transient
    /// One record cannot be used: it goes to quarantine and the run goes on.
    case record
    /// Kith itself is wrong.
    case bug
  }

  public let recovery: Recovery
  /// What went wrong, one sentence without the value.
  public let what: String
  /// Where: `connectors.yml:12`, a file and line, a table.
  public var place: String?
  /// The value seen, never a secret.
  public let seen: String?
  /// What is allowed instead.
  public let allowed: String?
  /// What the reader should do next.
  public let fix: String?
  /// Seconds to wait before a retry, when the tool said so.
  public let retryAfter: Double?

  public init(
    _ recovery: Recovery, _ what: String, place: String? = nil, seen: String? = nil, allowed: String? = nil,
    fix: String? = nil, retryAfter: Double? = nil
  ) {
    self.recovery = recovery
    self.what = what
    self.place = place
    self.seen = seen
    self.allowed = allowed
    self.fix = fix
    self.retryAfter = retryAfter
  }

  /// The same error with its place filled in where it did not know it.
  public func at(_ place: String) -> KithError {
    var copy = self
    if copy.place == nil { copy.place = place }
    return copy
  }
}

extension KithError: CustomStringConvertible {
  public var description: String {
    var text = place.map { "\($0): \(what)" } ?? what
    if let seen { text += ": \"\(seen)\"" }
    if let allowed { text += "; allowed: \(allowed)" }
    if let fix { text += ". \(fix)" }
    return text
  }
}
