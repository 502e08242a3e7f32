import KithCore

/// What happens face to face: attendance lists of the workshops, typed into an old program that still writes
/// Windows-1252, and the visits to the branches, saved by a spreadsheet as "Unicode text".
extension Exporter {
  mutating func exportOffline() {
    exportWorkshops()
    exportVisits()
  }

  private mutating func exportWorkshops() {
    var table = TableText(
      [
        "Kurs", "Titel", "Ort", "Datum", "Beginn", "Vorname", "Nachname", "E-Mail", "Telefon", "Geburtsdatum",
        "Anwesend", "Bemerkung",
      ],
      separator: ";")
    for (number, attendance) in story.chronicle.attendances.enumerated() {
      let person = people[attendance.person]
      // Typed from a list on paper: this is where most slips happen.
      var clerk = clerk("workshop", number, slips: 12)
      let start = attendance.workshop.at.zurich
      let name = clerk.name(person, on: start.date)
      let email = clerk.maybe(clerk.email(person), missing: 22)
      let phone = clerk.maybe(clerk.phone(person.mobile ?? person.landline), missing: 30)
      table.append([
        attendance.workshop.code, attendance.workshop.title, attendance.workshop.place, start.german,
        String(start.time.dropLast(3)), name.given, name.family, email, phone,
        clerk.maybe(person.birth.german, missing: 55), attendance.came ? "ja" : "nein",
        attendance.came ? "" : clerk.random.pick(["abgemeldet", "krank", ""]),
      ])
      noteStrongest("attendance", email, phone.isEmpty ? nil : person.mobile ?? person.landline, person)
    }
    // A day that does not exist, and none at all.
    let course = "VELO-1;Velo flicken für alle;Zürich, Werkstatt"
    table.append(line: course + ";31.02.2026;18:30;Röbi;Ohnedatum;roebi.ohnedatum@example.org;;;ja;")
    table.append(line: course + ";;18:30;Gitte;Niemals;gitte.niemals@example.org;;;ja;")
    add("offline/workshops.csv", bytes: windows1252(table.text), rows: table.rows)
  }

  private mutating func exportVisits() {
    var table = TableText(
      ["Datum", "Zeit", "Filiale", "Kundenkarte", "Kunde", "Telefon", "Anlass", "Zufriedenheit"], separator: "\t")
    for (number, visit) in story.chronicle.visits.enumerated() {
      let person = people[visit.person]
      var clerk = clerk("visit", number, slips: 5)
      let moment = visit.at.zurich
      let name = clerk.name(person, on: moment.date)
      let card = clerk.maybe(person.memberships.loyaltyNumber ?? "", missing: 10)
      let phone = clerk.maybe(clerk.phone(person.mobile), missing: card.isEmpty ? 15 : 60)
      table.append([
        moment.german, String(moment.time.dropLast(3)), visit.branch, card, "\(name.family), \(name.given)", phone,
        visit.reason, visit.smile.map { String($0) } ?? "",
      ])
      if card.isEmpty {
        noteStrongest("visits", "", phone.isEmpty ? nil : person.mobile, person)
      } else {
        truth.note("offline", "visits", key: "loyalty_number:" + card, person.truth)
      }
    }
    table.append(line: "45.10.2026\t10:15\tBern Marktgasse\t\tTest Test\t\tEinkauf\t")
    add("offline/visits.tsv", bytes: utf16LittleEndian(table.text), rows: table.rows)
  }

  /// A line without any identifier names nobody that could be found again, so the truth has nothing to say about it.
  private mutating func noteStrongest(_ stream: String, _ email: String, _ phone: String?, _ person: Person) {
    if !email.isEmpty {
      truth.note("offline", stream, email: email, person.truth)
    } else if let phone {
      truth.note("offline", stream, key: "phone:" + phone, person.truth)
    }
  }
}
