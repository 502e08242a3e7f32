import KithCore
import KithEngine
import Testing

@Suite struct CronScheduleTests {
  private func date(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso: iso)) }

  @Test(arguments: [
    ("15 * * * *", "2026-11-22", 7, 15, true), ("15 * * * *", "2026-11-22", 7, 16, false),
    ("*/20 8-18 * * mon-fri", "2026-11-23", 8, 40, true), ("*/20 8-18 * * mon-fri", "2026-11-22", 8, 40, false),
    ("0 0 29 2 *", "2028-02-29", 0, 0, true), ("0 0 29 2 *", "2027-03-01", 0, 0, false),
    ("0 6 1,15 * 1", "2026-11-23", 6, 0, true), ("0 6 1,15 * 1", "2026-11-15", 6, 0, true),
    ("0 6 1,15 * 1", "2026-11-17", 6, 0, false), ("@weekly", "2026-11-22", 0, 0, true),
    ("0 0 * * 7", "2026-11-22", 0, 0, true), ("5/15 * * * *", "2026-11-22", 3, 50, true),
  ])
  func fires(_ text: String, _ day: String, _ hour: Int, _ minute: Int, _ expected: Bool) throws {
    #expect(try CronSchedule(text).matches(date(day), hour: hour, minute: minute) == expected)
  }

  @Test(arguments: [
    "", "* * * *", "60 * * * *", "* * * * 8", "*/0 * * * *", "a * * * *", "5-2 * * * *", "0 0 31 2 *", "1,,2 * * * *",
  ])
  func refuses(_ text: String) {
    #expect(throws: KithError.self) { try CronSchedule(text) }
  }

  @Test func tellsTheField() {
    do {
      _ = try CronSchedule("0 25 * * *")
      Issue.record("25 o'clock was accepted")
    } catch {
      #expect(error.description.contains("hour"))
      #expect(error.description.contains("0 to 23"))
    }
  }
}
