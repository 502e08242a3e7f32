import Foundation
import KithTesting

/// Made-up exports of a company, as they are at two times: what every kind of change leaves behind is in them. A person
/// in the CRM's listing goes, changes or is new; the shop's file of order lines grows; events come in a new file; some
/// rows cannot be used; addresses that link people of different tools appear and go away.
struct Inputs: Sendable {
  enum State: CaseIterable { case first, second }

  /// People in the CRM; everything else is in proportion.
  let people: Int

  static let small = Inputs(people: 40)
  /// Two batches in each of the largest streams.
  static let large = Inputs(people: 2_100)

  static let configuration = """
    hub: {country: CH, currency: CHF, exchange_rates: {EUR: 0.94}}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: crm.csv
            layout: custom
            mode: snapshot
            settle_seconds: 0
            mapping: {key: Id, given_name: First, family_name: Last, email: Mail, city: City, consent.email: News}
      - name: shop
        connector: ecommerce_orders
        streams:
          customers:
            path: customers.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, full_name: Name, email: Mail, phone: Phone, trait.tier: Tier}
          order_lines:
            path: lines.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Order, placed_at: At, customer_number: Id, currency: Money, line.product_key: Sku, line.quantity: Count, line.unit_price: Price}
      - name: web
        connector: web_analytics
        streams:
          events:
            path: events-*.csv
            layout: custom
            settle_seconds: 0
            mapping: {channel: {const: web}, type: Type, occurred_at: At, location: Page, visitor_id: Visitor, email: Mail}
      - name: survey
        connector: survey_tool
        streams:
          responses:
            path: answers.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Id, responded_at: At, nps: Score, comment: Text, email: Mail}
    """

  /// Writes the files as they are at that time, with times of change that are always the same.
  func write(_ state: State, to program: Program) throws {
    try program.write("connectors.yml", Self.configuration)
    var files = [
      "crm.csv": contacts(state), "customers.csv": customers(state), "lines.csv": lines(state),
      "events-1.csv": events(0..<people * 2), "answers.csv": answers(state),
    ]
    if state == .second { files["events-2.csv"] = events(people * 2..<people * 3) }
    for (name, text) in files {
      try program.write(name, text)
      let day = state == .second && name != "events-1.csv" ? 1 : 0
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_767_225_600 + Double(day) * 86_400)],
        ofItemAtPath: program.folder.appendingPathComponent(name).path)
    }
  }

  private static let given = ["Anna", "Beat", "Chloé", "Dario", "Eva", "Franz", "Gina", "Hugo"]
  private static let family = ["Meier", "Keller", "Dubois", "Rossi", "Kunz", "Frei", "Huber"]

  private static func name(_ number: Int) -> (given: String, family: String) {
    (given[number % given.count], family[number % family.count])
  }

  private func contacts(_ state: State) -> String {
    var text = "Id,First,Last,Mail,City,News\n"
    for number in 0..<people + (state == .second ? people / 8 : 0) {
      if state == .second, number % 9 == 4 { continue }
      let (given, family) = Self.name(number)
      let hasMoved = state == .second && number % 7 == 3
      text += "\(number),\(given),\(family),p\(hasMoved ? number + 1 : number)@example.com,"
      text += "\(hasMoved ? "Bern" : "Basel"),\(number % 3 == 0 ? "granted" : "denied")\n"
    }
    return text
  }

  private func customers(_ state: State) -> String {
    var text = "Id,Name,Mail,Phone,Tier\n"
    for number in 0..<people {
      let (given, family) = Self.name(number * 3)
      let mail = state == .second && number % 11 == 5 ? "" : "p\(number * 3 % (people + 5))@example.com"
      text += "\(number % 17 == 16 ? "" : "\(number)"),\(given) \(family),\(mail),"
      text += "+41 79 555 \(1_000 + number % 9_000),\(state == .second && number % 5 == 0 ? "gold" : "blue")\n"
    }
    return text
  }

  /// Equal lines of one order, which only their number tells apart, an order that goes on in the second state, and
  /// prices that are none.
  private func lines(_ state: State) -> String {
    var text = "Order,At,Id,Money,Sku,Count,Price\n"
    for number in 0..<people * (state == .second ? 3 : 2) {
      let price = number % 37 == 36 ? "none" : "\(number % 50).90"
      text += "\(number / 3),2026-01-0\(number % 9 + 1) 10:00:00,\(number / 5 % people),"
      text += "\(number / 3 % 4 == 0 ? "EUR" : "CHF"),S\(number % 2),\(number % 3 == 0 ? 2 : 1),\(price)\n"
    }
    return text
  }

  private func events(_ numbers: Range<Int>) -> String {
    var text = "Type,At,Page,Visitor,Mail\n"
    for number in numbers {
      let day = number % 41 == 40 ? "2026-02-31" : "2026-02-0\(number % 9 + 1)"
      text += "page_viewed,\(day) 08:00:0\(number % 10),/page/\(number % 13),v\(number % (people / 2 + 1)),"
      text += number % 6 == 0 ? "p\(number % people)@example.com\n" : "\n"
    }
    return text
  }

  private func answers(_ state: State) -> String {
    var text = "Id,At,Score,Text,Mail\n"
    for number in 0..<people / 2 {
      let score = state == .second && number % 4 == 0 ? 10 : number % 11
      text += "\(number),2026-03-0\(number % 9 + 1) 09:00:00,\(score),Answer \(number),p\(number * 2)@example.com\n"
    }
    return text
  }
}
