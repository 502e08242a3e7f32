import KithCore
import KithNormalise

/// Profiles as small numbers, as matching wants them: what is equal has equal numbers, and what comparing needs to know of
/// a text is worked out once. About 80 bytes a profile beside the distinct texts.
public final class ProfileTable: @unchecked Sendable {
  // Unchecked: filled by one task, and only read by many afterwards.
  public private(set) var count = 0

  /// What each row says, in numbers.
  let cards = Column<ProfileCard>()
  /// The identifiers of all rows, those of one row together and by kind.
  let values = Column<Int32>()
  let names = NameTable()
  /// The hashes of given and family name, one after the other.
  let fullNameTexts = TextPool()
  let streets = FoldedTexts(fold: PlaceFolding.street)
  let houses = FoldedTexts(fold: PlaceFolding.code)
  let postcodes = FoldedTexts(fold: PlaceFolding.code)
  let cities = FoldedTexts(fold: PlaceFolding.city)
  let companies = FoldedTexts(fold: NameFolding.plain)
  let emails = TextPool()
  /// By e-mail number: the part before the @, dots and the like left out.
  let locals = Column<Int32>()
  let localParts = FoldedTexts(fold: NameFolding.plain)
  let phones = TextPool()
  /// Each number with its namespace before it.
  let customerNumbers = TextPool()
  let userIDs = TextPool()
  let loyaltyNumbers = TextPool()

  /// Where the texts of `ProfileRows.Part` are looked up first, by their content.
  private let lookups: [Unmanaged<TextPool>]

  public init() {
    let names = names.raw
    let pools = [
      names, names, names, streets.raw, houses.raw, postcodes.raw, cities.raw, companies.raw, emails, phones,
      customerNumbers, userIDs, loyaltyNumbers,
    ]
    lookups = pools.map(Unmanaged.passUnretained)
  }

  /// Adds a profile; its row is `count` before the call.
  ///
  /// - Parameters:
  ///   - kind: an organisation is never one with a person.
  ///   - identifiers: those that do not link are left out.
  ///   - birth: `yyyymmdd`, also of a day that does not exist; `yyyy0000` for a year, 0 for not known. Nil: that of the
  ///     attributes.
  ///   - source: the number, from 1, of a source without duplicates; 0 for any other.
  public func append(
    kind: Profile.Kind = .person, attributes: [CanonicalAttribute], identifiers: [CanonicalIdentifier],
    birth: Int32? = nil, source: UInt16 = 0
  ) {
    var rows = ProfileRows()
    rows.begin(kind: kind, source: source)
    rows.add(attributes, identifiers)
    if let birth { rows.setBirth(birth) }
    append(rows)
  }

