import FoundationEssentials

/// A shop's export as XML: an order with its customer inside, and one to four lines.
enum OrderFile {
  static func write(_ rows: Int, to url: URL) throws {
    let out = try RowWriter(url)
    out.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- Generated; no real person is in it. -->\n<orders>")
    try out.endRow()
    for row in 0..<rows {
      writeOrder(row, of: rows, to: out)
      try out.endRow()
    }
    out.text("</orders>")
    try out.endRow()
    try out.finish()
  }

  /// How many lines the whole file has; the same draws as in writing it.
  static func lines(of rows: Int) -> Int {
    (0..<rows).reduce(0) { sum, row in
      var random = SplitMix64(.order, row: row)
      return sum + lineCount(&random)
    }
  }

  private static func lineCount(_ random: inout SplitMix64) -> Int { 1 + random.below(4) }

  private static func writeOrder(_ row: Int, of rows: Int, to out: RowWriter) {
    var random = SplitMix64(.order, row: row)
    let lines = lineCount(&random)
    out.text(#"<order id="A-"#)
    out.number(1_000_000 + row)
    out.text(#"" date=""#)
    out.time(Clock.start + row * 90 + random.below(60))
    out.text(#"" status=""#)
    out.text(random.pick(statuses))
    out.text(random.chance(85) ? #"" currency="CHF">"# : #"" currency="EUR">"#)
    writeCustomer(random.below(max(rows, 1)), to: out)
    out.text("<items>")
    let cents = (1...lines).reduce(0) { sum, line in sum + writeLine(line, &random, to: out) }
    out.text("</items><total>")
    amount(cents, to: out)
    out.text("</total></order>")
  }

  private static func writeCustomer(_ row: Int, to out: RowWriter) {
    let person = Person(row)
    out.text(#"<customer id=""#)
    out.number(person.number)
    out.text(#""><name>"#)
    person.writeName(to: out)
    out.text("</name><email>")
    person.writeMail(to: out)
    out.text("</email></customer>")
  }

  /// What the line costs, in cents.
  private static func writeLine(_ line: Int, _ random: inout SplitMix64, to out: RowWriter) -> Int {
    let quantity = random.chance(80) ? 1 : 2 + random.below(3)
    let price = 490 + random.below(400) * 50
    out.text(#"<item id=""#)
    out.number(line)
    out.text(#"" sku="MM-"#)
    out.number(1_000 + random.below(4_000))
    out.text(#"" quantity=""#)
    out.number(quantity)
    out.text(#"" price=""#)
    amount(price, to: out)
    out.text(#""><name>"#)
    out.text(random.pick(products))
    out.text("</name></item>")
    return quantity * price
  }

  private static func amount(_ cents: Int, to out: RowWriter) {
    out.number(cents / 100)
    out.byte(UInt8(ascii: "."))
    out.number(cents % 100, width: 2)
  }

  private static let statuses = ["paid", "paid", "shipped", "shipped", "completed", "cancelled"]
  private static let products = [
    "Rucksack Kiesel", "Zelt Wolke, 2 Plätze", "Schlafsack &quot;Föhn&quot;", "Stirnlampe Glühwürmchen",
    "Sac à dos Galet", "Giacca Larice", "Kocher &amp; Topf im Satz", "Merinosocken Zwei Paar",
  ]
}
