import GRDB
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
  static func fillDimensions(_ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM dim_date;
        INSERT INTO dim_date
        WITH RECURSIVE days(day) AS (
          SELECT '2000-01-01' UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < '2049-12-31'
        ), parts AS (
          SELECT day, CAST(strftime('%Y', day) AS INTEGER) AS year, CAST(strftime('%m', day) AS INTEGER) AS month,
            (CAST(strftime('%w', day) AS INTEGER) + 6) % 7 + 1 AS weekday
          FROM days
        )
        SELECT day, year, (month + 2) / 3, month, printf('%04d-%02d-01', year, (month - 1) / 3 * 3 + 1),
          substr(day, 1, 7) || '-01', date(day, printf('-%d days', weekday - 1)),
          -- The week is that of its Thursday.
          (CAST(strftime('%j', date(day, printf('%d days', 4 - weekday))) AS INTEGER) - 1) / 7 + 1, weekday,
          CASE weekday WHEN 1 THEN 'Monday' WHEN 2 THEN 'Tuesday' WHEN 3 THEN 'Wednesday' WHEN 4 THEN 'Thursday'
            WHEN 5 THEN 'Friday' WHEN 6 THEN 'Saturday' ELSE 'Sunday' END,
          weekday > 5
        FROM parts;
        DELETE FROM dim_channel;
        INSERT INTO dim_channel VALUES
          ('web', 'Web', 1, 1), ('app', 'App', 1, 2), ('email', 'E-mail', 1, 3), ('social', 'Social media', 1, 4),
          ('commerce', 'Online shop', 1, 5), ('store', 'Store', 0, 6), ('event', 'Event', 0, 7),
          ('sales', 'Sales', 0, 8), ('phone', 'Telephone', 0, 9), ('post', 'Post', 0, 10),
          ('support', 'Support', 1, 11), ('survey', 'Survey', 1, 12);
        """)
  }
}
