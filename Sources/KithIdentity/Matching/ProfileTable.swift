import KithCore
import KithNormalise

/// Profiles in columns of small numbers, as matching wants them: what is equal has equal numbers, and what comparing
/// needs to know of a text is worked out once. About 80 bytes a profile beside the distinct texts.
public final class ProfileTable: @unchecked Sendable {
  // Unchecked: filled by one task, and only read by many afterwards.
  public private(set) var count = 0

  /// 0 for a person, 1 for an organisation.
  let kinds = Column<UInt8>()
  let names = NameTable()
  let given = Column<Int32>()
  let family = Column<Int32>()
  /// Given and family name together; 0 unless both are known.
  let fullNames = Column<Int32>()
  /// The hashes of given and family name, one after the other.
  let fullNameTexts = TextPool(capacity: 65_536)
  /// `yyyymmdd`; `yyyy0000` where only the year is known, 0 where nothing is.
  let births = Column<Int32>()
  let streets = FoldedColumn(fold: PlaceFolding.street)
  let houses = FoldedColumn(fold: PlaceFolding.code)
  let postcodes = FoldedColumn(fold: PlaceFolding.code)
  let cities = FoldedColumn(fold: PlaceFolding.city)
  let companies = FoldedColumn(fold: NameFolding.plain)
  /// 0 not known, else a number for female, male or other.
  let genders = Column<UInt8>()
  let emails = ValueColumn()
  /// By e-mail number: the part before the @, dots and the like left out.
  let locals = FoldedColumn(fold: NameFolding.plain)
  let phones = ValueColumn()
  /// Each number with its namespace before it.
  let customerNumbers = ValueColumn()
  let userIDs = ValueColumn()
  let loyaltyNumbers = ValueColumn()
  /// By row: a hash of all of the above, the same in every table. Rows that say the same have the same one.
  let contents = Column<UInt64>()

  public init() {}

  /// Adds a profile; its row is `count` before the call.
  ///
  /// - Parameters:
  ///   - kind: an organisation is never one with a person.
  ///   - identifiers: those that do not link are left out.
  ///   - birth: `yyyymmdd`, also of a day that does not exist; `yyyy0000` for a year, 0 for not known. Nil: that of the
  ///     attributes.
  public func append(
    kind: Profile.Kind = .person, attributes: [CanonicalAttribute], identifiers: [CanonicalIdentifier],
    birth: Int32? = nil
  ) {
    kinds.append(kind == .person ? 0 : 1)
    var row = Row()
    for item in attributes { row.take(item) }
    appendNames(row)
    births.append(birth ?? row.birthDate.map(ProfileTable.birth) ?? 0)
    streets.append(row.street)
    houses.append(row.house)
    postcodes.append(row.postcode)
    cities.append(row.city)
    companies.append(row.company)
    genders.append(row.gender)
    for identifier in identifiers where identifier.links { add(identifier) }
    emails.endRow()
    phones.endRow()
    customerNumbers.endRow()
    userIDs.endRow()
    loyaltyNumbers.endRow()
    contents.append(content(of: count))
    count += 1
  }

  /// Goes through all that the table holds, always in the same order.
  func visit(_ visitor: inout some ColumnVisitor) throws {
    try visitor.visit(kinds)
    try names.visit(&visitor)
    try visitor.visit(given)
    try visitor.visit(family)
    try visitor.visit(fullNames)
    try fullNameTexts.visit(&visitor)
    try visitor.visit(births)
    for column in [streets, houses, postcodes, cities, companies, locals] { try column.visit(&visitor) }
    try visitor.visit(genders)
    for column in [emails, phones, customerNumbers, userIDs, loyaltyNumbers] { try column.visit(&visitor) }
    try visitor.visit(contents)
    count = contents.count
  }

  /// Whether what a row says names one person, so that two rows that say just the same are copies: an identifier, or a
  /// full name with a birth date or a street.
  func namesOnePerson(_ row: Int) -> Bool {
    if !emails[row].isEmpty || !phones[row].isEmpty { return true }
    if !customerNumbers[row].isEmpty || !userIDs[row].isEmpty || !loyaltyNumbers[row].isEmpty { return true }
    return fullNames[row] != 0 && (births[row] % 10_000 != 0 || streets[row] != 0)
  }

  /// Whether a row has a name, or is an organisation.
  func isNamed(_ row: Int) -> Bool { given[row] != 0 || family[row] != 0 || kinds[row] != 0 }

