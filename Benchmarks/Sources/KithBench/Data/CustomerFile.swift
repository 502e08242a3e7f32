import FoundationEssentials

/// A CRM's export: fourteen columns, phone numbers as people write them, some fields in quotes, accents, some blanks.
enum CustomerFile {
  /// The file as it first was, or exported again after a tenth of the customers changed.
  enum Edition { case first, again }

  static let columns = [
    "id", "given_name", "family_name", "email", "phone", "birth_date", "gender", "language", "company", "street",
    "postcode", "city", "country", "updated_at",
  ]

  /// One row in ten, so that how many is known without reading the file.
  static func isChanged(_ row: Int) -> Bool { row % 10 == 3 }

  static func changedRows(of rows: Int) -> Int { (rows + 6) / 10 }

  static func write(_ rows: Int, edition: Edition, to url: URL) throws {
    try write(0..<rows, isChanged: { edition == .again && isChanged($0) }, to: url)
  }

  static func write(_ rows: Range<Int>, isChanged: (Int) -> Bool, to url: URL) throws {
    let out = try RowWriter(url)
    out.text(columns.joined(separator: ","))
    try out.endRow()
    for row in rows {
      writeRow(row, isChanged: isChanged(row), to: out)
      try out.endRow()
    }
    try out.finish()
  }

  private static func writeRow(_ row: Int, isChanged: Bool, to out: RowWriter) {
    var person = Person(row)
    writeWho(&person, isChanged, to: out)
    writeWhere(&person, isChanged, to: out)
    let updated = Clock.start + person.random.below(Clock.year)
    out.time(isChanged ? Clock.reexport + row % 86_400 : updated)
  }

  /// Number to company. Whoever changed has a new telephone number.
  private static func writeWho(_ person: inout Person, _ isChanged: Bool, to out: RowWriter) {
    out.number(person.number)
    out.cell(person.given.text)
    out.cell(person.family.text)
    out.comma()
    if person.random.chance(94) { person.writeMail(to: out) }
    out.comma()
    if let phone = phone(of: &person, isChanged) { phone.write(to: out) }
    out.comma()
    let birth = person.random.below(24_000) - 10_000
    if person.random.chance(88) { out.date(birth) }
    out.cell(person.random.chance(90) ? (person.isWoman ? "f" : "m") : "")
    out.cell(person.town.words.language)
    let company = person.random.pick(Vocabulary.companies)
    out.cell(person.random.chance(45) ? quoted(company) : "")
  }

  /// Street to country, and the comma behind it. Whoever changed moved to another house.
  private static func writeWhere(_ person: inout Person, _ isChanged: Bool, to out: RowWriter) {
    let street = person.random.pick(person.town.words.streets)
    let house = 1 + person.random.below(120) + (isChanged ? 1 : 0)
    out.cell(person.town.words.language == "fr" ? "\"\(house), \(street)\"" : "\(street) \(house)")
    out.cell(person.town.postcode)
    out.cell(person.town.name)
    out.cell(person.town.country)
    out.comma()
  }

  private static func phone(of person: inout Person, _ isChanged: Bool) -> Phone? {
    let style = person.random.below(100)
    guard person.random.chance(96) else { return nil }
    let index = person.number + (isChanged ? 2_000_000 : 0)
    return Phone(index: index, isFrench: person.town.country == "FR", style: style)
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
