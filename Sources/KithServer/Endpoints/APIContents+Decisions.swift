import KithCore
import KithEngine
import KithStore

/// Who is who, said by people. Each word is kept, audited, binds from then on, and can be taken back.
extension APIContents {
  private static let note = Property(
    "note", .text(.init(most: 1_000)), "Why; kept with the decision.", isOptional: true)

  private static func profile(_ name: String, _ meaning: String) -> Property {
    Property(name, .integer(1...Int64.max), meaning)
  }

  private static let mergeBody = ObjectShape(
    "MergeRequest", "Two customers who are the same person.",
    [profile("customer_id", "One."), profile("other_customer_id", "The other."), note])

  private static let splitBody = ObjectShape(
    "SplitRequest", "Profiles that are another person than the rest of their customer.",
    [
      profile("customer_id", "The customer."),
      Property("profile_ids", .list(.integer(1...Int64.max), most: 1_000), "The profiles that are another person."),
      note,
    ])

  private static let decisionBody = ObjectShape(
    "DecisionRequest", "Whether two profiles are one person.",
    [
      profile("left_profile_id", "One profile."), profile("right_profile_id", "The other."),
      Property("decision", .word(["same", "different"]), "What they are."), note,
    ])

  private static let withdrawBody = ObjectShape(
    "WithdrawRequest", "Two profiles of whom something was said that holds no more.",
    [profile("left_profile_id", "One profile."), profile("right_profile_id", "The other.")])

  private static let changes = Shape.object(
    ObjectShape(
      "IdentityChanges", "What has changed about the customers.",
      [
        Property("customers", .integer(), "How many there are now."),
        Property("new_customers", .integer(), "New ones."), Property("merged_customers", .integer(), "Merged away."),
        Property("split_customers", .integer(), "Split off."),
        Property("refreshed_customers", .integer(), "Brought up to date."),
        Property("moved_profiles", .integer(), "Profiles that have another customer now."),
      ]))

  static let decisions: [Endpoint] = [
    Endpoint(
      "merge_customers", .post, "\(root)/customers/merge", "Say that two customers are the same person.",
      roles: contactReaders, body: mergeBody, success: .json(status: 200, changes), problems: [.notFound],
      .blocking { call in
        let (one, other) = (int(call, "customer_id"), int(call, "other_customer_id"))
        for id in [one, other] { try checkCustomer(call, id) }
        return json(try call.hub.merge(one, other, by: call.caller.actor, note: call.body["note"]?.string))
      }),
    Endpoint(
      "split_customer", .post, "\(root)/customers/split",
      "Say that some profiles of a customer are another person.", roles: contactReaders, body: splitBody,
      success: .json(status: 200, changes), problems: [.notFound],
      .blocking { call in
        let customer = int(call, "customer_id")
        try checkCustomer(call, customer)
        let profiles = call.body["profile_ids"]?.items?.compactMap(\.int) ?? []
        return json(
          try call.hub.split(customer, profiles: profiles, by: call.caller.actor, note: call.body["note"]?.string))
      }),
    Endpoint(
      "decide", .post, "\(root)/decisions", "Say whether two profiles are one person.", roles: contactReaders,
      body: decisionBody, success: .json(status: 200, changes),
      .blocking { call in
        json(
          try call.hub.decide(
            int(call, "left_profile_id"), int(call, "right_profile_id"),
            isSame: call.body["decision"]?.string == "same", by: call.caller.actor, note: call.body["note"]?.string))
      }),
    Endpoint(
      "withdraw_decision", .post, "\(root)/decisions/withdraw", "Take back what was said of two profiles.",
      roles: contactReaders, body: withdrawBody, success: .json(status: 200, changes),
      .blocking { call in
        json(
          try call.hub.withdraw(
            int(call, "left_profile_id"), int(call, "right_profile_id"), by: call.caller.actor))
      }),
  ]

  /// A member that the body's shape requires.
  private static func int(_ call: Call, _ name: String) -> Int64 { call.body[name]?.int ?? 0 }

  private static func checkCustomer(_ call: Call, _ id: Int64) throws {
    if try call.store.currentID(ofCustomer: id) == nil { throw notFound("customer", String(id)) }
  }

  private static func json(_ changes: IdentityChanges) -> Answer {
    .json(
      .of(
        ("customers", changes.customers), ("new_customers", changes.newCustomers),
        ("merged_customers", changes.mergedCustomers), ("split_customers", changes.splitCustomers),
        ("refreshed_customers", changes.refreshedCustomers), ("moved_profiles", changes.movedProfiles)))
  }
}