  private func content(of row: Int) -> UInt64 {
    var hash = ContentHash()
    func add(_ part: UInt64) { hash.combine(Int64(bitPattern: part)) }
    add(names.texts.hash(given[row]))
    add(names.texts.hash(family[row]))
    add(UInt64(UInt32(bitPattern: births[row])) << 8 | UInt64(genders[row]) << 1 | UInt64(kinds[row]))
    for column in [streets, houses, postcodes, cities, companies] { add(column.texts.hash(column[row])) }
    // Values of one kind have no order: their hashes are added up.
    for column in [emails, phones, customerNumbers, userIDs, loyaltyNumbers] {
      add(column[row].reduce(0) { $0 &+ column.texts.hash($1) })
    }
    return UInt64(bitPattern: hash.value)
  }

  private struct Row {
    var given: String?
    var family: String?
    var full: String?
    var birthDate: String?
    var street: String?
    var house: String?
    var postcode: String?
    var city: String?
    var company: String?
    var gender: UInt8 = 0

    mutating func take(_ item: CanonicalAttribute) {
      switch item.attribute {
      case .givenName: given = item.value
      case .familyName: family = item.value
      case .fullName: full = item.value
      case .birthDate: birthDate = item.value
      case .street: street = item.value
      case .houseNumber: house = item.value
      case .postcode: postcode = item.value
      case .city: city = item.value
      case .company: company = item.value
      case .gender: gender = item.value == "female" ? 1 : item.value == "male" ? 2 : 0
      default: break
      }
    }
  }

  /// A name of one word may be given or family name: it stands among the given ones, without a family name.
  private func appendNames(_ row: Row) {
    let lone = row.given == nil && row.family == nil ? row.full : nil
    given.append((row.given ?? lone).map { names.number(of: $0) } ?? 0)
    family.append(row.family.map { names.number(of: $0) } ?? 0)
    let pair = (names.texts.hash(given[given.count - 1]), names.texts.hash(family[family.count - 1]))
    fullNames.append(pair.0 == 0 || pair.1 == 0 ? 0 : withUnsafeBytes(of: pair) { fullNameTexts.number(of: $0) })
  }

  private func add(_ identifier: CanonicalIdentifier) {
    switch identifier.kind {
    case .email:
      let known = emails.texts.count
      let number = emails.add(identifier.value)
      if number == known {
        while locals.count < known { locals.append(nil) }
        locals.append(String(identifier.value.prefix { $0 != "@" }))
      }
    case .phone: phones.add(identifier.value)
    case .customerNumber: customerNumbers.add(identifier.namespace + "\u{1}" + identifier.value)
    case .userID: userIDs.add(identifier.namespace + "\u{1}" + identifier.value)
    case .loyaltyNumber: loyaltyNumbers.add(identifier.namespace + "\u{1}" + identifier.value)
    case .visitorID: break
    }
  }

  /// `1985-04-28` → 19850428; 0 when it is no date.
  static func birth(_ iso: String) -> Int32 {
    guard let date = CalendarDate(iso: iso) else { return 0 }
    return Int32(date.year * 10_000 + date.month * 100 + date.day)
  }
}

/// One text per row, folded: rows that mean the same have the same number.
final class FoldedColumn: Sendable {
  let texts = TextPool()
  private let fold: @Sendable (String) -> String
  private let rows = Column<Int32>()
  private let raw = TextPool()
  private let folded = Column<Int32>()

  init(fold: @escaping @Sendable (String) -> String) {
    self.fold = fold
    folded.append(0)
  }

  var count: Int { rows.count }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try texts.visit(&visitor)
    try visitor.visit(rows)
    try raw.visit(&visitor)
    try visitor.visit(folded)
  }

  @inline(__always) subscript(row: Int) -> Int32 { rows[row] }
  @inline(__always) subscript(row: Int32) -> Int32 { rows[row] }

  func append(_ text: String?) {
    guard let text else { return rows.append(0) }
    let key = raw.number(of: text)
    if Int(key) == folded.count { folded.append(texts.number(of: fold(text))) }
    rows.append(folded[key])
  }
}

/// Any number of texts per row.
final class ValueColumn: Sendable {
  let texts = TextPool()
  private let starts = Column<UInt32>()
  private let values = Column<Int32>()

  init() { starts.append(0) }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try texts.visit(&visitor)
    try visitor.visit(starts)
    try visitor.visit(values)
  }

  /// Adds a value to the row that is open; returns its number.
  @discardableResult
  func add(_ text: String) -> Int32 {
    let number = texts.number(of: text)
    let isKnown = (Int(starts[starts.count - 1])..<values.count).contains { values[$0] == number }
    if number != 0, !isKnown { values.append(number) }
    return number
  }

  func endRow() { starts.append(UInt32(values.count)) }

  @inline(__always) subscript(row: Int) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts[row])
    return UnsafeBufferPointer(start: values.base + start, count: Int(starts[row + 1]) - start)
  }

  @inline(__always) subscript(row: Int32) -> UnsafeBufferPointer<Int32> { self[Int(row)] }
}
