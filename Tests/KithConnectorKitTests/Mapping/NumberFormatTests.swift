import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct NumberFormatTests {
  private func read(_ text: String, _ format: NumberFormat) -> String {
    switch Array(text.utf8).withUnsafeBufferPointer({ format.parse($0) }) {
    case .value(let amount): amount.text
    case .notANumber: "not a number"
    case .ambiguous: "ambiguous"
    case .tooLarge: "too large"
    }
  }

  @Test(arguments: [
    ("12", "12"), ("-12", "-12"), ("+12", "12"), ("1,234.50", "1234.50"), ("1234.5", "1234.5"), (".5", "0.5"),
    ("12.", "12"), ("1,234,567", "1234567"), ("1 234.5", "1234.5"), ("1'234.50", "1234.50"), ("1’234.50", "1234.50"),
    ("1\u{A0}234.50", "1234.50"), ("$1,234.00", "1234.00"), ("€ 12.50", "12.50"), ("12.50 CHF", "12.50"),
    ("(1,234.50)", "-1234.50"), ("12.50-", "-12.50"), ("\u{2212}3", "-3"), ("1.5E+3", "1500"), ("1e-2", "0.01"),
    ("0.1234567895", "0.123456790"), ("12,34.5", "not a number"), ("1.2.3", "not a number"), ("abc", "not a number"),
    ("", "not a number"), ("-", "not a number"), ("12 pieces", "not a number"), ("--1", "not a number"),
    ("99999999999999999999", "too large"), ("1e30", "too large"), ("1,23", "not a number"), ("(-5)", "not a number"),
  ])
  func point(_ text: String, _ expected: String) { #expect(read(text, .point) == expected) }

  @Test(arguments: [
    ("1.234,50", "1234.50"), ("1.234", "1234"), ("12,5", "12.5"), ("€ 1.234.567,89", "1234567.89"),
    ("12.5", "not a number"),
  ])
  func comma(_ text: String, _ expected: String) { #expect(read(text, .comma) == expected) }

  @Test(arguments: [
    ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("12.5", "12.5"), ("12,50", "12.50"), ("1.234.567", "1234567"),
    ("1,234", "ambiguous"), ("1.234", "ambiguous"), ("0.123", "0.123"), ("1234.567", "1234.567"),
    ("12.3456", "12.3456"),
    ("-1.234", "ambiguous"), ("CHF 12.345", "ambiguous"), ("1.234,5.6", "not a number"), (".125", "0.125"),
  ])
  func auto(_ text: String, _ expected: String) { #expect(read(text, .auto) == expected) }
}
