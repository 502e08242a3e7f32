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
    parts.append(
      .init(
        what: "to begin with", how: "any two profiles here: \(Explanation.oneIn(exp2(-start), "pair"))",
        bits: round(start)))
    var sum = start
    var rarity: Float = 0
    for step in steps {
      let own = Double(step.comparison.rarity - rarity)
      for part in model.weights.parts(step.fields, comparison.pattern, rarity: own) {
        sum += part.bits
        parts.append(.init(what: part.what, how: part.how, bits: round(part.bits)))
      }
      rarity = step.comparison.rarity
    }
    if abs(score - sum) >= 0.005 {
      let isVetoed = score == Double(MatchModel.vetoed)
      let reason = isVetoed ? vetoes.reason(comparison.pattern) : nil
      parts.append(
        .init(
          what: reason == nil ? "household" : "veto",
          how: reason?.words ?? "people who live together agree like this, too", bits: round(score - sum)))
    }
    return Explanation(left: left, right: right, parts: parts, score: round(score))
  }
}

extension IdentityVetoes.Reason {
  fileprivate var words: String {
    switch self {
    case .birthDate: "different birth dates, like father and son"
    case .givenName: "different given names, like twins"
    }
  }
}

extension MatchModel {
  /// What fields that are compared together say. How rare their values are belongs to the one that is the same: of names
  /// to the family name where the given name is another or mistyped.
  fileprivate func parts(_ fields: [Field], _ pattern: Pattern, rarity: Double) -> [Explanation.Part] {
    let known = fields.filter { pattern[$0] != 0 }
    func bits(_ field: Field) -> Double { Double(evidence(field, pattern[field], pattern)) }
    if known == [.given, .family], pattern[.given] == GivenLevel.same, pattern[.family] == FamilyLevel.same {
      // How rare a full name is belongs to both its parts.
      let how = "the same" + Explanation.rarity(rarity, of: .given)
      return [Explanation.Part(what: "full name", how: how, bits: bits(.given) + bits(.family) - rarity)]
    }
    let isOfFamily =
      known == [.given, .family] && pattern[.given] != GivenLevel.same && pattern[.family] == FamilyLevel.same
    return known.enumerated().map { place, field in
      let how = field.words(level: pattern[field])
      if place != (isOfFamily ? 1 : 0) { return Explanation.Part(what: field.words, how: how, bits: bits(field)) }
      return Explanation.Part(
        what: field.words, how: how + Explanation.rarity(rarity, of: field), bits: bits(field) - rarity)
    }
  }
}

extension Explanation {
  /// How rare a value is that two have in common, from log2 of its share; nothing where that does not count.
  fileprivate static func rarity(_ share: Double, of field: Field) -> String {
    if share >= 0 { return "" }
    let verb =
      switch field {
      case .birth: "was born then"
      case .given, .family: "is called so"
      default: "has it, too"
      }
    return "; \(oneIn(exp2(-share), "stranger")) \(verb)"
  }

  /// `1 pair in 2,400`.
  public static func oneIn(_ count: Double, _ what: String) -> String { "1 \(what) in \(roughly(count))" }

  /// `2,400`, to two digits: more are not known.
  public static func roughly(_ count: Double) -> String {
    var unit = 1.0
    while count / unit >= 100 { unit *= 10 }
    let digits = String(Int((min(count, 1e15) / unit).rounded() * unit))
    var number = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { number += "," }
      number.append(digit)
    }
    return number
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
