import FoundationEssentials

/// What a web analytics tool exports: page views, products looked at, things put into the cart, sign-ins. Eight
/// sessions run at a time, as rows of different visitors alternate in real exports, too.
enum EventFile {
  static func write(_ rows: Int, to url: URL) throws {
    let out = try RowWriter(url)
    for row in 0..<rows {
      writeEvent(row, of: rows, to: out)
      try out.endRow()
    }
    try out.finish()
  }

  private static func writeEvent(_ row: Int, of rows: Int, to out: RowWriter) {
    var random = SplitMix64(.event, row: row)
    let session = Session(row / 40 * 8 + row % 8, of: rows)
    let isSignIn = session.customer != nil && row / 8 % 5 == 1
    let page = random.pick(Self.pages)
    out.text(#"{"event_id":"e-"#)
    out.hex(random.next())
    out.text(#"","event_type":""#)
    out.text(isSignIn ? "login" : page.type)
    out.text(#"","event_time":""#)
    out.time(Clock.start + row * 4)
    out.text(#"","visitor_id":""#)
    out.hex(session.visitor)
    out.text(#"","session_id":"s"#)
    out.number(session.number, width: 7)
    writePage(page, &random, to: out)
    session.writeOrigin(to: out)
    session.writeCustomer(withMail: isSignIn, to: out)
    out.byte(UInt8(ascii: "}"))
  }

  private static func writePage(_ page: Page, _ random: inout SplitMix64, to out: RowWriter) {
    let item = 1_000 + random.below(4_000)
    out.text(#"","url":"https://shop.example.com/"#)
    out.text(page.path)
    out.number(item)
    out.text(#"","title":""#)
    out.text(page.title)
    out.number(item)
    out.byte(UInt8(ascii: "\""))
  }

  private struct Page: Sendable {
    let type: String
    let path: String
    let title: String
  }

  private static let pages = [
    Page(type: "page_view", path: "de/ratgeber/", title: "Ratgeber für Wanderungen, Teil "),
    Page(type: "page_view", path: "fr/conseils/", title: "Conseils pour la randonnée n° "),
    Page(type: "page_view", path: "de/kategorie/schlafsaecke?seite=", title: "Schlafsäcke, Seite "),
    Page(type: "view_item", path: "de/artikel/mm-", title: "Rucksack \\\"Kiesel\\\" MM-"),
    Page(type: "view_item", path: "fr/article/mm-", title: "Sac à dos \\\"Galet\\\" MM-"),
    Page(type: "add_to_cart", path: "de/warenkorb?artikel=mm-", title: "Warenkorb: MM-"),
    Page(type: "search", path: "it/ricerca?q=tenda+", title: "Ricerca: tenda "),
  ]
}

/// What the events of one session have in common.
struct Session {
  let number: Int
  let visitor: UInt64
  /// Whose session it is, for one visitor in six.
  let customer: Int?
  private let origin: Int

  init(_ number: Int, of events: Int) {
    var random = SplitMix64(.session, row: number)
    self.number = number
    // Sessions choose among fewer visitors, so most of these come more than once.
    let seat = random.below(max(events / 10, 1))
    var own = SplitMix64(.visitor, row: seat)
    visitor = own.next()
    customer = own.below(6) == 0 ? own.below(max(events / 2, 1)) : nil
    origin = random.below(Self.origins.count)
  }

  func writeOrigin(to out: RowWriter) { out.text(Self.origins[origin]) }

  /// The number is known all the time, the address only where it was typed in.
  func writeCustomer(withMail: Bool, to out: RowWriter) {
    guard let customer else { return }
    let person = Person(customer)
    out.text(#","user_id":""#)
    out.number(person.number)
    out.byte(UInt8(ascii: "\""))
    guard withMail else { return }
    out.text(#","email":""#)
    person.writeMail(to: out)
    out.byte(UInt8(ascii: "\""))
  }

  private static let origins = [
    "", "", #","referrer":"https://search.example.net/""#, #","referrer":"https://search.example.net/""#,
    #","referrer":"https://news.example.org/outdoor","campaign":"spring-tents""#,
    #","referrer":"https://social.example.net/","campaign":"autumn-lights""#, #","campaign":"newsletter-2025-05""#,
  ]
}
