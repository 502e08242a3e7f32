import KithCore
import Testing

@testable import KithIdentity

@Suite struct ExplanationTests {
  @Test func sentences() {
    let result = cluster(
      [
        person(12, "anna meier", nil, [.mail("anna"), .number(1_234_567), .visitor(1)]),
        person(40, "anna kunz", nil, [.mail("anna")]), person(41, "", nil, [.mail("anna")]),
        person(42, "", nil, [.number(1_234_567)]), person(43, "", nil, [.visitor(1)]),
        person(44, "toni kunz", nil, [.phone(1_112_233)]), person(45, "beat kunz", nil, [.phone(1_112_233)]),
      ], decisions: [.same(12, 44)])
    let explanation = explain(profiles: result.clusters[0], links: result.links, refused: result.refused)
    #expect(
      explanation.links.map(\.sentence) == [
        "somebody decided that profiles 12 and 44 are the same",
        "profiles 12 and 42 share the customer number …567 of crm, which is one person's by itself",
        "profiles 12 and 40 share the e-mail a…@example.org and their names agree",
        "profiles 12 and 41 share the e-mail a…@example.org, which only one person uses, and one of them has no name",
        "profiles 12 and 43 share the visitor id … of web, which no other customer uses",
      ])
    #expect(
      explanation.refused.map(\.sentence) == [
        "profiles 44 and 45 share the phone …233, but their names, or those of profiles joined to them, differ"
      ])
    #expect(explanation.weakest?.rule == .visitor)
    #expect(explain(profiles: [45], links: result.links).weakest == nil)
  }

  @Test func everyRefusalHasItsWords() {
    let link = Link(1, 2, key: .mail("anna"), rule: .identifierAndName, strength: 30)
    let sentences = RefusedLink.Reason.allCases.map {
      explain(profiles: [1], links: [], refused: [RefusedLink(link, $0)]).refused[0].sentence
    }
    #expect(Set(sentences).count == RefusedLink.Reason.allCases.count)
    #expect(explain(profiles: [1, 2], links: [], refused: [RefusedLink(link, .names)]).refused.isEmpty)
  }
}
