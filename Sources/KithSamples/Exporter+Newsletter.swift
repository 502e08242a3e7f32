import KithCore

/// The newsletter: who has subscribed, as Mailchimp's audience export, and what became of each mail, as the lines that
/// SendGrid's event webhook sends.
extension Exporter {
  mutating func exportNewsletter() {
    exportSubscribers()
    exportMailEvents()
  }

  private mutating func exportSubscribers() {
    var table = TableText([
      "Email Address", "First Name", "Last Name", "Address", "Phone Number", "Birthday", "MEMBER_RATING", "OPTIN_TIME",
      "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE", "CC", "REGION",
      "LAST_CHANGED", "LEID", "EUID", "NOTES", "TAGS",
    ])
    for person in people where person.memberships.isSubscriber {
      var clerk = clerk("subscriber", person.number, slips: 3)
      let address = newsletterAddress(person)
      let joined = moment(daysAgo: clerk.random.within(345...1_500), &clerk.random)
      let name = clerk.name(person, on: joined.date)
      let birthday = "\(padded(person.birth.month, 2))/\(padded(person.birth.day, 2))"
      table.append([
        address, clerk.maybe(name.given, missing: 25), clerk.maybe(name.family, missing: 35), "", "",
        clerk.maybe(birthday, missing: 70), String(clerk.random.within(1...5)), joined.utc.plain, "",
        joined.adding(minutes: 4).utc.plain, person.network, "", "", "", "", "Europe/Zurich",
        person.country.lowercased(), "",
        joined.adding(minutes: 4).utc.plain, String(300_000_000 + person.number * 17),
        clerk.random.hex(10), "",
        person.temper == .enthusiast ? "\"Stammkunde\"" : "",
      ])
      truth.note("newsletter", "subscribers", key: address, person.truth)
    }
    add("newsletter/subscribers.csv", table)
  }

  /// The address under which somebody subscribed, the same in all exports of the newsletter.
  private func newsletterAddress(_ person: Person) -> String {
    var clerk = clerk("newsletter address", person.number, slips: 0)
    return clerk.email(person)
  }

  private mutating func exportMailEvents() {
    var events: [(at: Timestamp, line: String)] = []
    for mailing in story.chronicle.mailings {
      let person = people[mailing.person]
      let address = newsletterAddress(person).lowercased()
      for (step, moment) in mailing.steps {
        var random = SampleRandom(
          seed: seed, purpose: "\(mailing.campaign.code) \(step.rawValue)", number: mailing.person)
        var object = JSONText()
        object.add("email", address)
        object.add("timestamp", number: moment.seconds)
        object.add("event", step.rawValue)
        object.add("sg_event_id", random.letters(12, of: Array("abcdefghijklmnopqrstuvwxyz0123456789")))
        object.add("marketing_campaign_name", mailing.campaign.subject)
        if step == .click { object.add("url", "\(Exporter.site)/?utm_campaign=\(mailing.campaign.code)") }
        if step == .bounce { object.add("reason", "550 5.1.1 mailbox unavailable") }
        events.append((moment, object.text))
        truth.note("newsletter", "events", email: address, person.truth)
      }
    }
    events.sort { ($0.at, $0.line) < ($1.at, $1.line) }
    var text = events.map(\.line).joined(separator: "\n") + "\n"
    text += "{\"email\":\"max.muster@example.net\",\"event\":\"open\",\"sg_event_id\":\"ohnezeit0001\"}\n"
    text += "{\"email\":\"max.muster@example.net\",\"timestamp\":1770000000,\"event\":\"op\n"
    add("newsletter/events.ndjson", bytes: Array(text.utf8), rows: events.count + 2)
  }
}
