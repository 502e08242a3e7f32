import KithCore

/// The yearly survey in Qualtrics' export with its three header rows, and the form after workshops in Typeform's.
extension Exporter {
  mutating func exportSurveys() {
    exportQualtrics()
    exportTypeform()
  }

  private static let qualtricsColumns: [(name: String, german: String, id: String)] = [
    ("StartDate", "Anfangsdatum", "startDate"), ("EndDate", "Enddatum", "endDate"), ("Status", "Antworttyp", "status"),
    ("IPAddress", "IP-Adresse", "ipAddress"), ("Progress", "Fortschritt", "progress"),
    ("Duration (in seconds)", "Dauer (in Sekunden)", "duration"), ("Finished", "Beendet", "finished"),
    ("RecordedDate", "Aufzeichnungsdatum", "recordedDate"), ("ResponseId", "Antwort-ID", "_recordId"),
    ("RecipientLastName", "Nachname des Empfängers", "recipientLastName"),
    ("RecipientFirstName", "Vorname des Empfängers", "recipientFirstName"),
    ("RecipientEmail", "E-Mail-Adresse des Empfängers", "recipientEmail"),
    ("ExternalReference", "Externe Datenreferenz", "externalDataReference"),
    ("DistributionChannel", "Verteilungskanal", "distributionChannel"),
    ("UserLanguage", "Benutzersprache", "userLanguage"),
    ("NPS_NPS_GROUP", "Würden Sie Murmel & Meile weiterempfehlen? - Gruppe", "QID1_NPS_GROUP"),
    ("NPS", "Würden Sie Murmel & Meile weiterempfehlen?", "QID1"),
    ("CSAT", "Wie zufrieden sind Sie mit uns?\nBitte wählen Sie von 1 bis 5.", "QID2"),
    ("Kommentar", "Möchten Sie uns noch etwas sagen?", "QID3_TEXT"), ("Anlass", "Anlass", "Anlass"),
  ]

  private mutating func exportQualtrics() {
    var table = TableText(Exporter.qualtricsColumns.map(\.name))
    table.append(header: Exporter.qualtricsColumns.map(\.german))
    table.append(header: Exporter.qualtricsColumns.map { "{\"ImportId\":\"\($0.id)\"}" })
    var number = 0
    for answer in story.chronicle.answers where answer.form != .afterWorkshop {
      number += 1
      let person = people[answer.person]
      var clerk = clerk("survey", number, slips: 2)
      let recorded = answer.at.zurich
      let started = answer.at.adding(minutes: -clerk.random.within(1...9)).zurich
      // Some answer through the link on the receipt and stay unknown; some never finish.
      let isAnonymous = clerk.random.chance(10)
      let isFinished = clerk.random.chance(95)
      let email = isAnonymous ? "" : clerk.email(person)
      let reference =
        isAnonymous ? "" : clerk.maybe(person.memberships.shopNumber ?? "", missing: 40)
      let name = clerk.name(person, on: recorded.date)
      table.append([
        started.plain, recorded.plain, "0", "2001:db8::\(clerk.random.hex(4))", isFinished ? "100" : "40",
        String(clerk.random.within(40...600)), isFinished ? "1" : "0", recorded.plain,
        "R_" + clerk.random.letters(15, of: Exporter.letters), isAnonymous ? "" : name.family,
        isAnonymous ? "" : name.given, email, reference, isAnonymous ? "anonymous" : "email",
        person.language.rawValue.uppercased(), answer.nps.map(group) ?? "", answer.nps.map { String($0) } ?? "",
        isFinished ? answer.csat.map { String($0) } ?? "" : "", isFinished ? answer.comment ?? "" : "",
        answer.form == .afterOrder ? "Bestellung" : "Anfrage",
      ])
      if !reference.isEmpty {
        truth.note("survey", "responses", key: "customer_number:" + reference, person.truth)
      } else if !email.isEmpty {
        truth.note("survey", "responses", email: email, person.truth)
      }
    }
    appendBrokenAnswers(&table)
    add("survey/responses.csv", table)
  }

  /// A recommendation of 11, and a row that lost its end.
  private func appendBrokenAnswers(_ table: inout TableText) {
    let moment = "\(day.adding(days: -40).iso) 10:00:00"
    var row = [String](repeating: "", count: Exporter.qualtricsColumns.count)
    row[0] = moment
    row[1] = moment
    row[7] = moment
    row[8] = "R_defekt000000001"
    row[16] = "elf"
    table.append(row)
    table.append(line: "\(moment),\(moment),0,2001:db8::1,100,88,1")
  }

  private func group(_ nps: Int) -> String { nps >= 9 ? "Promoter" : nps >= 7 ? "Passive" : "Detractor" }

  private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")

  private mutating func exportTypeform() {
    var table = TableText([
      "#", "Wie wahrscheinlich ist es, dass du den Kurs weiterempfiehlst?",
      "Wie zufrieden warst du mit der Kursleitung?",
      "Was sollen wir verbessern?", "Deine E-Mail-Adresse", "kurs", "Response Type", "Start Date (UTC)",
      "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags", "Ending",
    ])
    let courses = Dictionary(story.chronicle.attendances.map { ($0.person, $0.workshop.code) }) { first, _ in first }
    var number = 0
    for answer in story.chronicle.answers where answer.form == .afterWorkshop {
      number += 1
      let person = people[answer.person]
      var clerk = clerk("typeform", number, slips: 2)
      let email = clerk.maybe(clerk.email(person), missing: 8)
      let submitted = answer.at.utc.plain
      table.append([
        clerk.random.letters(24, of: Exporter.letters).lowercased(), answer.nps.map { String($0) } ?? "",
        answer.csat.map { String($0) } ?? "", answer.comment ?? "", email, courses[answer.person] ?? "", "completed",
        answer.at.adding(minutes: -3).utc.plain, "", submitted, clerk.random.hex(10), "", "Danke!",
      ])
      if !email.isEmpty { truth.note("survey-courses", "responses", email: email, person.truth) }
    }
    add("survey/typeform.csv", table)
  }
}
