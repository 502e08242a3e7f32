/// What the holder of a token may do.
public enum Role: String, Sendable, CaseIterable, Comparable {
  /// Connects sources: what ran, what was put aside; no customers.
  case integrator
  /// Keeps it running: schedules as well; customers without contact data.
  case ops
  /// Reads customers and tables without contact data.
  case analyst
  /// Sees everything about people, and decides who is who.
  case privacy
  /// May do everything.
  case admin

  /// Whether contact data, and what people wrote, is shown.
  public var seesContacts: Bool { self == .privacy || self == .admin }

  public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

  /// In the order in which they are told.
  static func names(_ roles: Set<Role>) -> String {
    allCases.filter(roles.contains).map(\.rawValue).joined(separator: ", ")
  }
}
