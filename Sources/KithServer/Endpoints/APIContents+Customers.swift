import KithCore
import KithEngine
import KithStore

/// Customers: lists, one with all that is known, its journey, and why its profiles are one person.
extension APIContents {
  static let customerReaders: Set<Role> = [.ops, .analyst, .privacy, .admin]
  static let contactReaders: Set<Role> = Set(Role.allCases.filter(\.seesContacts))

  private static let summary = Shape.object(
    ObjectShape(
      "CustomerSummary", "A customer as lists show it.",
      [
        "customer_id", "display_name", "email", "phone", "city", "profiles", "source_names", "touchpoints", "orders",
        "revenue", "currency", "last_nps", "valence", "last_seen_at",
      ].map { .column($0, of: "customers") }))

  private static let golden = Shape.object(
    ObjectShape(
      "GoldenValue", "A value of the golden record, and where it comes from.",
      [
        Property("field", .text(), "The column of customers."), .column("value", of: "customer_attributes"),
        .column("rule", of: "customer_attributes"), .column("profile_id", of: "customer_attributes"),
        Property("source", .text(), "The profile's source."), Property("stream", .text(), "The profile's stream."),
        .column("key", of: "profiles"), Property("run_id", .integer(), "The run that last wrote the profile."),
      ]))

  private static let profile = Shape.object(
    ObjectShape(
      "Profile", "The person as one source knows them.",
      [
        .column("profile_id", of: "profiles"), Property("source", .text(), "The source's name."),
        Property("stream", .text(), "The stream's name."), .column("key", of: "profiles"),
        Property("name", .text(), "The name there.", isPersonal: true), .column("email", of: "profiles"),
        .column("phone", of: "profiles"), .column("updated_at", of: "profiles"), .column("run_id", of: "profiles"),
      ]))

  private static let detail = Shape.object(
    ObjectShape(
      "Customer", "All that the hub knows of one customer.",
      [
        Property("summary", summary, "The customer."),
        Property(
          "asked_id", .integer(), "The number that was asked for, when it was merged into this customer.",
          isNullable: true),
        Property("golden_values", .list(golden), "The golden record with its provenance."),
        Property("profiles", .list(profile), "The profiles that make it up."),
        Property("journey_length", .integer(), "How many steps its journey has."),
      ]))

  private static let step = Shape.object(
    ObjectShape(
      "Step", "One touchpoint.",
      [
        .column("touchpoint_id", of: "touchpoints"), .column("occurred_at", of: "touchpoints"),
        .column("channel", of: "touchpoints"), .column("type", of: "touchpoints"),
        .column("subject", of: "touchpoints"), Property("source", .text(), "The source's name."),
        .column("valence", of: "touchpoints"),
      ]))

  private static let found = Shape.object(
    ObjectShape(
      "LookedUp", "The customers that an identifier points to.",
      [
        Property("customers", .list(summary), "None, one, or several who share it.")
      ]))

  static let customerNumber = Parameter.path(
    "customer_id", .integer(1...Int64.max), "The customer's number; one that was merged away leads to where it went.")

