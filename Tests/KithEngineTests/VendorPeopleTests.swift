import KithCore
import KithEngine
import Testing

/// What vendors' records leave open: one address in several writings, guests beside accounts, one cookie with two users.
@Suite struct VendorPeopleTests {
  private func order(_ key: String, _ email: String, _ given: String, _ family: String) -> Record {
    var order = Order(key: key, placedAt: Timestamp(seconds: 1_700_000_000))
    order.person = person("", given, family, email: email)
    return .order(order)
  }

  /// WooCommerce: the account has one writing of an address, the guest's order another, a third has a tag in it.
  @Test func anAddressInOtherWritingsIsTheSamePerson() async throws {
    let test = try TestHub([
      ListConnector(
        "shop",
        [
          "customers": [
            Batch(records: [.profile(person("11", "Anna", "Meier", email: "anna@example.com", number: "11"))])
          ],
          "orders": [
            Batch(records: [
              order("501", "ANNA@Example.com", "Anna", "Meier"), order("502", "anna+shop@example.com", "Anna", "Meier"),
              order("503", "berta@example.com", "Berta", "Keller"),
            ])
          ],
        ])
    ])
    defer { test.remove() }
    _ = try await test.sync()
    #expect(
      try test.rows(
        """
        SELECT c.display_name, COUNT(*) FROM orders o JOIN profiles p USING (profile_id)
        JOIN customers c ON c.customer_id = p.customer_id GROUP BY 1 ORDER BY 1
        """
      )
        == ["Anna Meier|2", "Berta Keller|1"])
  }

  /// Matomo: two people at one machine share a cookie; each keeps what was done under a name of their own.
  @Test func oneCookieOfTwoUsersMakesThemNotOne() async throws {
    let test = try TestHub([
      ListConnector(
        "crm",
        [
          "people": [
            Batch(records: [
              .profile(person("1", "Anna", "Meier", email: "anna@example.com", number: "1")),
              .profile(person("2", "Peter", "Keller", email: "peter@example.com", number: "2")),
            ])
          ]
        ]),
      ListConnector(
        "web",
        [
          "visits": [
            Batch(records: [
              pageView("v1", person("", number: "1", visitor: "cookie"), at: 1),
              pageView("v2", person("", number: "2", visitor: "cookie"), at: 2),
            ])
          ]
        ]),
    ])
    defer { test.remove() }
    _ = try await test.sync()
    #expect(
      try test.rows("SELECT display_name, web_touchpoints FROM customers WHERE display_name <> '' ORDER BY 1")
        == ["Anna Meier|1", "Peter Keller|1"])
  }
}
