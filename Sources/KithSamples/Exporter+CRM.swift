import KithCore

/// The CRM, in the layout of Salesforce's Data Loader: contacts with the doubles that every CRM has, firms, leads, and
/// the business cards that somebody collected at a fair.
extension Exporter {
  mutating func exportCRM() {
    exportContacts()
    exportAccounts()
    exportLeads()
    exportCards()
  }

  private static let contactColumns = [
    "Id", "AccountId", "LastName", "FirstName", "Salutation", "Title", "Email", "Phone", "MobilePhone", "Birthdate",
    "MailingStreet", "MailingCity", "MailingPostalCode", "MailingCountry", "HasOptedOutOfEmail", "LeadSource",
    "Language__c", "Shop_Number__c", "Loyalty_Card__c", "CreatedDate", "LastModifiedDate",
  ]

  private mutating func exportContacts() {
    var table = TableText(Exporter.contactColumns)
    for person in people where person.memberships.isContact {
      var clerk = clerk("contact", person.number, slips: 6)
      appendContact(person, entry: 0, &clerk, &table)
      // Entered again by a colleague who did not search first.
      if clerk.random.chance(9) { appendContact(person, entry: 1, &clerk, &table) }
    }
    appendContactsThatAreNone(&table)
    add("crm/contacts.csv", table)
  }

  private mutating func appendContact(_ person: Person, entry: Int, _ clerk: inout Clerk, _ table: inout TableText) {
    let id = "0035i0000" + padded(person.number * 4 + entry + 20_000, 6) + "AAC"
    let created = moment(daysAgo: clerk.random.within(200...1_400), &clerk.random)
    let changed = moment(daysAgo: clerk.random.within(1...199), &clerk.random)
    let name = clerk.name(person, on: changed.date)
    let home = person.home(on: changed.date)
    let employer = person.employer.map { employers[$0] }
    let works = employer != nil && clerk.random.chance(70)
    table.append([
      id, works ? employer?.id ?? "" : "", name.family, name.given, clerk.maybe(person.salutation, missing: 15),
      works ? clerk.random.pick(["Einkauf", "Geschäftsleitung", "Assistenz", "Events", ""]) : "",
      contactEmail(person, works ? employer : nil, &clerk),
      works ? clerk.phone(employer?.phone) : clerk.maybe(clerk.phone(person.landline), missing: 20),
      clerk.maybe(clerk.phone(person.mobile), missing: 25), clerk.maybe(birthDate(person, &clerk), missing: 30),
      home.line, home.city, home.postcode, countryName(home.country, &clerk),
      clerk.random.chance(7) ? "true" : "false", clerk.random.pick(["Web", "Messe", "Empfehlung", "Filiale", ""]),
      person.language.rawValue,
      clerk.maybe(person.memberships.shopNumber ?? "", missing: entry == 0 ? 55 : 100),
      clerk.maybe(person.memberships.loyaltyNumber ?? "", missing: 40), salesforce(created), salesforce(changed),
    ])
    truth.note("crm", "contacts", key: id, person.truth)
  }

  private func contactEmail(_ person: Person, _ employer: Employer?, _ clerk: inout Clerk) -> String {
    switch clerk.random.below(100) {
    case 0..<8: return ""
    case 8..<11: return "noreply@example.com"
    case 11..<20 where employer != nil: return "info@" + (employer?.domain ?? "")
    default: break
    }
    if employer != nil, let email = person.workEmail, clerk.random.chance(70) { return email }
    return clerk.email(person)
  }

  /// Now and then with day and month the wrong way round.
  private func birthDate(_ person: Person, _ clerk: inout Clerk) -> String {
    let birth = person.birth
    guard birth.day <= 12, clerk.random.chance(4) else { return birth.iso }
    return "\(birth.year)-\(padded(birth.day, 2))-\(padded(birth.month, 2))"
  }

  /// Test entries, and lines that no program can use.
  private mutating func appendContactsThatAreNone(_ table: inout TableText) {
    let stamp = salesforce(Timestamp(day.adding(days: -500), hour: 10))
    let tests = [("Test", "Test", "test@example.com"), ("Mustermann", "Max", "test@example.com"), ("asdf", "asdf", "")]
    for (index, test) in tests.enumerated() {
      let id = "0035i000000000\(index + 1)AAC"
      var row = [String](repeating: "", count: Exporter.contactColumns.count)
      row[0] = id
      row[2] = test.0
      row[3] = test.1
      row[6] = test.2
      row[8] = "000 000 00 00"
      row[19] = stamp
      row[20] = stamp
      table.append(row)
      truth.note("crm", "contacts", key: id, Exporter.tester)
    }
    table.append(
      line: "0035i000000000AAAC,,Hürlimann,Vreni,Frau,,vreni.huerlimann@example.org,,,1981-02-30,Wolkenweg 3,Thun,"
        + "3600,CH,false,,de,,,\(stamp),\(stamp)")
    table.append(line: "0035i000000000BAAC,,Zbinden,Walter")
    table.append(
      line: ",,Ohnenummer,Olga,Frau,,olga.ohnenummer@example.org,,,,,,,,false,,de,,,\(stamp),\(stamp)")
  }

  private mutating func exportAccounts() {
    var table = TableText([
      "Id", "Name", "Type", "BillingStreet", "BillingCity", "BillingPostalCode", "BillingCountry", "Phone", "Website",
      "Industry", "CreatedDate", "LastModifiedDate",
    ])
    for employer in employers {
      let created = salesforce(employer.created)
      table.append([
        employer.id, employer.name, "Customer", employer.home.line, employer.home.city, employer.home.postcode, "CH",
        employer.phone.map(PhoneStyle.spaced.written) ?? "", "https://\(employer.domain)", employer.industry, created,
        created,
      ])
      truth.note("crm", "accounts", key: employer.id, employer.truth)
    }
    add("crm/accounts.csv", table)
  }

  private mutating func exportLeads() {
    var table = TableText([
      "Id", "LastName", "FirstName", "Company", "Email", "Phone", "Street", "City", "PostalCode", "Country",
      "LeadSource", "Status", "CreatedDate", "LastModifiedDate",
    ])
    for person in people where person.memberships.isLead {
      var clerk = clerk("lead", person.number, slips: 8)
      let id = "00Q5i0000" + padded(person.number * 3 + 7_000, 6) + "EAC"
      let asked = moment(daysAgo: clerk.random.within(3...360), &clerk.random)
      let name = clerk.name(person, on: asked.date)
      let home = person.home(on: asked.date)
      table.append([
        id, name.family, name.given, person.employer.map { employers[$0].name } ?? "",
        clerk.email(person), clerk.maybe(clerk.phone(person.mobile), missing: 40), home.line, home.city,
        home.postcode, countryName(home.country, &clerk), clerk.random.pick(["Web", "Messe"]),
        clerk.random.pick(["Open", "Working", "Closed"]), salesforce(asked), salesforce(asked),
      ])
      truth.note("crm", "leads", key: id, person.truth)
    }
    add("crm/leads.csv", table)
  }

  private func countryName(_ code: String, _ clerk: inout Clerk) -> String {
    switch code {
    case "DE": clerk.random.pick(["Deutschland", "DE", "Germany"])
    case "FR": clerk.random.pick(["France", "FR", "Frankreich"])
    default: clerk.random.pick(["Schweiz", "CH", "Switzerland", "Suisse", ""])
    }
  }

  /// `2026-03-04T10:11:12.000Z`
  private func salesforce(_ moment: Timestamp) -> String { "\(moment.utc.date.iso)T\(moment.utc.time).000Z" }
}
