import KithCore
import Testing

@testable import KithSamples

/// The truth covers what the files hold, and the files hold what makes identity hard.
@Suite struct SamplesTruthTests {
  static func keys(_ source: String, _ stream: String) throws -> [String: String] {
    var keys: [String: String] = [:]
    for row in try SamplesTests.truth() where row["source"] == source && row["stream"] == stream {
      let key = try #require(row["key"])
      #expect(keys[key] == nil, "\(source) \(stream) \(key) occurs twice")
      keys[key] = row["person"]
    }
    return keys
  }

  @Test(arguments: [
    ("crm", "contacts", "crm/contacts.csv", "Id", 3), ("crm", "accounts", "crm/accounts.csv", "Id", 0),
    ("crm", "leads", "crm/leads.csv", "Id", 0),
    ("newsletter", "subscribers", "newsletter/subscribers.csv", "Email Address", 0),
  ])
  func everyRecordWithAKeyIsThere(source: String, stream: String, path: String, column: String, broken: Int) throws {
    let known = try Self.keys(source, stream)
    let keys = try SamplesTests.rows(path).compactMap { $0[column] }
    let unknown = Set(keys).subtracting(known.keys)
    #expect(unknown.count <= broken, "\(unknown)")
    #expect(!keys.isEmpty)
    #expect(Set(known.keys).isSubset(of: Set(keys)))
  }

  @Test func everyOrderIsThereByItsAddress() throws {
    let known = try Self.keys("shop", "order_lines")
    for row in try SamplesTests.rows("shop/orders.csv") where row["Name"]?.hasPrefix("#99") == false {
      let address = TruthBook.matching(email: row["Email"] ?? "")
      #expect(known["email:" + address] != nil, "\(address)")
    }
  }

  @Test func everyAnswerIsThereByNumberOrAddress() throws {
    let known = try Self.keys("survey", "responses")
    for row in try SamplesTests.rows("survey/responses.csv", headerRows: 3) {
      let (number, address) = (row["ExternalReference"] ?? "", row["RecipientEmail"] ?? "")
      if !number.isEmpty { #expect(known["customer_number:" + number] != nil) }
      if number.isEmpty, !address.isEmpty { #expect(known["email:" + TruthBook.matching(email: address)] != nil) }
    }
  }

  @Test func everyTicketIsThereByItsRequester() throws {
    let known = try Self.keys("support", "tickets")
    let users = try Self.keys("support", "users")
    for row in try SamplesTests.rows("support/tickets.csv") {
      guard let id = row["Requester id"], !id.isEmpty else { continue }
      #expect(known["user_id:" + id] != nil)
      #expect(users[id] == known["user_id:" + id])
    }
  }

  @Test func aSharedKeyCountsAsThePersonWithMostRecords() {
    var truth = TruthBook()
    truth.note("shop", "orders", email: "Familie.Frei+shop@Example.org", "P0001")
    truth.note("shop", "orders", email: "familie.frei@example.org", "P0002")
    truth.note("shop", "orders", email: "familie.frei@example.org", "P0002")
    #expect(truth.entries.count == 1)
    #expect(truth.entries.first?.place.key == "email:familie.frei@example.org")
    #expect(truth.entries.first?.person == "P0002")
    #expect(truth.people.total == 1)
  }

  @Test func identityIsMadeHard() throws {
    let people = Population(people: 300, seed: 2026, until: SampleCompany.exportDay).people
    #expect(people.count == 300)
    #expect(Set(people.map(\.truth)).count == 300)
    let mailboxes = Dictionary(grouping: people.compactMap(\.householdEmail)) { $0 }
    #expect(mailboxes.values.contains { $0.count > 1 }, "nobody shares a mailbox")
    let landlines = Dictionary(grouping: people.compactMap(\.landline)) { $0 }
    #expect(landlines.values.contains { $0.count > 1 }, "nobody shares a landline")
    let names = Dictionary(grouping: people) { "\($0.given) \($0.family) \($0.home.line) \($0.home.city)" }
    #expect(names.values.contains { Set($0.map(\.birth)).count > 1 }, "no father and son")
    #expect(people.contains { $0.marriedOn != nil })
    #expect(people.contains { $0.movedOn != nil })
    #expect(Set(people.map(\.country)) == ["CH", "DE", "FR"])
    // What is one person's alone stays so.
    let own = people.flatMap(\.emails) + people.compactMap(\.workEmail)
    #expect(Set(own).count == own.count)
    #expect(Set(people.compactMap(\.mobile)).count == people.compactMap(\.mobile).count)
    let visitors = people.flatMap(\.visitors)
    #expect(Set(visitors).count == visitors.count)
  }

  @Test func storiesHangTogether() {
    let people = Population(people: 600, seed: 5, until: SampleCompany.exportDay).people
    let story = Storyteller(people: people, until: SampleCompany.exportDay, seed: 5).chronicle
    let end = Timestamp(SampleCompany.exportDay, hour: 24)
    #expect(story.sales.allSatisfy { $0.at < end && !$0.lines.isEmpty && $0.refundedCents <= $0.totalCents })
    #expect(story.sales.contains { $0.refundedCents > 0 })
    #expect(story.sales.contains { $0.isGuest })
    #expect(Set(story.sales.map(\.currency)) == ["CHF", "EUR"])
    #expect(story.sales.map(\.number) == Array(1...story.sales.count))
    let cases = Dictionary(uniqueKeysWithValues: story.sales.map { ($0.number, $0) })
    for ticket in story.cases {
      guard let order = ticket.order else { continue }
      #expect(cases[order]?.person == ticket.person)
      #expect((cases[order]?.at ?? end) < ticket.at)
    }
    // Trouble shows in the answers.
    let troubled = Set(story.cases.filter { $0.verdict == .bad }.map(\.person))
    func mean(_ answers: [Answer]) -> Double {
      let scores = answers.compactMap(\.nps)
      return Double(scores.reduce(0, +)) / Double(max(1, scores.count))
    }
    let unhappy = mean(story.answers.filter { troubled.contains($0.person) })
    let others = mean(story.answers.filter { !troubled.contains($0.person) })
    #expect(unhappy + 1 < others, "\(unhappy) and \(others)")
  }
}
