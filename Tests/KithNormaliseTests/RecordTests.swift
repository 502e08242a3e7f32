import KithCore
import Testing

@testable import KithNormalise

private let noon = Timestamp(seconds: 1_700_000_000)

struct RecordTests {
  private var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
  private func canonical(_ record: Record) -> CanonicalRecord {
    var normaliser = normaliser
    return normaliser.record(record, source: "shop")
  }
  private func order(_ record: Record) throws -> Order {
    guard case .order(let order) = canonical(record).record else { throw Missing() }
    return order
  }
  private struct Missing: Error {}
  private func amount(_ mantissa: Int64, _ scale: UInt8 = 2) -> Amount { Amount(mantissa: mantissa, scale: scale) }

  @Test func anOrderIsCleaned() throws {
    let person = Profile(identifiers: [Identifier(.email, "Anna@example.org")])
    let delivered = Order(
      key: " 1001 ", person: person, placedAt: noon, status: " Paid ", currency: "fr.", total: amount(105, 1),
      tax: amount(12_345, 4), refunded: amount(-500), country: "Schweiz", campaign: " ",
      lines: [OrderLine(key: "1", name: " Socks ", quantity: amount(3, 0), unitPrice: amount(3_333, 3))])
    let result = canonical(.order(delivered))
    let order = try order(.order(delivered))
    #expect(order.key == "1001" && order.status == "paid" && order.currency == "CHF" && order.country == "CH")
    #expect(order.total == amount(1_050) && order.tax == amount(123) && order.refunded == amount(500))
    #expect(order.person == nil && order.campaign == nil)
    #expect(
      order.lines == [
        OrderLine(
          key: "1", name: "Socks", quantity: amount(3, 0), unitPrice: amount(3_333, 3), total: amount(1_000))
      ])
    #expect(result.person?.key == "email:anna@example.org")
    #expect(
      result.touchpoint
        == Touchpoint(key: "order:1001", channel: .commerce, type: "order_placed", occurredAt: noon, valence: 0.5))
  }

  @Test func totalsAreSumsOfLines() throws {
    let lines = [
      OrderLine(key: "1", quantity: amount(2, 0), unitPrice: amount(150)), OrderLine(key: "2", total: amount(250)),
    ]
    #expect(try order(.order(Order(key: "1", placedAt: noon, lines: lines))).total == amount(550))
    let unknown = lines + [OrderLine(key: "3")]
    #expect(try order(.order(Order(key: "1", placedAt: noon, lines: unknown))).total == nil)
    #expect(try order(.order(Order(key: "1", placedAt: noon))).total == nil)
  }

  @Test func yenHaveNoCents() throws {
    let result = try order(.order(Order(key: "1", placedAt: noon, currency: "JPY", total: amount(100_000))))
    #expect(result.total == amount(1_000, 0))
    #expect(try order(.order(Order(key: "1", placedAt: noon, total: amount(.max, 0)))).total == amount(.max, 0))
  }

  @Test func returnsAndCancellations() throws {
    let negative = Order(key: "1", placedAt: noon, total: amount(-500))
    #expect(try order(.order(negative)).kind == .return)
    #expect(canonical(.order(negative)).touchpoint?.type == "order_returned")
    #expect(canonical(.order(negative)).touchpoint?.valence == -0.4)
    let lines = [OrderLine(key: "1", quantity: amount(-1, 0), unitPrice: amount(500))]
    #expect(try order(.order(Order(key: "1", placedAt: noon, lines: lines))).kind == .return)
    let cancelled = canonical(.order(Order(key: "1", placedAt: noon, status: "Storniert", total: amount(5))))
    #expect(cancelled.touchpoint?.type == "order_cancelled")
    #expect(cancelled.touchpoint?.valence == -0.3)
  }

  @Test func flatLinesAreLeftToTheStore() throws {
    let line = OrderLine(key: "a", quantity: amount(-2, 0), unitPrice: amount(255))
    let person = Profile(identifiers: [Identifier(.customerNumber, "17850.0")])
    let order = Order(key: "1", person: person, placedAt: noon)
    let result = canonical(.orderLine(FlatOrderLine(order: order, line: line)))
    guard case .orderLine(let flat) = result.record else { throw Missing() }
    #expect(flat.line?.total == amount(-510))
    #expect(flat.order.total == nil && flat.order.kind == .sale && flat.order.person == nil)
    #expect(result.touchpoint == nil)
    #expect(result.person?.key == "customer_number:17850")
  }

  @Test(
    arguments: [
      (10, nil, nil, 1.0), (0, nil, nil, -1.0), (nil, 5.0, nil, 1.0), (nil, 1.0, nil, -1.0), (nil, nil, 4.0, 0.0),
      (10, 1.0, nil, 0.0), (nil, nil, nil, 0.0), (nil, 9.0, nil, 1.0),
    ] as [(Int?, Double?, Double?, Double)])
  func answers(nps: Int?, csat: Double?, ces: Double?, valence: Double) {
    let response = SurveyResponse(
      key: "r1", survey: " Spring ", respondedAt: noon, nps: nps, csat: csat, ces: ces, comment: " fine\n",
      language: "Deutsch")
    let result = canonical(.response(response))
    #expect(
      result.touchpoint
        == Touchpoint(
          key: "response:r1", channel: .survey, type: "survey_answered", occurredAt: noon, valence: valence,
          subject: "Spring"))
    guard case .response(let cleaned) = result.record else { return }
    #expect(cleaned.comment == "fine" && cleaned.language == "de")
  }

  @Test func tickets() {
    let unhappy = canonical(.ticket(Ticket(key: "9", subject: " Late ", status: "Open", createdAt: noon)))
    #expect(
      unhappy.touchpoint
        == Touchpoint(
          key: "ticket:9", channel: .support, type: "ticket_opened", occurredAt: noon, valence: -0.3, subject: "Late"))
    #expect(canonical(.ticket(Ticket(key: "9", createdAt: noon, satisfaction: 3))).touchpoint?.valence == 1)
  }

  @Test func traffic() throws {
    let day = try #require(CalendarDate(iso: "2024-03-05"))
    let delivered = Traffic(
      key: " a ", date: day, trafficSource: " Google ", medium: "Organic", campaign: " ", page: "/a\n",
      country: "Germany",
      device: "Mobile", visitors: -1, visits: 0)
    let result = canonical(.traffic(delivered))
    #expect(
      result.record
        == .traffic(
          Traffic(
            key: "a", date: day, trafficSource: "Google", medium: "organic", page: "/a", country: "DE",
            device: "mobile", visitors: 0, visits: 0)))
    #expect(result.person == nil && result.touchpoint == nil)
    #expect(Normaliser.key(of: .traffic(delivered)) == "a")
    var others = Array(repeating: delivered, count: 13)
    others[1].date = try #require(CalendarDate(iso: "2024-03-06"))
    others[2].channel = .app
    others[3].trafficSource = nil
    others[4].medium = nil
    others[5].campaign = nil
    others[6].page = nil
    others[7].country = nil
    others[8].device = nil
    others[9].visits = nil
    others[10].pageViews = 0
    others[11].conversions = 0
    others[12].goal = "Signup"
    #expect(Set(others.map { canonical(.traffic($0)).hash }).count == others.count)
  }

  @Test func touchpointsGetTheirTypesValence() throws {
    func valence(_ type: String, _ given: Double? = nil) throws -> Double? {
      let touchpoint = Touchpoint(key: "1", channel: .email, type: type, occurredAt: noon, valence: given)
      guard case .touchpoint(let result) = canonical(.touchpoint(touchpoint)).record else { throw Missing() }
      return result.valence
    }
    #expect(try valence("email_opened") == 0.2)
    #expect(try valence("EMAIL_OPENED") == 0.2)
    #expect(try valence("email_opened", -1) == -1)
    #expect(try valence("email_opened", 7) == 1)
    #expect(try valence("never_heard_of") == nil)
  }

  @Test func profilesStandInPersonAndProductsAndDeletionsAlone() {
    let result = canonical(.profile(Profile(attributes: [AttributeValue(.city, "Ulm")])))
    #expect(result.person == nil)
    let known = canonical(.profile(Profile(key: "7", attributes: [AttributeValue(.city, "Ulm")])))
    #expect(known.person?.attributes == [CanonicalAttribute(.city, "Ulm")])
    #expect(known.record == .profile(Profile(key: "7")))
    let product = canonical(.product(Product(key: "p", price: amount(1, 0))))
    #expect(product.record == .product(Product(key: "p", price: amount(100), currency: "CHF")))
    #expect(
      canonical(.deletion(Deletion(kind: .profile, key: "17850.0"))).record
        == .deletion(Deletion(kind: .profile, key: "17850")))
  }
}

