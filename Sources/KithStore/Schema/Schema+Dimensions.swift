import KithCore

/// What facts are looked at by.
extension Schema {
  static let dimensionTables: [TableSpecification] = [
    TableSpecification(
      "dim_date", "A day, from 2000 to 2049.", key: ["date"],
      columns: [
        .column("date", .date, "The UTC day."),
        .column("year", .integer, "Year."),
        .column("quarter", .integer, "Quarter of the year.", unit: "1 to 4"),
        .column("month", .integer, "Month of the year.", unit: "1 to 12"),
        .column("quarter_start", .date, "The first day of the quarter."),
        .column("month_start", .date, "The first day of the month."),
        .column("week_start", .date, "The Monday of the week."),
        .column("iso_week", .integer, "Week by ISO 8601.", unit: "1 to 53"),
        .column("weekday", .integer, "Day of the week, Monday first.", unit: "1 to 7"),
        .column("weekday_name", .text, "Its name in English."),
        .column("is_weekend", .boolean, "1 on Saturday and Sunday."),
      ]),
    TableSpecification(
      "dim_channel", "A channel of touchpoints and orders.", key: ["channel"],
      columns: [
        .column("channel", .text, "As in the facts."),
        .column("name", .text, "Its name in English."),
        .column("is_digital", .boolean, "1 when it is lived through a device."),
        .column("position", .integer, "The order in which to show it."),
      ]),
  ]

  /// Fills the dimensions, which are the same in every hub.
  static func fillDimensions(_ db: StoreConnection) throws {
    try db.execute(sql: "DELETE FROM dim_date")
    for rows in CalendarDay.rows { try db.execute(sql: "INSERT INTO dim_date VALUES \(rows)") }
    try db.execute(
      sql: """
        DELETE FROM dim_channel;
        INSERT INTO dim_channel VALUES \(channelRows);
        """)
  }

  private static let channels: [(channel: String, name: String, isDigital: Bool)] = [
    ("web", "Web", true), ("app", "App", true), ("email", "E-mail", true), ("social", "Social media", true),
    ("commerce", "Online shop", true), ("store", "Store", false), ("event", "Event", false), ("sales", "Sales", false),
    ("phone", "Telephone", false), ("post", "Post", false), ("support", "Support", true), ("survey", "Survey", true),
  ]

  private static let channelRows = channels.enumerated().map { place, channel in
    "('\(channel.channel)', '\(channel.name)', \(channel.isDigital ? "TRUE" : "FALSE"), \(place + 1))"
  }.joined(separator: ", ")

  static let digitalChannels = channels.filter(\.isDigital).map(\.channel)
}

/// A day of `dim_date`.
private struct CalendarDay {
  private var year = 2000
  private var month = 1
  private var day = 1
  /// 1 for Monday; 2000 began on a Saturday.
  private var weekday = 6
  private var dayOfYear = 1

  private static let end = 2050

  /// All days as SQL's rows, some years each.
  static let rows: [String] = {
    var rows: [String] = []
    var date = CalendarDay()
    var part: [String] = []
    // Before the first Thursday the week is the last one of the year before.
    var isoWeek = 52
    var monday = "1999-12-27"
    while date.year < end {
      if date.weekday == 1 {
        monday = date.text
        isoWeek = date.isoWeekOfMonday
      }
      part.append(date.row(isoWeek: isoWeek, monday: monday))
      date.advance()
      if part.count == 2_000 || date.year == end {
        rows.append(part.joined(separator: ","))
        part = []
      }
    }
    return rows
  }()

  private var isLeap: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private var daysInMonth: Int {
    switch month {
    case 2: isLeap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The week is that of its Thursday: the first of a year has the year's first Thursday.
  private var isoWeekOfMonday: Int {
    let thursday = dayOfYear + 3
    let days = isLeap ? 366 : 365
    return ((thursday > days ? thursday - days : thursday) - 1) / 7 + 1
  }

  private mutating func advance() {
    weekday = weekday % 7 + 1
    dayOfYear += 1
    day += 1
    if day <= daysInMonth { return }
    day = 1
    month += 1
    if month <= 12 { return }
    (month, dayOfYear) = (1, 1)
    year += 1
  }

  private static func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }

  private var text: String { "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))" }

  private static let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  private func row(isoWeek: Int, monday: String) -> String {
    let quarter = (month + 2) / 3
    let weekend = weekday > 5 ? "TRUE" : "FALSE"
    return "('\(text)',\(year),\(quarter),\(month),'\(year)-\(Self.twoDigits(quarter * 3 - 2))-01',"
      + "'\(year)-\(Self.twoDigits(month))-01','\(monday)',\(isoWeek),\(weekday),'\(Self.names[weekday - 1])',\(weekend))"
  }
}

/// What a pass of identity works with, for as long as its connection lives.
extension Schema {
  static let identityTables: [TableSpecification] = [
    TableSpecification(
      "touched", "A profile that is looked at.", key: ["profile_id"], indexes: [.on("round")], published: false,
      columns: [
        .column("profile_id", .integer, "The profile."), .column("round", .integer, "When it was taken in."),
      ]),
    TableSpecification(
      "touched_customers", "A customer of touched profiles.", key: ["customer_id"], indexes: [.on("round")],
      published: false,
      columns: [
        .column("customer_id", .integer, "The customer."), .column("round", .integer, "With whom it was met."),
      ]),
    TableSpecification(
      "touched_visitors", "A visitor id of touched profiles.", key: ["identifier_hash"], indexes: [.on("round")],
      published: false,
      columns: [
        .column("identifier_hash", .integer, "As in identifiers."),
        .column("round", .integer, "With whom it was met."),
      ]),
    TableSpecification(
      "moved", "A profile that changes its customer.", key: ["profile_id"], published: false,
      columns: [
        .column("profile_id", .integer, "The profile."), .optional("customer_id", .integer, "Its customer now."),
      ]),
    TableSpecification(
      "stale", "A customer whose row must be computed again.", key: ["customer_id"], published: false,
      columns: [
        .column("customer_id", .integer, "The customer."),
        .column(
          "is_whole", .boolean, "0 when its profiles are the same and have the same records, and only say other things."
        ),
      ]),
    TableSpecification(
      "members", "A profile of a stale customer.", key: ["customer_id", "profile_id"], storage: .withoutRowID,
      published: false,
      columns: [
        .column("customer_id", .integer, "The customer."), .column("profile_id", .integer, "The profile."),
        .column("kind", .text, "person or organisation."), .column("source", .text, "The source's name."),
        .optional("created_at", .dateTime, "When the source learned to know the person."),
        .optional("seen_at", .dateTime, "When it was last changed or met."),
        .column("is_whole", .boolean, "As its customer."),
      ]),
  ]
}
