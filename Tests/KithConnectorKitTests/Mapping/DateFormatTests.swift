import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct DateFormatTests {
  private func read(_ text: String, _ format: String, zone: String = "UTC") throws -> String? {
    let compiled = try DateFormat(format)
    let zone = try #require(ZoneOffsets(zone))
    return Array(text.utf8).withUnsafeBufferPointer { compiled.parse($0) }.map { zone.timestamp($0).sqlText }
  }

  @Test(arguments: [
    ("2024-02-29", "2024-02-29 00:00:00"), ("20240229", "2024-02-29 00:00:00"),
    ("2024-02-29T12:30", "2024-02-29 12:30:00"), ("2024-02-29 12:30:15", "2024-02-29 12:30:15"),
    ("2024-02-29t12:30:15z", "2024-02-29 12:30:15"), ("2024-02-29T12:30:15.123456789Z", "2024-02-29 12:30:15"),
    ("2024-02-29T12:30:15,5+01:00", "2024-02-29 11:30:15"), ("20240229T123015-0530", "2024-02-29 18:00:15"),
    ("2024-02-29 12:30:15 +0100", "2024-02-29 11:30:15"), ("2024-02-29 12:30:15 UTC", "2024-02-29 12:30:15"),
    ("2024-12-31T24:00:00Z", "2025-01-01 00:00:00"), ("2024-02-29T12+02", nil), ("2023-02-29", nil),
    ("2024-2-9", nil), ("2024-02-29T25:00", nil), ("2024-02-29T12:60", nil), ("2024-02-29T12:30 nonsense", nil),
    ("", nil), ("29.02.2024", nil), ("2024-02-30", nil), ("0000-01-01", nil),
  ])
  func iso(_ text: String, _ expected: String?) throws { #expect(try read(text, "iso") == expected) }

  @Test(arguments: [
    ("dd.MM.yyyy", "05.03.2024", "2024-03-05 00:00:00"), ("d.M.yyyy", "5.3.2024", "2024-03-05 00:00:00"),
    ("dd.MM.yyyy", "5.3.2024", nil), ("MM/dd/yy", "03/05/24", "2024-03-05 00:00:00"),
    ("MM/dd/yy", "03/05/69", "1969-03-05 00:00:00"), ("d MMM yyyy", "5 März 2024", "2024-03-05 00:00:00"),
    ("d. MMM yyyy", "5. Dez. 2024", "2024-12-05 00:00:00"), ("MMM d, yyyy", "September 5, 2024", "2024-09-05 00:00:00"),
    ("d MMM yyyy", "5 févr. 2024", "2024-02-05 00:00:00"), ("d MMM yyyy", "5 Foo 2024", nil),
    ("M/d/yyyy h:mm a", "3/5/2024 12:05 AM", "2024-03-05 00:05:00"),
    ("M/d/yyyy h:mm a", "3/5/2024 12:05 p.m.", "2024-03-05 12:05:00"),
    ("M/d/yyyy h:mm a", "3/5/2024 13:05 PM", nil),
    ("yyyy-MM-dd HH:mm:ss.SSS", "2024-03-05 01:02:03.5", "2024-03-05 01:02:03"),
    ("dd/MMM/yyyy:HH:mm:ss Z", "05/Mar/2024:10:00:00 -0200", "2024-03-05 12:00:00"),
    ("EEE, dd MMM yyyy HH:mm:ss Z", "Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05 10:00:00"),
    ("dd.MM.yyyy 'um' HH:mm 'Uhr'", "05.03.2024 um 10:00 Uhr", "2024-03-05 10:00:00"),
    ("yyyyMMddHHmmss", "20240305100000", "2024-03-05 10:00:00"), ("dd.MM.yyyy", "31.02.2024", nil),
    ("dd.MM.yyyy", "05.03.2024 ", nil), ("H:mm dd.MM.yyyy", "9:07 05.03.2024", "2024-03-05 09:07:00"),
    ("unix", "1709632800", "2024-03-05 10:00:00"), ("unix", "1709632800.5", "2024-03-05 10:00:00"),
    ("unix_ms", "1709632800000", "2024-03-05 10:00:00"), ("unix_us", "1709632800000000", "2024-03-05 10:00:00"),
    ("unix", "99999999999999", nil), ("unix", "soon", nil), ("unix", "-1", "1969-12-31 23:59:59"),
  ])
  func patterns(_ format: String, _ text: String, _ expected: String?) throws {
    #expect(try read(text, format) == expected)
  }

  @Test(arguments: [
    ("YYYY-MM-DD", "a date format does not know the letters YYYY"),
    ("dd.MM", "a date format needs a year, a month and a day"),
    ("dd.MM.yyyy hh:mm", "a date format needs hh and a together"),
    ("yyyy-MM-dd at HH:mm", "a date format does not know the letters t"),
    ("yyy-MM-dd", "a date format does not know the letters yyy"),
  ])
  func mistakesOfFormats(_ format: String, _ what: String) {
    #expect { _ = try DateFormat(format) } throws: { ($0 as? DateFormat.Mistake)?.what == what }
  }

  @Test(arguments: [
    ("2024-01-15T12:00", "2024-01-15 11:00:00"), ("2024-07-15T12:00", "2024-07-15 10:00:00"),
    // The clock jumps from 2 to 3: the time lies in the gap and lands behind it.
    ("2024-03-31T01:59", "2024-03-31 00:59:00"), ("2024-03-31T02:30", "2024-03-31 01:30:00"),
    ("2024-03-31T03:00", "2024-03-31 01:00:00"),
    // The clock shows 2 to 3 twice: the first time counts.
    ("2024-10-27T01:59", "2024-10-26 23:59:00"), ("2024-10-27T02:30", "2024-10-27 00:30:00"),
    ("2024-10-27T03:00", "2024-10-27 02:00:00"), ("2024-10-27T02:30+01:00", "2024-10-27 01:30:00"),
  ])
  func zones(_ text: String, _ expected: String) throws {
    #expect(try read(text, "iso", zone: "Europe/Zurich") == expected)
  }
}
