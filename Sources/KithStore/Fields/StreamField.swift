import KithCore

/// A raw field that a stream has, or had.
public struct StreamField: Sendable, Equatable {
  public var name: String
  /// Nil while no value was seen.
  public var kind: FieldKind?
  /// Records that were looked at since it is known.
  public var records: Int
  /// Those of them that had it.
  public var seen: Int
  /// Those of them that had a value.
  public var filled: Int
  public var isGone: Bool

  public init(name: String, kind: FieldKind?, records: Int, seen: Int, filled: Int, isGone: Bool = false) {
    self.name = name
    self.kind = kind
    self.records = records
    self.seen = seen
    self.filled = filled
    self.isGone = isGone
  }
}

/// How a stream's fields differ from those that were known.
public struct FieldChange: Sendable, Equatable {
  public enum What: String, Sendable, CaseIterable { case new, vanished, retyped }

  public enum State: String, Sendable, CaseIterable {
    /// The fields are known so from then on.
    case accepted
    /// The source's policy wants a person to look at it first.
    case waiting
    /// A later run differed in another way, or no more.
    case past
  }

  public var what: What
  public var name: String
  public var before: FieldKind?
  public var after: FieldKind?

  public init(_ what: What, _ name: String, before: FieldKind? = nil, after: FieldKind? = nil) {
    self.what = what
    self.name = name
    self.before = before
    self.after = after
  }
}

/// A change with the run that noticed it.
public struct FieldChangeRecord: Sendable, Equatable {
  public var source: String
  public var stream: String
  public var run: RunID
  public var change: FieldChange
  public var state: FieldChange.State
  public var noticedAt: Timestamp
}
