import KithCore

extension HubStore {
  /// The same in the order of their numbers, which never changes: the next page begins `after` the last one's end.
  public func customers(matching text: String?, after: Int64, limit: Int) throws(KithError) -> [CustomerSummary] {
    try read { db in
      let (condition, arguments) = Self.search(text, db.dialect)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM customers c WHERE \(condition) AND c.customer_id > ? ORDER BY c.customer_id LIMIT ?",
        arguments: arguments + [after, limit]
      ).map(Self.summary)
    }
  }

  static func search(_ text: String?, _ dialect: SQLDialect) -> (condition: String, arguments: StoreArguments) {
    guard let text else { return ("TRUE", []) }
    let like = dialect.like
    let condition = """
      (c.display_name \(like) ?1 ESCAPE '\\' OR c.email \(like) ?1 ESCAPE '\\' OR c.customer_id IN (
        SELECT p.customer_id FROM identifiers i JOIN profiles p USING (profile_id)
        WHERE i.value \(like) ?1 ESCAPE '\\' OR i.display \(like) ?1 ESCAPE '\\' OR i.delivered \(like) ?1 ESCAPE '\\'))
      """
    return (condition, ["%\(escapedForLike(text))%"])
  }

  /// The customers that one of the identifiers points to, by number; those that link nobody point to nobody.
  public func customers(with identifiers: [CanonicalIdentifier]) throws(KithError) -> [CustomerSummary] {
    let linking = identifiers.filter(\.links)
    if linking.isEmpty { return [] }
    return try read { db in
      var found: Set<Int64> = []
      for identifier in linking {
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
      return try found.sorted().compactMap {
        try Row.fetchOne(db, sql: "SELECT * FROM customers WHERE customer_id = ?", arguments: [$0]).map(Self.summary)
      }
    }
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
