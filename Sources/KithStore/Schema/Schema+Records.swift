extension Schema {
  /// What every table of records has: where it came from and in which state it is.
  private static func origin(profile: Bool = true) -> [ColumnSpecification] {
    let owner: [ColumnSpecification] =
      profile ? [.optional("profile_id", .integer, "The profile that it belongs to; empty when it names nobody.")] : []
    return owner + [
      .column("stream_id", .integer, "The stream that it came from."),
      .column("key", .text, "The source's own key, unique within the stream."),
      .column("hash", .integer, "Hash of the content."),
      .column("is_deleted", .boolean, "1 when it is gone at the source.", default: "0"),
      .column("run_id", .integer, "The run that last wrote it."),
    ]
  }

  private static let recordIndexes: [IndexSpecification] = [
    .unique("stream_id", "key"), .deferred("profile_id", where: "profile_id IS NOT NULL"),
  ]

  static let recordTables: [TableSpecification] = [
    touchpoints, orders, orderLines, products, responses, tickets, traffic,
  ]

  private static let touchpoints = TableSpecification(
    "touchpoints", "One interaction between a person and the company.", key: ["touchpoint_id"],
    indexes: [.deferredUnique("stream_id", "key"), .deferred("profile_id", where: "profile_id IS NOT NULL")],
    time: "occurred_at",
    columns: [.column("touchpoint_id", .integer, "Number of the touchpoint.")] + origin() + [
      .column("origin", .text, "The kind of record that it is or comes from: touchpoint, order, response or ticket."),
      .column(
        "channel", .text, "web, app, email, commerce, store, survey, support, event, phone, post, social or sales."),
      .column("type", .text, "What happened: page_viewed, email_opened, order_placed …"),
      .column("occurred_at", .dateTime, "When.", unit: "UTC"),
      .optional("valence", .real, "How the customer lived it.", unit: "-1 to 1"),
      .optional("subject", .text, "Page title, mail subject, workshop name."),
      .optional("location", .text, "Page address, place, room."),
      .optional("campaign", .text, "The campaign."),
      .optional("referrer", .text, "Where it came from."),
      .optional("session_id", .text, "The visit that it belongs to."),
      .optional("duration_seconds", .real, "How long it took.", unit: "seconds"),
    ])

  private static let orders = TableSpecification(
    "orders", "A purchase or a return.", key: ["order_id"], indexes: recordIndexes, time: "placed_at",
    columns: [.column("order_id", .integer, "Number of the order.")] + origin() + [
      .column("kind", .text, "sale or return."),
      .column("channel", .text, "Where it was placed: commerce, store, phone …"),
      .column("placed_at", .dateTime, "When.", unit: "UTC"),
      .optional("status", .text, "The tool's own word: paid, refunded, cancelled."),
      .column("currency", .text, "The currency of the amounts, ISO 4217."),
      .optional("total", .money, "What the customer pays in all; negative for a return.", unit: "currency"),
      .optional("total_base", .money, "The total in the hub's base currency; empty when there is no rate."),
      .optional("tax", .money, "Tax within the total.", unit: "currency"),
      .optional("shipping", .money, "Shipping within the total.", unit: "currency"),
      .optional("discount", .money, "Discount already taken off.", unit: "currency"),
      .optional("refunded", .money, "What was paid back, positive.", unit: "currency"),
      .optional("country", .text, "Country, ISO 3166 alpha-2."),
      .optional("campaign", .text, "The campaign that led to it."),
      .count("line_count", "Lines of the order."),
      .optional("delivered_total", .money, "The total as the source gave it; empty when it is the sum of the lines."),
      .optional("header_line", .text, "For orders put together from rows: the line whose row described the order."),
      .optional("header_rank", .integer, "How much that row told; the fullest and newest row describes the order."),
      .optional("header_at", .dateTime, "That row's time.", unit: "UTC"),
      .optional("header_hash", .integer, "Hash of what that row said about the order."),
      .optional("row_at", .dateTime, "The time of the order's own row, when it had one without a line.", unit: "UTC"),
    ])

  private static let orderLines = TableSpecification(
    "order_lines", "One line of an order.", key: ["order_line_id"], indexes: [.unique("order_id", "key")],
    time: "placed_at",
    columns: [
      .column("order_line_id", .integer, "Number of the line."),
      .column("order_id", .integer, "The order."),
      .column("key", .text, "The line's own key, unique within the order."),
      .column("hash", .integer, "Hash of the content."),
      .column("is_deleted", .boolean, "1 when it is gone at the source.", default: "0"),
      .column("run_id", .integer, "The run that last wrote it."),
      .column("placed_at", .dateTime, "The time of the line's own row, else of the order.", unit: "UTC"),
      .optional("product_key", .text, "The product's key in the source."),
      .optional("name", .text, "The product's name on the order."),
      .optional("category", .text, "The product's category on the order."),
      .column("quantity", .quantity, "How many; negative when goods came back.", unit: "pieces"),
      .optional("unit_price", .quantity, "Price of one.", unit: "the order's currency"),
      .optional(
        "total", .money, "Quantity times unit price, unless the source gave a total.", unit: "the order's currency"),
      .column(
        "is_return", .boolean,
        "1 when goods came back: the order is a return, or the quantity is negative and the line has a price."),
    ])

  private static let products = TableSpecification(
    "products", "Something that is sold.", key: ["product_id"], indexes: [.unique("stream_id", "key")],
    columns: [.column("product_id", .integer, "Number of the product.")] + origin(profile: false) + [
      .optional("name", .text, "Name."),
      .optional("category", .text, "Category."),
      .optional("price", .money, "List price.", unit: "currency"),
      .optional("currency", .text, "The currency of the price, ISO 4217."),
    ])

  private static let responses = TableSpecification(
    "survey_responses", "One person's answer to a survey.", key: ["response_id"], indexes: recordIndexes,
    time: "responded_at",
    columns: [.column("response_id", .integer, "Number of the answer.")] + origin() + [
      .optional("survey", .text, "The survey."),
      .column("responded_at", .dateTime, "When.", unit: "UTC"),
      .optional("nps", .integer, "Would you recommend us.", unit: "0 to 10"),
      .optional("csat", .real, "Satisfaction, on csat_scale."),
      .optional("csat_scale", .real, "The best answer to the satisfaction question."),
      .optional("ces", .real, "Effort, on ces_scale; high is easy."),
      .optional("ces_scale", .real, "The best answer to the effort question."),
      .optional("comment", .text, "What the person wrote."),
      .optional("language", .text, "Language of the answer, ISO 639-1."),
      .optional("subject", .text, "What the survey was about: an order, a ticket, a visit."),
    ])

  private static let tickets = TableSpecification(
    "tickets", "A request for help.", key: ["ticket_id"], indexes: recordIndexes, time: "created_at",
    columns: [.column("ticket_id", .integer, "Number of the ticket.")] + origin() + [
      .optional("subject", .text, "Subject."),
      .optional("channel", .text, "How it came in, the tool's own word."),
      .optional("status", .text, "The tool's own word: open, solved."),
      .optional("priority", .text, "The tool's own word."),
      .optional("group_name", .text, "The team that handles it."),
      .column("created_at", .dateTime, "When it was asked.", unit: "UTC"),
      .optional("first_response_at", .dateTime, "When somebody answered.", unit: "UTC"),
      .optional("solved_at", .dateTime, "When it was solved.", unit: "UTC"),
      .optional("satisfaction", .real, "The customer's verdict.", unit: "-1 to 1"),
      .optional("comment", .text, "What the customer wrote about it."),
    ])

  private static let traffic = TableSpecification(
    "traffic", "How many came on a day, by where they came from and what they saw; nobody is known.",
    key: ["traffic_id"], indexes: [.unique("stream_id", "key"), .on("stream_id", "date")], time: "date",
    columns: [.column("traffic_id", .integer, "Number of the row.")] + origin(profile: false) + [
      .column("date", .date, "The day as the tool counts it, in the time zone that is set there."),
      .column("channel", .text, "web or app; another one when the mapping says so."),
      .optional("traffic_source", .text, "Where they came from: google, newsletter, a site's name."),
      .optional("medium", .text, "How: organic, referral, email, cpc."),
      .optional("campaign", .text, "The campaign."),
      .optional("page", .text, "The page that was seen, or where the visit began."),
      .optional("country", .text, "Country, ISO 3166 alpha-2."),
      .optional("device", .text, "desktop, mobile, tablet."),
      .optional("goal", .text, "What was reached, where conversions are counted by it: Signup, purchase."),
      .optional(
        "visitors", .integer, "Different visitors of the row; those of two rows may be the same.", unit: "count"),
      .optional("visits", .integer, "Visits.", unit: "count"),
      .optional("page_views", .integer, "Pages seen.", unit: "count"),
      .optional("conversions", .integer, "Goals reached, as the tool defines them.", unit: "count"),
    ])
}
