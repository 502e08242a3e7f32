/// Sums over records that BI tools read in place of the records themselves. They are kept as the records are written.
extension Schema {
  static let sumTables: [TableSpecification] = [touchpointsDaily, ordersDaily, responsesDaily, linesMonthly]

  private static func day(_ of: String) -> ColumnSpecification { .column("date", .date, "The UTC day \(of).") }

  private static let source: ColumnSpecification = .column("source", .text, "The source's name; empty for none.")

  private static let touchpointsDaily = TableSpecification(
    "touchpoints_daily", "Touchpoints of one kind on one day; the sums of fact_touchpoints.",
    key: ["date", "source", "channel", "type"],
    columns: [
      day("on which they happened"), source,
      .column("channel", .text, "The channel."),
      .column("type", .text, "What happened."),
      .count("touchpoints", "Touchpoints, those of nobody included."),
      .count("valence_count", "Touchpoints that have a valence."),
      .column("valence_sum", .real, "Sum of the valences: divided by valence_count it is the mean.", default: "0"),
    ])

  private static let ordersDaily = TableSpecification(
    "orders_daily", "Purchases, or returns, of one kind on one day; the sums of fact_orders.",
    key: ["date", "source", "channel", "kind", "currency"],
    columns: [
      day("on which they were placed"), source,
      .column("channel", .text, "Where they were placed."),
      .column("kind", .text, "sale or return."),
      .column("currency", .text, "The currency of total and refunded, ISO 4217."),
      .count("orders", "Orders, those of nobody included."),
      .count("order_lines", "Their lines."),
      .column("total", .money, "What customers pay in all; negative for returns.", unit: "currency", default: "0"),
      .column(
        "total_base", .money, "The same in the hub's base currency; orders without a rate are left out.", default: "0"),
      .column("refunded", .money, "What was paid back, positive.", unit: "currency", default: "0"),
    ])

  private static let responsesDaily = TableSpecification(
    "survey_responses_daily", "Answers to one survey on one day; the sums of fact_survey_responses.",
    key: ["date", "source", "survey"],
    columns: [
      day("on which they were given"), source,
      .column("survey", .text, "The survey; empty where the source names none."),
      .count("responses", "Answers."),
      .count("nps_count", "Answers to the net promoter question."),
      .count("promoters", "Of these 9 and 10."),
      .count("detractors", "Of these 0 to 6."),
      .count("nps_sum", "Sum of these."),
      .count("csat_count", "Answers to the satisfaction question."),
      .column("csat_sum", .real, "Sum of these, each as a share of the best answer.", default: "0"),
      .count("ces_count", "Answers to the effort question."),
      .column("ces_sum", .real, "Sum of these, each as a share of the best answer.", default: "0"),
    ])

  private static let linesMonthly = TableSpecification(
    "order_lines_monthly", "What was sold of a product in one month, and what came back; the sums of fact_order_lines.",
    key: ["month_start", "source", "product_key", "name", "category"],
    columns: [
      .column("month_start", .date, "The first day of the month in which it was ordered."), source,
      .column("product_key", .text, "The product's key in the source; empty for none."),
      .column("name", .text, "The product's name on the order; empty for none."),
      .column("category", .text, "The product's category on the order; empty for none."),
      .count("order_lines", "Lines of orders."),
      .column("sold", .quantity, "Pieces sold, those that came back not taken off.", unit: "pieces", default: "0"),
      .column("returned", .quantity, "Pieces that came back, positive.", unit: "pieces", default: "0"),
    ])
}
