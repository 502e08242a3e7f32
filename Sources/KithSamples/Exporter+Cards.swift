import KithCore

extension Exporter {
  /// Business cards as telephones pass them on: most as vCard 3.0, every third as 2.1 with its quoted-printable text.
  mutating func exportCards() {
    var text = ""
    var rows = 0
    for person in people where person.memberships.hasCard {
      var clerk = clerk("card", person.number, slips: 2)
      let id = "card-" + padded(person.number + 1, 5)
      text += rows % 3 == 2 ? oldCard(person, id, &clerk) : card(person, id, &clerk)
      rows += 1
      truth.note("cards", "contacts", key: id, person.truth)
    }
    add("crm/cards.vcf", bytes: Array(text.utf8), rows: rows)
  }

  private func card(_ person: Person, _ id: String, _ clerk: inout Clerk) -> String {
    let name = clerk.name(person, on: day)
    var lines = [
      "BEGIN:VCARD", "VERSION:3.0", "UID:\(id)", "FN:\(name.given) \(name.family)", "N:\(name.family);\(name.given);;;",
    ]
    if let employer = person.employer { lines.append("ORG:\(employers[employer].name)") }
    lines.append("EMAIL;TYPE=INTERNET,WORK:\(person.workEmail ?? clerk.email(person))")
    if person.workEmail != nil { lines.append("EMAIL;TYPE=INTERNET,HOME:\(person.emails[0])") }
    if let mobile = person.mobile { lines.append("TEL;TYPE=CELL:\(PhoneStyle.spaced.written(mobile))") }
    let home = person.home
    lines.append("ADR;TYPE=HOME:;;\(home.line);\(home.city);;\(home.postcode);\(home.country)")
    if clerk.random.chance(60) { lines.append("BDAY:\(person.birth.iso)") }
    // Long lines go on in the next one behind a blank.
    lines.append("NOTE:Am Stand der Tourenmesse kennengelernt\\, interessiert sich für Leihz")
    lines.append(" elte und den Werkstattkurs.")
    lines.append("END:VCARD")
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private func oldCard(_ person: Person, _ id: String, _ clerk: inout Clerk) -> String {
    let name = clerk.name(person, on: day)
    let encoding = ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    var lines = [
      "BEGIN:VCARD", "VERSION:2.1", "N\(encoding)\(quotedPrintable(name.family));\(quotedPrintable(name.given));;;",
      "FN\(encoding)\(quotedPrintable(name.given + " " + name.family))", "EMAIL;INTERNET:\(clerk.email(person))",
    ]
    if let mobile = person.mobile { lines.append("TEL;CELL:\(clerk.phone(mobile))") }
    lines += ["UID:\(id)", "END:VCARD"]
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private func quotedPrintable(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if byte >= 0x80 || byte == 0x3D {
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.count == 1 ? "=0\(hex)" : "=\(hex)"
      } else {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result
  }
}
