/// One record as its source writes it; what the source does not know stays empty.
struct PeopleRow {
  var given = ""
  var family = ""
  var full = ""
  var mail = ""
  var phone: Phone?
  var birth = ""
  var street = ""
  var postcode = ""
  var city = ""
  var customerNumber = ""

  static let columns = [
    "given_name", "family_name", "full_name", "email", "phone", "birth_date", "street", "postcode", "city",
    "customer_number",
  ]

  /// All but the key, each cell with the comma before it.
  func write(to out: RowWriter) {
    out.cell(given)
    out.cell(family)
    out.cell(full.contains(",") ? "\"\(full)\"" : full)
    out.cell(mail)
    out.comma()
    phone?.write(to: out)
    for text in [birth, street, postcode, city, customerNumber] { out.cell(text) }
  }
}

/// Where a record comes from. What each knows is what such a tool asks for.
enum PeopleSource: String, Sendable {
  case crm, shop, news

  static func of(_ random: inout SplitMix64) -> PeopleSource {
    switch random.below(100) {
    case 0..<40: .crm
    case 40..<75: .shop
    default: .news
    }
  }
}