  /// Adds all rows, in their order.
  public func append(_ rows: ProfileRows) {
    rows.bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
        append(rows, start..<min(start + Self.rowsAtOnce, rows.count), bytes)
      }
    }
  }

  private static let rowsAtOnce = 16

  private func append(_ rows: ProfileRows, _ places: Range<Int>, _ bytes: UnsafeRawBufferPointer) {
    readAhead(rows.parts(of: places).lazy.map { (self.lookups[Int($0.content.rawValue)], $0.text(in: bytes)) })
    withUnsafeTemporaryAllocation(of: ProfileCard.self, capacity: places.count) { new in
      for place in places {
        new[place - places.lowerBound] = card(rows.rows[place], rows.parts(of: place..<place + 1), bytes)
      }
      let count = places.count
      withUnsafeTemporaryAllocation(of: (given: UInt64, family: UInt64).self, capacity: count) { fullNames in
        for place in 0..<count {
          fullNames[place] = (names.texts.hash(new[place].given), names.texts.hash(new[place].family))
        }
        let pool = Unmanaged.passUnretained(fullNameTexts)
        let texts = UnsafeRawBufferPointer(fullNames)
        readAhead((0..<count).lazy.map { (pool, UnsafeRawBufferPointer(rebasing: texts[$0 * 16..<$0 * 16 + 16])) })
        for place in 0..<count where new[place].given != 0 && new[place].family != 0 {
          new[place].fullName = fullNameTexts.number(
            of: UnsafeRawBufferPointer(rebasing: texts[place * 16..<place * 16 + 16]))
        }
      }
      for place in 0..<count {
        new[place].content = content(of: new[place])
        cards.append(new[place])
      }
    }
    count += places.count
  }

  /// Has memory brought in that looking up each text will wait for: where its number stands, where the number's text
  /// begins, and the text.
  private func readAhead(_ texts: some Collection<(Unmanaged<TextPool>, UnsafeRawBufferPointer)>) {
    withUnsafeTemporaryAllocation(of: (pool: Unmanaged<TextPool>, found: UInt32).self, capacity: texts.count) { found in
      var count = 0
      for (pool, text) in texts {
        found[count] = (pool, UInt32(pool._withUnsafeGuaranteedRef { $0.firstNumber(of: text) }))
        count += 1
      }
      for place in 0..<count {
        let number = Int32(found[place].found)
        found[place].found = found[place].pool._withUnsafeGuaranteedRef { $0.start(of: number) }
      }
      for place in 0..<count {
        let start = found[place].found
        found[place].pool._withUnsafeGuaranteedRef { $0.prefetch(start) }
      }
    }
  }

  /// What a row says but for its full name.
  private func card(
    _ row: ProfileRows.Row, _ parts: ArraySlice<ProfileRows.Part>, _ bytes: UnsafeRawBufferPointer
  ) -> ProfileCard {
    var card = ProfileCard()
    card.kind = row.kind
    card.birth = row.birth
    card.gender = row.gender
    card.source = row.source
    card.firstValue = UInt32(values.count)
    var lone: Int32 = 0
    var hasValues = false
    for part in parts {
      let text = part.text(in: bytes)
      switch part.content {
      case .given: card.given = names.number(of: text)
      case .family: card.family = names.number(of: text)
      case .full: lone = names.number(of: text)
      case .street: card.street = streets.number(of: text)
      case .house: card.house = houses.number(of: text)
      case .postcode: card.postcode = postcodes.number(of: text)
      case .city: card.city = cities.number(of: text)
      case .company: card.company = companies.number(of: text)
      case .email, .phone, .customerNumber, .userID, .loyaltyNumber: hasValues = true
      }
    }
    // A name of one word may be given or family name: it stands among the given ones, without a family name.
    if card.given == 0, card.family == 0 { card.given = lone }
    // The values of one kind lie together.
    if hasValues { for kind in ProfileCard.kinds { addValues(kind, parts, bytes, to: &card) } }
    return card
  }

  private func addValues(
    _ kind: Identifier.Kind, _ parts: ArraySlice<ProfileRows.Part>, _ bytes: UnsafeRawBufferPointer,
    to card: inout ProfileCard
  ) {
    for part in parts where part.content.kind == kind {
      let text = part.text(in: bytes)
      let number = kind == .email ? email(text) : texts(of: kind).number(of: text)
      if number == 0 || values(card, kind).contains(number) { continue }
      values.append(number)
      card.count(kind)
    }
  }

  private func email(_ text: UnsafeRawBufferPointer) -> Int32 {
    let number = emails.number(of: text)
    while locals.count < number { locals.append(0) }
    if number == locals.count {
      let end = text.firstIndex(of: UInt8(ascii: "@")) ?? text.count
      locals.append(localParts.number(of: UnsafeRawBufferPointer(rebasing: text[..<end])))
    }
    return number
  }

  /// Goes through all that the table holds, always in the same order.
  func visit(_ visitor: inout some ColumnVisitor) throws {
    try visitor.visit(cards)
    try visitor.visit(values)
    try visitor.visit(locals)
    try names.visit(&visitor)
    for texts in [streets, houses, postcodes, cities, companies, localParts] { try texts.visit(&visitor) }
    for pool in [fullNameTexts, emails, phones, customerNumbers, userIDs, loyaltyNumbers] { try pool.visit(&visitor) }
    count = cards.count
  }

  /// Whether what a row says names one person, so that two rows that say just the same are copies: an identifier, or a
  /// full name with a birth date or a street.
  func namesOnePerson(_ row: Int) -> Bool {
    let card = cards[row]
    // Two records of a source without duplicates are two people, whatever they say.
    if card.source != 0 { return false }
    return card.hasValues || (card.fullName != 0 && (card.birth % 10_000 != 0 || card.street != 0))
  }

  /// Whether a row has a name, or is an organisation.
  func isNamed(_ row: Int) -> Bool { cards[row].isNamed }

  /// The identifiers of a kind that a row has, as numbers of that kind's texts.
  @inline(__always) func values(_ card: ProfileCard, _ kind: Identifier.Kind) -> UnsafeBufferPointer<Int32> {
    let (start, count) = card.place(of: kind)
    return UnsafeBufferPointer(start: values.base + start, count: count)
  }

  @inline(__always) func values(_ row: Int32, _ kind: Identifier.Kind) -> UnsafeBufferPointer<Int32> {
    values(cards[row], kind)
  }

  /// The texts of a kind of identifiers.
  func texts(of kind: Identifier.Kind) -> TextPool {
    switch kind {
    case .email, .visitorID: emails
    case .phone: phones
    case .customerNumber: customerNumbers
    case .userID: userIDs
    case .loyaltyNumber: loyaltyNumbers
    }
  }

  private func content(of card: ProfileCard) -> UInt64 {
    var hash = ContentHash()
    func add(_ part: UInt64) { hash.combine(Int64(bitPattern: part)) }
    add(names.texts.hash(card.given))
    add(names.texts.hash(card.family))
    add(UInt64(UInt32(bitPattern: card.birth)) << 8 | UInt64(card.gender) << 1 | UInt64(card.kind))
    add(streets.texts.hash(card.street))
    add(houses.texts.hash(card.house))
    add(postcodes.texts.hash(card.postcode))
    add(cities.texts.hash(card.city))
    add(companies.texts.hash(card.company))
    // Values of one kind have no order: their hashes are added up.
    for kind in ProfileCard.kinds {
      let pool = texts(of: kind)
      add(values(card, kind).reduce(0) { $0 &+ pool.hash($1) })
    }
    if card.source != 0 { add(UInt64(card.source)) }
    return UInt64(bitPattern: hash.value)
  }

  /// `1985-04-28` → 19850428; 0 when it is no date.
  static func birth(_ iso: String) -> Int32 {
    guard let date = CalendarDate(iso: iso) else { return 0 }
    return Int32(date.year * 10_000 + date.month * 100 + date.day)
  }
}

