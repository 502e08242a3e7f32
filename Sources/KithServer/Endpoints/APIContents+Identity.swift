import KithCore
import KithEngine
import KithIdentity
import KithStore

/// Why profiles are one person, and what people said about it.
extension APIContents {
  static let matchReaders: Set<Role> = [.analyst, .privacy, .admin]

  private static let match = Shape.object(
    ObjectShape(
      "Match", "Evidence that two profiles are one person.",
      ["left_profile_id", "right_profile_id", "rule", "score", "note", "value"].map { .column($0, of: "matches") }))

  private static let doubt = Shape.object(
    ObjectShape(
      "Doubt", "Another customer that may be the same person.",
      [
        Property("profile_id", .integer(), "A profile of this customer."),
        Property("other_profile_id", .integer(), "A profile of the other one."),
        Property("other_customer_id", .integer(), "The other customer."),
        .column("display_name", of: "customers", as: "other_name"), .column("score", of: "matches"),
        .column("note", of: "matches"),
      ]))

  private static let lineageStep = Shape.object(
    ObjectShape(
      "LineageStep", "Something that happened to a customer's number.",
      ["occurred_at", "event", "customer_id", "other_customer_id", "reason"].map { .column($0, of: "customer_lineage") }
    ))

  private static let part = Shape.object(
    ObjectShape(
      "ExplanationPart", "What one field says.",
      [
        Property("what", .text(), "The field."), Property("how", .text(), "How the two agree in it."),
        Property("bits", .number, "Positive for one person, negative for two; each bit doubles the odds."),
      ]))

  private static let explanation = Shape.object(
    ObjectShape(
      "Explanation", "Why two profiles are one person, field by field.",
      [
        Property("left_profile_id", .integer(), "One profile."), Property("right_profile_id", .integer(), "The other."),
        Property("score", .number, "The sum of the parts: log2 of the odds."),
        Property("parts", .list(part), "What each field says."),
      ]))

  private static let matches = Shape.object(
    ObjectShape(
      "Matches", "Why a customer's profiles are one person, and who else may be.",
      [
        Property("matches", .list(match), "The pairs that hold it together."),
        Property("explanations", .list(explanation), "Those that the odds decided, field by field."),
        Property("doubts", .list(doubt), "Other customers that may be the same person."),
        Property("lineage", .list(lineageStep), "What happened to its number."),
      ]))

  private static let side = Shape.object(
    ObjectShape(
      "ReviewSide", "A profile of a pair in doubt, and its customer.",
      [
        Property("profile_id", .integer(), "The profile."), Property("customer_id", .integer(), "Its customer."),
        .column("display_name", of: "customers", as: "customer_name"),
        Property("source", .text(), "The profile's source."), .column("key", of: "profiles"),
        Property("says", .text(), "What the profile says, for people.", isPersonal: true),
        .column("profiles", of: "customers"), .column("touchpoints", of: "customers"),
        .column("revenue", of: "customers"), .column("currency", of: "customers"),
      ]))

  private static let review = Shape.object(
    ObjectShape(
      "ReviewItem", "Two customers who may be one person.",
      [
        Property("left", side, "One side."), Property("right", side, "The other."), .column("score", of: "matches"),
        .column("note", of: "matches"),
      ]))

  private static let decision = Shape.object(
    ObjectShape(
      "Decision", "A person's word on two profiles.",
      ["left_profile_id", "right_profile_id", "decision", "decided_at", "decided_by", "note"]
        .map { .column($0, of: "decisions") }))

  static let identity: [Endpoint] = [
    Endpoint(
      "get_matches", .get, "\(root)/customers/{customer_id}/matches", "Why a customer's profiles are one person.",
      roles: matchReaders, parameters: [customerNumber], success: .json(status: 200, matches), problems: [.notFound],
      .blocking { call in
        let customer = try customer(call)
        return .json(
          .of(
            ("matches", customer.matches.map(json)),
            ("explanations", try call.hub.identity.explanations(of: customer).map(json)),
            ("doubts", customer.doubts.map(json)), ("lineage", customer.lineage.map(json))))
      }),
    Endpoint(
      "list_review", .get, "\(root)/review", "Pairs in doubt, those first of whom a decision would move most.",
      roles: contactReaders, parameters: [Call.limitParameter],
      success: .json(
        status: 200,
        .object(ObjectShape("Review", "Pairs in doubt.", [Property("items", .list(review), "Pairs in doubt.")]))),
      .blocking { call in .json(.of(("items", try call.store.reviewQueue(limit: call.limit).map(json)))) }),
    Endpoint(
      "list_decisions", .get, "\(root)/decisions", "What people said about who is who, by profile.",
      roles: matchReaders, parameters: Call.pageParameters,
      success: .json(
        status: 200, Call.pageShape("decisions", decision, called: "DecisionPage", "Decisions, by profile.")),
      .blocking { call in
        let parts = try call.cursor(parts: 2)?.map { Int64($0) ?? 0 } ?? [0, 0]
        let decisions = try call.store.decisions(after: (parts[0], parts[1]), limit: call.limit + 1)
        return call.page("decisions", decisions.map(json)) {
          [String(decisions[$0].leftProfileID), String(decisions[$0].rightProfileID)]
        }
      }),
  ]

  private static func json(_ match: CustomerDetail.Match) -> JSON {
    .of(
      ("left_profile_id", match.leftProfileID), ("right_profile_id", match.rightProfileID), ("rule", match.rule),
      ("score", match.score), ("note", match.note), ("value", match.value))
  }

  private static func json(_ doubt: CustomerDetail.Doubt) -> JSON {
    .of(
      ("profile_id", doubt.profileID), ("other_profile_id", doubt.otherProfileID),
      ("other_customer_id", doubt.otherCustomerID), ("other_name", doubt.otherName), ("score", doubt.score),
      ("note", doubt.note))
  }

  private static func json(_ step: CustomerDetail.LineageStep) -> JSON {
    .of(
      ("occurred_at", step.occurredAt), ("event", step.event), ("customer_id", step.customerID),
      ("other_customer_id", step.otherCustomerID), ("reason", step.reason))
  }

  private static func json(_ explanation: Explanation) -> JSON {
    let parts = explanation.parts.map { JSON.of(("what", $0.what), ("how", $0.how), ("bits", $0.bits)) }
    return .of(
      ("left_profile_id", explanation.left), ("right_profile_id", explanation.right), ("score", explanation.score),
      ("parts", parts))
  }

  private static func json(_ item: ReviewItem) -> JSON {
    .of(("left", json(item.left)), ("right", json(item.right)), ("score", item.score), ("note", item.note))
  }

  private static func json(_ side: ReviewItem.Side) -> JSON {
    .of(
      ("profile_id", side.profileID), ("customer_id", side.customerID), ("customer_name", side.customerName),
      ("source", side.source), ("key", side.key), ("says", side.says), ("profiles", side.profiles),
      ("touchpoints", side.touchpoints), ("revenue", side.revenue), ("currency", side.currency))
  }

  private static func json(_ decision: StoredDecision) -> JSON {
    .of(
      ("left_profile_id", decision.leftProfileID), ("right_profile_id", decision.rightProfileID),
      ("decision", decision.decision), ("decided_at", decision.decidedAt), ("decided_by", decision.decidedBy),
      ("note", decision.note))
  }
}
