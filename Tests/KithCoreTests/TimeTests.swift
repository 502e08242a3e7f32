import KithCore
import Testing

@Suite struct TimeTests {
  @Test func everyDayOfFourCenturiesRoundTrips() {
    var previous: CalendarDate?
    for day in stride(from: Int64(-719_162), through: 2_932_896, by: 1)
    where day % 7 == 0 || (-200...200).contains(day % 146_097) {
      let date = CalendarDate(daysSince1970: day)
      #expect(date.daysSince1970 == day)
      #expect(CalendarDate(year: date.year, month: date.month, day: date.day) == date)
      if let previous { #expect(previous < date) }
      previous = date
    }
    #expect(CalendarDate(daysSince1970: 0).iso == "1970-01-01")
    #expect(CalendarDate(daysSince1970: -719_162).iso == "0001-01-01")
    #expect(CalendarDate(daysSince1970: 2_932_896).iso == "9999-12-31")
  }

  @Test(arguments: [
    (2023, 2, 29), (1900, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0), (0, 1, 1), (10_000, 1, 1),
  ])
  func daysThatDoNotExist(_ year: Int, _ month: Int, _ day: Int) {
    #expect(CalendarDate(year: year, month: month, day: day) == nil)
  }

  @Test(arguments: ["2026-1-1", "2026/01/01", "2026-02-30", "", "2026-01-01 ", "٢٠٢٦-01-01"])
  func isoDatesThatAreNone(_ text: String) {
    #expect(CalendarDate(iso: text) == nil)
  }

  @Test func sqlTextRoundTripsAndRoundsDown() throws {
    let date = try #require(CalendarDate(year: 2024, month: 2, day: 29))
    let moment = Timestamp(date, hour: 23, minute: 59, second: 58, microsecond: 999_999)
    #expect(moment.sqlText == "2024-02-29 23:59:58")
    #expect(Timestamp(sqlText: moment.sqlText)?.seconds == moment.seconds)
    #expect(Timestamp(microseconds: -1).sqlText == "1969-12-31 23:59:59")
    #expect(Timestamp(sqlText: "2024-02-29T23:59:58") == nil)
    #expect(Timestamp(sqlText: "2024-02-29 24:00:00") == nil)
  }
}

@Suite struct AmountTests {
  @Test(arguments: [
    (1_234, UInt8(2), "12.34"), (-5, 2, "-0.05"), (0, 3, "0.000"), (7, 0, "7"), (-120, 1, "-12.0"),
  ])
  func text(_ mantissa: Int64, _ scale: UInt8, _ expected: String) {
    #expect(Amount(mantissa: mantissa, scale: scale).text == expected)
  }

  @Test(arguments: [
    (125, 3, 2, "0.12"), (135, 3, 2, "0.14"), (-125, 3, 2, "-0.12"), (-135, 3, 2, "-0.14"), (126, 3, 2, "0.13"),
    (5, 0, 2, "5.00"), (999, 3, 0, "1"),
  ])
  func roundsHalfToEven(_ mantissa: Int64, _ scale: UInt8, _ digits: UInt8, _ expected: String) {
    #expect(Amount(mantissa: mantissa, scale: scale).rescaled(to: digits)?.text == expected)
  }

  @Test func sumsAndProductsAreExactOrNil() {
    #expect(Amount(mantissa: 3).times(Amount(mantissa: 255, scale: 2))?.text == "7.65")
    #expect(Amount(mantissa: 1, scale: 1).plus(Amount(mantissa: 2, scale: 1))?.text == "0.3")
    #expect(Amount(mantissa: .max).times(Amount(mantissa: 2)) == nil)
    #expect(Amount(mantissa: .max).plus(Amount(mantissa: 1)) == nil)
    #expect(Amount(mantissa: .max).rescaled(to: 2) == nil)
  }
}
