import KithCore
import KithNormalise

/// What the values of a column look like, each as a share of those that are there.
struct ValueShape {
  private(set) var count = 0
  private(set) var emails = 0.0
  private(set) var phones = 0.0
  private(set) var dates = 0.0
  private(set) var years = 0.0
  /// Letters, with blanks, hyphens and dots.
  private(set) var words = 0.0
  private var twoWords = 0.0
  private var givenNames = 0.0
  private var postcodes = 0.0
  private var streets = 0.0
  private var distinct = 0

  init(_ values: [String]) {
    let present = values.filter { !$0.isEmpty }
    count = present.count
    guard count > 0 else { return }
    distinct = Set(present).count
    for value in present { add(value) }
    func share(_ number: Double) -> Double { number / Double(count) }
    (emails, phones, dates, years) = (share(emails), share(phones), share(dates), share(years))
    (words, twoWords, givenNames) = (share(words), share(twoWords), share(givenNames))
    (postcodes, streets) = (share(postcodes), share(streets))
  }

  private mutating func add(_ value: String) {
    let letters = value.unicodeScalars.count { $0.properties.isAlphabetic }
    let digits = value.utf8.count { (0x30...0x39).contains($0) }
    let parts = value.split { $0 == " " || $0 == "," }
    if value.contains("@"), value.contains("."), !value.contains(" ") { emails += 1 }
    if letters == 0, digits >= 7, digits <= 15, Self.isWrittenAsPhone(value) { phones += 1 }
    if BirthReader.order(of: value) != nil { dates += 1 }
    if digits == 4, letters == 0, value.utf8.count == 4, let year = Int(value), (1_900...2_100).contains(year) {
      years += 1
    }
    if digits == 0, letters > 1 { words += 1 }
    if digits == 0, parts.count == 2 || parts.count == 3 { twoWords += 1 }
    if digits == 0, let first = parts.first, !NameFolding.nicknameClasses(NameFolding.plain(String(first))).isEmpty {
      givenNames += 1
    }
    if letters == 0, (4...5).contains(digits), value.utf8.count == digits { postcodes += 1 }
    if digits > 0, digits < 5, letters > 3, parts.count > 1 { streets += 1 }
  }

  /// A number alone, or with a decimal point, is an amount or a key.
  private static func isWrittenAsPhone(_ value: String) -> Bool {
    value.hasPrefix("0") || value.utf8.contains { $0 == 0x2B || $0 == 0x28 || $0 == 0x2F || $0 == 0x20 || $0 == 0x2D }
      || value.utf8.count { $0 == 0x2E } > 1
  }

  var isLikeFamilyNames: Bool { words > 0.8 && twoWords < 0.3 && distinct * 5 > count }

  /// What a column without a telling name may be; nil when nothing is clear.
  var role: ColumnRole? {
    if count < 5 { return nil }
    if emails > 0.6 { return .identifier(.email) }
    if dates > 0.6 { return .attribute(.birthDate) }
    if phones > 0.6 { return .identifier(.phone) }
    if words > 0.8, twoWords > 0.6, givenNames > 0.15 { return .attribute(.fullName) }
    if words > 0.8, givenNames > 0.25 { return .attribute(.givenName) }
    if streets > 0.6 { return .attribute(.street) }
    if postcodes > 0.8, distinct > 2 { return .attribute(.postcode) }
    return nil
  }
}
