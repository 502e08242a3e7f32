import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct CustomersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "customers", abstract: "List or find customers.",
    discussion: """
      EXAMPLES
        kith customers                      those with most revenue
        kith customers meier --limit 50     by name, e-mail, phone, customer number …
        kith customers --json
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "Part of a name, e-mail address or phone number, or any identifier as a whole.")
  var text: String?

  @OptionGroup var list: ListOptions

  func run() throws {
    let customers = try options.hub().customers(matching: text, in: .revenue, limit: list.limit)
    if list.json { return try printJSON(customers) }
    if customers.isEmpty {
      print(text.map { "No customer fits \"\($0)\"." } ?? "There are no customers yet. Run: kith sync")
      return
    }
    print(Self.table(customers).text())
  }

  static func table(_ customers: [CustomerSummary]) -> TextTable {
    var table = TextTable([
      ("id", .right), ("name", .left), ("e-mail", .left), ("city", .left), ("sources", .left), ("touchpoints", .right),
      ("orders", .right), ("revenue", .right), ("NPS", .right), ("valence", .right), ("last seen", .left),
    ])
    table.widest = 34
    for customer in customers {
      table.add([
        String(customer.customerID), customer.displayName ?? "", customer.email ?? "", customer.city ?? "",
        customer.sourceNames ?? "", grouped(customer.touchpoints), grouped(customer.orders),
        money(customer.revenue, customer.currency), customer.lastNPS.map(String.init) ?? "",
        customer.valence.map(valence) ?? "", String((customer.lastSeenAt ?? "").prefix(10)),
      ])
    }
    return table
  }
}

/// `1,234.50 CHF`
func money(_ value: Double, _ currency: String?) -> String {
  let cents = Int64((value * 100).rounded())
  let rest = cents.magnitude % 100
  let whole = Int64(cents.magnitude / 100)
  let text = (cents < 0 ? "-" : "") + grouped(whole) + (rest < 10 ? ".0" : ".") + String(rest)
  return currency.map { "\(text) \($0)" } ?? text
}

/// `+0.25`
func valence(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths.magnitude % 100
  return (hundredths < 0 ? "-" : "+") + String(hundredths.magnitude / 100) + (rest < 10 ? ".0" : ".") + String(rest)
}

struct CustomerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "customer", abstract: "One customer: golden record with provenance, profiles, journey, why merged.",
    discussion: """
      EXAMPLES
        kith customer 42
        kith customer 42 --journey 200
        kith customer 42 --why          each pair that holds the customer together, field by field
        kith customer 42 --json
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The customer_id; one that was merged away leads to where it went.")
  var id: Int64

  @Option(name: .long, help: "How many steps of the journey, the newest.")
  var journey = 25

  @Flag(name: .long, help: "Explain each pair that holds the customer together, field by field.")
  var why = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    if !(0...1_000_000).contains(journey) {
      throw ValidationError("--journey is not allowed: \(journey); allowed: 0 to 1000000")
    }
  }

  func run() throws {
    let hub = try options.hub()
    guard let customer = try hub.store.customer(id, journeyLimit: journey) else {
      throw KithError(
        .configuration, "there is no such customer", seen: String(id), fix: "`kith customers` lists and finds them.")
    }
    if json { return try printJSON(customer) }
    let description = CustomerDescription(customer)
    print(why ? description.why(try hub.identity.explanations(of: customer)) : description.text)
  }
}
