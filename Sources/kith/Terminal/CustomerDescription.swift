import KithStore

/// A customer as a page of text.
struct CustomerDescription {
  let customer: CustomerDetail

  init(_ customer: CustomerDetail) { self.customer = customer }

  var text: String {
    [head, golden, profiles, reasons, lineage, journey].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var head: String {
    let summary = customer.summary
    var line = "Customer \(summary.customerID): \(summary.displayName ?? "without a name")"
    if let asked = customer.askedID { line += " (\(asked) was merged into it)" }
    var facts = "\(grouped(summary.touchpoints)) touchpoints, \(grouped(summary.orders)) orders, "
    facts += "\(money(summary.revenue, summary.currency)) revenue"
    if let nps = summary.lastNPS { facts += ", last NPS answer \(nps)" }
    if let mean = summary.valence { facts += ", mean valence \(valence(mean))" }
    return "\(line)\n\(facts)"
  }

  private var golden: String {
    var table = TextTable([
      ("what we know", .left), ("value", .left), ("from", .left), ("because", .left), ("run", .right),
    ])
    for value in customer.goldenValues {
      table.add([
        value.field, value.value, "\(value.source)/\(value.stream) \(value.key)",
        value.rule.replacing("_", with: " "), String(value.runID),
      ])
    }
    return table.rows.isEmpty ? "" : table.text()
  }

  private var profiles: String {
    var table = TextTable([
      ("profile", .right), ("source", .left), ("key", .left), ("name", .left), ("e-mail", .left), ("phone", .left),
      ("as of", .left),
    ])
    for profile in customer.profiles {
      table.add([
        String(profile.profileID), "\(profile.source)/\(profile.stream)", profile.key, profile.name ?? "",
        profile.email ?? "", profile.phone ?? "", String((profile.updatedAt ?? "").prefix(10)),
      ])
    }
    return table.text()
  }

  private var reasons: String {
    if customer.matches.isEmpty { return "" }
    let lines = customer.matches.map { match in
      let what =
        match.kind.isEmpty
        ? "somebody decided that they are the same"
        : "both have the \(match.kind.replacing("_", with: " ")) \(match.value)\(Self.addition(match.rule))"
      return "  \(match.leftProfileID) and \(match.rightProfileID): \(what)"
    }
    return "why they are one\n" + lines.joined(separator: "\n")
  }

  private static func addition(_ rule: String) -> String {
    switch rule {
    case "identifier_and_name": ", and their names agree"
    case "identifier_without_name": ", and one of them has no name"
    default: ""
    }
  }

  private var lineage: String {
    let steps = customer.lineage.filter { $0.event != "new" }
    if steps.isEmpty { return "" }
    let lines = steps.map { "  \($0.occurredAt)  \($0.event) of \($0.customerID): \($0.reason)" }
    return "what happened to this number\n" + lines.joined(separator: "\n")
  }

  private var journey: String {
    if customer.journey.isEmpty { return "" }
    var table = TextTable([
      ("when (UTC)", .left), ("channel", .left), ("what", .left), ("", .left), ("source", .left), ("valence", .right),
    ])
    for step in customer.journey {
      table.add([
        step.occurredAt, step.channel, step.type.replacing("_", with: " "), step.subject ?? "", step.source,
        step.valence.map(valence) ?? "",
      ])
    }
    let shown = customer.journey.count
    let title =
      shown < customer.journeyLength
      ? "journey, the newest \(shown) of \(grouped(customer.journeyLength)) steps" : "journey"
    return title + "\n" + table.text()
  }
}
