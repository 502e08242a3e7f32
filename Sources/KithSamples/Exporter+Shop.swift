import KithCore

/// The shop of today, in Shopify's export layouts: an order takes one row per article, and only the first tells
/// the order.
extension Exporter {
  mutating func exportShop() {
    exportCustomers()
    exportOrders()
  }

  private mutating func exportCustomers() {
    var table = TableText([
      "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Company",
      "Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Province Code",
      "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone",
      "Accepts SMS Marketing", "Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags",
    ])
    let totals = orderTotals()
    for person in people {
      guard let number = person.memberships.shopNumber else { continue }
      var clerk = clerk("shop", person.number, slips: 4)
      // The address of the day when the account was opened: those who moved since have not all told.
      let opened = day.adding(days: -clerk.random.within(10...360))
      let name = clerk.name(person, on: opened)
      let home = person.home(on: opened)
      let total = totals[person.number] ?? (cents: 0, orders: 0)
      table.append([
        "'" + number, name.given, name.family, clerk.email(person),
        person.memberships.isSubscriber ? "yes" : "no", "", home.line, "", home.city, "", home.country,
        "'" + home.postcode, "", clerk.maybe(clerk.phone(person.mobile), missing: 35), "no", money(total.cents),
        String(total.orders), "", "no", person.temper == .enthusiast ? "Stammkunde, Newsletter" : "",
      ])
      truth.note("shop", "customers", key: number, person.truth)
    }
    table.append([
      "'7100000000001", "Test", "Test", "test@example.com", "no", "", "", "", "", "", "CH", "", "", "+41000000000",
      "no", "0.00", "0", "Testkonto, bitte nicht löschen", "no", "",
    ])
    truth.note("shop", "customers", key: "7100000000001", Exporter.tester)
    add("shop/customers.csv", table)
  }

  private func orderTotals() -> [Int: (cents: Int, orders: Int)] {
    var totals: [Int: (cents: Int, orders: Int)] = [:]
    for sale in story.chronicle.sales where sale.shop == .current && !sale.isGuest && !sale.cancelled {
      let before = totals[sale.person] ?? (0, 0)
      totals[sale.person] = (before.cents + sale.totalCents - sale.refundedCents, before.orders + 1)
    }
    return totals
  }

  private static let orderColumns = [
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Accepts Marketing",
    "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Billing Name",
    "Billing Address1", "Billing City", "Billing Zip", "Billing Country", "Billing Phone",
    "Cancelled at", "Payment Method", "Refunded Amount", "Vendor", "Id", "Tags", "Source",
  ]

  private mutating func exportOrders() {
    var table = TableText(Exporter.orderColumns)
    for sale in story.chronicle.sales where sale.shop == .current {
      let person = people[sale.person]
      var clerk = clerk("order", sale.number, slips: 3)
      let email = sale.isGuest ? clerk.email(person) : accountEmail(person)
      append(sale, person, email, &clerk, &table)
      if !email.isEmpty { truth.note("shop", "order_lines", email: email, person.truth) }
    }
    var broken = [String](repeating: "", count: Exporter.orderColumns.count)
    broken[0] = "#990001"
    broken[1] = "max.muster@example.net"
    broken[13] = "2026-13-07 11:20:00 +0200"
    broken[14] = "1"
    broken[15] = "Zelt Drachen, 2 Personen"
    broken[16] = "399.00"
    table.append(broken)
    broken[0] = "#990002"
    broken[13] = "2026-05-07 11:20:00 +0200"
    broken[14] = "eins"
    table.append(broken)
    add("shop/orders.csv", table)
  }

  /// The address of the account, which signed-in orders carry: the one in customers.csv.
  private func accountEmail(_ person: Person) -> String {
    var clerk = clerk("shop", person.number, slips: 4)
    let opened = day.adding(days: -clerk.random.within(10...360))
    _ = clerk.name(person, on: opened)
    return clerk.email(person)
  }

  private func append(
    _ sale: Sale, _ person: Person, _ email: String, _ clerk: inout Clerk, _ table: inout TableText
  ) {
    let placed = sale.at.zurich
    let created = placed.plain + " " + placed.zone
    let home = person.home(on: placed.date)
    let name = clerk.name(person, on: placed.date)
    let phone = clerk.maybe(clerk.phone(person.mobile), missing: 45)
    let tax = sale.totalCents * 81 / 1_081
    for (index, line) in sale.lines.enumerated() {
      let price = money(line.article.cents)
      if index > 0 {
        var row = [String](repeating: "", count: Exporter.orderColumns.count)
        row.replaceSubrange(0...1, with: ["#\(10_000 + sale.number)", email])
        row.replaceSubrange(
          13...17, with: [created, String(line.quantity), line.article.name, price, line.article.sku])
        row[27] = "Murmel & Meile"
        table.append(row)
        continue
      }
      table.append([
        "#\(10_000 + sale.number)", email, status(sale), sale.cancelled ? "" : created,
        sale.cancelled ? "unfulfilled" : "fulfilled",
        person.memberships.isSubscriber ? "yes" : "no", sale.currency, money(sale.goodsCents),
        money(sale.shippingCents), money(tax), money(sale.totalCents), sale.campaign?.uppercased() ?? "", "0.00",
        created, String(line.quantity), line.article.name, price, line.article.sku,
        "\(name.given) \(name.family)", home.line, home.city, "'" + home.postcode, home.country, phone,
        sale.cancelled ? created : "", sale.currency == "CHF" ? "TWINT" : "Kreditkarte",
        money(sale.cancelled ? sale.totalCents : sale.refundedCents), "Murmel & Meile",
        String(6_200_000_000 + sale.number * 4_099), sale.isGuest ? "Gast" : "", "web",
      ])
    }
  }

  private func status(_ sale: Sale) -> String {
    if sale.cancelled { return "voided" }
    if sale.refundedCents == 0 { return "paid" }
    return sale.refundedCents == sale.goodsCents ? "refunded" : "partially_refunded"
  }
}
