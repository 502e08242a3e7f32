import Foundation
import KithCore
import KithEngine
import KithIdentity

/// The model of a hub as a page of text.
struct ModelDescription {
  let model: IdentityModel
  private let settings: IdentitySettings

  init(_ hub: Hub) throws {
    guard let model = try hub.identity.model() else {
      throw KithError(.configuration, "nothing is learned yet", fix: "Run: kith resolve --full")
    }
    self.model = model
    settings = hub.configuration.hub.identity
  }

  var text: String {
    var table = TextTable([
      ("field", .left), ("two profiles agree", .left), ("of one person", .right), ("of one household", .right),
      ("of strangers", .right), ("says", .right),
    ])
    var last = ""
    for level in model.levels {
      let bits = level.strangers.map { log2(level.same / $0) }
      table.add([
        level.field == last ? "" : level.field, level.how, Self.percent(level.same), Self.percent(level.household),
        level.strangers.map(Self.percent) ?? "as the value",
        bits.map { String(format: "%+.1f bits", $0) } ?? "its rarity",
      ])
      last = level.field
    }
    return """
      Learned from \(grouped(model.profiles)) distinct profiles; about \(grouped(Int(model.pairsOfOnePerson.rounded()))) \
      pairs of them are one person. \(grouped(model.crowdedKeys)) values are too common to compare all who share them.
      \(model.expectation(settings))
      Each bit doubles the odds that two profiles are one person; what is missing says nothing.

      \(table.text())
      """
  }

  private static func percent(_ share: Double) -> String {
    share < 0.0005 ? "< 0.1 %" : String(format: "%.1f %%", share * 100)
  }
}

extension IdentityModel {
  /// What is asked of a pair, and how often the model expects to be right.
  func expectation(_ settings: IdentitySettings) -> String {
    let needed = bound(settings)
    let expected = expectedPrecision(settings)
    let asked = needed == 0 ? "likelier one person than two" : "one person\(odds(Double(needed)))"
    let share = String(format: "%.2f", expected)
    let text = "Pairs are joined when they are \(asked); about \(share) % of these should be right"
    guard let precision = settings.precision, expected < precision else { return text + "." }
    return text + ", not \(precision) %: what is known here tells no more."
  }
}
