import Foundation
import KithIdentity
import KithStore

/// A customer as a page of text.
struct CustomerDescription {
  let customer: CustomerDetail

  init(_ customer: CustomerDetail) { self.customer = customer }

  var text: String {
    [head, golden, profiles, reasons, doubts, lineage, journey].filter { !$0.isEmpty }.joined(separator: "\n\n")
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
      let what = match.note ?? match.rule
      let visitor = match.value.isEmpty ? "" : " \(match.value)"
      return "  \(match.leftProfileID) and \(match.rightProfileID): \(what)\(visitor)\(odds(match.score))"
    }
    return "why they are one\n" + lines.joined(separator: "\n")
  }

  /// Each pair that holds the customer together, the weakest first.
  func why(_ explanations: [Explanation]) -> String {
    let others = customer.matches.filter { $0.score == nil }.map { match in
      "profiles \(match.leftProfileID) and \(match.rightProfileID): \(match.note ?? match.rule)"
        + (match.value.isEmpty ? "" : " \(match.value)")
    }
    let pairs = explanations.sorted { $0.score < $1.score }.map(PairDescription.init).map(\.text)
    let alone = pairs.isEmpty && others.isEmpty ? ["one profile, nothing to join"] : []
    let how = pairs.isEmpty ? [] : [PairDescription.reading]
    return ([head, profiles] + how + pairs + others + alone + [doubts]).filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var doubts: String {
    if customer.doubts.isEmpty { return "" }
    let lines = customer.doubts.prefix(10).map { doubt in
      "  customer \(doubt.otherCustomerID) (\(doubt.otherName ?? "no name")): profiles \(doubt.profileID) and "
        + "\(doubt.otherProfileID): \(doubt.note ?? "")\(odds(doubt.score))"
    }
    let more = customer.doubts.count > 10 ? "\n  … and \(customer.doubts.count - 10) more" : ""
    return "who may be the same person (decide with `kith review`)\n" + lines.joined(separator: "\n") + more
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

/// `, odds 24 : 1` out of log2 of the odds; nothing where no odds decided.
func odds(_ score: Double?) -> String {
  guard let score else { return "" }
  let factor = exp2(min(abs(score), 40))
  let text = factor < 10 ? String((factor * 10).rounded() / 10) : grouped(Int(factor.rounded()))
  return score < 0 ? ", odds 1 : \(text)" : ", odds \(text) : 1"
}