struct HashTests {
  private func hash(_ record: Record, _ settings: NormaliseSettings = NormaliseSettings(country: "CH", currency: "CHF"))
    -> Int64
  {
    var normaliser = Normaliser(settings)
    return normaliser.record(record, source: "shop").hash
  }

  @Test func everyFieldCounts() {
    let base = Profile(key: "1")
    var variants = [
      base, Profile(key: "2"), Profile(key: "1", kind: .organisation), Profile(key: "1", createdAt: noon),
      Profile(key: "1", updatedAt: noon), Profile(key: "1", consents: [Consent(purpose: "email", status: .granted)]),
      Profile(key: "1", consents: [Consent(purpose: "email", status: .denied)]),
      Profile(key: "1", consents: [Consent(purpose: "email", status: .denied, changedAt: noon)]),
      Profile(key: "1", traits: [Trait(name: "ab", value: "c")]),
      Profile(key: "1", traits: [Trait(name: "a", value: "bc")]),
    ]
    for kind in Identifier.Kind.allCases {
      for value in ["", "a", "A", "aaaaaaaa", "aaaaaaaaa"] {
        variants.append(Profile(key: "1", identifiers: [Identifier(kind, value)]))
        variants.append(Profile(key: "1", identifiers: [Identifier(kind, value, namespace: "")]))
        variants.append(Profile(key: "1", identifiers: [Identifier(kind, value, namespace: "a")]))
      }
    }
    for attribute in Attribute.allCases {
      variants.append(Profile(key: "1", attributes: [AttributeValue(attribute, "ab"), AttributeValue(.city, "c")]))
      variants.append(Profile(key: "1", attributes: [AttributeValue(attribute, "a"), AttributeValue(.city, "bc")]))
      variants.append(Profile(key: "1", attributes: [AttributeValue(.city, "c"), AttributeValue(attribute, "ab!")]))
    }
    let hashes = variants.map { hash(.profile($0)) }
    #expect(Set(hashes).count == variants.count)
    #expect(hash(.profile(base)) == hashes[0])
  }

