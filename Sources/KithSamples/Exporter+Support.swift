import KithCore

/// The support desk, as Zendesk exports it: the people who asked, as JSON, and their tickets in a table whose times are
/// those of the account's zone.
extension Exporter {
  mutating func exportSupport() {
    exportUsers()
    exportTickets()
  }

  private func requesterID(_ person: Person) -> String { String(360_000_000_000 + person.number * 13_007) }

  /// The address they wrote from: often not the one of their account.
  private func requesterEmail(_ person: Person) -> String {
    var clerk = clerk("requester", person.number, slips: 3)
    if let email = person.workEmail, clerk.random.chance(30) { return email }
    if person.emails.count > 1, clerk.random.chance(40) { return person.emails[1] }
    return clerk.email(person)
  }

  private func requesterName(_ person: Person) -> String {
    var clerk = clerk("requester name", person.number, slips: 3)
    let name = clerk.name(person, on: day)
    return "\(name.given) \(name.family)"
  }

  private mutating func exportUsers() {
    var text = ""
    var rows = 0
    let asked = Set(story.chronicle.cases.map(\.person))
    for person in people where asked.contains(person.number) {
      var clerk = clerk("desk user", person.number, slips: 0)
      let created = moment(daysAgo: clerk.random.within(1...400), &clerk.random).utc
      let phone = clerk.maybe(clerk.phone(person.mobile), missing: 60)
      let number = clerk.maybe(person.memberships.shopNumber ?? "", missing: 60)
      var object = JSONText()
      object.add("id", raw: requesterID(person))
      object.add("name", requesterName(person))
      object.add("email", requesterEmail(person))
      object.add("phone", phone.isEmpty ? nil : phone)
      object.add("external_id", number.isEmpty ? nil : number)
      object.add("role", "end-user")
      object.add("locale", person.language.rawValue)
      object.add("verified", raw: clerk.random.chance(80) ? "true" : "false")
      object.add("created_at", "\(created.date.iso)T\(created.time)Z")
      object.add("updated_at", "\(created.date.iso)T\(created.time)Z")
      text += object.text + "\n"
      rows += 1
      truth.note("support", "users", key: requesterID(person), person.truth)
    }
    add("support/users.ndjson", bytes: Array(text.utf8), rows: rows)
  }

  private mutating func exportTickets() {
    var table = TableText([
      "Summation column", "Id", "Requester", "Requester id", "Requester external id", "Requester email",
      "Requester domain", "Submitter", "Assignee", "Group", "Subject", "Tags", "Status", "Priority", "Via",
      "Ticket type", "Created at", "Updated at", "Assigned at", "Organization", "Due date", "Initially assigned at",
      "Solved at", "Resolution time", "Satisfaction Score", "Group stations", "Assignee stations", "Reopens", "Replies",
      "First reply time in minutes", "First resolution time in minutes", "Full resolution time in minutes",
    ])
    for ticket in story.chronicle.cases { append(ticket, &table) }
    var broken = [String](repeating: "", count: 32)
    broken[0] = "1"
    broken[1] = "990001"
    broken[5] = "max.muster@example.net"
    broken[10] = "Ticket ohne Datum"
    broken[12] = "Open"
    table.append(broken)
    table.append(line: "1,990002,Abgeschnitten")
    add("support/tickets.csv", table)
  }

  private mutating func append(_ ticket: SupportCase, _ table: inout TableText) {
    let person = people[ticket.person]
    var random = SampleRandom(seed: seed, purpose: "ticket", number: ticket.number)
    let email = requesterEmail(person)
    let solved = ticket.solvedMinutes.map { ticket.at.adding(minutes: $0) }
    let updated = (solved ?? ticket.at.adding(minutes: ticket.replyMinutes)).zurich.plain
    let assignee = random.pick(["Team Blau", "Team Grün"])
    let verdict =
      switch ticket.verdict {
      case .good: "Good"
      case .bad: "Bad"
      case .none: random.chance(50) ? "Offered" : "Not Offered"
      }
    var subject = ticket.topic.subject(person.language)
    if let order = ticket.order { subject += " (#\(10_000 + order))" }
    let resolution = ticket.solvedMinutes.map { String($0) } ?? ""
    table.append([
      "1", String(50_000 + ticket.number), requesterName(person), requesterID(person), "", email,
      String(email.split(separator: "@").last ?? ""), requesterName(person), assignee, "Kundendienst", subject,
      ticket.topic.code, solved == nil ? "Open" : "Closed", ticket.topic.weight >= 3 ? "High" : "Normal",
      random.pick(["Mail", "Web form", "Phone", "Chat"]), ticket.topic.weight >= 3 ? "Problem" : "Question",
      ticket.at.zurich.plain, updated, ticket.at.adding(minutes: 3).zurich.plain,
      person.employer.map { employers[$0].name } ?? "", "", ticket.at.adding(minutes: 3).zurich.plain,
      solved?.zurich.plain ?? "", ticket.solvedMinutes.map { String($0 / 60) } ?? "", verdict, "1", "1",
      ticket.verdict == .bad ? "1" : "0", String(random.within(1...4)), String(ticket.replyMinutes), resolution,
      resolution,
    ])
    truth.note("support", "tickets", key: "user_id:" + requesterID(person), person.truth)
  }
}
