import Foundation

/// Why two profiles are held to be one person or two: what each field says, in bits. A bit doubles the odds.
public struct Explanation: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    /// `given name`.
    public var what: String
    /// `the same`.
    public var how: String
    /// Positive for one person, negative for two.
    public var bits: Double

    public init(what: String, how: String, bits: Double) {
      self.what = what
      self.how = how
      self.bits = bits
    }
  }

  public var left: Int64
  public var right: Int64
  /// They add up to `score`.
  public var parts: [Part]
  /// log2 of the odds that the two are one person.
  public var score: Double
}

extension ProfileIndex {
  /// Explains two profiles of the index by a model; nil when one of them is not there.
  public func explain(
    _ left: Int64, _ right: Int64, by model: IdentityModel, vetoes: IdentityVetoes = IdentityVetoes()
  ) -> Explanation? {
    guard let one = row(of: left), let other = row(of: right) else { return nil }
    let comparer = Comparer(table: table, frequencies: Frequencies(table, model.shares))
    let isFirst = table.cards[one].content <= table.cards[other].content
    let steps = comparer.steps(Int(isFirst ? one : other), Int(isFirst ? other : one))
    var parts: [Explanation.Part] = []
    guard let comparison = steps.last?.comparison else { return nil }
    let score = Double(model.weights.weight(comparison, vetoes))
    func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    if comparison.pattern.isOfOrganisations {
      parts = [.init(what: "customer number or user id", how: "the same, of two organisations", bits: round(score))]
      return Explanation(left: left, right: right, parts: parts, score: round(score))
    }
    let start = Double(model.weights.samePairs - model.weights.strangerPairs)
    parts.append(.init(what: "to begin with", how: "any two profiles here", bits: round(start)))
    var sum = start
    var rarity: Float = 0
    for step in steps {
      for field in step.fields where comparison.pattern[field] != 0 {
        let level = comparison.pattern[field]
        var bits = Double(model.weights.evidence(field, level, comparison.pattern))
        var how = field.words(level: level)
        if field == step.fields.first(where: { comparison.pattern[$0] != 0 }) {
          // What the values themselves say: rare ones more than common ones.
          let own = step.comparison.rarity - rarity
          bits -= Double(own)
          if own < 0 { how += ", one in \(Explanation.count(exp2(-Double(own))))" }
        }
        sum += bits
        parts.append(.init(what: field.words, how: how, bits: round(bits)))
      }
      rarity = step.comparison.rarity
    }
    if abs(score - sum) >= 0.005 {
      let isCapped = vetoes.hold(comparison.pattern)
      parts.append(
        .init(
          what: "household",
          how: isCapped ? "like twins, or father and son" : "people who live together share as much",
          bits: round(score - sum)))
    }
    return Explanation(left: left, right: right, parts: parts, score: round(score))
  }
}

extension Explanation {
  fileprivate static func count(_ value: Double) -> String {
    let digits = String(Int(min(value, 1e15).rounded()))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }
}

extension IdentityModel {
  /// One way in which two profiles can agree.
  public struct Level: Sendable, Equatable {
    public var field: String
    public var how: String
    /// How often it happens to two profiles of one person, of two people of one household, and of strangers, of those
    /// who have the field. Nil for strangers where the rarity of the value itself counts.
    public var same: Double
    public var household: Double
    public var strangers: Double?
  }

  /// What was learned, field by field.
  public var levels: [Level] {
    Field.allCases.flatMap { field in
      (1...(MatchModel.Prior.same[field]?.count ?? 1)).map { level in
        let place = MatchModel.place(field, level)
        return Level(
          field: field.words, how: field.words(level: level), same: exp2(Double(weights.same[place])),
          household: exp2(Double(weights.household[place])),
          strangers: MatchModel.isByValue(field, level) ? nil : exp2(Double(weights.strangers[place])))
      }
    }
  }

  /// How many pairs of profiles of one person there are, as estimated.
  public var pairsOfOnePerson: Double { exp2(Double(weights.samePairs)) }
  /// How many keys too many profiles share to compare them by it.
  public var crowdedKeys: Int { crowded.count }
}

extension MatchModel {
  /// What a level of a field says for one person against strangers, without the rarity of its value; log2.
  func evidence(_ field: Field, _ level: Int, _ pattern: Pattern) -> Float {
    let place = Self.place(field, level)
    let isOfNamesakes = field == .email && level > EmailLevel.same && pattern.hasLikeNames
    return same[place] - (isOfNamesakes ? namesakeEmails[level] : strangers[place])
  }
}
