extension Schema {
  private static let channelCounts: [ColumnSpecification] = [
    .count("touchpoints", "Touchpoints in all."),
    .count("web_touchpoints", "Touchpoints on web and app."),
    .count("email_touchpoints", "Touchpoints by e-mail."),
    .count("commerce_touchpoints", "Touchpoints in shop and store."),
    .count("survey_touchpoints", "Answers to surveys."),
    .count("support_touchpoints", "Touchpoints with the support desk."),
    .count("event_touchpoints", "Workshops, talks, events and visits."),
    .count("other_touchpoints", "Touchpoints on all other channels."),
  ]

  private static let totals: [ColumnSpecification] = [
    .count("orders", "Purchases, returns left out."),
    .count("returns", "Returns."),
    .count("order_lines", "Lines of the purchases."),
    .column("revenue", .money, "Purchases less returns and refunds, in the hub's base currency.", default: "0"),
    .optional("currency", .text, "The currency of revenue, ISO 4217."),
    .optional("average_order_value", .money, "Mean total of the purchases, in the same currency."),
    .optional("first_order_at", .dateTime, "The first purchase.", unit: "UTC"),
    .optional("last_order_at", .dateTime, "The newest purchase.", unit: "UTC"),
    .optional("last_nps", .integer, "The newest answer to the net promoter question.", unit: "0 to 10"),
    .optional("last_csat", .real, "The newest satisfaction, as a share of the best answer.", unit: "0 to 1"),
    .count("survey_responses", "Answers to surveys."),
    .count("tickets", "Requests for help."),
    .count("open_tickets", "Requests that are not solved."),
    .optional("valence", .real, "Mean valence of the touchpoints that have one.", unit: "-1 to 1"),
    .optional(
      "digital_weekdays", .text,
      "Days of the week with a touchpoint on a digital channel, as in dim_date: 1---5-- is Monday and Friday."),
  ]

  private static let channels = TableSpecification(
    "customer_channels", "What a customer lived through on one channel.", key: ["customer_id", "channel"],
    storage: .withoutRowID,
    columns: [
      .column("customer_id", .integer, "The customer."),
      .column("channel", .text, "The channel."),
      .count("touchpoints", "Touchpoints."),
      .count("valence_count", "Touchpoints that have a valence."),
      .column("valence_sum", .real, "Sum of the valences: divided by valence_count it is the mean.", default: "0"),
      .column("first_at", .dateTime, "The first one.", unit: "UTC"),
      .column("last_at", .dateTime, "The newest one.", unit: "UTC"),
      .column("weekdays", .text, "Days of the week on which they were, as in dim_date: 1---5-- is Monday and Friday."),
    ])

  private static let customer = TableSpecification(
    "customers", "The unified person: one row per customer.", key: ["customer_id"],
    indexes: [.on("email"), .on("digital_weekdays"), .on("last_nps", "customer_id", where: "last_nps IS NOT NULL")],
    time: "updated_at",
    columns: [
      .column("customer_id", .integer, "The customer's number, stable for life."),
      .column("kind", .text, "person or organisation."),
      .optional("display_name", .text, "The name to show."),
    ]
      + [.title, .givenName, .familyName].map { .optional($0.name, .text, meaning(of: $0)) }
      + [
        .optional("email", .text, "The best e-mail address."),
        .optional("phone", .text, "The best phone number, E.164."),
      ]
      + storedAttributes.dropFirst(3).map { .optional($0.name, $0 == .birthDate ? .date : .text, meaning(of: $0)) }
      + [
        .optional("email_consent", .text, "granted, denied or unknown: may we write e-mails."),
        .optional("phone_consent", .text, "granted, denied or unknown: may we call."),
        .count("profiles", "Profiles that make up the customer."),
        .count("sources", "Sources that know the customer."),
        .optional("source_names", .text, "Their names, separated by commas."),
        .optional("first_seen_at", .dateTime, "The earliest trace in any source.", unit: "UTC"),
        .optional("last_seen_at", .dateTime, "The newest trace in any source.", unit: "UTC"),
      ] + channelCounts + totals + [
        .column("created_at", .dateTime, "When the hub first made this customer.", unit: "UTC"),
        .column("updated_at", .dateTime, "When the hub last changed this row.", unit: "UTC"),
      ])

  static let customerTables: [TableSpecification] = [
    customer, channels,
    TableSpecification(
      "customer_attributes", "Where a golden value comes from.", key: ["customer_id", "attribute"],
      storage: .withoutRowID,
      columns: [
        .column("customer_id", .integer, "The customer."),
        .column("attribute", .text, "The column of customers."),
        .column("value", .text, "Its value."),
        .column("profile_id", .integer, "The profile that it came from."),
        .column("rule", .text, "The survivorship rule that chose it."),
      ]),
    TableSpecification(
      "matches", "Evidence that two profiles are one person.", key: ["match_id"],
      indexes: [.unique("left_profile_id", "right_profile_id", "rule", "kind", "value"), .on("right_profile_id")],
      columns: [
        .column("match_id", .integer, "Number of the match."),
        .column("left_profile_id", .integer, "The profile with the lower number."),
        .column("right_profile_id", .integer, "The other profile."),
        .column("rule", .text, "What matched: score, copy (both say just the same), visitor, decision."),
        .column("kind", .text, "visitor_id, or empty.", default: "''"),
        .column("value", .text, "The shared visitor id, or empty.", default: "''"),
        .optional("score", .real, "log2 of the odds that the two are one person.", unit: "bits"),
        .column(
          "is_used", .boolean, "1 when it holds a customer together, 0 for two customers in doubt.", default: "1"),
        .optional("note", .text, "How the two agree, in words."),
        .optional("run_id", .integer, "The run after which it was found."),
      ]),
    TableSpecification(
      "customer_lineage", "What happened to customer numbers.", key: ["sequence"],
      indexes: [
        .on("customer_id"), .on("other_customer_id", where: "other_customer_id IS NOT NULL"),
        .on("profile_id", where: "profile_id IS NOT NULL"),
      ],
      time: "occurred_at",
      columns: [
        .column("sequence", .integer, "Order of the events."),
        .column("occurred_at", .dateTime, "When.", unit: "UTC"),
        .column("event", .text, "new, merge, split, moved or retired."),
        .column("customer_id", .integer, "The customer that it happened to."),
        .optional("other_customer_id", .integer, "Merged into it, or split off from it."),
        .optional(
          "profile_id", .integer,
          "Of a customer that was merged or retired: the profile that stands for it, should it come back."),
        .column("reason", .text, "Why, in words."),
        .optional("run_id", .integer, "The run after which it happened."),
      ]),
    TableSpecification(
      "decisions", "A person's word that two profiles are, or are not, the same.",
      key: ["left_profile_id", "right_profile_id"], storage: .withoutRowID, time: "decided_at",
      columns: [
        .column("left_profile_id", .integer, "The profile with the lower number."),
        .column("right_profile_id", .integer, "The other profile."),
        .column("decision", .text, "same or different."),
        .column("decided_at", .dateTime, "When.", unit: "UTC"),
        .column("decided_by", .text, "Who."),
        .optional("note", .text, "Why."),
      ]),
  ]
}