/// What a row says, as numbers: 0 is not known. One cache line, for comparing reads two of them.
struct ProfileCard: BitwiseCopyable {
  var given: Int32 = 0
  var family: Int32 = 0
  /// Given and family name together; 0 unless both are known.
  var fullName: Int32 = 0
  /// `yyyymmdd`; `yyyy0000` where only the year is known.
  var birth: Int32 = 0
  var street: Int32 = 0
  var house: Int32 = 0
  var postcode: Int32 = 0
  var city: Int32 = 0
  var company: Int32 = 0
  /// Where its identifiers begin among all.
  var firstValue: UInt32 = 0
  private var emails: UInt16 = 0
  private var phones: UInt16 = 0
  private var customerNumbers: UInt16 = 0
  private var userIDs: UInt16 = 0
  private var loyaltyNumbers: UInt16 = 0
  /// 1 female, 2 male.
  var gender: UInt8 = 0
  /// 0 for a person, 1 for an organisation.
  var kind: UInt8 = 0
  /// The number of its source among those without duplicates, 0 for any other.
  var source: UInt16 = 0
  /// A hash of all of the above, the same in every table. Rows that say the same have the same one.
  var content: UInt64 = 0

  /// Kinds of identifiers in the order in which they lie.
  static let kinds: [Identifier.Kind] = [.email, .phone, .customerNumber, .userID, .loyaltyNumber]

  /// Whether it has a name, or is of an organisation.
  var isNamed: Bool { given != 0 || family != 0 || kind != 0 }

  var hasValues: Bool { emails | phones | customerNumbers | userIDs | loyaltyNumbers != 0 }

  @inline(__always) func place(of kind: Identifier.Kind) -> (start: Int, count: Int) {
    let start = Int(firstValue)
    switch kind {
    case .email: return (start, Int(emails))
    case .phone: return (start + Int(emails), Int(phones))
    case .customerNumber: return (start + Int(emails) + Int(phones), Int(customerNumbers))
    case .userID: return (start + Int(emails) + Int(phones) + Int(customerNumbers), Int(userIDs))
    case .loyaltyNumber:
      return (
        start + Int(emails) + Int(phones) + Int(customerNumbers) + Int(userIDs), Int(loyaltyNumbers)
      )
    case .visitorID: return (start, 0)
    }
  }

  /// One more identifier of a kind lies there.
  mutating func count(_ kind: Identifier.Kind) {
    switch kind {
    case .email: emails += 1
    case .phone: phones += 1
    case .customerNumber: customerNumbers += 1
    case .userID: userIDs += 1
    case .loyaltyNumber: loyaltyNumbers += 1
    case .visitorID: break
    }
  }
}

/// Texts, folded: those that mean the same have the same number. Each is folded once.
final class FoldedTexts: Sendable {
  let texts = TextPool()
  private let fold: @Sendable (String) -> String
  /// As they were given.
  let raw = TextPool()
  private let folded = Column<Int32>()

  init(fold: @escaping @Sendable (String) -> String) {
    self.fold = fold
    folded.append(0)
  }

  func visit(_ visitor: inout some ColumnVisitor) throws {
    try texts.visit(&visitor)
    try raw.visit(&visitor)
    try visitor.visit(folded)
  }

  func number(of text: UnsafeRawBufferPointer) -> Int32 {
    let key = raw.number(of: text)
    if Int(key) == folded.count { folded.append(texts.number(of: fold(String(decoding: text, as: UTF8.self)))) }
    return folded[key]
  }
}

extension ProfileRows.Part.Content {
  /// Nil for what is no identifier.
  @inline(__always) var kind: Identifier.Kind? {
    switch self {
    case .email: .email
    case .phone: .phone
    case .customerNumber: .customerNumber
    case .userID: .userID
    case .loyaltyNumber: .loyaltyNumber
    default: nil
    }
  }
}
