import KithCore

extension HubStore {
  /// In which order customers are listed.
  public enum CustomerOrder: Sendable {
    /// Those with most revenue first, then with most touchpoints.
    case revenue
    /// By their numbers, which never change: the next page begins after the last one's end.
    case number(after: Int64)
  }

  /// Customers whose name, e-mail address or phone number contains the text (all when nil), and those that one of the
  /// identifiers points to.
  public func customers(
    matching text: String?, or identifiers: [CanonicalIdentifier] = [], in order: CustomerOrder, limit: Int
  ) throws(KithError) -> [CustomerSummary] {
    try read { db in
      var (conditions, arguments): ([String], StoreArguments) = ([], [])
      if let text {
        let numbers = try Self.numbers(of: identifiers, in: db).sorted().map { String($0) }
        let found = numbers.isEmpty ? "" : " OR c.customer_id IN (\(numbers.joined(separator: ", ")))"
        let (like, part) = (db.dialect.like, "%\(Self.escapedForLike(text))%")
        let contains = ["display_name", "email", "phone"].map { "c.\($0) \(like) ? ESCAPE '\\'" }
        conditions = ["(\(contains.joined(separator: " OR "))\(found))"]
        arguments = [part, part, part]
      }
      if case .number(let after) = order {
        conditions.append("c.customer_id > ?")
        arguments = arguments + [after]
      }
      let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
      let columns =
        switch order {
        case .revenue: "c.revenue DESC, c.touchpoints DESC, c.customer_id"
        // It ends at the last one that is wanted, and goes through all only where there are fewer.
        case .number: "c.customer_id"
        }
      return try Row.fetchAll(
        db, sql: "SELECT * FROM customers c \(condition) ORDER BY \(columns) LIMIT ?", arguments: arguments + [limit]
      ).map(Self.summary)
    }
  }

  /// The customers that one of the identifiers points to, by number; those that link nobody point to nobody.
  public func customers(with identifiers: [CanonicalIdentifier]) throws(KithError) -> [CustomerSummary] {
    try read { db in
      try Self.numbers(of: identifiers, in: db).sorted().compactMap {
        try Row.fetchOne(db, sql: "SELECT * FROM customers WHERE customer_id = ?", arguments: [$0]).map(Self.summary)
      }
    }
  }

  private static func numbers(of identifiers: [CanonicalIdentifier], in db: StoreConnection) throws -> Set<Int64> {
    var found: Set<Int64> = []
    for identifier in identifiers where identifier.links {
      found.formUnion(
        try Int64.fetchAll(
          db,
          sql: """
            SELECT p.customer_id FROM identifiers i JOIN profiles p USING (profile_id)
            WHERE i.identifier_hash = ? AND i.kind = ? AND i.namespace = ? AND i.value = ? AND i.links
              AND NOT p.is_deleted AND p.customer_id IS NOT NULL
            """,
          arguments: [
            identifier.identifierHash, Int64(identifier.kind.rawValue), identifier.namespace, identifier.value,
          ]))
    }
    return found
  }

  /// Those of the profiles that there are.
  public func existing(profiles: [Int64]) throws(KithError) -> Set<Int64> {
    try read { db in
      try Int64.fetchSet(
        db, sql: "SELECT profile_id FROM profiles WHERE profile_id IN (\(StoreArguments.marks(profiles.count)))",
        arguments: StoreArguments(profiles))
    }
  }

  private static func escapedForLike(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == "%" || character == "_" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
