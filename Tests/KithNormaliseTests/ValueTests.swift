import KithCore
import Testing

@testable import KithNormalise

struct ValueTests {
  @Test(arguments: [
    ("m", "male"), ("W", "female"), ("f", "female"), ("Männlich", "male"), ("weiblich", "female"),
    ("Female", "female"),
    ("Frau", "female"), ("Mr.", "male"), ("Mme", "female"), ("divers", "other"), ("non-binary", "other"),
    ("1", "male"), ("2", "female"), ("Féminin", "female"), ("unknown", nil), ("Firma", nil), ("", nil), ("0", nil),
  ])
  func genders(text: String, expected: String?) { #expect(Gender.canonical(text) == expected) }

  @Test(arguments: [
    ("de", "de"), ("DE", "de"), ("de-CH", "de"), ("fr_FR", "fr"), ("Deutsch", "de"), ("german", "de"),
    ("Français", "fr"), ("ENG", "en"), ("deu", "de"), ("rätoromanisch", "rm"), ("zh-Hans-CN", "zh"),
    ("Schweizerdeutsch", "de"), ("Klingon", "Klingon"), ("Italiano (Svizzera)", "it"),
  ])
  func languages(text: String, expected: String) {
    #expect(Language.canonical(text) == expected)
    #expect(Language.canonical(expected) == expected)
  }

  @Test(arguments: [
    ("1984-02-29", "1984-02-29"), ("1984-02-29T00:00:00Z", "1984-02-29"), ("29.02.1984", "1984-02-29"),
    ("19840229", "1984-02-29"), ("1983-02-29", nil), ("1900-01-01", nil), ("1970-01-01", nil), ("0001-01-01", nil),
    ("9999-12-31", nil), ("2031-01-01", nil), ("02/29/1984", nil), ("soon", nil), ("", nil),
    ("2030-06-15", "2030-06-15"),
  ])
  func birthDates(text: String, expected: String?) {
    #expect(BirthDate.canonical(text, today: CalendarDate(year: 2030, month: 6, day: 15)) == expected)
  }

  @Test(arguments: [
    ("CHF", "CHF", "CHF"), ("chf", "CHF", "CHF"), ("Fr.", "CHF", "CHF"), ("€", "CHF", "EUR"), ("$", "CHF", "USD"),
    ("$", "CAD", "CAD"), ("¥", "CNY", "CNY"), ("¥", "CHF", "JPY"), ("£", "CHF", "GBP"), ("kr", "SEK", "SEK"),
    (" eur ", "CHF", "EUR"), ("doubloons", "CHF", "DOUBLOONS"), ("Euro", "CHF", "EUR"),
  ])
  func currencies(text: String, base: String, expected: String) {
    #expect(Currency.canonical(text, base: base) == expected)
    #expect(Currency.canonical(expected, base: base) == expected)
  }

  @Test func minorDigits() {
    #expect(Currency.minorDigits("CHF") == 2)
    #expect(Currency.minorDigits("JPY") == 0)
    #expect(Currency.minorDigits("KWD") == 3)
  }

  @Test(arguments: [
    (" a  b ", "a b"), ("a\tb", "a b"), ("a\u{A0}b", "a b"), ("\u{FEFF}a\u{200B}b", "ab"), ("u\u{308}", "ü"),
    ("", ""), ("a\r\nb", "a b"), ("\u{201C}a\u{201D} \u{2013} b", "\u{201C}a\u{201D} \u{2013} b"), ("a\u{0}b", "a b"),
    ("\u{201C}\u{200B}", "\u{201C}"),
  ])
  func tidyLines(text: String, expected: String) {
    #expect(Array(TidyText.line(text).utf8) == Array(expected.utf8))
  }

  @Test func blocksKeepTheirLines() {
    #expect(TidyText.block(" a\n b \n") == "a\n b")
    #expect(TidyText.block("\n\t") == nil)
    #expect(TidyText.block(nil) == nil)
    #expect(TidyText.block("é ") == "é")
  }

  @Test func cachesAreBoundedAndHarmless() {
    var cache = BoundedCache<Int>(limit: 2)
    for round in 0..<2 {
      for text in ["a", "bb", "ccc", "dddd"] { #expect(cache.value(for: text) { $0.count } == text.count, "\(round)") }
    }
  }
}

struct DeliveredAttributesTests {
  @Test(arguments: [0, 1, 5, 15, 16, 17, 40])
  func theFirstOfEachIsFound(count: Int) {
    let all = Attribute.allCases
    let values = (0..<count).map { AttributeValue(all[$0 * 7 % all.count], String($0)) }
    let delivered = DeliveredAttributes(values)
    for attribute in all { #expect(delivered[attribute] == values.first { $0.attribute == attribute }?.value) }
  }
}
