import KithCore

/// The shop for France that was closed at the turn of the year: a program of its own, whose orders are left as an XML
/// file in French.
extension Exporter {
  mutating func exportFrenchShop() {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<commandes boutique=\"Murmel &amp; Meile France\">\n"
    var rows = 0
    for sale in story.chronicle.sales where sale.shop == .french {
      let person = people[sale.person]
      var clerk = clerk("order-fr", sale.number, slips: 4)
      let number = "FR-" + padded(sale.number, 5)
      text += order(sale, number: number, type: "vente", lines: sale.lines, at: sale.at, person, &clerk)
      rows += 1
      // What came back is a document of its own.
      if sale.refundedCents > 0 {
        let returned = sale.lines.filter(\.returned)
        let later = sale.at.adding(days: 12)
        text += order(sale, number: number + "-R", type: "retour", lines: returned, at: later, person, &clerk)
        rows += 1
      }
    }
    text += "</commandes>\n"
    add("shop-fr/orders.xml", bytes: Array(text.utf8), rows: rows)
  }

  private mutating func order(
    _ sale: Sale, number: String, type: String, lines: [Sale.Line], at moment: Timestamp, _ person: Person,
    _ clerk: inout Clerk
  ) -> String {
    let placed = moment.zurich
    let home = person.home(on: placed.date)
    let name = clerk.name(person, on: placed.date)
    let client = person.memberships.frenchShopNumber ?? ""
    truth.note("shop-fr", "orders", key: "customer_number:" + client, person.truth)
    let day = "\(padded(placed.date.day, 2))/\(padded(placed.date.month, 2))/\(placed.date.year)"
    let sign = type == "retour" ? -1 : 1
    let goods = lines.reduce(0) { $0 + $1.quantity * $1.article.cents }
    var text = "  <commande numero=\"\(number)\" type=\"\(type)\">\n"
    text += "    <date>\(day) \(placed.time.dropLast(3))</date>\n"
    text += "    <client code=\"\(client)\">\n"
    text += element("civilite", person.salutation) + element("prenom", name.given) + element("nom", name.family)
    text += element("courriel", clerk.maybe(clerk.email(person), missing: 6))
    text += element("telephone", clerk.maybe(clerk.phone(person.mobile), missing: 30))
    text += element("rue", home.line) + element("codepostal", home.postcode) + element("ville", home.city)
    text += element("pays", home.country) + "    </client>\n    <lignes>\n"
    for line in lines {
      text += "      <ligne ref=\"\(line.article.sku)\">"
      text += "<designation>\(xmlEscaped(line.article.french))</designation>"
      text += "<quantite>\(sign * line.quantity)</quantite><prix>\(comma(line.article.cents))</prix></ligne>\n"
    }
    let total = sign * (goods + (sign > 0 ? sale.shippingCents : 0))
    text += "    </lignes>\n    <total>\(comma(total))</total>\n    <devise>EUR</devise>\n"
    return text + "  </commande>\n"
  }

  private func element(_ name: String, _ value: String) -> String {
    value.isEmpty ? "" : "      <\(name)>\(xmlEscaped(value))</\(name)>\n"
  }

  /// `12,50`
  private func comma(_ cents: Int) -> String {
    money(cents).split(separator: ".").joined(separator: ",")
  }
}