  @Test func orderOfFieldsAndKindsOfRecordsCount() {
    let forth = Profile(key: "1", attributes: [AttributeValue(.city, "a"), AttributeValue(.street, "b")])
    let back = Profile(key: "1", attributes: [AttributeValue(.street, "b"), AttributeValue(.city, "a")])
    #expect(hash(.profile(forth)) != hash(.profile(back)))
    #expect(hash(.deletion(Deletion(kind: .order, key: "1"))) != hash(.deletion(Deletion(kind: .ticket, key: "1"))))
  }

  @Test func settingsCount() {
    let record = Record.profile(Profile(key: "1"))
    #expect(hash(record) != hash(record, NormaliseSettings(country: "DE", currency: "CHF")))
    #expect(hash(record) != hash(record, NormaliseSettings(country: "CH", currency: "EUR")))
  }

  @Test func ordersAnswersAndTicketsCountEveryField() {
    let one = Amount(mantissa: 1)
    var orders = Array(repeating: Order(key: "1", placedAt: noon), count: 15)
    orders[1].key = "2"
    orders[2].kind = .return
    orders[3].channel = .store
    orders[4].placedAt = Timestamp(seconds: 1)
    orders[5].status = "a"
    orders[6].currency = "EUR"
    orders[7].total = one
    orders[8].tax = one
    orders[9].shipping = one
    orders[10].discount = one
    orders[11].refunded = one
    orders[12].country = "CH"
    orders[13].lines = [OrderLine(key: "1")]
    orders[14].lines = [OrderLine(key: "1", quantity: Amount(mantissa: 10, scale: 1))]
    var answers = Array(repeating: SurveyResponse(key: "1", respondedAt: noon), count: 7)
    answers[1].nps = 1
    answers[2].csat = 1
    answers[3].ces = 1
    answers[4].csatScale = 1
    answers[5].comment = ""
    answers[6].subject = ""
    var tickets = Array(repeating: Ticket(key: "1", createdAt: noon), count: 5)
    tickets[1].solvedAt = noon
    tickets[2].firstResponseAt = noon
    tickets[3].satisfaction = 0
    tickets[4].group = ""
    let records = orders.map(Record.order) + answers.map(Record.response) + tickets.map(Record.ticket)
    #expect(Set(records.map { hash($0) }).count == records.count)
  }
}

struct RecordHashTests {
  @Test func textsOfEveryLengthAndTheirNeighboursDiffer() {
    func hash(_ texts: [String]) -> Int64 {
      var hash = RecordHash(seed: 1)
      for text in texts { hash.add(text) }
      return hash.value
    }
    var seen: Set<Int64> = []
    var count = 0
    for length in 0...20 {
      let text = String(repeating: "a", count: length)
      for place in 0..<length {
        var changed = Array(text)
        changed[place] = "b"
        seen.insert(hash([String(changed)]))
        count += 1
      }
      for cut in 0...length { seen.insert(hash([String(text.prefix(cut)), String(text.dropFirst(cut))])) }
      seen.insert(hash([text]))
      count += length + 2
    }
    #expect(seen.count == count)
  }
}
