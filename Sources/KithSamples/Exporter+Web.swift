import KithCore

/// The website: Google Analytics 4 events as its export gives them, one JSON object per line, and the web server's own
/// log, compressed.
extension Exporter {
  mutating func exportWeb() {
    exportEvents()
    exportAccessLog()
  }

  static let site = "https://murmel-meile.example.com"

  private mutating func exportEvents() {
    var text = ""
    var rows = 0
    for (number, session) in story.chronicle.sessions.enumerated() {
      let steps = self.steps(session)
      for (index, step) in steps.enumerated() {
        let isKnown = session.signsIn && index >= steps.count / 2
        let moment = session.at.adding(minutes: index * 2)
        text += event(session, number, step, at: moment, isKnown: isKnown, isFirst: index == 0) + "\n"
        rows += 1
        note(session, isKnown: isKnown)
      }
    }
    // A line cut off when the disk was full, and one whose clock was wrong.
    text += "{\"event_date\":\"20260611\",\"event_timestamp\":\"17811\n"
    text += "{\"event_date\":\"20260611\",\"event_timestamp\":\"gestern\",\"event_name\":\"page_view\","
    text += "\"user_pseudo_id\":\"1.1\",\"platform\":\"WEB\"}\n"
    add("web/events.ndjson", bytes: Array(text.utf8), rows: rows + 2)
  }

  private struct Step {
    let name: String
    let title: String
    let path: String
  }

  private func steps(_ session: Session) -> [Step] {
    var steps: [Step] = []
    if session.campaign == nil { steps.append(Step(name: "page_view", title: "Murmel & Meile", path: "/")) }
    for article in session.articles {
      steps.append(Step(name: "view_item", title: article.name, path: "/artikel/\(article.sku.lowercased())"))
    }
    if session.signsIn { steps.append(Step(name: "login", title: "Anmelden", path: "/konto")) }
    if session.order != nil {
      steps.append(Step(name: "purchase", title: "Danke für deine Bestellung", path: "/kasse/danke"))
    }
    return steps
  }

  private func event(
    _ session: Session, _ number: Int, _ step: Step, at moment: Timestamp, isKnown: Bool, isFirst: Bool
  ) -> String {
    var query = ""
    if isFirst, let campaign = session.campaign { query = "?utm_source=newsletter&utm_campaign=\(campaign.code)" }
    var parameters = [
      parameter("page_location", Exporter.site + step.path + query), parameter("page_title", step.title),
      "{\"key\":\"ga_session_id\",\"value\":{\"int_value\":\"\(session.at.seconds + Int64(number % 60))\"}}",
    ]
    if isFirst, let campaign = session.campaign { parameters.append(parameter("campaign", campaign.code)) }
    if isFirst, session.campaign == nil, number % 3 == 0 {
      parameters.append(parameter("page_referrer", "https://search.example.net/"))
    }
    var object = JSONText()
    object.add("event_date", moment.zurich.date.iso.split(separator: "-").joined())
    object.add("event_timestamp", String(moment.microseconds))
    object.add("event_name", step.name)
    object.add("event_params", raw: "[" + parameters.joined(separator: ",") + "]")
    if isKnown { object.add("user_id", people[session.person].memberships.shopNumber) }
    object.add("user_pseudo_id", session.visitor)
    object.add("platform", "WEB")
    return object.text
  }

  private func parameter(_ key: String, _ value: String) -> String {
    var text = JSONText()
    text.add("string_value", value)
    return "{\"key\":\"\(key)\",\"value\":\(text.text)}"
  }

  private mutating func note(_ session: Session, isKnown: Bool) {
    let person = people[session.person]
    if isKnown, let number = person.memberships.shopNumber {
      truth.note("web", "events", key: "customer_number:" + number, person.truth)
    } else {
      truth.note("web", "events", key: "visitor_id:" + session.visitor, person.truth)
    }
  }

  /// A sixth of the sessions as the server saw them, robots and missing pages among them; those who signed in go by
  /// their customer number.
  private mutating func exportAccessLog() {
    var lines: [String] = []
    for (number, session) in story.chronicle.sessions.enumerated() where number % 6 == 0 {
      let person = people[session.person]
      let user = session.signsIn ? person.memberships.shopNumber : nil
      for (index, step) in steps(session).enumerated() {
        let moment = session.at.adding(minutes: index * 2)
        lines.append(logLine(person.network, user, moment, step.path, 200, Exporter.browsers[number % 3]))
      }
      if let user { truth.note("web-log", "events", key: "customer_number:" + user, person.truth) }
      if number % 24 == 0 {
        lines.append(logLine("192.0.2.17", nil, session.at, "/robots.txt", 200, "ExampleBot/1.0"))
        lines.append(logLine("198.51.100.4", nil, session.at, "/alte-seite", 404, Exporter.browsers[1]))
      }
    }
    lines.append("kaputte Zeile ohne Form")
    let text = lines.joined(separator: "\n") + "\n"
    add("web/access.log.gz", bytes: gzipped(Array(text.utf8)), rows: lines.count)
  }

  private func logLine(
    _ address: String, _ user: String?, _ moment: Timestamp, _ path: String, _ status: Int, _ browser: String
  ) -> String {
    let size = 3_000 + path.utf8.reduce(0) { $0 + Int($1) }
    return "\(address) - \(user ?? "-") [\(moment.zurich.accessLog)] \"GET \(path) HTTP/1.1\" \(status) \(size) "
      + "\"\(Exporter.site)/\" \"\(browser)\""
  }

  private static let browsers = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
  ]
}