  static let customers: [Endpoint] = [
    Endpoint(
      "list_customers", .get, "\(root)/customers", "Customers, by number.", roles: customerReaders,
      parameters: Call.pageParameters + [
        .query(
          "q", .text(.init(least: 1, most: 200)),
          "Part of a name, e-mail address or phone number, or any identifier as a whole.",
          roles: contactReaders, searches: true)
      ],
      success: .json(
        status: 200, Call.pageShape("customers", summary, called: "CustomerPage", "Customers, by number.")),
      .blocking { call in
        let customers = try call.hub.customers(
          matching: call.text("q"), in: .number(after: try call.cursorNumber() ?? 0), limit: call.limit + 1)
        return call.page("customers", customers.map(json)) { [String(customers[$0].customerID)] }
      }),
    Endpoint(
      "look_up_customer", .get, "\(root)/customers/lookup", "The customers that an identifier points to.",
      roles: contactReaders,
      parameters: [
        .query("kind", .word(Identifier.Kind.allCases.map(\.name)), "The kind of identifier.", isRequired: true),
        .query(
          "value", .text(.init(least: 1, most: 320)), "Its value, written as people write it.", isRequired: true),
        .query(
          "namespace", .text(.init(least: 1, most: 255)),
          "Who gave a number out: a source's name, or one that several share; all sources when it is left out."),
      ], success: .json(status: 200, found),
      .blocking { call in
        let kind = try call.required("kind")
        guard let kind = Identifier.Kind.allCases.first(where: { $0.name == kind }) else {
          throw Problem(.malformed, "there is no such kind", place: "kind")
        }
        let customers = try call.hub.customers(
          with: kind, try call.required("value"), namespace: call.text("namespace"))
        return .json(.of(("customers", customers.map(json))))
      }),
    Endpoint(
      "get_customer", .get, "\(root)/customers/{customer_id}", "One customer: golden record with provenance, profiles.",
      roles: customerReaders, parameters: [customerNumber], success: .json(status: 200, detail), problems: [.notFound],
      .blocking { call in
        let customer = try customer(call)
        return .json(
          .of(
            ("summary", json(customer.summary)), ("asked_id", customer.askedID),
            ("golden_values", customer.goldenValues.map(json)), ("profiles", customer.profiles.map(json)),
            ("journey_length", customer.journeyLength)))
      }),
    Endpoint(
      "get_journey", .get, "\(root)/customers/{customer_id}/journey", "A customer's touchpoints, the newest first.",
      roles: customerReaders, parameters: [customerNumber] + Call.pageParameters,
      success: .json(status: 200, Call.pageShape("steps", step, called: "StepPage", "Touchpoints, the newest first.")),
      problems: [.notFound],
      .blocking { call in
        let id = try call.requiredInt("customer_id")
        guard let current = try call.store.currentID(ofCustomer: id) else { throw notFound("customer", String(id)) }
        var before: (String, Int64)?
        if let parts = try call.cursor(parts: 2) {
          guard Timestamp(sqlText: parts[0]) != nil, let number = Int64(parts[1]) else {
            throw Problem(.invalid, "the cursor is none of this list's", place: "cursor", seen: call.text("cursor"))
          }
          before = (parts[0], number)
        }
        let steps = try call.store.journey(ofCustomer: current, before: before, limit: call.limit + 1)
        return call.page("steps", steps.map(json)) { [steps[$0].occurredAt, String(steps[$0].touchpointID)] }
      }),
  ]

  static func customer(_ call: Call) throws -> CustomerDetail {
    let id = try call.requiredInt("customer_id")
    guard let customer = try call.store.customer(id, journeyLimit: 0) else { throw notFound("customer", String(id)) }
    return customer
  }

  private static func json(_ customer: CustomerSummary) -> JSON {
    .of(
      ("customer_id", customer.customerID), ("display_name", customer.displayName), ("email", customer.email),
      ("phone", customer.phone), ("city", customer.city), ("profiles", customer.profiles),
      ("source_names", customer.sourceNames), ("touchpoints", customer.touchpoints), ("orders", customer.orders),
      ("revenue", customer.revenue), ("currency", customer.currency), ("last_nps", customer.lastNPS),
      ("valence", customer.valence), ("last_seen_at", customer.lastSeenAt))
  }

  private static func json(_ value: CustomerDetail.GoldenValue) -> JSON {
    .of(
      ("field", value.field), ("value", value.value), ("rule", value.rule), ("profile_id", value.profileID),
      ("source", value.source), ("stream", value.stream), ("key", value.key), ("run_id", value.runID))
  }

  private static func json(_ profile: CustomerDetail.MemberProfile) -> JSON {
    .of(
      ("profile_id", profile.profileID), ("source", profile.source), ("stream", profile.stream), ("key", profile.key),
      ("name", profile.name), ("email", profile.email), ("phone", profile.phone), ("updated_at", profile.updatedAt),
      ("run_id", profile.runID))
  }

  private static func json(_ step: CustomerDetail.Step) -> JSON {
    .of(
      ("touchpoint_id", step.touchpointID), ("occurred_at", step.occurredAt), ("channel", step.channel),
      ("type", step.type), ("subject", step.subject), ("source", step.source), ("valence", step.valence))
  }
}
