import KithCore
import KithTesting

@testable import KithIdentity

/// `person(1, "anna maria meier", "1980-05-12", [.mail("a")])`: the last word is the family name, `-` is none.
func person(_ id: Int64, _ name: String = "", _ born: String? = nil, _ keys: [IdentityKey] = []) -> IdentityProfile {
  let words = name.split(separator: " ").map(String.init)
  let given = words.dropLast().filter { $0 != "-" }
  let family = words.last.map { $0 == "-" ? [] : [$0] } ?? []
  return IdentityProfile(
    id: id, given: Array(given), family: family, birthDate: born.flatMap { CalendarDate(iso: $0) }, identifiers: keys)
}

extension IdentityKey {
  static func mail(_ name: String) -> IdentityKey { IdentityKey(.email, "\(name)@example.org") }
  static func phone(_ number: Int) -> IdentityKey { IdentityKey(.phone, "+4144\(number)") }
  static func number(_ number: Int, _ namespace: String = "crm") -> IdentityKey {
    IdentityKey(.customerNumber, "\(number)", namespace: namespace)
  }
  static func visitor(_ id: Int) -> IdentityKey { IdentityKey(.visitorID, "v\(id)", namespace: "web") }
}

/// Profiles over few values, so that they meet and contradict often.
func randomProfiles(_ count: Int, _ generator: inout SeededGenerator, visitors: Bool = true) -> [IdentityProfile] {
  let names = [
    "", "", "anna meier", "anna maria meier", "a meier", "anna kunz", "beat meier", "b meier", "- meier", "meier anna",
    "martin graber", "martni graber",
  ]
  let dates = [nil, nil, nil, "1950-03-04", "1950-04-03", "1981-11-30"]
  return (1...count).map { id in
    var keys: [IdentityKey] = []
    let range = max(2, count / 3)
    let some = { (generator: inout SeededGenerator) in Int.random(in: 0..<range, using: &generator) }
    if .random(in: 0..<10, using: &generator) < 5 { keys.append(.mail("m\(some(&generator))")) }
    if .random(in: 0..<10, using: &generator) < 2 { keys.append(.mail("m\(some(&generator))")) }
    if .random(in: 0..<10, using: &generator) < 4 { keys.append(.phone(.random(in: 0..<range, using: &generator))) }
    if .random(in: 0..<10, using: &generator) < 2 { keys.append(.number(.random(in: 0..<range, using: &generator))) }
    if visitors, .random(in: 0..<10, using: &generator) < 5 {
      keys.append(.visitor(.random(in: 0..<range, using: &generator)))
      if Bool.random(using: &generator) { keys.append(.visitor(.random(in: 0..<range, using: &generator))) }
    }
    return person(
      Int64(id), names.randomElement(using: &generator) ?? "", dates.randomElement(using: &generator) ?? nil, keys)
  }
}

func randomDecisions(_ count: Int, profiles: Int, _ generator: inout SeededGenerator) -> [Decision] {
  (0..<count).map { _ in
    Decision(
      Bool.random(using: &generator) ? .same : .different, .random(in: 1...Int64(profiles), using: &generator),
      .random(in: 1...Int64(profiles), using: &generator))
  }
}
